-- Polygons of vector files: checked, mended, cut, measured; statistics that complete each other; revisions by country.
BEGIN;
\ir fixture.inc
SELECT plan(19);

-- country P: two districts, the second 0.1 degree over the first; a region's outline with a gap in the north
CREATE FUNCTION pg_temp.stage(is_repair boolean, change text DEFAULT 'SELECT') RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM stage_area; DELETE FROM stage_mask_polygon; DELETE FROM stage_stat;
    DELETE FROM stage_polygon; DELETE FROM stage_problem; DELETE FROM stage_note;
    INSERT INTO stage_polygon (file, feature, level, code, parent, name_en, name_ru, name_uz, geom) VALUES
        ('p0', 1, 0, 'P', NULL, 'P', 'P', 'P', ST_Multi(pg_temp.square(65, 41, 67, 43))),
        ('p1', 1, 1, 'P1', 'P', 'P1', 'P1', 'P1', ST_Multi(pg_temp.square(65, 41, 67, 43))),
        ('p2', 1, 2, 'P11', 'P1', 'P11', 'P11', 'P11', ST_Multi(pg_temp.square(65, 41, 66.1, 42.5))),
        ('p2', 2, 2, 'P12', 'P1', 'P12', 'P12', 'P12', ST_Multi(pg_temp.square(66, 41, 67, 42.5)));
    EXECUTE change;
    RETURN import_polygons(is_repair);
END $$;

SELECT is(pg_temp.stage(false), 1::bigint, 'an overlap is a problem');
SELECT ok(bool_and(file = 'p2' AND feature = 2 AND attribute = 'geometry' AND value = 'P12' AND rule ~ '^overlaps P11 by [0-9.]+ km2 near .*; '), 'said with file, feature and km2') FROM stage_problem;
SELECT is(pg_temp.stage(true), 0::bigint, 'it is mended when that is asked for');
SELECT ok(ST_Equals(geom, pg_temp.square(66.1, 41, 67, 42.5)), 'the code that comes first keeps the ground') FROM stage_polygon WHERE code = 'P12';
SELECT ok(abs((value ->> 'km2')::float8 / district_km2(pg_temp.square(66, 41, 66.1, 42.5)) - 1) < 1e-9, 'and what it was is measured') FROM stage_note WHERE name = 'overlaps';
SELECT is(import_districts() -> 'districts', '{"level 0": 1, "level 1": 1, "level 2": 2}', 'the features'' own words make the districts');
SELECT ok(abs((value ->> 'km2')::float8 / district_km2(pg_temp.square(65, 42.5, 67, 43)) - 1) < 1e-6 AND value ->> 'count' = '1', 'the gap is measured') FROM stage_note WHERE name = 'gaps';
SELECT results_eq($$SELECT code, revision FROM district WHERE level = 0 ORDER BY 1$$, $$VALUES ('P', 1::bigint), ('X', 1)$$, 'a country''s boundaries have a revision of their own');

SELECT ok(abs(district_km2(pg_temp.square(60, 40, 70, 41)) / (ST_Area(ST_Transform(pg_temp.square(60, 40, 70, 41), 6933)) / 1e6) - 1) < 1e-6, 'an area''s edges are straight in degrees, as on the equal-area plane');

SELECT is(pg_temp.stage(true, change), 1::bigint, what) FROM (VALUES
    ('UPDATE stage_polygon SET code = ''P11'' WHERE code = ''P12''', 'a code that occurs twice'),
    ('UPDATE stage_polygon SET parent = ''P9'' WHERE code = ''P12''', 'a parent that is not there'),
    ('UPDATE stage_polygon SET parent = NULL WHERE code = ''P1''', 'no parent'),
    ('UPDATE stage_polygon SET geom = ST_GeomFromText(''POLYGON((60 41, 61 42, 60 41, 60 41))'') WHERE code = ''P12''', 'nothing left after the repair')) AS t (change, what);
SELECT is(pg_temp.stage(false, 'UPDATE stage_polygon SET geom = ST_GeomFromText(''POLYGON((66.2 41, 67 42, 67 41, 66.2 42, 66.2 41))'') WHERE code = ''P12'''), 1::bigint, 'an invalid polygon');

-- nothing changes while there is a problem; another country's code is one
SELECT pg_temp.stage(true, 'UPDATE stage_polygon SET code = ''X12'' WHERE code = ''P12''') \g /dev/null
SELECT is(import_districts() ->> 'problems', '1', 'a code of another country is not taken');
SELECT is((SELECT parent FROM district WHERE code = 'X12'), 'X1', 'and stays where it was');

-- statistics
DELETE FROM stage_polygon; DELETE FROM stage_area; DELETE FROM stage_problem; DELETE FROM stage_note;
INSERT INTO stage_stat (code, year, gdp, gdp_unit, gdp_status) VALUES ('X', 2020, 7, 'USD', 'official');
SELECT is(import_districts() ->> 'statistics_changed', '1', 'statistics alone');
SELECT results_eq($$SELECT population, gdp, gdp_unit FROM district_stat WHERE district = 'X'$$, $$VALUES (1000::float8, 7::float8, 'USD')$$, 'a product leaves the population as it is');
SELECT results_eq($$SELECT code, revision FROM district WHERE level = 0 ORDER BY 1$$, $$VALUES ('P', 1::bigint), ('X', 2)$$, 'and counts as a change of its country');
SELECT * FROM finish();
ROLLBACK;
