-- 0002_any_inventory.sql: what any inventory needs beyond the first: a scope of countries, a changelog.
-- The countries (district codes of level 0, sorted) a field is shared out to; empty = all there are. Two
-- countries in one database then do not touch each other's numbers.
ALTER TABLE field ADD COLUMN countries text[] NOT NULL DEFAULT '{}';
ALTER TABLE release ADD COLUMN countries text[] NOT NULL DEFAULT '{}';
-- Cells that a country's border cuts: either they hold what lies inside only (is_cut: an inventory made for the
-- country), or what lies in the whole cell.
ALTER TABLE field ADD COLUMN is_cut boolean NOT NULL DEFAULT false;
