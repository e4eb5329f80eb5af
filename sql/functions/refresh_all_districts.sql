-- refresh_all_districts: after a boundary change, everything that depends on districts. The countries are those
-- whose districts changed: fields of other countries, and fractions of other districts, are left alone. Rows are
-- deleted and written anew, so readers see the old ones until this transaction commits, and wait for nothing.
CREATE OR REPLACE FUNCTION refresh_all_districts(countries text[] DEFAULT '{}')
RETURNS void
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    PERFORM refresh_fractions(countries);
    PERFORM district_field_refresh(f.id) FROM field f
    WHERE refresh_all_districts.countries = '{}' OR f.countries = '{}' OR f.countries && refresh_all_districts.countries;
END $$;
COMMENT ON FUNCTION refresh_all_districts(text[]) IS
    'Recomputes fractions of all grids, districts of all sources, and district masses of all fields, as far as the districts of these countries (codes; empty = all) matter to them.';
