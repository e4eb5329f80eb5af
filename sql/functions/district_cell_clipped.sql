-- district_cell_clipped: fractions of cells inside any polygon, by a quadtree: a square that is disjoint is
-- dropped, one that is full is expanded to whole cells, a mixed one is cut in four down to single cells,
-- whose pieces are measured in the equal-area projection EPSG:6933 against the whole cell. Edges are straight
-- in longitude and latitude and curved in the projection: they are densified to 1/16 cell before projecting,
-- which leaves an error of a fraction below 1e-7 (0.01 degree) that cancels between neighbours.
-- ST_ClipByBox2D would be twice as fast and loses whole squares where a border runs within 1e-6 of a cell along
-- the square's edge, as every reprojected outline of a grid does.
CREATE OR REPLACE FUNCTION district_cell_clipped(grid_geom geometry, g grid)
RETURNS TABLE (col integer, "row" integer, fraction double precision)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5000
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH RECURSIVE root AS (
        SELECT greatest(floor(ST_XMin(grid_geom)), 0)::integer AS x0, greatest(floor(ST_YMin(grid_geom)), 0)::integer AS y0,
               least(ceil(ST_XMax(grid_geom)), g.nx)::integer AS x1, least(ceil(ST_YMax(grid_geom)), g.ny)::integer AS y1
    ), square AS (
        SELECT x * 64 AS x, y * 64 AS y, 64 AS size,
               ST_CollectionExtract(ST_Intersection(grid_geom, ST_MakeEnvelope(x * 64, y * 64, x * 64 + 64, y * 64 + 64)), 3) AS geom
        FROM root, generate_series(root.x0 / 64, (root.x1 - 1) / 64) AS x, generate_series(root.y0 / 64, (root.y1 - 1) / 64) AS y
        WHERE root.x0 < root.x1 AND root.y0 < root.y1
        UNION ALL
        SELECT q.x, q.y, q.size, ST_CollectionExtract(ST_Intersection(q.geom, ST_MakeEnvelope(q.x, q.y, q.x + q.size, q.y + q.size)), 3)
        FROM (SELECT s.x + i * (s.size / 2) AS x, s.y + j * (s.size / 2) AS y, s.size / 2 AS size, s.geom
              FROM square s, generate_series(0, 1) AS i, generate_series(0, 1) AS j
              WHERE s.size > 1 AND ST_Area(s.geom) > 0 AND s.size * s.size - ST_Area(s.geom) > 1e-12) q
        WHERE q.x < g.nx AND q.y < g.ny
    ), whole AS (
        SELECT x, y, size FROM square WHERE size * size - ST_Area(geom) <= 1e-12
    ), part AS (
        SELECT x, y,
               ST_Area(ST_Transform(ST_SetSRID(ST_Affine(ST_Segmentize(ST_CollectionExtract(geom, 3), 0.0625), g.dx, 0, 0, -g.dy, g.x0, g.y0), 4326), 6933))
               / ST_Area(ST_Transform(ST_MakeEnvelope(g.x0 + x * g.dx, g.y0 - (y + 1) * g.dy, g.x0 + (x + 1) * g.dx, g.y0 - y * g.dy, 4326), 6933)) AS fraction
        FROM square WHERE size = 1 AND ST_Area(geom) > 0 AND 1 - ST_Area(geom) > 1e-12
    )
    SELECT cx, cy, 1.0::float8
    FROM whole, generate_series(x, least(x + size, g.nx) - 1) AS cx, generate_series(y, least(y + size, g.ny) - 1) AS cy
    UNION ALL
    SELECT x, y, least(fraction, 1) FROM part WHERE fraction > 1e-12
$$;
COMMENT ON FUNCTION district_cell_clipped(geometry, grid) IS
    'Cells (column, row) that a polygon in index space covers, with the fraction of their ground area.';
