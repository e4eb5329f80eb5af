-- import_polygons: makes stage_polygon fit to become districts, or says in stage_problem why it is not.
--
-- Invalid geometry and overlaps are mended when that is asked for, and then listed in stage_note; else they are
-- problems. Where no table of areas was staged, the features' own attributes become stage_area.
CREATE OR REPLACE FUNCTION import_polygons(is_repair boolean, bbox double precision[] DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    UPDATE stage_polygon SET geom = ST_SetSRID(geom, 4326);
    CREATE INDEX ON stage_polygon USING gist (geom);
    ANALYZE stage_polygon;
    PERFORM import_polygons_check(is_repair, bbox);
    IF NOT EXISTS (SELECT FROM stage_problem) AND is_repair THEN
        PERFORM import_polygons_repair();
    END IF;
    IF NOT EXISTS (SELECT FROM stage_problem) THEN
        PERFORM import_polygons_overlaps(is_repair);
    END IF;
    IF NOT EXISTS (SELECT FROM stage_area) AND NOT EXISTS (SELECT FROM stage_problem) THEN
        INSERT INTO stage_area (code, level, parent, iso, name_en, name_ru, name_uz, name_ko, name_uz_cyrl)
            SELECT code, level, parent, iso, name_en, name_ru, name_uz, name_ko, name_uz_cyrl FROM stage_polygon;
    END IF;
    RETURN (SELECT count(*) FROM stage_problem);
END $$;
COMMENT ON FUNCTION import_polygons(boolean, double precision[]) IS
    'Checks and prepares stage_polygon (bbox: west, south, east, north in degrees that must hold it); answers the number of problems, which are in stage_problem.';
