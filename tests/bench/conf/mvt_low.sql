-- As Martin writes it (pg_tileserv has the same envelope in a subquery), less what this table does not need: the cells are in
-- web-mercator metres already, so no ST_Transform. No limit of features: a tile shows all that lies in it.
-- The address comes by a first query, so that the plan is made for its numbers: low zooms then run in parallel.
\set id random({first}, {last})
SELECT z, x, y FROM mvt_tile WHERE id = :id \gset
SELECT ST_AsMVT(tile, 'cells', 4096, 'geom') FROM (
    SELECT ST_AsMVTGeom(geom, ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS geom, density
    FROM cells WHERE geom && ST_TileEnvelope(:z, :x, :y, margin => 64.0 / 4096)) tile;
