-- cell: every stored cell as a row with its geometry, for analysts and for QGIS.
CREATE OR REPLACE VIEW cell AS
    SELECT f.id AS field, b.level, b.bx * 64 + u.slot % 64 AS col, b.by * 64 + u.slot / 64 AS "row", u.value,
           cell_geom(g, b.level, b.bx * 64 + u.slot % 64, b.by * 64 + u.slot / 64)::geometry(Polygon, 4326) AS geom
    FROM block b
    JOIN field f ON f.id = b.field
    JOIN grid g ON g.id = f.grid
    CROSS JOIN LATERAL block_unpack(b.cells) u;
COMMENT ON VIEW cell IS 'Cells with data as rows. Filter by field and level: there are many.';
COMMENT ON COLUMN cell.field IS 'Field the cell belongs to';
COMMENT ON COLUMN cell.level IS '0 = native, k = sums of 2^k x 2^k native cells';
COMMENT ON COLUMN cell.col IS 'Column at that level, 0 in the west';
COMMENT ON COLUMN cell."row" IS 'Row at that level, 0 in the north';
COMMENT ON COLUMN cell.value IS 'Mass or share in the cell, in the field''s unit; times slice.factor = tonnes of the gas';
COMMENT ON COLUMN cell.geom IS 'Rectangle of the cell, EPSG:4326';
