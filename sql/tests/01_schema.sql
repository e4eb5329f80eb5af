-- Tables, comments, reference data.
BEGIN;
SET search_path = fluxgrid, public;
SELECT plan(25);

SELECT tables_are('fluxgrid', ARRAY['gas', 'gwp_set', 'gwp', 'sector', 'sector_map', 'scheme', 'foreign_sector', 'district', 'district_stat', 'provenance',
    'release', 'release_event', 'release_change', 'change_reason', 'grid', 'field', 'block', 'slice', 'district_cell', 'district_field', 'field_outside', 'source', 'source_field',
    'revision', 'schema_migration'], 'the tables are those of the design');
SELECT views_are('fluxgrid', ARRAY['cell', 'district_share'], 'the views');
SELECT is_empty($$SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'fluxgrid'::regnamespace AND c.relkind IN ('r', 'v', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND coalesce(col_description(c.oid, a.attnum), '') = ''$$, 'every column has a comment');
SELECT is_empty($$SELECT relname FROM pg_class WHERE relnamespace = 'fluxgrid'::regnamespace AND relkind IN ('r', 'v', 'p')
    AND coalesce(obj_description(oid, 'pg_class'), '') = ''$$, 'every table and view has a comment');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'fluxgrid'::regnamespace
    AND coalesce(obj_description(oid, 'pg_proc'), '') = ''$$, 'every function has a comment');
SELECT is_empty($$SELECT a.attname, c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'fluxgrid'::regnamespace AND c.relkind = 'r' AND a.attname ~ '_(km2|t|pct|years)$'
      AND col_description(c.oid, a.attnum) !~ '(km2|[Tt]onnes|%|years)'$$, 'a column with a unit in its name says it in its comment');
SELECT is_empty($$SELECT relname FROM pg_class WHERE relnamespace = 'fluxgrid'::regnamespace AND relkind IN ('r', 'v')
    AND relowner <> 'fluxgrid_owner'::regrole$$, 'fluxgrid_owner owns every table');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'fluxgrid'::regnamespace
    AND prosecdef AND coalesce(array_to_string(proconfig, ','), '') !~ 'search_path=fluxgrid, public'$$,
    'a function with its owner''s rights pins its search_path');
SELECT ok((SELECT count(*) = 2 AND bool_and(sha256 ~ '^[0-9a-f]{64}$') FROM schema_migration WHERE version IN (0, 1)), 'migrations are recorded with checksums');

SELECT set_eq('SELECT code FROM gas', ARRAY['CO2', 'CH4', 'N2O', 'SF6', 'NF3', 'HFC-23', 'HFC-32', 'HFC-125', 'HFC-134A', 'HFC-143A',
    'HFC-152A', 'HFC-227EA', 'HFC-245FA', 'CF4', 'C2F6'], 'the gases');
SELECT results_eq('SELECT code, horizon_years::integer FROM gwp_set ORDER BY sort',
    $$VALUES ('AR5-100', 100), ('AR6-100', 100), ('AR4-100', 100), ('AR5-20', 20), ('AR6-20', 20)$$, 'the GWP sets, the default first');
SELECT results_eq($$SELECT s, gwp_value(s, 'CH4', 'fossil'), gwp_value(s, 'CH4', 'nonfossil'), gwp_value(s, 'CH4', 'na')
    FROM unnest(ARRAY['AR4-100', 'AR5-100', 'AR6-100', 'AR5-20', 'AR6-20']) AS s$$,
    $$VALUES ('AR4-100', 25::float8, 25::float8, 25::float8), ('AR5-100', 28, 28, 28), ('AR6-100', 29.8, 27.0, 27.9),
             ('AR5-20', 85, 84, 84), ('AR6-20', 82.5, 79.7, 81.2)$$, 'methane by set and origin');
