-- The import's role writes inventories, not reference data and not what is published; SET ROLE leads nowhere.
BEGIN;
\ir fixture.inc
SELECT plan(18);
GRANT SELECT ON fixture TO fluxgrid_import;
SET LOCAL SESSION AUTHORIZATION fluxgrid_import;
SELECT throws_ok('SET ROLE fluxgrid_owner', '42501', NULL, 'the import cannot become the owner');
SELECT throws_ok(statement, '42501', NULL, 'refused: ' || statement) FROM unnest(ARRAY[
    'UPDATE gwp SET value = 1', 'DELETE FROM sector', 'INSERT INTO gas VALUES (''X2'', 9, '''', '''', '''', '''')',
    'DELETE FROM schema_migration', 'UPDATE source SET name = ''x''', 'INSERT INTO district_cell VALUES (1, 1, 1, 1)', 'CREATE TABLE fluxgrid.mine (a int)']) AS statement;
SELECT lives_ok('UPDATE slice SET mass_t = mass_t', 'a release that is loading can be changed');
SELECT lives_ok('SELECT release_publish(release) FROM fixture', 'the import publishes');
SELECT throws_like(statement, '%land@1.0.0 is published%', 'published, refused: ' || statement) FROM unnest(ARRAY[
    'UPDATE slice SET mass_t = 0', 'DELETE FROM slice', 'UPDATE field SET total = 1', 'DELETE FROM source_field', 'UPDATE block SET sum = 0', 'DELETE FROM release', 'UPDATE release SET licence = ''mine''']) AS statement;
SELECT lives_ok('SELECT release_withdraw(release) FROM fixture', 'but it can be withdrawn');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
