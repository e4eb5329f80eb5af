-- Fractions of cells: hand-made shapes whose ground areas are known otherwise.
BEGIN;
\ir fixture.inc
SELECT plan(22);

CREATE FUNCTION pg_temp.share(wkt text) RETURNS TABLE (col int, "row" int, fraction float8) LANGUAGE sql AS
    'SELECT c.* FROM grid g, district_cell_clipped(district_grid_geom(ST_GeomFromText(wkt, 4326), g), g) c WHERE g.id = (SELECT grid FROM fixture)';
CREATE FUNCTION pg_temp.whole(wkt text) RETURNS TABLE (col int, "row" int) LANGUAGE sql AS
    'SELECT c.* FROM grid g, district_cell_aligned(district_grid_geom(ST_GeomFromText(wkt, 4326), g), g.nx, g.ny) c WHERE g.id = (SELECT grid FROM fixture)';
-- ground area of a strip of latitude per degree of longitude, without any projection: q of the ellipsoid
CREATE FUNCTION pg_temp.q(lat float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT (1 - e * e) * (s / (1 - e * e * s * s) - 1 / (2 * e) * ln((1 - e * s) / (1 + e * s)))
    FROM (SELECT sind(lat) AS s, sqrt(0.00669437999014::float8) AS e) v $$;

-- borders along cells
SELECT results_eq($$SELECT d.code, count(*), min(c.fraction), max(c.fraction) FROM district_cell c JOIN district d ON d.id = c.district WHERE d.code LIKE 'X1_' GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('X11', 100::bigint, 1.0::float8, 1.0::float8), ('X12', 100, 1, 1)$$, 'a district along cells has whole cells, exactly');
SELECT results_eq($$SELECT c.cell FROM district_cell c JOIN district d ON d.id = c.district WHERE d.code = 'X12' ORDER BY 1$$,
    'SELECT r * 130 + c FROM generate_series(10, 19) AS r, generate_series(20, 29) AS c ORDER BY 1', 'and they are the right ones');
SELECT is_empty($$SELECT col, "row" FROM pg_temp.whole('POLYGON((61 43, 62 43, 62 44, 61.0001 44, 61 43))')$$, 'one slanted edge and the scan lines refuse');
SELECT is((SELECT count(*) FROM pg_temp.whole('MULTIPOLYGON(((61 43, 62 43, 62 44, 61 44, 61 43), (61.3 43.3, 61.6 43.3, 61.6 43.6, 61.3 43.6, 61.3 43.3)), ((63 43, 63.2 43, 63.2 43.1, 63 43.1, 63 43)))')),
    100::bigint - 9 + 2, 'holes and parts along cells');
SELECT is((SELECT count(*) FROM pg_temp.whole('POLYGON((59 44.8, 60.2 44.8, 60.2 46, 59 46, 59 44.8))')), 4::bigint, 'what sticks out of the grid is left out');
SELECT set_eq($$SELECT col, "row" FROM pg_temp.whole('POLYGON((61 43, 63 43, 63 44, 62.5 44, 62.5 43.5, 61 43.5, 61 43))')$$,
    $$SELECT col, "row" FROM pg_temp.share('POLYGON((61 43, 63 43, 63 44, 62.5 44, 62.5 43.5, 61 43.5, 61 43))') WHERE fraction = 1$$, 'scan lines and quadtree agree');

-- the triangle X21: its long side runs through the corners of cells
SELECT is((SELECT count(*) FROM district_cell c JOIN district d ON d.id = c.district WHERE d.code = 'X21'), 210::bigint, 'a triangle of 20 cells'' sides covers 20 * 21 / 2 cells');
SELECT ok(abs(c.fraction - (
    -- at height t of the cell the triangle covers the share t of it, weighted with the ground width there (midpoints)
    SELECT sum((i + 0.5) / 1000 * w) / sum(w) FROM (SELECT i, pg_temp.q(42 + (i + 1) / 10000.0) - pg_temp.q(42 + i / 10000.0) AS w FROM generate_series(0, 999) AS i) s)) < 2e-6,
    'a cell cut from corner to corner: ' || c.fraction)
    FROM district_cell c JOIN district d ON d.id = c.district WHERE d.code = 'X21' AND c.cell = 29 * 130 + 20;
SELECT ok(abs(total / (2 * 2 * (SELECT sum((i + 0.5) / 20000 * w) FROM (SELECT i, pg_temp.q(41 + (i + 1) / 10000.0) - pg_temp.q(41 + i / 10000.0) AS w FROM generate_series(0, 19999) AS i) s) / 2) - 1) < 1e-6,
    'the triangle''s ground area is that of the ellipsoid')
    FROM (SELECT sum(c.fraction * (pg_temp.q(45 - (c.cell / 130) * 0.1) - pg_temp.q(45 - (c.cell / 130 + 1) * 0.1)) * 0.1) AS total
          FROM district_cell c JOIN district d ON d.id = c.district WHERE d.code = 'X21') s;

-- a square in two triangles, and in four parts that meet in an odd point
SELECT ok(max(abs(s - 1)) < 1e-12 AND count(*) = 100, 'two triangles share a square without rest')
    FROM (SELECT sum(fraction) AS s FROM (SELECT * FROM pg_temp.share('POLYGON((61 43, 62 43, 62 44, 61 43))') UNION ALL
                                          SELECT * FROM pg_temp.share('POLYGON((61 43, 62 44, 61 44, 61 43))')) p GROUP BY col, "row") q;
SELECT ok(max(abs(s - 1)) < 1e-12 AND count(*) = 100, 'four neighbours that meet in one point share a square without rest')
    FROM (SELECT sum(fraction) AS s FROM unnest(ARRAY['61 43, 62 43', '62 43, 62 44', '62 44, 61 44', '61 44, 61 43']) AS side,
          LATERAL pg_temp.share(format('POLYGON((%s, 61.37 43.61, %s))', side, split_part(side, ',', 1))) GROUP BY col, "row") q;
SELECT ok(max(abs(s - 1)) < 1e-12 AND count(*) = 2500, 'and so do a lake and the land around it, over tiles of 64 cells')
    FROM (SELECT sum(fraction) AS s FROM (SELECT * FROM pg_temp.share(ST_AsText(ST_Difference(ST_MakeEnvelope(64, 39, 69, 44, 4326), ST_Buffer(ST_SetSRID(ST_Point(66.4, 41.3), 4326), 1.234, 16)), 15))
             UNION ALL SELECT * FROM pg_temp.share(ST_AsText(ST_Buffer(ST_SetSRID(ST_Point(66.4, 41.3), 4326), 1.234, 16), 15))) p GROUP BY col, "row") q;
SELECT ok(count(*) > 50 AND max(abs(c.fraction - ST_Area(ST_Transform(ST_Segmentize(ST_Intersection(lake, cell_geom(g, 0, c.col, c."row")), 0.0005), 6933)) / ST_Area(ST_Transform(cell_geom(g, 0, c.col, c."row"), 6933)))) < 1e-6,
    'PostGIS''s own intersections say the same of every cell')
    FROM (SELECT ST_Buffer(ST_SetSRID(ST_Point(66.4, 41.3), 4326), 1.234, 16) AS lake) l, grid g, LATERAL pg_temp.share(ST_AsText(lake, 15)) c WHERE g.id = (SELECT grid FROM fixture) AND c.fraction < 1;

-- an outline of cells after a way to another projection and back: off by less than a millionth of a cell
SELECT ok(count(*) FILTER (WHERE fraction > 0.99) = 35 AND abs(sum(fraction) - 35) < 1e-4, 'a border that runs beside those of the cells loses no square: ' || sum(fraction))
    FROM pg_temp.share((SELECT format('POLYGON((%s))', string_agg(format('%s %s', x, y), ',' ORDER BY n)) FROM (
        SELECT i AS n, 61 + i / 40.0 AS x, 43 + (i % 4) * 3e-8 AS y FROM generate_series(0, 20) AS i UNION ALL
        SELECT 21 + i, 61.5 + (i % 2) * 5e-9, 43 + i / 40.0 FROM generate_series(1, 28) AS i UNION ALL
        SELECT 60 + i, 61.5 - i / 40.0, 43.7 + (i % 4) * 3e-8 FROM generate_series(1, 20) AS i UNION ALL
        SELECT 90 + i, 61 + (i % 2) * 7e-9, 43.7 - i / 40.0 FROM generate_series(1, 27) AS i UNION ALL SELECT 200, 61, 43) v));

-- small things
SELECT ok(count(*) = 1 AND abs(max(fraction) - 0.0001) < 1e-6, 'a speck inside one cell keeps its fraction') FROM pg_temp.share('POLYGON((61.041 43.041, 61.042 43.041, 61.042 43.042, 61.041 43.042, 61.041 43.041))');
SELECT is((SELECT count(*) FROM pg_temp.share('POLYGON((50 20, 51 20, 51 21, 50 21, 50 20))')), 0::bigint, 'a polygon off the grid has no cell');
SELECT ok(count(*) = 6, 'one that sticks out is cut') FROM pg_temp.share('POLYGON((59.5 44.95, 60.25 44.85, 60.25 45.5, 59.5 45.5, 59.5 44.95))');

-- parents, sums and the rest
SELECT results_eq($$SELECT code, is_union FROM district ORDER BY code$$, $$VALUES ('X', true), ('X1', true), ('X11', false), ('X12', false), ('X2', true), ('X21', false)$$, 'parents are unions of their children');
SELECT ok(abs(sum(fraction) FILTER (WHERE d.code = 'X') - sum(fraction) FILTER (WHERE d.level = 2)) < 1e-9 AND max(fraction) <= 1, 'view district_share sums them')
    FROM district_share s JOIN district d ON d.id = s.district;
SELECT ok(max(abs(df.mass / e.mass - 1)) < 1e-12 AND max(abs(df.sum_sq / e.sum_sq - 1)) < 1e-12 AND count(*) = 6, 'district_field is cells x fractions, for every level')
    FROM (SELECT s.district, sum(s.fraction * v) AS mass, sum((s.fraction * v) ^ 2) AS sum_sq FROM district_share s JOIN fixture_cell ON s.cell = r * 130 + c GROUP BY 1) e
    JOIN district_field df ON df.district = e.district AND df.field = (SELECT raster FROM fixture);
SELECT ok(max(abs(o.mass + m.mass - f.total)) < 1e-9 * max(f.total), 'inside and outside are the whole, for every level')
    FROM field_outside o JOIN field f ON f.id = o.field
    JOIN (SELECT df.field, d.level, sum(df.mass) AS mass FROM district_field df JOIN district d ON d.id = df.district GROUP BY 1, 2) m ON (m.field, m.level) = (o.field, o.level);
DELETE FROM district WHERE code = 'X21';
SELECT is((SELECT count(*) FROM district_cell c WHERE NOT EXISTS (SELECT FROM district d WHERE d.id = c.district)), 0::bigint, 'fractions go with their district');
SELECT * FROM finish();
ROLLBACK;
