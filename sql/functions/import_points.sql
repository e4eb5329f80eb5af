-- import_points: a group of staged sources becomes a field: sources, their cells, their districts, blocks.
--
-- On tiles a source shows in one cell: the declared one, else its own by the half-open rule. In districts it
-- counts whole where it stands: in the finest district around it, or in the nearest one within max_km, which
-- the report names. Weights are scaled by the rounding of the field's total to float4 cells (about 1e-8), so
-- that districts and cells of the field have exactly one total.
CREATE OR REPLACE FUNCTION import_points(of_field bigint, of_group text, max_km double precision DEFAULT 5)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    f field;
    g grid;
    bad text;
    weight_sum float8;
    report jsonb;
BEGIN
    SELECT * INTO STRICT f FROM field WHERE id = of_field;
    SELECT * INTO STRICT g FROM grid WHERE id = f.grid;
    IF f.kind <> 'points' THEN
        RAISE EXCEPTION 'field % is of kind %, not points', f.name, f.kind;
    END IF;

    PERFORM import_place(of_group, max_km, f.countries);
    CREATE TEMPORARY TABLE placed_source ON COMMIT DROP AS
        SELECT s.*, grid_cell_of(g, coalesce(s.cell_lon, s.lon), coalesce(s.cell_lat, s.lat)) AS cell,
               s.cell_lon IS NOT NULL AND grid_cell_of(g, s.cell_lon, s.cell_lat) IS DISTINCT FROM grid_cell_of(g, s.lon, s.lat) AS is_moved,
               CASE WHEN s.cell_lon IS NULL THEN 0
                    ELSE ST_Distance(ST_MakePoint(s.lon, s.lat)::geography, ST_MakePoint(s.cell_lon, s.cell_lat)::geography) / 1000 END AS cell_km,
               p.inside, p.nearest, p.nearest_km
        FROM stage_source s
        JOIN stage_place p ON (p.lon, p.lat, p.max_km, p.countries) = (s.lon, s.lat, import_points.max_km, f.countries)
        WHERE s.group_name = of_group;

    SELECT string_agg(format('%s%s: %s', (SELECT min(s.place) || ': ' FROM placed_source s WHERE s.code = problems.code), code, rule), E'\n' ORDER BY code)
    INTO bad FROM (
        SELECT code, 'occurs ' || count(*) || ' times; give each source a code of its own' AS rule FROM placed_source GROUP BY code HAVING count(*) > 1
        UNION ALL
        SELECT code, format('longitude %s or latitude %s is out of range; check that they are degrees, and not swapped', lon, lat) FROM placed_source
        WHERE NOT (lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90)
        UNION ALL
        SELECT code, format('weight %s is not a number from 0 up; correct it', weight) FROM placed_source
        WHERE NOT (weight >= 0 AND weight < 'Infinity')
        UNION ALL
        SELECT code, 'one of cell_lon and cell_lat is missing; fill or empty both' FROM placed_source WHERE (cell_lon IS NULL) <> (cell_lat IS NULL)
        UNION ALL
        SELECT code, format('(%s, %s) lies outside the grid; check that longitude and latitude are not swapped', coalesce(cell_lon, lon), coalesce(cell_lat, lat)) FROM placed_source WHERE cell IS NULL
        UNION ALL
        SELECT code, format('its cell is %s km from where it stands, more than %s; correct cell_lon and cell_lat', round(cell_km::numeric, 1), max_km)
        FROM placed_source WHERE cell_km > max_km + 2 * greatest(g.dx, g.dy) * 111
        UNION ALL
        SELECT code, format('(%s, %s) is more than %s km outside every district; check that longitude and latitude are right and not swapped', lon, lat, max_km)
        FROM placed_source WHERE inside IS NULL AND nearest IS NULL AND EXISTS (SELECT FROM district_scope(f.countries))
        UNION ALL
        SELECT p.code, format('stands in district %s, not in the declared %s; correct the coordinates or the district', d.code, p.district)
        FROM placed_source p JOIN district d ON d.id = coalesce(p.inside, p.nearest)
        WHERE p.district <> d.code
        LIMIT 20) problems;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION '%', CASE WHEN EXISTS (SELECT FROM placed_source WHERE place IS NOT NULL) THEN bad
                                  ELSE format('point sources of group %s: %s', of_group, bad) END USING ERRCODE = 'data_exception';
    END IF;
    SELECT sum(weight ORDER BY code) INTO weight_sum FROM placed_source;
    IF weight_sum IS NULL OR weight_sum = 0 THEN
        RAISE EXCEPTION 'point sources of group %: there are none with a weight; give one a weight above 0', of_group USING ERRCODE = 'data_exception';
    END IF;

    INSERT INTO source (code, name, sector, gas, fuel, operator, status, capacity, capacity_unit, commissioned_year, geom,
                        location_quality, licence, origin_dataset, note, external_ids, commissioned, retired, retired_year, method)
        SELECT code, name, sector, gas, fuel, operator, status, capacity, capacity_unit, commissioned_year,
               ST_SetSRID(ST_MakePoint(lon, lat), 4326), location_quality, licence, origin_dataset, note, external_ids::jsonb,
               commissioned, retired, retired_year, method
        FROM placed_source ORDER BY code
    ON CONFLICT (code, content_md5) DO NOTHING;
    ALTER TABLE placed_source ADD COLUMN source bigint;
    UPDATE placed_source p SET source = s.id FROM source s
    WHERE (s.code, s.name, s.sector, s.gas, s.fuel, s.operator, s.status, s.capacity_unit, s.location_quality, s.licence, s.origin_dataset, s.note, s.external_ids, s.commissioned, s.retired, s.method)
        = (p.code, p.name, p.sector, p.gas, p.fuel, p.operator, p.status, p.capacity_unit, p.location_quality, p.licence, p.origin_dataset, p.note, p.external_ids::jsonb, p.commissioned, p.retired, p.method)
      AND (s.capacity, s.commissioned_year, s.retired_year) IS NOT DISTINCT FROM (p.capacity, p.commissioned_year, p.retired_year)
      AND ST_X(s.geom) = p.lon AND ST_Y(s.geom) = p.lat;

    DELETE FROM block WHERE field = of_field;
    DELETE FROM source_field WHERE field = of_field;
    WITH shown AS (
        SELECT (cell % g.nx) AS col, cell / g.nx AS "row", sum(weight ORDER BY code)::real::float8 AS value
        FROM placed_source GROUP BY cell
    )
    INSERT INTO block (field, level, bx, by, cells, count, sum, min, max)
        SELECT of_field, 0, col / 64, "row" / 64, block_pack(array_agg(("row" % 64) * 64 + col % 64), array_agg(value)),
               count(*), sum(value ORDER BY "row", col), min(value), max(value)
        FROM shown GROUP BY "row" / 64, col / 64;
    UPDATE field SET (nearest_km, total, sum_sq, cells) =
        (SELECT max_km, sum(c.value ORDER BY c."row", c.col), sum(c.value * c.value ORDER BY c."row", c.col), count(*) FROM block_cells(of_field, 0) c)
    WHERE id = of_field RETURNING * INTO f;
    INSERT INTO source_field (field, source, cell, district, weight)
        SELECT of_field, source, cell, coalesce(inside, nearest), weight * (f.total / weight_sum) FROM placed_source;
    PERFORM block_overviews(of_field);

    SELECT jsonb_build_object(
        'group', of_group, 'sources', count(*), 'weight_read', weight_sum, 'total', f.total, 'cells', f.cells,
        'cell_declared_elsewhere', coalesce(jsonb_agg(jsonb_build_object('code', code, 'name', name, 'km', round(cell_km::numeric, 2)) ORDER BY code) FILTER (WHERE is_moved), '[]'),
        'assigned_to_nearest', coalesce(jsonb_agg(jsonb_build_object('code', code, 'name', name, 'km', round(nearest_km::numeric, 2),
                                        'district', (SELECT d.code FROM district d WHERE d.id = nearest)) ORDER BY code) FILTER (WHERE inside IS NULL AND nearest IS NOT NULL), '[]'),
        'in_no_district', count(*) FILTER (WHERE inside IS NULL AND nearest IS NULL))
    INTO report FROM placed_source;
    DROP TABLE placed_source;
    RETURN report;
END $$;
COMMENT ON FUNCTION import_points(bigint, text, double precision) IS
    'Fills a field of kind points from a group of stage_source: sources, cells, overviews, districts; answers a report. The field''s total, sum_sq and cells are set here.';
