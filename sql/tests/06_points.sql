-- Point sources: whole in one cell and one district, wherever they stand.
BEGIN;
\ir fixture.inc
SELECT plan(32);

SELECT results_eq($$SELECT s.code, d.code, sf.cell FROM source_field sf JOIN source s ON s.id = sf.source LEFT JOIN district d ON d.id = sf.district ORDER BY 1$$,
    $$VALUES ('P1', 'X12', 14 * 130 + 20), ('P2', 'X11', 14 * 130 + 15), ('P3', 'X11', 14 * 130 + 15), ('P4', 'X12', 14 * 130 + 30)$$,
    'border to the east, inside, same cell, 1 km outside to the nearest');
SELECT results_eq($$SELECT d.code, round(df.mass::numeric, 6) FROM district_field df JOIN district d ON d.id = df.district WHERE field = (SELECT points FROM fixture) ORDER BY 1$$,
    $$VALUES ('X', 1.0), ('X1', 1.0), ('X11', 0.5), ('X12', 0.5)$$, 'districts count sources whole, and climb');
SELECT results_eq($$SELECT col, "row", value FROM block_cells((SELECT points FROM fixture), 0) ORDER BY 1$$,
    $$VALUES (15, 14, 0.5::float8), (20, 14, 0.1::real::float8), (30, 14, 0.4::real::float8)$$, 'cells show their sources');
SELECT is((SELECT sum(weight ORDER BY source) FROM source_field), (SELECT total FROM field WHERE name = 'plants'), 'weights sum to the field''s total');
SELECT is((SELECT total FROM field WHERE name = 'plants'), 0.5 + 0.1::real::float8 + 0.4::real::float8, 'which is the sum of the cells as stored');
SELECT is((SELECT sum(mass) FROM field_outside WHERE field = (SELECT points FROM fixture)), 0::float8, 'nothing is outside');

-- each place is found once, for all groups that stand there
SELECT is((SELECT count(*) FROM stage_place), 4::bigint, 'four places were found');
UPDATE stage_place SET inside = (SELECT id FROM district WHERE code = 'X21') WHERE (lon, lat) = (61.51, 43.52);
UPDATE stage_source SET group_name = 'again';
SELECT import_points((SELECT points FROM fixture), 'again') \g /dev/null
SELECT is((SELECT d.code FROM source_field sf JOIN source s ON s.id = sf.source JOIN district d ON d.id = sf.district WHERE s.code = 'P2'), 'X21',
    'a second group takes what the first found');
SELECT import_districts() \g /dev/null
SELECT is((SELECT count(*) FROM stage_place), 0::bigint, 'and nothing is known once there are new districts');

-- the half-open rule of districts
SELECT is((SELECT code FROM district WHERE id = district_of_point(lon, lat)), expected, format('(%s, %s) is in %s', lon, lat, expected))
FROM (VALUES (62, 43.5, 'X12'), (62, 43, 'X12'), (61, 43.5, 'X11'), (61.5, 43, 'X11'), (62, 44, 'X11'), (61.2, 42.9, 'X21'), (63, 43, 'X12'), (61, 41, 'X21'), (59, 43, NULL)) AS p (lon, lat, expected);
SELECT is((SELECT count(DISTINCT district_of_point(62, 43 + i / 100.0)) FROM generate_series(0, 99) AS i), 1::bigint, 'a whole border is one district''s');

-- new boundaries place sources by the distance their import allowed, not by another
CREATE FUNCTION pg_temp.after_new_boundaries(allowed_km float8) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM stage_source;
    INSERT INTO stage_source (code, name, sector, gas, lon, lat, weight, group_name) VALUES ('F1', 'n', 'IPCC2006:1.A.1', 'CO2', 62.99, 43.55, 1, 'far');
    PERFORM import_points((SELECT points FROM fixture), 'far', allowed_km);
    UPDATE source_field SET district = NULL WHERE field = (SELECT points FROM fixture);
    UPDATE district SET geom = ST_Multi(ST_CollectionExtract(ST_Difference(geom, ST_MakeEnvelope(62.95, 43, 64, 44, 4326)), 3));
    PERFORM refresh_fractions('{}');
    RETURN (SELECT d.code FROM source_field sf JOIN district d ON d.id = sf.district WHERE sf.field = (SELECT points FROM fixture));
END $$;
SELECT is(pg_temp.after_new_boundaries(0), NULL, 'a source that had to stand inside is outside now');
SELECT is(pg_temp.after_new_boundaries(20), 'X12', 'one that may be 20 km away is still the nearest district''s');

-- what is refused
CREATE FUNCTION pg_temp.try(change text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM stage_source;
    INSERT INTO stage_source (code, name, sector, gas, lon, lat, weight, group_name) VALUES ('T1', 'n', 'IPCC2006:1.A.1', 'CO2', 61.5, 43.5, 1, 'try');
    EXECUTE change;
    RETURN import_points((SELECT points FROM fixture), 'try');
END $$;
SELECT throws_like(format('SELECT pg_temp.try(%L)', change), message, 'refused: ' || change) FROM (VALUES
    ('UPDATE stage_source SET lon = 64', '%T1: (64, 43.5) is more than 5 km outside every district%'),
    ('UPDATE stage_source SET lon = 80', '%T1: (80, 43.5) lies outside the grid%'),
    ('UPDATE stage_source SET lon = 80, place = ''points.csv:2''', 'points.csv:2: T1: (80, 43.5) lies outside the grid%'),
    ('UPDATE stage_source SET district = ''X12''', '%T1: stands in district X11, not in the declared X12%'),
    ('UPDATE stage_source SET weight = -1', '%T1: weight -1 is not a number%'),
    ('UPDATE stage_source SET weight = ''NaN''', '%T1: weight NaN is not a number%'),
    ('UPDATE stage_source SET weight = 0', '%group try: there are none with a weight%'),
    ('UPDATE stage_source SET cell_lon = 63.05, cell_lat = 43.5', '%T1: its cell is % km from where it stands%'),
    ('INSERT INTO stage_source SELECT * FROM stage_source', '%T1: occurs 2 times%')) AS t (change, message);
-- description and history
DO $$ BEGIN PERFORM pg_temp.try('UPDATE stage_source SET code = ''P2'', cell_lon = 61.65, cell_lat = 43.55'); END $$;
SELECT results_eq($$SELECT col, "row" FROM block_cells((SELECT points FROM fixture), 0)$$, 'VALUES (16, 14)', 'a declared cell shows the source');
SELECT is((SELECT count(*) FROM source WHERE code = 'P2'), 2::bigint, 'a new description is a new row, the old one stays');
SELECT * FROM finish();
ROLLBACK;
