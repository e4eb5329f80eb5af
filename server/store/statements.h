/* statements.h - all SQL text of the server, in one place.
 *
 * Constants only: no statement is ever built from input. Each is prepared on first use per
 * connection, so the number of distinct statements the server runs is the number found here.
 * Arrays travel as one text parameter ('{1,2,3}') with a cast.
 */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

/* ---- session ---------------------------------------------------------------------------- */

/* $1 role or '', $2 statement_timeout in ms. set_config instead of SET, so that both are bound.
 * client_connection_check_interval ends a query within 100 ms of its client hanging up: a passed
 * deadline costs the server no more than that. */
#define SQL_SESSION                                                                                \
    "SELECT CASE WHEN $1::text IN ('', current_user::text) THEN current_user::text"                \
    "            ELSE set_config('role', $1::text, false) END,"                                    \
    " set_config('search_path', 'fluxgrid, public', false),"                                       \
    " set_config('statement_timeout', $2::text, false),"                                           \
    " set_config('client_connection_check_interval', '100ms', false),"                             \
    " set_config('timezone', 'UTC', false),"                                                       \
    " set_config('jit', 'off', false),"                                                            \
    " CASE WHEN $1::text = 'fluxgrid_server' THEN"                                                 \
    "   set_config('default_transaction_read_only', 'on', false)"                                  \
    "   || set_config('lock_timeout', '500ms', false)"                                             \
    "   || set_config('idle_in_transaction_session_timeout', '10s', false)"                        \
    "   || set_config('plan_cache_mode', 'force_generic_plan', false) END"

/* A serving session plans each statement once: planning anew is 40 % of what the database spends on
 * the blocks of a tile. Only a statement whose arguments decide how it is best run is planned by
 * them (conn_query_by_value), between these two. */
#define SQL_PLAN_BY_VALUE "SET plan_cache_mode = force_custom_plan"
#define SQL_PLAN_ONCE     "SET plan_cache_mode = force_generic_plan"

#define SQL_SCHEMA_VERSION "SELECT coalesce(max(version), 0)::int8 FROM fluxgrid.schema_migration"

/* ---- blocks ----------------------------------------------------------------------------- */

/* $1 fields, $2 level, $3..$4 by, $5..$6 bx, $7..$8 the level's rows, 256 bytes each (of a block
 * that is stored as it is, only those are read). Of each field one row without a block when there
 * is none in the range; no row at all when the field itself is not there, which is asked only then.
 * LATERAL keeps it a look-up by key in each, whatever the planner thinks of the array's length. */
#define SQL_BLOCKS                                                                                 \
    "SELECT wanted.id, b.bx, b.by, b.count, b.cells FROM unnest($1::int8[]) AS wanted (id)"        \
    " LEFT JOIN LATERAL (SELECT bx, by, count, substring(cells"                                    \
    "   FROM 256 * greatest($7::int4 - 64 * by, 0) + 1 FOR 256 * (least($8::int4 - 64 * by, 63)"   \
    "   - greatest($7::int4 - 64 * by, 0) + 1)) AS cells FROM fluxgrid.block"                      \
    "  WHERE field = wanted.id AND level = $2::int2 AND by BETWEEN $3::int4 AND $4::int4"          \
    "  AND bx BETWEEN $5::int4 AND $6::int4 OFFSET 0) b ON true"                                   \
    " WHERE b.bx IS NOT NULL OR EXISTS (SELECT FROM fluxgrid.field f WHERE f.id = wanted.id)"

/* ---- watcher ------------------------------------------------------------------------------ */

#define SQL_LISTEN     "LISTEN fluxgrid"
#define SQL_IS_STANDBY "SELECT pg_is_in_recovery()"
/* Through the owner's function: other people's sessions are closed to the role. */
#define SQL_IMPORTS "SELECT fluxgrid.import_progress()"

/* ---- the importer's session ----------------------------------------------------------------- */

#define SQL_SAY "SELECT pg_catalog.set_config('application_name', $1, false)"

/* ---- catalog (one snapshot) ---------------------------------------------------------------- */

#define SQL_SNAPSHOT_BEGIN "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
#define SQL_ROLLBACK       "ROLLBACK"

#define SQL_REVISION "SELECT catalog, boundary FROM fluxgrid.revision"

#define SQL_GASES                                                                                  \
    "SELECT code, name_en, name_ru, name_uz, name_ko FROM fluxgrid.gas ORDER BY code COLLATE "     \
    "\"C\""

