-- import_districts: turns stage_area and stage_mask_polygon into districts, and stage_stat into statistics.
--
-- A district is the polygon of its code in stage_polygon, or the union of the polygons of its mask value; one
-- without either is the union of its children. What is equal to what is stored is not touched, so that the
-- boundary revision (and with it every cached answer) changes only when a district or a statistic does. A
-- district of a staged country that is not staged any more is removed.
CREATE OR REPLACE FUNCTION import_districts(max_outside_pct double precision DEFAULT 1)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    changed bigint := 0;
    reshaped bigint;
    touched bigint;
    removed text[];
    touched_country text[]; -- codes of districts whose country changed in some way
    country text[];
    lv integer;
    report jsonb;
BEGIN
    PERFORM import_districts_check();

    CREATE TEMPORARY TABLE staged_district ON COMMIT DROP AS
        SELECT a.*, ST_Multi(coalesce(v.geom, p.geom))::geometry(MultiPolygon, 4326) AS geom, false AS is_union, NULL::float8 AS true_area_km2
        FROM stage_area a
        LEFT JOIN stage_polygon v USING (code)
        LEFT JOIN (SELECT mask_value, ST_CollectionExtract(ST_UnaryUnion(ST_Collect(ST_SetSRID(geom, 4326))), 3) AS geom
                   FROM stage_mask_polygon GROUP BY mask_value) p USING (mask_value);
    FOR lv IN REVERSE 1..0 LOOP
        UPDATE staged_district d SET geom = c.geom, is_union = true
        FROM (SELECT parent, ST_Multi(ST_CollectionExtract(ST_Union(geom), 3)) AS geom
              FROM staged_district WHERE level = lv + 1 AND geom IS NOT NULL GROUP BY parent) c
        WHERE d.level = lv AND d.geom IS NULL AND c.parent = d.code;
    END LOOP;
    UPDATE staged_district SET true_area_km2 = district_km2(geom);
    IF EXISTS (SELECT FROM stage_polygon) THEN
        PERFORM import_districts_measure(max_outside_pct);
    END IF;
    PERFORM import_districts_clash();
    IF EXISTS (SELECT FROM stage_problem) THEN
        DROP TABLE staged_district;
        RETURN jsonb_build_object('problems', (SELECT count(*) FROM stage_problem));
    END IF;

    SELECT array_agg(code) INTO country FROM stage_area WHERE level = 0;
    SELECT count(*) INTO reshaped FROM staged_district n LEFT JOIN district d USING (code)
    WHERE d.id IS NULL OR (d.level, d.parent, d.is_union) IS DISTINCT FROM (n.level, n.parent, n.is_union)
       OR ST_AsEWKB(d.geom) <> ST_AsEWKB(n.geom);
    WITH RECURSIVE ours AS (
        SELECT code, code AS country FROM district WHERE code = ANY (country)
        UNION ALL SELECT d.code, o.country FROM district d JOIN ours o ON d.parent = o.code
    ), gone AS (
        DELETE FROM district d USING ours o
        WHERE d.code = o.code AND NOT EXISTS (SELECT FROM stage_area a WHERE a.code = d.code)
        RETURNING d.code, o.country
    )
    SELECT array_agg(code ORDER BY code), array_agg(DISTINCT gone.country) INTO removed, touched_country FROM gone;

    WITH written AS (
    INSERT INTO district AS d (code, level, parent, iso, name_en, name_ru, name_uz, name_ko, name_uz_cyrl, geom, is_union, area_km2)
        SELECT code, level, parent, iso, name_en, name_ru, name_uz, name_ko, name_uz_cyrl, geom, is_union, true_area_km2
        FROM staged_district ORDER BY level, code
    ON CONFLICT (code) DO UPDATE SET
        (level, parent, iso, name_en, name_ru, name_uz, name_ko, name_uz_cyrl, geom, is_union, area_km2) =
        (excluded.level, excluded.parent, excluded.iso, excluded.name_en, excluded.name_ru, excluded.name_uz,
         excluded.name_ko, excluded.name_uz_cyrl, excluded.geom, excluded.is_union, excluded.area_km2)
    WHERE (d.level, d.parent, d.iso, d.name_en, d.name_ru, d.name_uz, d.name_ko, d.name_uz_cyrl, d.is_union)
          IS DISTINCT FROM
          (excluded.level, excluded.parent, excluded.iso, excluded.name_en, excluded.name_ru, excluded.name_uz,
           excluded.name_ko, excluded.name_uz_cyrl, excluded.is_union)
       OR ST_AsEWKB(d.geom) <> ST_AsEWKB(excluded.geom)
    RETURNING d.code)
    SELECT count(*), touched_country || array_agg(code) INTO changed, touched_country FROM written;
    changed := changed + coalesce(cardinality(removed), 0);
    reshaped := reshaped + coalesce(cardinality(removed), 0);
    SELECT count(*), touched_country || array_agg(district) INTO touched, touched_country FROM import_statistics() AS district;
    IF changed + touched > 0 THEN
        UPDATE district SET revision = revision + 1 WHERE code IN (SELECT district_country(t) FROM unnest(touched_country) t);
        UPDATE revision SET boundary = boundary + 1;
        PERFORM pg_notify('fluxgrid', (SELECT catalog::text FROM revision)); -- the servers' districts are out of date
    END IF;

    SELECT jsonb_build_object(
        'districts', (SELECT jsonb_object_agg('level ' || level, n) FROM (SELECT level, count(*) AS n FROM staged_district GROUP BY level) c),
        'changed', changed, 'reshaped', reshaped, 'removed', to_jsonb(coalesce(removed, '{}')),
        'statistics', (SELECT count(*) FROM stage_stat), 'statistics_changed', touched,
        'area_km2', (SELECT sum(true_area_km2) FROM staged_district WHERE level = 0),
        'worst_area_difference', (
            SELECT jsonb_build_object('code', code, 'declared_km2', area_km2, 'polygon_km2', round(true_area_km2::numeric, 3))
            FROM staged_district WHERE area_km2 > 0 ORDER BY abs(true_area_km2 / area_km2 - 1) DESC, code LIMIT 1),
        'boundary_revision', (SELECT boundary FROM revision)) || coalesce((SELECT jsonb_object_agg(name, value) FROM stage_note), '{}')
    INTO report;
    DELETE FROM stage_place; -- found among the former districts
    DROP TABLE staged_district;
    RETURN report;
END $$;
COMMENT ON FUNCTION import_districts(double precision) IS
    'Upserts districts and their statistics from the staging tables; answers a report. When "reshaped" is not 0, call refresh_all_districts(). With rows in stage_problem nothing is done.';
