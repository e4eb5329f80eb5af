-- True boundaries: fractions against PostGIS's own intersections. Needs FLUXGRID_BOUNDARIES.
BEGIN;
SET search_path = fluxgrid, public;
SELECT plan(5);
\set file `f="${FLUXGRID_BOUNDARIES:-}/uzb_adm2.geojson"; if [ -r "$f" ]; then echo "$f"; fi`
SELECT :'file' = '' AS absent \gset
\if :absent
SELECT skip('no true boundaries: set FLUXGRID_BOUNDARIES to the folder of uzb_adm2.geojson', 5);
\else
\set content `cat "${FLUXGRID_BOUNDARIES}/uzb_adm2.geojson"`
SELECT import_begin() \g /dev/null
CREATE TEMPORARY TABLE feature AS
    SELECT n::integer, f -> 'properties' ->> 'soato' AS code, ST_SetSRID(ST_GeomFromGeoJSON(f ->> 'geometry'), 4326) AS geom
    FROM jsonb_array_elements(:'content'::jsonb -> 'features') WITH ORDINALITY AS x (f, n);
INSERT INTO stage_area (code, level, parent, name_en, name_uz, name_ru, mask_value)
    VALUES ('UZ', 0, NULL, 'Uzbekistan', 'Uzbekistan', 'Uzbekistan', NULL);
INSERT INTO stage_area (code, level, parent, name_en, name_uz, name_ru, mask_value)
    SELECT DISTINCT left(code, 4), 1, 'UZ', 'r', 'r', 'r', NULL::integer FROM feature UNION ALL SELECT code, 2, left(code, 4), 'd', 'd', 'd', n FROM feature;
INSERT INTO stage_mask_polygon SELECT n, geom FROM feature;
SELECT is(import_districts() -> 'districts', '{"level 0": 1, "level 1": 14, "level 2": 199}', 'all districts are made');
SELECT grid_put(55.9, 45.7, 0.01, 0.01, 1730, 860) AS grid \gset
SELECT cmp_ok(district_cell_refresh(:grid), '>', 500000::bigint, 'fractions of half a million cells');
SELECT ok(max(s) < 1 + 1e-9, 'no cell is given twice') FROM (SELECT sum(fraction) AS s FROM district_cell GROUP BY cell) q;
SELECT ok(max(abs(own.area / ST_Area(ST_Transform(ST_Segmentize(d.geom, 0.0005), 6933)) - 1)) < 1e-7, 'cells sum to the area of each district')
    FROM (SELECT c.district, sum(c.fraction * ST_Area(ST_Transform(cell_geom(g, 0, c.cell % g.nx, c.cell / g.nx), 6933))) AS area
          FROM district_cell c JOIN grid g ON g.id = c.grid WHERE c.district % 7 = 0 GROUP BY c.district) own JOIN district d ON d.id = own.district;
SELECT ok(max(abs(fraction - oracle)) < 1e-6, 'a thousand cut cells agree with ST_Intersection to 1e-6: ' || max(abs(fraction - oracle)))
    FROM (SELECT c.fraction, ST_Area(ST_Transform(ST_Segmentize(ST_Intersection(d.geom, y.geom), 0.0001), 6933)) / ST_Area(ST_Transform(y.geom, 6933)) AS oracle
          FROM (SELECT * FROM district_cell WHERE fraction < 1 ORDER BY md5(district || '-' || cell) LIMIT 1000) c
          JOIN district d ON d.id = c.district JOIN grid g ON g.id = c.grid
          CROSS JOIN LATERAL (SELECT cell_geom(g, 0, c.cell % g.nx, c.cell / g.nx) AS geom) y) q;
\endif
SELECT * FROM finish();
ROLLBACK;