#define SQL_GWP_SETS "SELECT code, horizon_years FROM fluxgrid.gwp_set ORDER BY code COLLATE \"C\""

#define SQL_GWPS                                                                                   \
    "SELECT gwp_set, gas, origin, value, source FROM fluxgrid.gwp"                                 \
    " ORDER BY gwp_set COLLATE \"C\", gas COLLATE \"C\","                                          \
    " array_position('{fossil,nonfossil,na}'::text[], origin)"

#define SQL_SECTORS                                                                                \
    "SELECT code, parent, name_en, name_ru, name_uz, name_ko, lulucf, memo FROM fluxgrid.sector"   \
    " ORDER BY code COLLATE \"C\""

#define SQL_FOREIGN                                                                                \
    "SELECT f.code, f.label, array_to_string(f.members, ' '), array_to_string(f.levels, ' '),"     \
    " f.refusal, coalesce(f.scope, 0), f.memo, coalesce(m.gas, ''), m.to_code,"                    \
    " coalesce(m.weight, 0), coalesce(m.note, '') FROM fluxgrid.foreign_sector f"                  \
    " LEFT JOIN fluxgrid.sector_map m ON m.from_code = f.code"                                     \
    " ORDER BY f.code COLLATE \"C\", m.gas COLLATE \"C\", m.to_code COLLATE \"C\""

#define SQL_DISTRICTS                                                                              \
    "SELECT id, code, level, parent, name_en, name_ru, name_uz, name_ko, area_km2,"                \
    " ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom), revision FROM fluxgrid.district" \
    " ORDER BY code COLLATE \"C\""

#define SQL_STATS                                                                                  \
    "SELECT district, year, population, gdp,"                                                      \
    " coalesce(population_status = 'estimated', false),"                                           \
    " coalesce(gdp_status = 'estimated', false), coalesce(gdp_unit, '') FROM "                     \
    "fluxgrid.district_stat"                                                                       \
    " ORDER BY district COLLATE \"C\", year"

#define SQL_RELEASES                                                                               \
    "SELECT id, slug, version, title_en, title_ru, title_uz, title_ko, warning_en, warning_ru,"    \
    " warning_uz, warning_ko, publisher, licence, attribution, citation, method, sha256,"          \
    " to_char(published, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), array_to_string(countries, E'\\n')"    \
    " FROM fluxgrid.release WHERE state = 'published' ORDER BY slug COLLATE \"C\","                \
    " string_to_array(version, '.')::int8[]"

#define SQL_WITHDRAWN                                                                              \
    "SELECT r.slug || '@' || r.version, coalesce(to_char(e.at AT TIME ZONE 'UTC', "                \
    "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"                                                           \
    " ''), coalesce(e.reason, '') FROM fluxgrid.release r LEFT JOIN LATERAL"                       \
    " (SELECT h.at, h.reason FROM fluxgrid.release_event h WHERE h.slug = r.slug"                  \
    " AND h.version = r.version AND h.event = 'withdrawn' ORDER BY h.id DESC LIMIT 1) e ON true"   \
    " WHERE r.state = 'withdrawn' ORDER BY r.slug COLLATE \"C\","                                  \
    " string_to_array(r.version, '.')::int8[]"

#define SQL_CHANGES                                                                                \
    "SELECT c.release, c.reason, w.name_en, w.name_ru, w.name_uz, w.name_ko, c.text_en,"           \
    " c.text_ru, c.text_uz, c.text_ko, array_to_string(c.sectors, ' ') FROM"                       \
    " fluxgrid.release_change c JOIN fluxgrid.change_reason w ON w.code = c.reason"                \
    " JOIN fluxgrid.release r ON r.id = c.release WHERE r.state = 'published'"                     \
    " ORDER BY r.slug COLLATE \"C\", string_to_array(r.version, '.')::int8[], c.sort"

/* Drafts are nobody's business, so their end is not told. What was published before there was a
 * history has its time alone. */
