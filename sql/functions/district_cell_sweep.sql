-- district_cell_sweep: stands in for the foreign keys that district_cell does without.
CREATE OR REPLACE FUNCTION district_cell_sweep()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'grid' THEN
        DELETE FROM district_cell c USING gone WHERE c.grid = gone.id;
    ELSIF EXISTS (SELECT FROM gone) THEN
        DELETE FROM district_cell c USING gone WHERE c.district = gone.id;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION district_cell_sweep() IS 'Trigger: removes fractions of grids and districts that were deleted.';

CREATE OR REPLACE TRIGGER district_cell_sweep AFTER DELETE ON grid
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION district_cell_sweep();
CREATE OR REPLACE TRIGGER district_cell_sweep AFTER DELETE ON district
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION district_cell_sweep();
