-- The audit: silent when all is well, and it sees every kind of falsification.
BEGIN;
\ir fixture.inc
SELECT plan(19);

SELECT ok(count(*) > 15 AND bool_and(ok) AND max(relative) <= 1e-9, 'a sound release passes, to 1e-9') FROM fixture, audit(release);
SELECT set_eq('SELECT DISTINCT "check" FROM fixture, audit(release)', ARRAY['slices = fields + unallocated', 'native cells', 'overview level 1', 'overview level 2',
    'block sums level 0', 'block sums level 1', 'block sums level 2', 'districts level 0', 'districts level 1', 'districts level 2'], 'what is checked');
SELECT is((SELECT unallocated FROM fixture, audit(release) WHERE subject = 'IPCC2006:1.A.4 CO2 emission 2020'), 250::float8, 'unallocated mass is shown');
SELECT ok((SELECT min(outside) > 0 FROM fixture, audit(release) WHERE subject LIKE 'plain: %' AND "check" LIKE 'districts%'), 'and what lies outside');
SELECT is_empty('SELECT * FROM audit(-1)', 'an unknown release has no rows');

CREATE FUNCTION pg_temp.caught(falsify text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    BEGIN
        EXECUTE falsify;
        SELECT string_agg(DISTINCT "check", ', ' ORDER BY "check") INTO found FROM fixture, audit(release) WHERE NOT ok;
        RAISE EXCEPTION 'undo';
    EXCEPTION WHEN raise_exception THEN NULL;
    END;
    RETURN found;
END $$;
SELECT is(pg_temp.caught(falsify), expected, falsify) FROM (VALUES
    ('UPDATE slice SET mass_t = mass_t * 1.00000001 WHERE sector = ''IPCC2006:4.A''', 'slices = fields + unallocated'),
    ('UPDATE slice SET factor = factor * 1.00000001 WHERE sector = ''IPCC2006:1.A.1''', 'slices = fields + unallocated'),
    ('DELETE FROM slice WHERE sector = ''none''', NULL),
    ('UPDATE block SET cells = set_byte(cells, 4 * 1 + 2, 77) WHERE level = 0 AND bx = 0 AND by = 0 AND field = (SELECT raster FROM fixture)', 'block sums level 0, native cells'),
    ('UPDATE block SET cells = set_byte(cells, 4 * 1 + 2, 77) WHERE level = 2 AND field = (SELECT raster FROM fixture)', 'block sums level 2, overview level 2'),
    ('UPDATE block SET sum = sum * 1.0001 WHERE level = 1 AND bx = 1 AND field = (SELECT raster FROM fixture)', 'block sums level 1'),
    ('UPDATE block SET count = count - 1 WHERE level = 1 AND bx = 1 AND field = (SELECT raster FROM fixture)', 'block sums level 1'),
    ('DELETE FROM block WHERE level = 1 AND bx = 1', 'overview level 1'),
    ('UPDATE field SET total = total * 1.00000001 WHERE name = ''plain''', 'districts level 0, districts level 1, districts level 2, native cells, overview level 1, overview level 2, slices = fields + unallocated'),
    ('UPDATE district_field SET mass = mass * 1.00000001 WHERE district = (SELECT id FROM district WHERE code = ''X11'')', 'districts level 2'),
    ('DELETE FROM district_field WHERE district = (SELECT id FROM district WHERE code = ''X1'')', 'districts level 1'),
    ('DELETE FROM field_outside', 'districts'),
    ('UPDATE source_field SET weight = weight * 2; SELECT district_field_refresh(points) FROM fixture', 'districts level 0, districts level 1, districts level 2')) AS f (falsify, expected);
-- districts that overlap are no partition
UPDATE stage_mask_polygon SET geom = pg_temp.square(61.95, 43, 63, 44) WHERE mask_value = 12;
SELECT import_districts() \g /dev/null
SELECT refresh_all_districts() \g /dev/null
SELECT ok(bool_or(NOT ok), 'districts that overlap do not balance') FROM fixture, audit(release) WHERE "check" = 'districts level 2' AND subject LIKE 'plain: %';
SELECT * FROM finish();
ROLLBACK;
