-- drop_functions.sql: clears the way for functions whose signature has changed. What something else
-- depends on (a trigger, a view, somebody's own work) stays and is replaced in place.
DO $$
DECLARE
    routine regprocedure;
BEGIN
    FOR routine IN SELECT oid FROM pg_proc WHERE pronamespace = 'fluxgrid'::regnamespace LOOP
        BEGIN
            EXECUTE format('DROP ROUTINE %s', routine);
        EXCEPTION WHEN dependent_objects_still_exist THEN
            NULL;
        END;
    END LOOP;
END $$;
