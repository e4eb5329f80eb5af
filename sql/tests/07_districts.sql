-- Districts: what is equal is not touched, what is wrong is said.
BEGIN;
\ir fixture.inc
SELECT plan(23);

SELECT is((SELECT boundary FROM revision), 1::bigint, 'the first import bumps the boundary revision');
SELECT is(import_districts() ->> 'changed', '0', 'the same again changes nothing');
SELECT is((SELECT boundary FROM revision), 1::bigint, 'and leaves the revision');
SELECT results_eq($$SELECT code, ST_NumGeometries(geom), ST_SRID(geom) FROM district WHERE level = 2 ORDER BY 1$$,
    $$VALUES ('X11', 1, 4326), ('X12', 1, 4326), ('X21', 1, 4326)$$, 'polygons of one mask value are one');
SELECT ok(abs(area_km2 / 8963 - 1) < 0.01, 'area is geodesic: ' || area_km2) FROM district WHERE code = 'X11';
SELECT ok(abs(p.area_km2 - (SELECT sum(area_km2) FROM district c WHERE c.parent = p.code)) < 1e-6 * p.area_km2, p.code || ' is as large as its parts') FROM district p WHERE level < 2 ORDER BY code;
SELECT results_eq('SELECT district, year::integer, population, population_status FROM district_stat ORDER BY 1',
    $$VALUES ('X', 2020, 1000::float8, 'official'), ('X11', 2020, 400, 'estimated')$$, 'statistics are stored with their status');

UPDATE stage_area SET name_ru = 'Другое' WHERE code = 'X12';
SELECT is(import_districts() ->> 'changed', '1', 'a new name is one change');
UPDATE stage_mask_polygon SET geom = pg_temp.square(62, 43, 63, 44.1) WHERE mask_value = 12;
SELECT is(import_districts() ->> 'changed', '3', 'a moved border changes the district and those above it');
SELECT is((SELECT boundary FROM revision), 3::bigint, 'each import that changes something is one revision');
SELECT lives_ok('SELECT refresh_all_districts()', 'everything is recomputed after it');
SELECT is((SELECT count(*) FROM district_cell c JOIN district d ON d.id = c.district WHERE d.code = 'X12'), 110::bigint, 'the district has its new cells');
SELECT ok(bool_and(ok), 'and the audit still holds') FROM fixture, audit(release);
DELETE FROM stage_area WHERE code IN ('X2', 'X21');
DELETE FROM stage_mask_polygon WHERE mask_value = 21;
SELECT is(import_districts() -> 'removed', '["X2", "X21"]', 'a district of the country that is not staged any more is removed');

CREATE FUNCTION pg_temp.try(change text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM stage_area; DELETE FROM stage_mask_polygon; DELETE FROM stage_stat;
    EXECUTE change;
    RETURN import_districts();
END $$;
CREATE FUNCTION pg_temp.staged(change text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM stage_area; DELETE FROM stage_mask_polygon; DELETE FROM stage_stat;
    PERFORM pg_temp.stage_districts();
    EXECUTE change;
    RETURN import_districts();
END $$;
SELECT throws_like(format('SELECT pg_temp.staged(%L)', change), message, 'refused: ' || change) FROM (VALUES
    ('DELETE FROM stage_mask_polygon WHERE mask_value = 21', '%X21: mask value 21 has no polygon%'),
    ('INSERT INTO stage_mask_polygon VALUES (99, pg_temp.square(65, 43, 66, 44))', '%mask: value 99 belongs to no area%'),
    ('UPDATE stage_area SET parent = ''Y'' WHERE code = ''X11''', '%X11: parent Y is not an area%'),
    ('UPDATE stage_area SET parent = ''X'' WHERE code = ''X11''', '%X11: parent X is of level 0, not 1%'),
    ('UPDATE stage_area SET mask_value = 11 WHERE code = ''X12''', '%mask value 11 belongs to X11 and X12%'),
    ('INSERT INTO stage_area SELECT * FROM stage_area WHERE code = ''X12''', '%X12: code occurs 2 times%'),
    ('INSERT INTO stage_stat VALUES (''Z'', 2020, 1, ''official'')', '%Z: statistics of a code that is no area%')) AS t (change, message);
SELECT * FROM finish();
ROLLBACK;
