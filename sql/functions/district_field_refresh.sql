-- district_field_refresh: the mass of a field in every district, and outside of all of each level.
-- Raster fields: cells x fractions. Points: each source whole, in its district and those above it.
-- Only districts in the field's countries count. The importer computes raster fields itself, in one pass with
-- everything else; this is what its results are tested against.
CREATE OR REPLACE FUNCTION district_field_refresh(of_field bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    f field;
    written bigint;
BEGIN
    SELECT * INTO STRICT f FROM field WHERE id = of_field;
    DELETE FROM district_field WHERE field = of_field;
    DELETE FROM field_outside WHERE field = of_field;
    IF f.kind = 'points' THEN
        PERFORM district_field_refresh_points(of_field);
    ELSIF f.is_cut THEN
        PERFORM district_field_refresh_cut(f);
    ELSE
        PERFORM district_field_refresh_raster(f);
    END IF;
    SELECT count(*) INTO written FROM district_field WHERE field = of_field;
    RETURN written;
END $$;
COMMENT ON FUNCTION district_field_refresh(bigint) IS
    'Recomputes district_field and field_outside of a field; answers the number of districts with mass.';
