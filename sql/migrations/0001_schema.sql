-- 0001_schema.sql: the inventory's tables (design section 2). Run by fluxgrid_owner inside one transaction.
-- Mass is in tonnes of the gas. CO2e is never stored.
CREATE TABLE gas (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9-]{2,16}$'),
    sort smallint NOT NULL,
    name_en text NOT NULL, name_ru text NOT NULL, name_uz text NOT NULL, name_ko text NOT NULL
);
CREATE TABLE gwp_set (
    code text PRIMARY KEY,
    horizon_years smallint NOT NULL,
    sort smallint NOT NULL
);
CREATE TABLE gwp (
    gwp_set text NOT NULL REFERENCES gwp_set, gas text NOT NULL REFERENCES gas,
    origin text NOT NULL CHECK (origin IN ('fossil','nonfossil','na')),
    value double precision NOT NULL CHECK (value > 0),
    source text NOT NULL,
    PRIMARY KEY (gwp_set, gas, origin)
);
CREATE TABLE sector (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9]+:[0-9A-Za-z.]+$'),
    parent text REFERENCES sector,
    name_en text NOT NULL, name_ru text NOT NULL, name_uz text NOT NULL, name_ko text NOT NULL,
    lulucf boolean NOT NULL DEFAULT false,
    memo boolean NOT NULL DEFAULT false
);
CREATE TABLE sector_map (
    from_code text NOT NULL, to_code text NOT NULL, gas text NOT NULL DEFAULT '',
    weight double precision NOT NULL, note text NOT NULL DEFAULT '',
    PRIMARY KEY (from_code, to_code, gas)
);
CREATE TABLE district (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 2),
    parent text REFERENCES district (code) DEFERRABLE INITIALLY DEFERRED,
    iso text NOT NULL DEFAULT '',
    name_en text NOT NULL, name_ru text NOT NULL, name_uz text NOT NULL,
    name_ko text NOT NULL DEFAULT '', name_uz_cyrl text NOT NULL DEFAULT '',
    geom geometry(MultiPolygon, 4326) NOT NULL,
    is_union boolean NOT NULL DEFAULT false, -- geom is exactly the union of its children's
    area_km2 double precision NOT NULL CHECK (area_km2 > 0),
    CHECK ((level = 0) = (parent IS NULL))
);
CREATE INDEX district_parent ON district (parent);
CREATE TABLE district_stat (
    district text NOT NULL REFERENCES district (code) ON DELETE CASCADE,
    year smallint NOT NULL,
    population double precision CHECK (population >= 0), population_status text,
    gdp double precision CHECK (gdp >= 0), gdp_unit text, gdp_status text,
    PRIMARY KEY (district, year)
);
CREATE TABLE provenance (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset text NOT NULL, document text NOT NULL DEFAULT '', locator text NOT NULL DEFAULT '',
    retrieved text NOT NULL DEFAULT '', checksum text NOT NULL DEFAULT '', transformation text NOT NULL DEFAULT '',
    UNIQUE (dataset, document, locator, retrieved, checksum, transformation)
);
CREATE TABLE release (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    version text NOT NULL CHECK (version ~ '^(0|[1-9][0-9]*)[.](0|[1-9][0-9]*)[.](0|[1-9][0-9]*)$'),
    state text NOT NULL DEFAULT 'loading' CHECK (state IN ('loading','published','withdrawn')),
    title_en text NOT NULL, title_ru text NOT NULL, title_uz text NOT NULL, title_ko text NOT NULL,
    warning_en text NOT NULL DEFAULT '', warning_ru text NOT NULL DEFAULT '',
    warning_uz text NOT NULL DEFAULT '', warning_ko text NOT NULL DEFAULT '',
    publisher text NOT NULL, licence text NOT NULL, attribution text NOT NULL,
    citation text NOT NULL, method text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    report jsonb,                    -- the import's report
    created timestamptz NOT NULL DEFAULT now(), published timestamptz,
    UNIQUE (slug, version)
);
CREATE TABLE grid (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    x0 double precision NOT NULL, y0 double precision NOT NULL,
    dx double precision NOT NULL CHECK (dx > 0), dy double precision NOT NULL CHECK (dy > 0),
    nx integer NOT NULL CHECK (nx > 0), ny integer NOT NULL CHECK (ny > 0),
    UNIQUE (x0, y0, dx, dy, nx, ny)
);
CREATE TABLE field (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    grid bigint NOT NULL REFERENCES grid,
    name text NOT NULL,
    sha256 text NOT NULL UNIQUE,     -- of its cells (and sources): equal patterns are one field
    kind text NOT NULL CHECK (kind IN ('raster','points')),
    total double precision NOT NULL, -- sum of its cells as stored
    sum_sq double precision NOT NULL,
    cells bigint NOT NULL,           -- cells with data
    cell_uncertainty_pct double precision NOT NULL DEFAULT 0
);
CREATE TABLE block (
    field bigint NOT NULL REFERENCES field ON DELETE CASCADE,
    level smallint NOT NULL, bx integer NOT NULL, by integer NOT NULL,
    cells bytea COMPRESSION lz4 NOT NULL CHECK (octet_length(cells) = 16384), -- 64 x 64 float4, big-endian, row 0 north, NaN = no data
    count integer NOT NULL CHECK (count BETWEEN 1 AND 4096),
    sum double precision NOT NULL, min real NOT NULL, max real NOT NULL,
    PRIMARY KEY (field, level, by, bx)
);
CREATE TABLE slice (
    release bigint NOT NULL REFERENCES release ON DELETE CASCADE,
    sector text NOT NULL REFERENCES sector, gas text NOT NULL REFERENCES gas,
    flow text NOT NULL CHECK (flow IN ('emission','removal')),
    origin text NOT NULL CHECK (origin IN ('fossil','nonfossil','na')),
    fuel text NOT NULL DEFAULT '',
    year smallint NOT NULL CHECK (year BETWEEN 1750 AND 2200),
    month smallint NOT NULL DEFAULT 0 CHECK (month BETWEEN 0 AND 12),
    field bigint REFERENCES field,   -- null: mass without a place (unallocated)
    factor double precision,         -- tonnes per unit of the field
    mass_t double precision NOT NULL CHECK (mass_t >= 0 AND mass_t < 'Infinity'),
    uncertainty_pct double precision CHECK (uncertainty_pct >= 0),
    method text NOT NULL,
    provenance bigint REFERENCES provenance,
    CHECK ((field IS NULL) = (factor IS NULL))
);
CREATE INDEX slice_field ON slice (field);
CREATE UNIQUE INDEX slice_key ON slice (release, year, month, sector, gas, flow, origin, fuel, coalesce(field, 0));
-- Without foreign keys: checking them row by row took two thirds of writing half a million rows. Trigger
-- district_cell_sweep removes the rows of a grid or district that goes.
CREATE TABLE district_cell (
    grid bigint NOT NULL,
    district bigint NOT NULL,
    cell integer NOT NULL,           -- row * nx + column, native level
    fraction double precision NOT NULL CHECK (fraction > 0 AND fraction <= 1.000000001),
    PRIMARY KEY (grid, district, cell)
);
CREATE TABLE district_field (
    field bigint NOT NULL REFERENCES field ON DELETE CASCADE,
    district bigint NOT NULL REFERENCES district ON DELETE CASCADE,
    mass double precision NOT NULL,  -- in the field's unit
    sum_sq double precision NOT NULL,
    PRIMARY KEY (field, district)
);
CREATE TABLE field_outside (
    field bigint NOT NULL REFERENCES field ON DELETE CASCADE,
    level smallint NOT NULL,         -- of the districts
    mass double precision NOT NULL,  -- in no district of that level, in the field's unit
    PRIMARY KEY (field, level)
);
CREATE TABLE source (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL,              -- dataset id
    name text NOT NULL,
    sector text NOT NULL REFERENCES sector, gas text NOT NULL REFERENCES gas,
    fuel text NOT NULL DEFAULT '', operator text NOT NULL DEFAULT '', status text NOT NULL DEFAULT '',
    capacity double precision, capacity_unit text NOT NULL DEFAULT '',
    commissioned_year smallint,
    geom geometry(Point, 4326) NOT NULL, -- where it stands
    location_quality text NOT NULL DEFAULT '',
    licence text NOT NULL DEFAULT '', origin_dataset text NOT NULL DEFAULT '', note text NOT NULL DEFAULT '',
    external_ids jsonb NOT NULL DEFAULT '{}',
    -- A published release keeps the descriptions it was made with: rows never change, equal ones are one.
    content_md5 text NOT NULL GENERATED ALWAYS AS (md5(
        name || E'\x1f' || sector || E'\x1f' || gas || E'\x1f' || fuel || E'\x1f' || operator || E'\x1f' || status || E'\x1f' ||
        coalesce(capacity::text, '') || E'\x1f' || capacity_unit || E'\x1f' || coalesce(commissioned_year::text, '') || E'\x1f' ||
        encode(ST_AsEWKB(geom), 'hex') || E'\x1f' || location_quality || E'\x1f' || licence || E'\x1f' ||
        origin_dataset || E'\x1f' || note || E'\x1f' || external_ids::text)) STORED,
    UNIQUE (code, content_md5)
);
CREATE INDEX source_geom ON source USING gist (geom);
CREATE TABLE source_field (
    field bigint NOT NULL REFERENCES field ON DELETE CASCADE,
    source bigint NOT NULL REFERENCES source,
    cell integer NOT NULL,           -- native cell that shows its mass on tiles
    district bigint REFERENCES district ON DELETE SET NULL, -- finest district it counts in; null = outside all
    weight double precision NOT NULL CHECK (weight >= 0),
    PRIMARY KEY (field, source)
);
CREATE INDEX source_field_source ON source_field (source);
CREATE INDEX district_geom ON district USING gist (geom);
CREATE TABLE revision (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    catalog bigint NOT NULL DEFAULT 0,  -- grows with every publish or withdrawal
    boundary bigint NOT NULL DEFAULT 0  -- grows when districts change
);
INSERT INTO revision DEFAULT VALUES;
-- Blocks are few rows and many cells: let reading them all use the cores there are.
ALTER TABLE block SET (parallel_workers = 2);
