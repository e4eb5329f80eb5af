-- district_field_refresh_points: sources counted where they stand, climbing to the parents.
CREATE OR REPLACE FUNCTION district_field_refresh_points(of_field bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT s.source, s.weight, d.id AS district, d.parent FROM source_field s JOIN district d ON d.id = s.district WHERE s.field = of_field
        UNION ALL
        SELECT u.source, u.weight, p.id, p.parent FROM up u JOIN district p ON p.code = u.parent
    )
    INSERT INTO district_field (field, district, mass, sum_sq)
        SELECT of_field, district, sum(weight ORDER BY source), sum(weight * weight ORDER BY source) FROM up GROUP BY district;
    WITH RECURSIVE up AS (
        SELECT s.source, d.level, d.parent FROM source_field s JOIN district d ON d.id = s.district WHERE s.field = of_field
        UNION ALL
        SELECT u.source, p.level, p.parent FROM up u JOIN district p ON p.code = u.parent
    )
    INSERT INTO field_outside (field, level, mass)
        SELECT of_field, l.level, coalesce(sum(s.weight ORDER BY s.source)
                   FILTER (WHERE NOT EXISTS (SELECT FROM up u WHERE u.source = s.source AND u.level = l.level)), 0)
        FROM (SELECT DISTINCT d.level FROM field f CROSS JOIN LATERAL district_scope(f.countries) c JOIN district d ON d.id = c.district
              WHERE f.id = of_field) l CROSS JOIN source_field s
        WHERE s.field = of_field GROUP BY l.level;
$$;
COMMENT ON FUNCTION district_field_refresh_points(bigint) IS 'Used by district_field_refresh.';
