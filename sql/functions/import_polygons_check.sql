-- import_polygons_check: what is wrong with single features, and between codes.
CREATE OR REPLACE FUNCTION import_polygons_check(is_repair boolean, bbox double precision[])
RETURNS void
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    has_areas boolean := EXISTS (SELECT FROM stage_area);
BEGIN
    INSERT INTO stage_problem
        SELECT file, feature, code_attribute, code,
               format('is the code of feature %s of %s too; dissolve the parts of a district into one feature', first_feature, first_file)
        FROM (SELECT p.*, row_number() OVER same AS nth, first_value(feature) OVER same AS first_feature, first_value(file) OVER same AS first_file
              FROM stage_polygon p WINDOW same AS (PARTITION BY code ORDER BY level, file, feature)) d
        WHERE nth > 1
        ORDER BY file, feature;
    INSERT INTO stage_problem
        SELECT p.file, p.feature, p.code_attribute, p.code,
               CASE WHEN a.code IS NULL THEN 'is no code of the table of areas; add its row there, or leave the feature out'
                    ELSE format('is of level %s in the table of areas and of level %s here; correct one of them', a.level, p.level) END
        FROM stage_polygon p LEFT JOIN stage_area a USING (code)
        WHERE has_areas AND a.level IS DISTINCT FROM p.level
        ORDER BY p.file, p.feature;
    INSERT INTO stage_problem
        SELECT p.file, p.feature, p.parent_attribute, p.parent,
               CASE WHEN p.level = 0 THEN 'a country (level 0) has no parent; leave it out'
                    WHEN p.parent IS NULL THEN format('is missing; name the district of level %s it belongs to', p.level - 1)
                    ELSE format('is no code of level %s; correct it, or give that level a file or a table of areas', p.level - 1) END
        FROM stage_polygon p
        WHERE NOT has_areas
          AND (p.level = 0) <> (p.parent IS NULL)
           OR NOT has_areas AND p.level > 0 AND NOT EXISTS (SELECT FROM stage_polygon u WHERE u.code = p.parent AND u.level = p.level - 1)
        ORDER BY p.file, p.feature;
    -- GEOS knows no more than one fault of a ring; the place it names is in degrees.
    INSERT INTO stage_problem
        SELECT file, feature, 'geometry', NULL,
               format('is invalid (%s); mend it, or set "geometry" to "repair"', ST_IsValidReason(geom))
        FROM stage_polygon WHERE NOT is_repair AND NOT ST_IsValid(geom)
        ORDER BY file, feature;
    INSERT INTO stage_problem
        SELECT file, feature, 'geometry', NULL,
               format('lies at %s..%s E, %s..%s N, not in "bbox"; check the order of its axes and its coordinate system, or correct "bbox"',
                      round(ST_XMin(geom)::numeric, 3), round(ST_XMax(geom)::numeric, 3), round(ST_YMin(geom)::numeric, 3), round(ST_YMax(geom)::numeric, 3))
        FROM stage_polygon
        WHERE bbox IS NOT NULL AND NOT (ST_XMin(geom) >= bbox[1] AND ST_YMin(geom) >= bbox[2] AND ST_XMax(geom) <= bbox[3] AND ST_YMax(geom) <= bbox[4])
        ORDER BY file, feature;
END $$;
COMMENT ON FUNCTION import_polygons_check(boolean, double precision[]) IS 'Used by import_polygons: writes stage_problem.';
