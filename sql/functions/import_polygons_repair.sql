-- import_polygons_repair: invalid polygons made valid by PostGIS, each told in the report.
-- Method "structure" takes rings as shells and holes as they were meant; the older "linework" turns an
-- overlap of two parts into a hole.
CREATE OR REPLACE FUNCTION import_polygons_repair()
RETURNS void
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    CREATE TEMPORARY TABLE repaired ON COMMIT DROP AS
        SELECT file, feature, code, ST_IsValidReason(geom) AS reason,
               ST_Multi(ST_CollectionExtract(ST_MakeValid(geom, 'method=structure'), 3)) AS geom
        FROM stage_polygon WHERE NOT ST_IsValid(geom);
    INSERT INTO stage_problem
        SELECT file, feature, 'geometry', NULL, format('is invalid (%s), and no area is left when it is repaired; draw it again', reason)
        FROM repaired WHERE ST_IsEmpty(geom) ORDER BY file, feature;
    UPDATE stage_polygon p SET geom = r.geom FROM repaired r WHERE (p.file, p.feature) = (r.file, r.feature) AND NOT ST_IsEmpty(r.geom);
    INSERT INTO stage_note
        SELECT 'repaired', coalesce(jsonb_agg(jsonb_build_object('file', file, 'feature', feature, 'code', code, 'reason', reason,
                                              'km2', district_km2(geom)) ORDER BY file, feature), '[]')
        FROM repaired WHERE NOT ST_IsEmpty(geom);
    DROP TABLE repaired;
END $$;
COMMENT ON FUNCTION import_polygons_repair() IS 'Used by import_polygons: writes stage_polygon, stage_note, stage_problem.';
