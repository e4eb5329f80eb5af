-- Packed blocks: what goes in comes out; levels sum; a changed bit is seen.
BEGIN;
\ir fixture.inc
SELECT plan(26);

PREPARE round_trip AS SELECT slot, value FROM block_unpack(block_pack(ARRAY[0, 1, 63, 64, 4095, 7, 8, 9, 10],
    ARRAY[1, -2.5, 3.4028234663852886e38, 1e-45, 0.1::real::float8, 0, 1.1754943508222875e-38, 1.1754942e-38::real::float8, -1e-40::real::float8])) ORDER BY slot;
SELECT results_eq('round_trip', $$VALUES (0, 1::float8), (1, -2.5), (7, 0), (8, 1.1754943508222875e-38), (9, 1.1754942e-38::real::float8),
    (10, -1e-40::real::float8), (63, 3.4028234663852886e38), (64, 1e-45::real::float8), (4095, 0.1::real::float8)$$,
    'every kind of float4 survives packing, exactly');
SELECT is(octet_length(block_pack('{}', '{}')), 16384, 'a block is 16 KiB');
SELECT is_empty($$SELECT * FROM block_unpack(block_pack('{}', '{}'))$$, 'NaN is no cell');
SELECT is(substring(block_pack(ARRAY[1], ARRAY[0.1::float8]) FROM 1 FOR 8), float4send('NaN') || float4send(0.1), 'cells are float4send in order');
SELECT results_eq($$SELECT grid_top_level(nx, ny) FROM (VALUES (1, 1), (64, 64), (65, 1), (128, 128), (129, 1), (1730, 860), (3600, 1800), (36000, 18000)) AS g (nx, ny)$$,
    'VALUES (0), (0), (1), (1), (2), (5), (6), (10)', 'the top level is the first that fits one block');

SELECT results_eq($$SELECT col, "row", value FROM block_cells((SELECT raster FROM fixture), 0) ORDER BY 1, 2$$,
    'SELECT c, r, v FROM fixture_cell ORDER BY 1, 2', 'block_cells gives back every cell of the grid in its place');
SELECT results_eq($$SELECT level::integer, count(*) FROM block WHERE field = (SELECT raster FROM fixture) GROUP BY level ORDER BY level$$,
    'VALUES (0, 6::bigint), (1, 2), (2, 1)', 'blocks per level: 3 x 2, 2 x 1, 1');
SELECT results_eq($$SELECT level::integer, col, "row" FROM (SELECT level, max(col) AS col, max("row") AS "row" FROM cell WHERE field = (SELECT raster FROM fixture) GROUP BY level) m ORDER BY level$$,
    'VALUES (0, 129, 69), (1, 64, 34), (2, 32, 17)', 'the last column and row of each level');
SELECT is_empty($$SELECT * FROM (SELECT o.col, o."row", o.value, (SELECT sum(v) FROM fixture_cell WHERE c / 4 = o.col AND r / 4 = o."row") AS e
    FROM block_cells((SELECT raster FROM fixture), 2) o) x WHERE abs(value / e - 1) > 1.8e-7$$, 'level 2 sums 4 x 4 cells');
SELECT is((SELECT count(*) FROM block_cells((SELECT raster FROM fixture), 2)), 33::bigint * 18, 'and has them all');
SELECT ok(abs(sum(c.value) / f.total - 1) < 1e-10, 'level ' || l || ' sums to the total to 1e-10')
    FROM fixture x JOIN field f ON f.id = x.raster CROSS JOIN generate_series(0, 2) AS l CROSS JOIN LATERAL block_cells(f.id, l) c GROUP BY l, f.total ORDER BY l;
SELECT ok(bool_and(ok), 'field_verify finds nothing wrong') FROM fixture, field_verify(raster);
SELECT ok(bool_and(ok), 'nor with points') FROM fixture, field_verify(points);
SELECT is((SELECT sum(count) FROM block WHERE level = 0 AND field = (SELECT raster FROM fixture)), (SELECT cells FROM field WHERE id = (SELECT raster FROM fixture))::bigint,
    'counts add up to the field''s');

-- geometry of cells
SELECT ok(ST_OrderingEquals(ST_Normalize(cell_geom(g, 0, 3, 4)), ST_Normalize(ST_MakeEnvelope(60 + 3 * 0.1::float8, 45 - 5 * 0.1::float8, 60 + 4 * 0.1::float8, 45 - 4 * 0.1::float8, 4326))), 'a native cell')
    FROM grid g WHERE id = (SELECT grid FROM fixture);
SELECT is(ST_XMax(cell_geom(g, 2, 32, 17)), 60 + 130 * 0.1::float8, 'the last overview cell ends at the grid''s east edge') FROM grid g WHERE id = (SELECT grid FROM fixture);
SELECT is(ST_YMin(cell_geom(g, 2, 32, 17)), 45 - 70 * 0.1::float8, 'and at its south edge') FROM grid g WHERE id = (SELECT grid FROM fixture);
SELECT ok(abs(sum(ST_Area(geom)) - 13 * 7 * 2.0 / 3) < 0.07, 'view cell tiles the grid without overlap') FROM cell WHERE field = (SELECT raster FROM fixture) AND level = 0;
SELECT is((SELECT array_agg(grid_cell_of(g, lon, lat)) FROM (VALUES (60, 45), (60.1, 45), (60.05, 44.9), (60 + 7 * 0.1::float8, 45 - 3 * 0.1::float8), (73, 40), (59.99, 44), (60, 38), (60, 38.01)) AS p (lon, lat)),
    ARRAY[0, 1, 130, 3 * 130 + 7, NULL, NULL, NULL, 69 * 130], 'a point''s cell: west and north edges belong to it') FROM grid g WHERE id = (SELECT grid FROM fixture);

-- real_ulp
SELECT is((SELECT array_agg(real_ulp(v) * 8388608) FROM unnest(ARRAY[1, 1.5, 2, 0.5, 8388608, 3, -4]::float8[]) AS v),
    ARRAY[1.0, 1, 2, 0.5, 8388608, 2, 4]::float8[], 'units in the last place (x 2^23)');

-- damage is seen
UPDATE block SET cells = set_byte(cells, 4 * 7 + 1, (get_byte(cells, 4 * 7 + 1) + 1) % 128) WHERE field = (SELECT raster FROM fixture) AND level = 1 AND bx = 0;
SELECT is((SELECT array_agg(level) FROM fixture, field_verify(raster) WHERE NOT ok), ARRAY[1], 'one changed byte of an overview is found');
DELETE FROM block WHERE field = (SELECT raster FROM fixture) AND level = 2;
SELECT is((SELECT array_agg(level) FROM fixture, field_verify(raster) WHERE NOT ok), ARRAY[1, 2], 'and a missing block too');
SELECT is((SELECT block_overviews(raster) FROM fixture), 2, 'block_overviews answers the top level');
SELECT ok(bool_and(ok), 'and mends it') FROM fixture, field_verify(raster);
SELECT * FROM finish();
ROLLBACK;