#define SQL_EVENTS                                                                                 \
    "SELECT h.id, h.slug, h.version, h.event = 'withdrawn', to_char(h.at AT TIME ZONE 'UTC',"      \
    " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), h.reason FROM (SELECT e.id, e.slug, e.version, e.event,"  \
    " e.at, e.reason FROM fluxgrid.release_event e WHERE e.event IN ('published', 'withdrawn')"    \
    " UNION ALL SELECT 0, r.slug, r.version, 'published', r.published, '' FROM fluxgrid.release r" \
    " WHERE r.published IS NOT NULL AND NOT EXISTS (SELECT FROM fluxgrid.release_event e"          \
    " WHERE e.slug = r.slug AND e.version = r.version AND e.event = 'published')) h"               \
    " ORDER BY h.id, h.at, h.slug COLLATE \"C\", h.version COLLATE \"C\""

/* What published slices use, and no more: a load in progress is not seen. */
#define SQL_USED_FIELDS                                                                            \
    "SELECT s.field FROM fluxgrid.slice s JOIN fluxgrid.release r ON r.id = s.release"             \
    " WHERE r.state = 'published' AND s.field IS NOT NULL"

#define SQL_GRIDS                                                                                  \
    "SELECT id, x0, y0, dx, dy, nx, ny FROM fluxgrid.grid WHERE id IN"                             \
    " (SELECT grid FROM fluxgrid.field WHERE id IN (" SQL_USED_FIELDS ")) ORDER BY id"

#define SQL_FIELDS                                                                                 \
    "SELECT id, grid, name, total, sum_sq, cell_uncertainty_pct, kind = 'points'"                  \
    " FROM fluxgrid.field WHERE id IN (" SQL_USED_FIELDS ") ORDER BY id"

#define SQL_PROVENANCES                                                                            \
    "SELECT id, dataset, document, locator, retrieved, checksum, transformation"                   \
    " FROM fluxgrid.provenance WHERE id IN"                                                        \
    " (SELECT s.provenance FROM fluxgrid.slice s JOIN fluxgrid.release r ON r.id = s.release"      \
    "  WHERE r.state = 'published') ORDER BY id"

#define SQL_SLICES                                                                                 \
    "SELECT s.release, s.sector, s.gas, s.flow, s.origin, s.fuel, s.year, s.month, s.field,"       \
    " s.factor, s.mass_t, s.uncertainty_pct, s.method, s.provenance"                               \
    " FROM fluxgrid.slice s JOIN fluxgrid.release r ON r.id = s.release"                           \
    " WHERE r.state = 'published'"

/* ---- districts ---------------------------------------------------------------------------- */

/* First column of the answers below: is this database where the caller's catalog is? A standby may
 * be behind, and districts may just have been replaced; then there are no rows to believe
 * (guard.h). */

/* $1 fields, $2 districts, by id; $3 catalog, $4 boundary revision. */
#define SQL_DISTRICT_MASSES                                                                        \
    "SELECT r.catalog >= $3::int8 AND r.boundary = $4::int8, m.district, m.field, m.mass,"         \
    " m.sum_sq FROM fluxgrid.revision r LEFT JOIN fluxgrid.district_field m"                       \
    "  ON m.field = ANY ($1::int8[]) AND m.district = ANY ($2::int8[])"

/* $1 lon, $2 lat: the finest district there. $3 boundary revision, $4 codes of countries to look
 * in, one a line; empty = everywhere. */
#define SQL_DISTRICT_AT                                                                            \
    "SELECT r.boundary = $3::int8, (SELECT code FROM fluxgrid.district"                            \
    "  WHERE id = fluxgrid.district_of_point($1::float8, $2::float8,"                              \
    "   coalesce(string_to_array(nullif($4::text, ''), E'\\n'), '{}')))"                           \
    " FROM fluxgrid.revision r"

/* $1 grid, $2 district, by id, cells from $3 on, before $4; $5 boundary revision. What has a
 * polygon of its own has its fractions; what is the union of its parts has theirs. */
#define SQL_DISTRICT_SHARES                                                                        \
    "SELECT r.boundary = $5::int8, c.cell::int8, c.fraction FROM fluxgrid.revision r"              \
    " LEFT JOIN LATERAL ("                                                                         \
    "  WITH RECURSIVE down AS ("                                                                   \
    "   SELECT d.id, d.code, d.is_union FROM fluxgrid.district d WHERE d.id = $2::int8"            \
    "   UNION ALL SELECT d.id, d.code, d.is_union FROM down w JOIN fluxgrid.district d"            \
    "    ON d.parent = w.code WHERE w.is_union)"                                                   \
    "  SELECT f.cell, least(sum(f.fraction ORDER BY f.district), 1) AS fraction"                   \
    "  FROM fluxgrid.district_cell f"                                                              \
    "  WHERE f.grid = $1::int8 AND f.cell >= $3::int4 AND f.cell < $4::int4"                       \
    "   AND f.district = ANY (ARRAY (SELECT id FROM down WHERE NOT is_union))"                     \
    "  GROUP BY f.cell) c ON true ORDER BY c.cell"

