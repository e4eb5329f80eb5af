-- import_districts_clash: what staged_district must not do to the districts that are there. Codes are one space
-- for all countries, so a code of another country is not ours to take; and a country does not wander.
CREATE OR REPLACE FUNCTION import_districts_clash()
RETURNS void
LANGUAGE sql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH RECURSIVE there AS (
        SELECT code, code AS country FROM district WHERE level = 0
        UNION ALL
        SELECT d.code, t.country FROM district d JOIN there t ON d.parent = t.code
    )
    INSERT INTO stage_problem
        SELECT p.file, p.feature, coalesce(p.code_attribute, 'code'), s.code,
               format('belongs to country %s in the database; put the country before your codes, such as UZ-1703', t.country)
        FROM staged_district s JOIN there t USING (code) LEFT JOIN stage_polygon p USING (code)
        WHERE t.country <> ALL (SELECT code FROM staged_district WHERE level = 0)
        ORDER BY s.code;
    INSERT INTO stage_problem
        SELECT NULL, NULL, 'geometry', s.code,
               'does not touch the place where this country is now; check the order of the axes and the coordinate system, or give it another code'
        FROM staged_district s JOIN district d USING (code)
        WHERE s.level = 0 AND d.level = 0 AND NOT ST_Intersects(s.geom, d.geom)
        ORDER BY s.code;
    INSERT INTO stage_note
        SELECT 'overlaps_other_countries', coalesce(jsonb_agg(jsonb_build_object('code', code, 'other', other, 'km2', km2) ORDER BY code, other), '[]')
        FROM (SELECT s.code, d.code AS other, district_km2(ST_CollectionExtract(ST_Intersection(s.geom, d.geom), 3)) AS km2
              FROM staged_district s JOIN district d ON d.level = 0 AND s.level = 0 AND d.code <> s.code AND ST_Intersects(d.geom, s.geom)
              WHERE d.code <> ALL (SELECT code FROM staged_district WHERE level = 0)) o
        WHERE km2 > 0
    ON CONFLICT (name) DO UPDATE SET value = excluded.value;
$$;
COMMENT ON FUNCTION import_districts_clash() IS
    'Used by import_districts: codes of other countries and countries that moved away into stage_problem; overlaps with other countries (km2) into stage_note.';
