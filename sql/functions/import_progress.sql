-- import_progress: how far the imports on this database are, as their sessions say of themselves.
-- Runs as the owner: nobody else may look at other people's sessions (public.sql).
CREATE OR REPLACE FUNCTION import_progress()
RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT application_name FROM pg_catalog.pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'fluxgrid import %' LIMIT 8
$$;
COMMENT ON FUNCTION import_progress() IS 'Names of sessions like "fluxgrid import 3/17 mass balance", at most 8; whoever may connect can take such a name.';
