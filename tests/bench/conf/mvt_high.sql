-- The same in one query: at high zooms a second question would cost as much as the tile.
\set id random({first}, {last})
SELECT (SELECT ST_AsMVT(tile, 'cells', 4096, 'geom') FROM (
    SELECT ST_AsMVTGeom(geom, ST_TileEnvelope(z, x, y), 4096, 64, true) AS geom, density
    FROM cells WHERE geom && ST_TileEnvelope(z, x, y, margin => 64.0 / 4096)) tile) FROM mvt_tile WHERE id = :id;