/* $1, $2 lon and lat of places, $3 boundary revision, $4 codes of countries as above: the finest
 * district at each. */
#define SQL_DISTRICTS_AT                                                                           \
    "SELECT r.boundary = $3::int8, a.place::int8,"                                                 \
    " coalesce((SELECT code FROM fluxgrid.district"                                                \
    "  WHERE id = fluxgrid.district_of_point(a.lon, a.lat,"                                        \
    "   coalesce(string_to_array(nullif($4::text, ''), E'\\n'), '{}'))), '')"                      \
    " FROM fluxgrid.revision r LEFT JOIN unnest($1::float8[], $2::float8[]) WITH ORDINALITY"       \
    "  AS a (lon, lat, place) ON true ORDER BY a.place"

/* Behind "CASE system": s.geom in the system asked for, by enum crs, and in the order of its axes.
 */
#define SQL_GEOM_BY_CRS                                                                            \
    " WHEN 1 THEN ST_FlipCoordinates(s.geom) WHEN 2 THEN ST_Transform(s.geom, 3857) ELSE s.geom "  \
    "END"

/* $1 districts by id, $2 tolerance in degrees (0 = as stored), $3 decimal digits, $4 boundary
 * revision, $5 reference system. Generalised by snapping every vertex to a grid of that size and
 * dropping those that then lie in line: where a vertex goes depends on the vertex alone, so
 * neighbours stay neighbours. A polygon too small for the grid stays as it is. */
#define SQL_DISTRICT_GEOJSON                                                                       \
    "SELECT r.boundary = $4::int8, s.place::int8, ST_AsGeoJSON(CASE $5::int4" SQL_GEOM_BY_CRS      \
    ", $3::int4, 0) FROM fluxgrid.revision r LEFT JOIN (SELECT u.place, CASE WHEN $2::float8 > 0 " \
    "THEN"                                                                                         \
    "   (SELECT CASE WHEN ST_IsEmpty(g.snapped) THEN d.geom ELSE g.snapped END"                    \
    "    FROM (SELECT ST_SimplifyPreserveTopology(ST_SnapToGrid(d.geom, $2::float8), 0)"           \
    "            AS snapped) g)"                                                                   \
    "  ELSE d.geom END AS geom FROM unnest($1::int8[]) WITH ORDINALITY AS u (id, place)"           \
    "  JOIN fluxgrid.district d ON d.id = u.id) s ON true ORDER BY s.place"

/* $1..$4 box, $5 boundary revision. One row without a district when none meets it. */
#define SQL_DISTRICTS_IN_BOX                                                                       \
    "SELECT r.boundary = $5::int8, d.code FROM fluxgrid.revision r LEFT JOIN fluxgrid.district d"  \
    " ON ST_Intersects(d.geom, CASE WHEN $1::float8 <= $3::float8"                                 \
    "  THEN ST_MakeEnvelope($1::float8, $2::float8, $3::float8, $4::float8, 4326)"                 \
    "  ELSE ST_Collect(ST_MakeEnvelope($1::float8, $2::float8, 180, $4::float8, 4326),"            \
    "   ST_MakeEnvelope(-180, $2::float8, $3::float8, $4::float8, 4326)) END)"

/* ---- sources ------------------------------------------------------------------------------ */

/* What the choice below is made from: fields with mass, and the sources of the choice with them. */
#define SQL_SOURCES_USED                                                                           \
    "WITH used AS ("                                                                               \
    "  SELECT field, max(year) AS year, sum(mass_t) AS mass_t FROM fluxgrid.slice"                 \
    "  WHERE release = $1::int8 AND field IS NOT NULL AND ($2::int4 = 0 OR year = $2::int4)"       \
    "  GROUP BY field"

