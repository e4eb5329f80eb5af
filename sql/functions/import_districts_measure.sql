-- import_districts_measure: how the levels of staged_district fit together: ground of a parent that none of its
-- children covers (gaps; of a parent that is their union, the holes in it), and ground of children outside their
-- parent. A child of which more than a share lies outside is a problem: it belongs elsewhere.
CREATE OR REPLACE FUNCTION import_districts_measure(max_outside_pct double precision)
RETURNS void
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    CREATE TEMPORARY TABLE misfit ON COMMIT DROP AS
        WITH family AS (
            SELECT p.code, p.level, p.is_union, p.geom AS parent, ST_Union(c.geom) AS children
            FROM staged_district p JOIN staged_district c ON c.parent = p.code GROUP BY p.code, p.level, p.is_union, p.geom
        ), piece AS (
            SELECT 'gaps' AS kind, f.level, f.code, d.geom
            FROM family f CROSS JOIN LATERAL ST_Dump(ST_CollectionExtract(CASE
                WHEN f.is_union THEN (SELECT ST_Collect(ST_MakePolygon(ST_ExteriorRing(r.geom)))
                     FROM ST_Dump(f.parent) s CROSS JOIN LATERAL ST_DumpRings(s.geom) r WHERE r.path[1] > 0)
                ELSE ST_Difference(f.parent, f.children) END, 3)) d
            UNION ALL
            SELECT 'outside_parent', c.level, c.code, ST_CollectionExtract(ST_Difference(c.geom, p.geom), 3)
            FROM staged_district c JOIN staged_district p ON p.code = c.parent
            WHERE NOT p.is_union AND NOT ST_CoveredBy(c.geom, p.geom)
        )
        SELECT p.*, district_km2(p.geom) AS km2, ST_PointOnSurface(p.geom) AS place
        FROM piece p WHERE NOT ST_IsEmpty(p.geom) AND ST_Area(p.geom) > 0;
    INSERT INTO stage_problem
        SELECT s.file, s.feature, coalesce(s.parent_attribute, 'parent'), d.parent,
               format('%s of %s lies outside it (%s of %s km2); correct the parent, or the outlines, or raise "outside_pct" (now %s)',
                      round((100 * m.km2 / d.true_area_km2)::numeric, 2) || ' %', d.code, round(m.km2::numeric, 3), round(d.true_area_km2::numeric, 3), max_outside_pct)
        FROM misfit m JOIN staged_district d USING (code) LEFT JOIN stage_polygon s USING (code)
        WHERE m.kind = 'outside_parent' AND m.km2 > d.true_area_km2 * max_outside_pct / 100
        ORDER BY m.km2 DESC, d.code;
    INSERT INTO stage_note
        SELECT k.kind, jsonb_build_object('count', count(m.code), 'km2', coalesce(sum(m.km2), 0), 'largest', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('level', level, 'code', code, 'km2', km2,
                                      'lon', round(ST_X(place)::numeric, 5), 'lat', round(ST_Y(place)::numeric, 5)) ORDER BY km2 DESC, code), '[]')
            FROM (SELECT * FROM misfit i WHERE i.kind = k.kind ORDER BY km2 DESC, code LIMIT 100) l))
        FROM (VALUES ('gaps'), ('outside_parent')) k (kind) LEFT JOIN misfit m ON m.kind = k.kind GROUP BY k.kind;
    DROP TABLE misfit;
END $$;
COMMENT ON FUNCTION import_districts_measure(double precision) IS
    'Used by import_districts: gaps and children outside their parent, in km2 with a place, into stage_note; those beyond the share into stage_problem.';
