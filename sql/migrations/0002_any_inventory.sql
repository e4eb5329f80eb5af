-- 0002_any_inventory.sql: what any inventory needs beyond the first: a scope of countries, a changelog.
-- The countries (district codes of level 0, sorted) a field is shared out to; empty = all there are. Two
-- countries in one database then do not touch each other's numbers.
ALTER TABLE field ADD COLUMN countries text[] NOT NULL DEFAULT '{}';
ALTER TABLE release ADD COLUMN countries text[] NOT NULL DEFAULT '{}';
-- Answers name the boundaries they are counted by; a country's are its own, so that its neighbour's do not touch
-- them.
ALTER TABLE district ADD COLUMN revision bigint NOT NULL DEFAULT 0;
UPDATE district SET revision = (SELECT boundary FROM revision) WHERE level = 0;
-- Cells that a country's border cuts: either they hold what lies inside only (is_cut: an inventory made for the
-- country), or what lies in the whole cell.
ALTER TABLE field ADD COLUMN is_cut boolean NOT NULL DEFAULT false;
-- New boundaries place sources anew, by the rule of their import. 5 km is what all had before.
ALTER TABLE field ADD COLUMN nearest_km double precision NOT NULL DEFAULT 5 CHECK (nearest_km >= 0);

-- What happens to releases: 'loading' is called what it is, a draft; the history outlives what it tells of.
ALTER TABLE release DROP CONSTRAINT release_state_check;
UPDATE release SET state = 'draft' WHERE state = 'loading';
ALTER TABLE release ALTER COLUMN state SET DEFAULT 'draft',
    ADD CONSTRAINT release_state_check CHECK (state IN ('draft','published','withdrawn'));
CREATE TABLE release_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL, version text NOT NULL, -- no reference: a discarded draft's row is gone
    event text NOT NULL CHECK (event IN ('published','withdrawn','discarded')),
    reason text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 500 AND reason !~ '[[:cntrl:]]'),
    actor text NOT NULL DEFAULT session_user,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX release_event_of ON release_event (slug, version);
CREATE TABLE change_reason (
    code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z-]{1,31}$'),
    sort smallint NOT NULL,
    name_en text NOT NULL, name_ru text NOT NULL, name_uz text NOT NULL, name_ko text NOT NULL,
    meaning text NOT NULL
);
CREATE TABLE release_change (
    release bigint NOT NULL REFERENCES release ON DELETE CASCADE,
    sort smallint NOT NULL,
    reason text NOT NULL REFERENCES change_reason,
    text_en text NOT NULL, text_ru text NOT NULL, text_uz text NOT NULL, text_ko text NOT NULL,
    sectors text[] NOT NULL DEFAULT '{}', -- scheme:code, also of those above; empty = all
    PRIMARY KEY (release, sort)
);

-- Sector codes of other schemes and where they count. The reference files are re-applied as a whole, in any
-- order, so that what refers to what is checked at the end.
CREATE TABLE scheme (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9]+$'),
    title_en text NOT NULL, title_ru text NOT NULL, title_uz text NOT NULL, title_ko text NOT NULL,
    version text NOT NULL, source text NOT NULL
);
CREATE TABLE foreign_sector (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9]+:[0-9A-Za-z._-]+$'),
    scheme text NOT NULL REFERENCES scheme DEFERRABLE INITIALLY DEFERRED,
    label text NOT NULL,
    members text[] NOT NULL DEFAULT '{}',
    scope smallint CHECK (scope BETWEEN 1 AND 3),
    levels text[] NOT NULL DEFAULT '{}',
    memo boolean NOT NULL DEFAULT false,
    refusal text NOT NULL DEFAULT '',
    CHECK (split_part(code, ':', 1) = scheme)
);
ALTER TABLE sector DROP CONSTRAINT sector_code_check,
    ADD CONSTRAINT sector_code_check CHECK (code ~ '^[A-Z0-9]+:[0-9A-Za-z._-]+$');
ALTER TABLE sector_map
    ADD FOREIGN KEY (from_code) REFERENCES foreign_sector DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (to_code) REFERENCES sector DEFERRABLE INITIALLY DEFERRED,
    ADD CHECK (weight <> 0 AND weight BETWEEN -1e6 AND 1e6);
-- What a point source is, in full: when it began and ended, and how its masses were found. content_md5 covers
-- every description, so it is made anew.
ALTER TABLE source
    DROP COLUMN content_md5,
    ADD COLUMN commissioned text NOT NULL DEFAULT '' CHECK (commissioned ~ '^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$'),
    ADD COLUMN retired text NOT NULL DEFAULT '' CHECK (retired ~ '^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$'),
    ADD COLUMN retired_year smallint,
    ADD COLUMN method text NOT NULL DEFAULT '';
ALTER TABLE source
    ADD COLUMN content_md5 text NOT NULL GENERATED ALWAYS AS (md5(
        name || E'\x1f' || sector || E'\x1f' || gas || E'\x1f' || fuel || E'\x1f' || operator || E'\x1f' || status || E'\x1f' ||
        coalesce(capacity::text, '') || E'\x1f' || capacity_unit || E'\x1f' || coalesce(commissioned_year::text, '') || E'\x1f' ||
        encode(ST_AsEWKB(geom), 'hex') || E'\x1f' || location_quality || E'\x1f' || licence || E'\x1f' ||
        origin_dataset || E'\x1f' || note || E'\x1f' || external_ids::text || E'\x1f' ||
        commissioned || E'\x1f' || retired || E'\x1f' || coalesce(retired_year::text, '') || E'\x1f' || method)) STORED,
    ADD UNIQUE (code, content_md5);