#define SQL_SOURCES_CHOSEN                                                                         \
    "  FROM fluxgrid.source s"                                                                     \
    "  JOIN fluxgrid.source_field sf ON sf.source = s.id"                                          \
    "  JOIN used u ON u.field = sf.field JOIN fluxgrid.field f ON f.id = u.field"                  \
    "  WHERE s.geom && ST_MakeEnvelope(CASE WHEN $5::float8 <= $7::float8 THEN $5 ELSE -180 END,"  \
    "    $6::float8, CASE WHEN $5 <= $7 THEN $7 ELSE 180 END, $8::float8, 4326)"                   \
    "   AND ($5 <= $7 OR ST_X(s.geom) >= $5 OR ST_X(s.geom) <= $7)"                                \
    "   AND ($9::float8 IS NULL OR ST_DWithin(s.geom::geography,"                                  \
    "        ST_SetSRID(ST_MakePoint($9::float8, $10::float8), 4326)::geography, $11::float8))"    \
    "   AND ($12::int8[] IS NULL OR sf.district = ANY ($12::int8[]))"                              \
    "   AND ($13::text IS NULL OR s.code = $13::text)"                                             \
    "   AND ($15::text IS NULL OR s.sector = ANY (string_to_array($15::text, E'\\n')))"            \
    "   AND ($16::text IS NULL OR s.gas = $16::text)"                                              \
    "   AND ($22::text IS NULL OR s.name = $22::text)"                                             \
    "   AND ($17::text IS NULL OR starts_with(lower(s.operator), lower($17::text)))"               \
    "   AND ($18::text IS NULL OR position(lower($18::text) IN lower(s.name)) > 0"                 \
    "        OR position(lower($18::text) IN lower(s.code)) > 0)"                                  \
    "   AND (num_nulls($19::float8, $20::float8) = 2 OR (SELECT"                                   \
    "        coalesce(sum(v.mass_t * w.weight / nullif(g.total, 0)), 0)"                           \
    "        FROM fluxgrid.source_field w JOIN used v ON v.field = w.field"                        \
    "        JOIN fluxgrid.field g ON g.id = w.field WHERE w.source = s.id)"                       \
    "        BETWEEN coalesce($19::float8, 0) AND coalesce($20::float8, 'Infinity'))"

/* $1 release, $2 year (0 = the latest a field of the source has), $3 after id, $4 limit, $5..$8
 * box, $9..$11 lon, lat, radius in m (NULL = no point), $12 districts by id (NULL = any), $13 code
 * (NULL = any). One row per source: with several fields, the one of the latest year; last column:
 * the share of each of its fields in the release, "12:0.25 17:1". In the order of ids, or the
 * nearest first. $14 catalog revision, for the guard as above. $15 sector codes, one a line, $16
 * gas, $17 how the operator begins, $18 a part of name or code, $19 and $20 least and most t of the
 * year, each NULL = any, $21 reference system of the last two columns, $22 name (NULL
 * = any). Letter case is that of the database's locale. */
#define SQL_SOURCES                                                                                \
    SQL_SOURCES_USED                                                                               \
    "), found AS ("                                                                                \
    "  SELECT DISTINCT ON (s.id) s.*, u.field, sf.weight / nullif(f.total, 0) AS share,"           \
    "    sf.district AS district_id" SQL_SOURCES_CHOSEN "   AND s.id > $3::int8"                   \
    "  ORDER BY s.id, u.year DESC, u.field"                                                        \
    "  LIMIT CASE WHEN $9::float8 IS NULL THEN $4::int4 END"                                       \
    ")"                                                                                            \
    " SELECT r.catalog >= $14::int8, s.id, s.code, s.name, s.sector, s.gas, s.fuel, s.operator, "  \
    "s.status,"                                                                                    \
    "  s.capacity_unit, d.code, ST_X(s.geom), ST_Y(s.geom), s.capacity, s.commissioned_year,"      \
    "  s.field, s.share,"                                                                          \
    "  ST_Distance(s.geom::geography,"                                                             \
    "    ST_SetSRID(ST_MakePoint($9::float8, $10::float8), 4326)::geography),"                     \
    "  (SELECT coalesce(jsonb_object_agg(p.key, p.value), '{}') FROM jsonb_each("                  \
    "    jsonb_build_object('location_quality', s.location_quality, 'licence', s.licence,"         \
    "     'origin_dataset', s.origin_dataset, 'note', s.note,"                                     \
    "     'external_ids', s.external_ids)) p"                                                      \
    "   WHERE p.value NOT IN ('\"\"', '{}', 'null'))::text,"                                       \
    "  s.commissioned, s.retired, s.retired_year, s.method,"                                       \
    "  (SELECT string_agg(a.field || ':' || a.weight / nullif(f.total, 0), ' ' ORDER BY a.field)"  \
    "   FROM fluxgrid.source_field a JOIN fluxgrid.field f ON f.id = a.field"                      \
    "   WHERE a.source = s.id AND EXISTS (SELECT FROM fluxgrid.slice l"                            \
    "    WHERE l.field = a.field AND l.release = $1::int8)),"                                      \
    "  ST_X(CASE $21::int4" SQL_GEOM_BY_CRS "), ST_Y(CASE $21::int4" SQL_GEOM_BY_CRS ")"           \
    " FROM fluxgrid.revision r LEFT JOIN found s ON true"                                          \
    " LEFT JOIN fluxgrid.district d ON d.id = s.district_id"                                       \
    " ORDER BY 18, s.id LIMIT $4::int4"

