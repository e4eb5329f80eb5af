-- import_districts_check: everything that can be wrong with staged districts, each with its code and rule.
CREATE OR REPLACE FUNCTION import_districts_check()
RETURNS void
LANGUAGE plpgsql STABLE
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    bad text;
BEGIN
    SELECT string_agg(format('%s: %s', code, rule), E'\n' ORDER BY code) INTO bad FROM (
        SELECT code, 'code occurs ' || count(*) || ' times; keep one row' AS rule FROM stage_area GROUP BY code HAVING count(*) > 1
        UNION ALL
        SELECT code, 'level ' || level || ' is not 0, 1 or 2; correct it' FROM stage_area WHERE level NOT BETWEEN 0 AND 2
        UNION ALL
        SELECT code, 'a country (level 0) has no parent; leave it empty' FROM stage_area WHERE level = 0 AND parent IS NOT NULL
        UNION ALL
        SELECT a.code, CASE WHEN a.parent IS NULL THEN 'no parent at level ' || a.level || '; name its parent'
                            WHEN p.code IS NULL THEN 'parent ' || a.parent || ' is not an area; correct it, or add its row'
                            ELSE 'parent ' || a.parent || ' is of level ' || p.level || ', not ' || a.level - 1 || '; name one a level up' END
        FROM stage_area a LEFT JOIN stage_area p ON p.code = a.parent
        WHERE a.level > 0 AND (p.code IS NULL OR p.level <> a.level - 1)
        UNION ALL
        SELECT min(code), 'mask value ' || mask_value || ' belongs to ' || string_agg(code, ' and ' ORDER BY code) || '; give each its own'
        FROM stage_area WHERE mask_value IS NOT NULL GROUP BY mask_value HAVING count(*) > 1
        UNION ALL
        SELECT a.code, 'mask value ' || a.mask_value || ' has no polygon (no pixel) in the mask; correct it, or remove the area' FROM stage_area a
        WHERE a.mask_value IS NOT NULL AND NOT EXISTS (SELECT FROM stage_mask_polygon p WHERE p.mask_value = a.mask_value)
        UNION ALL
        SELECT a.code, 'neither a polygon or mask value nor an area below it; give it one, or remove it' FROM stage_area a
        WHERE a.mask_value IS NULL AND NOT EXISTS (SELECT FROM stage_area c WHERE c.parent = a.code)
          AND NOT EXISTS (SELECT FROM stage_polygon p WHERE p.code = a.code)
        UNION ALL
        SELECT 'mask', 'value ' || p.mask_value || ' belongs to no area; add its area, or make these pixels 0' FROM stage_mask_polygon p
        WHERE NOT EXISTS (SELECT FROM stage_area a WHERE a.mask_value = p.mask_value) GROUP BY p.mask_value
        UNION ALL
        SELECT 'mask', 'polygon of value ' || mask_value || ': ' || reason || '; make the mask again' FROM (
            SELECT mask_value, CASE WHEN GeometryType(geom) NOT IN ('POLYGON', 'MULTIPOLYGON') THEN 'is a ' || GeometryType(geom)
                                    WHEN ST_IsEmpty(geom) THEN 'is empty'
                                    WHEN ST_XMin(geom) < -180 OR ST_XMax(geom) > 180 OR ST_YMin(geom) < -90 OR ST_YMax(geom) > 90
                                        THEN 'is not in degrees of longitude and latitude'
                                    WHEN NOT ST_IsValid(geom) THEN ST_IsValidReason(geom) END AS reason
            FROM stage_mask_polygon) v WHERE reason IS NOT NULL
        UNION ALL
        SELECT DISTINCT code, 'statistics of a code that is no area; correct it, or remove the row' FROM stage_stat s
        WHERE NOT EXISTS (SELECT FROM stage_area a WHERE a.code = s.code)
          AND NOT (NOT EXISTS (SELECT FROM stage_area) AND EXISTS (SELECT FROM district d WHERE d.code = s.code))
        UNION ALL
        SELECT code, 'year ' || year || ' occurs more than once in the statistics; keep one row' FROM stage_stat GROUP BY code, year
        HAVING count(population) > 1 OR count(gdp) > 1
        LIMIT 20) problems;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'districts: %', bad USING ERRCODE = 'data_exception';
    END IF;
END $$;
COMMENT ON FUNCTION import_districts_check() IS 'Raises an error that lists what is wrong with the staged districts and statistics, one a line (up to 20 problems).';
