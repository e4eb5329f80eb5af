-- import_begin: the tables the importer COPYs into; they vanish with the transaction.
CREATE OR REPLACE FUNCTION import_begin()
RETURNS void
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    -- One import at a time: released with the transaction, also when the client dies.
    IF NOT pg_try_advisory_xact_lock(7305803, 2) THEN
        RAISE EXCEPTION 'another import is running' USING ERRCODE = 'object_in_use', HINT = 'wait for it to end';
    END IF;
    CREATE TEMPORARY TABLE stage_area (
        code text NOT NULL, level smallint NOT NULL, parent text, iso text NOT NULL DEFAULT '',
        name_en text NOT NULL, name_uz text NOT NULL, name_uz_cyrl text NOT NULL DEFAULT '', name_ru text NOT NULL,
        name_ko text NOT NULL DEFAULT '', area_km2 double precision, mask_value integer
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE stage_mask_polygon (mask_value integer NOT NULL, geom geometry NOT NULL) ON COMMIT DROP;
    CREATE TEMPORARY TABLE stage_stat (
        code text NOT NULL, year smallint NOT NULL, population double precision, population_status text,
        gdp double precision, gdp_unit text, gdp_status text
    ) ON COMMIT DROP;
    -- polygons of vector files, with what their features say of themselves, and where it stands
    CREATE TEMPORARY TABLE stage_polygon (
        file text NOT NULL, feature bigint NOT NULL, level smallint NOT NULL, code text NOT NULL, parent text,
        iso text NOT NULL DEFAULT '', name_en text NOT NULL DEFAULT '', name_ru text NOT NULL DEFAULT '',
        name_uz text NOT NULL DEFAULT '', name_ko text NOT NULL DEFAULT '', name_uz_cyrl text NOT NULL DEFAULT '',
        code_attribute text NOT NULL DEFAULT 'code', parent_attribute text NOT NULL DEFAULT 'parent', geom geometry NOT NULL
    ) ON COMMIT DROP;
    -- what is wrong with the input, for the importer to say; and what was measured or mended, for its report
    CREATE TEMPORARY TABLE stage_problem (
        file text, feature bigint, attribute text, value text, rule text NOT NULL
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE stage_note (name text PRIMARY KEY, value jsonb NOT NULL) ON COMMIT DROP;
    CREATE TEMPORARY TABLE stage_source (
        code text NOT NULL, name text NOT NULL, sector text NOT NULL, gas text NOT NULL, fuel text NOT NULL DEFAULT '',
        operator text NOT NULL DEFAULT '', status text NOT NULL DEFAULT '', capacity double precision,
        capacity_unit text NOT NULL DEFAULT '', commissioned_year smallint,
        commissioned text NOT NULL DEFAULT '', retired text NOT NULL DEFAULT '', retired_year smallint, method text NOT NULL DEFAULT '',
        lon double precision NOT NULL, lat double precision NOT NULL, location_quality text NOT NULL DEFAULT '',
        licence text NOT NULL DEFAULT '', origin_dataset text NOT NULL DEFAULT '', note text NOT NULL DEFAULT '',
        external_ids text NOT NULL DEFAULT '{}', district text, cell_lon double precision, cell_lat double precision,
        weight double precision NOT NULL, group_name text NOT NULL,
        place text -- file and row, for what is wrong with it
    ) ON COMMIT DROP;
    -- the districts of places, as import_place found them
    CREATE TEMPORARY TABLE stage_place (
        lon double precision, lat double precision, max_km double precision, countries text[],
        inside bigint, nearest bigint, nearest_km double precision,
        PRIMARY KEY (lon, lat, max_km, countries)
    ) ON COMMIT DROP;
END $$;
COMMENT ON FUNCTION import_begin() IS
    'Creates the staging tables stage_area, stage_mask_polygon, stage_polygon, stage_stat, stage_source, stage_place, stage_problem and stage_note for this transaction; refuses a second import at the same time.';