/* The same parameters: how many there are, and how many behind $3. */
#define SQL_SOURCES_COUNT                                                                          \
    SQL_SOURCES_USED "), found AS (SELECT DISTINCT s.id" SQL_SOURCES_CHOSEN ")"                    \
                     " SELECT r.catalog >= $14::int8, (SELECT count(*) FROM found),"               \
                     "  (SELECT count(*) FROM found WHERE id > $3::int8)"                          \
                     " FROM fluxgrid.revision r WHERE num_nulls($4::int4, $21::int4) = 0"

/* $1 fields by id, $2..$5 box, $6 source and $7 field of the page before, $8 limit, $9 catalog
 * revision, for the guard as above. One row without a source when there is none. */
#define SQL_POINTS                                                                                 \
    "SELECT r.catalog >= $9::int8, p.source, p.field, p.lon, p.lat, p.weight"                      \
    " FROM fluxgrid.revision r LEFT JOIN LATERAL ("                                                \
    "  SELECT sf.source, sf.field, ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat, sf.weight"            \
    "  FROM fluxgrid.source s JOIN fluxgrid.source_field sf ON sf.source = s.id"                   \
    "  WHERE s.geom && ST_MakeEnvelope($2::float8, $3::float8, $4::float8, $5::float8, 4326)"      \
    "   AND sf.field = ANY ($1::int8[]) AND (sf.source, sf.field) > ($6::int8, $7::int8)"          \
    "  ORDER BY sf.source, sf.field LIMIT $8::int4) p ON true"                                     \
    " ORDER BY p.source, p.field"

/* $1 fields by id, $2 districts that count them, by id (NULL = any), $3..$6 box, $7 source and $8
 * field of the page before, $9 limit, $10 sources by id (NULL = any), $11 catalog revision, for the
 * guard as above. One row without a source when there is none. */
#define SQL_SOURCE_MASSES                                                                          \
    "SELECT r.catalog >= $11::int8, p.source, p.field, p.code, p.lon, p.lat, p.weight"             \
    " FROM fluxgrid.revision r LEFT JOIN LATERAL ("                                                \
    "  SELECT sf.source, sf.field, s.code, ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat, sf.weight"    \
    "  FROM fluxgrid.source s JOIN fluxgrid.source_field sf ON sf.source = s.id"                   \
    "  WHERE s.geom && ST_MakeEnvelope($3::float8, $4::float8, $5::float8, $6::float8, 4326)"      \
    "   AND sf.field = ANY ($1::int8[]) AND (sf.source, sf.field) > ($7::int8, $8::int8)"          \
    "   AND ($2::int8[] IS NULL OR sf.district = ANY ($2::int8[]))"                                \
    "   AND ($10::int8[] IS NULL OR s.id = ANY ($10::int8[]))"                                     \
    "  ORDER BY sf.source, sf.field LIMIT $9::int4) p ON true"                                     \
    " ORDER BY p.source, p.field"

/* $1 sources by id, $2 the fields that are asked about, $3 catalog revision. */
#define SQL_SOURCE_FACTS                                                                           \
    "SELECT r.catalog >= $3::int8, a.place::int8, s.code, s.name, s.sector, s.fuel, s.operator,"   \
    " coalesce((SELECT d.code FROM fluxgrid.source_field f JOIN fluxgrid.district d"               \
    "  ON d.id = f.district WHERE f.source = s.id AND f.field = ANY ($2::int8[])"                  \
    "  ORDER BY f.field LIMIT 1), '')"                                                             \
    " FROM fluxgrid.revision r LEFT JOIN (unnest($1::int8[]) WITH ORDINALITY AS a (id, place)"     \
    "  JOIN fluxgrid.source s ON s.id = a.id) ON true ORDER BY a.place"

