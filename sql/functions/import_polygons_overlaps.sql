-- import_polygons_overlaps: ground that two districts of a level claim. A cell's mass counts once, so it cannot
-- stay: the district whose code comes first keeps it. Where mending was not asked for, only slivers of up to one
-- square metre (rounded coordinates) are cut like that, and anything larger is a problem. All are measured.
CREATE OR REPLACE FUNCTION import_polygons_overlaps(is_repair boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    sliver_km2 CONSTANT float8 := 1e-6;
BEGIN
    CREATE TEMPORARY TABLE overlap ON COMMIT DROP AS
        SELECT o.*, district_km2(o.geom) AS km2, ST_PointOnSurface(o.geom) AS place
        FROM (SELECT a.level, a.code AS keeps, b.code AS loses, b.file, b.feature,
                     ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 3) AS geom
              FROM stage_polygon a JOIN stage_polygon b ON a.level = b.level AND a.code COLLATE "C" < b.code COLLATE "C" AND ST_Intersects(a.geom, b.geom)) o
        WHERE NOT ST_IsEmpty(o.geom) AND ST_Area(o.geom) > 0;
    INSERT INTO stage_problem
        SELECT file, feature, 'geometry', loses,
               format('overlaps %s by %s km2 near %s E, %s N; mend the border, or set "geometry" to "repair"',
                      keeps, round(km2::numeric, 6), round(ST_X(place)::numeric, 5), round(ST_Y(place)::numeric, 5))
        FROM overlap WHERE NOT is_repair AND km2 > sliver_km2 ORDER BY km2 DESC, keeps, loses;

    UPDATE stage_polygon p SET geom = ST_Multi(ST_CollectionExtract(ST_Difference(p.geom, o.geom), 3))
    FROM (SELECT b.loses, ST_Union(a.geom) AS geom FROM overlap b JOIN stage_polygon a ON a.code = b.keeps AND a.level = b.level
          WHERE is_repair OR b.km2 <= sliver_km2 GROUP BY b.loses) o
    WHERE p.code = o.loses;
    INSERT INTO stage_problem
        SELECT file, feature, 'geometry', code, 'lies wholly inside others of its level; leave it out, or mend the others'
        FROM stage_polygon WHERE ST_IsEmpty(geom) ORDER BY file, feature;

    INSERT INTO stage_note
        SELECT 'overlaps', jsonb_build_object('pairs', count(*), 'km2', coalesce(sum(km2), 0), 'largest', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('level', level, 'keeps', keeps, 'loses', loses, 'km2', km2,
                                      'lon', round(ST_X(place)::numeric, 5), 'lat', round(ST_Y(place)::numeric, 5)) ORDER BY km2 DESC, keeps, loses), '[]')
            FROM (SELECT * FROM overlap ORDER BY km2 DESC, keeps, loses LIMIT 100) l))
        FROM overlap;
    DROP TABLE overlap;
END $$;
COMMENT ON FUNCTION import_polygons_overlaps(boolean) IS 'Used by import_polygons: writes stage_polygon, stage_note, stage_problem.';
