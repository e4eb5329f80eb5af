-- The server's role can read and nothing else, however it tries; nobody else can do anything.
BEGIN;
\ir fixture.inc
SELECT plan(41);

SELECT is_empty($$SELECT c.relname FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'fluxgrid'::regnamespace AND a.grantee = 0$$,
    'PUBLIC has no table');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    WHERE p.pronamespace = 'fluxgrid'::regnamespace AND a.grantee = 0$$, 'PUBLIC has no function');
SELECT is_empty($$SELECT nspname FROM pg_namespace n, aclexplode(n.nspacl) a WHERE nspname = 'fluxgrid' AND a.grantee = 0$$, 'PUBLIC has not the schema');
SELECT is_empty($$SELECT datname FROM pg_database d, aclexplode(d.datacl) a WHERE datname = current_database() AND a.grantee = 0
    AND a.privilege_type IN ('TEMPORARY', 'CREATE')$$, 'PUBLIC can make nothing in the database');
SELECT is_empty($$SELECT relname FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'fluxgrid'::regnamespace
    AND a.grantee = 'fluxgrid_server'::regrole AND a.privilege_type <> 'SELECT'$$, 'the server has SELECT alone');
SELECT isnt_superuser('fluxgrid_server', 'the server is no superuser');
SELECT ok((SELECT bool_and(NOT rolcreatedb AND NOT rolcreaterole AND NOT rolinherit AND NOT rolreplication AND NOT rolbypassrls)
    FROM pg_roles WHERE rolname IN ('fluxgrid_owner', 'fluxgrid_import', 'fluxgrid_server')), 'no role has an attribute it does not need');
SELECT is((SELECT rolcanlogin FROM pg_roles WHERE rolname = 'fluxgrid_owner'), false, 'the owner never logs in');
SELECT is_empty($$SELECT * FROM pg_auth_members WHERE member IN ('fluxgrid_server'::regrole, 'fluxgrid_import'::regrole)$$, 'neither is a member of anything');
SELECT ok(array_to_string((SELECT setconfig FROM pg_db_role_setting WHERE setrole = 'fluxgrid_server'::regrole AND setdatabase = 0), ';') ~ setting,
          'the server''s ' || setting)
FROM unnest(ARRAY['default_transaction_read_only=on', 'statement_timeout=', 'lock_timeout=', 'idle_in_transaction_session_timeout=',
                  'search_path=fluxgrid, public', 'temp_file_limit=']) AS setting;

-- default_transaction_read_only is not the wall: all this happens in a writable transaction
SET LOCAL ROLE fluxgrid_server;
SELECT is(current_setting('transaction_read_only'), 'off', 'grants alone stand between the server and the tables');
SELECT lives_ok('SELECT count(*) FROM slice', 'the server reads tables');
SELECT isnt_empty('SELECT * FROM audit((SELECT id FROM release))', 'the server audits');
SELECT isnt_empty('SELECT * FROM cell LIMIT 1', 'the server reads cells');
SELECT throws_ok(statement, '42501', NULL, 'refused: ' || statement) FROM unnest(ARRAY[
    'INSERT INTO gas VALUES (''X2'', 9, '''', '''', '''', '''')', 'UPDATE slice SET mass_t = 0', 'DELETE FROM release', 'TRUNCATE block',
    'CREATE TABLE fluxgrid.mine (a int)', 'CREATE TABLE public.mine (a int)', 'CREATE TEMPORARY TABLE mine (a int)', 'CREATE SCHEMA mine',
    'DROP TABLE gas', 'ALTER TABLE gas ADD COLUMN x int', 'COPY (SELECT 1) TO PROGRAM ''true''', 'COPY gas FROM ''/etc/passwd''',
    'SELECT pg_read_file(''/etc/passwd'')', 'SELECT lo_import(''/etc/passwd'')', 'SELECT lo_create(0)', 'SELECT * FROM pg_authid',
    'SELECT pg_advisory_lock(7305803, 2)', 'SELECT pg_try_advisory_lock_shared(1)', 'SELECT release_publish(1)', 'SELECT import_begin()', 'SELECT district_cell_refresh(1)', 'SELECT nextval(''release_id_seq'')']) AS statement;
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;