SELECT results_eq($$SELECT s, gwp_value(s, 'N2O'), gwp_value(s, 'CO2'), gwp_value(s, 'SF6')
    FROM unnest(ARRAY['AR4-100', 'AR5-100', 'AR6-100', 'AR5-20', 'AR6-20']) AS s$$,
    $$VALUES ('AR4-100', 298::float8, 1::float8, 22800::float8), ('AR5-100', 265, 1, 23500), ('AR6-100', 273, 1, 25200),
             ('AR5-20', 264, 1, NULL), ('AR6-20', 273, 1, 18300)$$, 'nitrous oxide (273 and not 38), carbon dioxide, SF6');
SELECT is_empty($$SELECT g.code, s.code FROM gas g, gwp_set s WHERE s.code <> 'AR5-20' AND gwp_value(s.code, g.code) IS NULL$$,
    'every gas has a value in every set but AR5-20');
SELECT is(gwp_value('AR5-100', 'NF3', 'fossil'), 16100::float8, 'a value without an origin serves every origin');
SELECT is_empty('SELECT gwp_set, gas FROM gwp WHERE length(source) < 10', 'every GWP names its source');

SELECT is_empty($$SELECT code, parent FROM sector WHERE code LIKE 'IPCC2006:%' AND parent IS DISTINCT FROM
    CASE WHEN code LIKE '%.%' THEN regexp_replace(code, '[.][^.]*$', '') END$$, 'a sector''s parent is its code without the last part');
SELECT is_empty($$SELECT code FROM sector WHERE '' IN (name_en, name_ru, name_uz, name_ko) OR name_ru !~ '[А-Яа-я]' OR name_ko !~ '[가-힣]' OR name_uz ~ '[А-Яа-я]'$$,
    'every sector has names in four languages, each in its script');
SELECT set_eq($$SELECT code FROM sector WHERE lulucf AND code LIKE 'IPCC2006:%'$$, ARRAY['IPCC2006:3.B', 'IPCC2006:3.B.1', 'IPCC2006:3.B.2', 'IPCC2006:3.B.3',
    'IPCC2006:3.B.4', 'IPCC2006:3.B.5', 'IPCC2006:3.B.6', 'IPCC2006:3.D', 'IPCC2006:3.D.1', 'IPCC2006:3.D.2'], 'land use is 3.B and 3.D');
SELECT set_eq($$SELECT code FROM sector WHERE memo AND code LIKE 'IPCC2006:%'$$,
    ARRAY['IPCC2006:1.A.3.a.i', 'IPCC2006:1.A.3.d.i', 'IPCC2006:1.A.5.c', 'IPCC2006:1.C'], 'the memo items');
SELECT ok((SELECT count(*) = 19 FROM sector WHERE code IN (SELECT 'IPCC2006:' || unnest(ARRAY['1.A.1', '1.A.2', '1.A.3.b', '1.A.4', '1.B.2.a',
    '1.B.2.b', '2.A.1', '2.B.1', '2.B.2', '2.C.1', '3.A.1', '3.A.2', '3.B.1', '3.B.2', '3.C.4', '3.C.5', '4.A', '4.D', '1.A.3']))), 'the demonstration''s sectors are there');

SELECT throws_ok($$INSERT INTO grid (x0, y0, dx, dy, nx, ny) VALUES (0, 0, 0, 1, 1, 1)$$, '23514', NULL, 'a cell has a size');
SELECT throws_ok($$INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
    VALUES ('a', '1.0', '', '', '', '', '', '', '', '', '', repeat('0', 64))$$, '23514', NULL, 'a version is semantic');
SELECT throws_ok($$INSERT INTO sector (code, name_en, name_ru, name_uz, name_ko) VALUES ('1.A.1', '', '', '', '')$$, '23514', NULL, 'a sector has a scheme');
SET LOCAL search_path = public;
SELECT lives_ok($$SELECT fluxgrid.audit(1), fluxgrid.field_verify(1), fluxgrid.block_cells(1, 0), fluxgrid.gwp_value('AR5-100', 'CH4'), fluxgrid.district_of_point(1, 1), (SELECT count(*) FROM fluxgrid.cell)$$,
    'functions and views work whatever the search_path is');
SELECT * FROM finish();
ROLLBACK;
