-- refresh_all_districts: after a boundary change, everything that depends on districts.
CREATE OR REPLACE FUNCTION refresh_all_districts()
RETURNS void
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    PERFORM district_cell_refresh(id) FROM grid;
    UPDATE source_field sf SET district = coalesce(district_of_point(ST_X(s.geom), ST_Y(s.geom)),
                                                   (district_near_point(ST_X(s.geom), ST_Y(s.geom), 5)).district)
    FROM source s WHERE s.id = sf.source;
    PERFORM district_field_refresh(id) FROM field;
END $$;
COMMENT ON FUNCTION refresh_all_districts() IS
    'Recomputes fractions of all grids, districts of all sources, and district masses of all fields.';