/* ---- vector tiles ------------------------------------------------------------------------- */

/* Both: $1 rows as JSON, $2..$4 z, x, y. A tile has 4096 units (u) a side. Points belong to the
 * tile whose west and north edge they may lie on, as pixels do, so that each is in one tile of a
 * zoom. */
#define SQL_TILE_FRAME                                                                             \
    "tile AS MATERIALIZED (SELECT ST_TileEnvelope($2::int4, $3::int4, $4::int4) AS box,"           \
    " 2 * 20037508.342789244::float8 / 2.0::float8 ^ $2::int4 / 4096 AS u)"
#define SQL_TILE_HOLDS                                                                             \
    "ST_X(place) >= ST_XMin(box) AND ST_X(place) < ST_XMax(box)"                                   \
    " AND ST_Y(place) > ST_YMin(box) AND ST_Y(place) <= ST_YMax(box)"

/* $5 boundary revision. Snapped to 4 u from the corner of the world, not of the tile: where a
 * vertex goes depends on the vertex alone, so neighbours stay neighbours, across tiles too. Nothing
 * is nearer to a pole than Mercator's square reaches. */
#define SQL_DISTRICT_TILE                                                                          \
    "WITH " SQL_TILE_FRAME ", asked AS MATERIALIZED (SELECT a.*, ST_Transform(CASE"                \
    "   WHEN ST_YMin(d.geom) < -85.06 OR ST_YMax(d.geom) > 85.06"                                  \
    "   THEN ST_ClipByBox2D(d.geom, ST_MakeEnvelope(-180, -85.06, 180, 85.06, 4326))"              \
    "   ELSE d.geom END, 3857) AS shape"                                                           \
    "  FROM jsonb_to_recordset($1::jsonb) AS a (code text, name text, level int4, parent text,"    \
    "   value float8, unit text, lo float8, hi float8, status text)"                               \
    "  JOIN fluxgrid.district d ON d.code = a.code),"                                              \
    " drawn AS MATERIALIZED (SELECT ST_AsMVTGeom(ST_SnapToGrid(shape, -20037508.342789244,"        \
    "    -20037508.342789244, 4 * u, 4 * u), box, 4096, 64, true) AS geom,"                        \
    "   code, name, level, parent, value, unit, lo, hi, status FROM asked, tile),"                 \
    " placed AS MATERIALIZED (SELECT ST_PointOnSurface(shape) AS place, * FROM asked, tile),"      \
    " label AS (SELECT ST_AsMVTGeom(place, box, 4096, 0, false) AS geom,"                          \
    "   code, name, level, parent, value, unit, lo, hi, status FROM placed WHERE " SQL_TILE_HOLDS  \
    " )"                                                                                           \
    " SELECT r.boundary = $5::int8,"                                                               \
    "  coalesce((SELECT ST_AsMVT(o, 'districts', 4096, 'geom') FROM drawn o"                       \
    "   WHERE geom IS NOT NULL), '')"                                                              \
    "  || coalesce((SELECT ST_AsMVT(o, 'district_labels', 4096, 'geom') FROM label o), '')"        \
    " FROM fluxgrid.revision r"

#define SQL_SOURCE_TILE                                                                            \
    "WITH " SQL_TILE_FRAME ", asked AS MATERIALIZED (SELECT *, ST_Transform(ST_SetSRID("           \
    "   ST_MakePoint(lon, lat), 4326), 3857) AS place"                                             \
    "  FROM jsonb_to_recordset($1::jsonb) AS a (lon float8, lat float8, code text, name text,"     \
    "   sector text, gas text, operator text, district text, value float8, unit text, year int4,"  \
    "   status text) WHERE abs(lat) < 85.06),"                                                     \
    " shown AS (SELECT ST_AsMVTGeom(place, box, 4096, 0, false) AS geom, code, name, sector, gas," \
    "   operator, district, value, unit, year, status FROM asked, tile WHERE " SQL_TILE_HOLDS " )" \
    " SELECT coalesce(ST_AsMVT(o, 'sources', 4096, 'geom'), '') FROM shown o"

/* ---- audit -------------------------------------------------------------------------------- */

#define SQL_AUDIT                                                                                  \
    "SELECT \"check\", subject, expected, actual, outside, unallocated, relative, ok"              \
    " FROM fluxgrid.audit($1::int8)"

#endif
