-- public.sql: takes back what PostgreSQL lets everybody do in a fresh database, and gives it to those who need it.
-- Idempotent. Run by migrate.sh after the grants, as the connecting user: only a superuser can; the setting
-- fluxgrid.open = on gives all of it back, for pg_upgrade (decision 44).
--
-- Who is a superuser keeps everything. The owner of the database keeps what everybody had.
BEGIN;
SELECT pg_advisory_xact_lock(7305803, 1) \g /dev/null
DO $$
DECLARE
    is_open boolean := coalesce(current_setting('fluxgrid.open', true), '') = 'on';
    routine regprocedure;
    others text;
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        IF has_function_privilege('public', 'pg_terminate_backend(integer, bigint)', 'EXECUTE') THEN
            RAISE WARNING 'everybody may still end sessions and make large objects in this database'
                USING HINT = 'let a superuser run sql/migrate.sh once';
        END IF;
        RETURN;
    END IF;

    FOR routine, others IN
        SELECT p.oid::regprocedure, c.others FROM pg_proc p JOIN (VALUES
            -- ends what others of the same role do
            ('pg_(terminate|cancel)_backend', 'pg_signal_backend'),
            -- tells what they do; the importer's step is told by import_progress()
            ('pg_stat_get_(activity|backend_.*|progress_info|wal_senders)|pg_lock_status|pg_(safe_snapshot_)?blocking_pids', 'pg_read_all_stats'),
            ('pg_isolation_test_session_is_blocked|pg_prepared_xact', 'pg_read_all_stats'),
            -- locks that an import or a migration waits for
            ('pg_(try_)?advisory_.*', NULL),
            -- wakes the servers. The command NOTIFY cannot be closed, but no injected expression is a command
            ('pg_notify', 'fluxgrid_import'),
            -- fills the disk, or uses up transaction numbers
            ('lo_.*|loread|lowrite|pg_logical_emit_message|txid_current|pg_current_xact_id', NULL),
            ('pg_export_snapshot', 'pg_read_all_data'), -- pg_dump --jobs
            -- holds a connection for nothing
            ('pg_sleep.*', NULL)) AS c (name, others) ON p.proname ~ ('^(' || c.name || ')$')
        WHERE p.pronamespace = 'pg_catalog'::regnamespace
        -- what initdb itself took from everybody stays as it is
        AND NOT EXISTS (SELECT FROM pg_init_privs i WHERE i.objoid = p.oid AND i.classoid = 'pg_proc'::regclass)
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, fluxgrid_owner, fluxgrid_import, fluxgrid_server, pg_database_owner%s',
                       routine, ', ' || others);
        IF is_open THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', routine);
        ELSE
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO fluxgrid_owner, pg_database_owner%s', routine, ', ' || others);
        END IF;
    END LOOP;

    IF is_open THEN
        REVOKE USAGE ON LANGUAGE plpgsql FROM fluxgrid_owner, pg_database_owner;
        GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC;
    ELSE
        GRANT EXECUTE ON FUNCTION pg_try_advisory_xact_lock(integer, integer) TO fluxgrid_import;
        REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC; -- DO; functions that are there run all the same
        GRANT USAGE ON LANGUAGE plpgsql TO fluxgrid_owner, pg_database_owner;
    END IF;
END $$;
COMMIT;
