#include "fixture_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>

static char name[64], url[1024], template_name[128];
static PGconn *own;

static const char data[] =
    "SET search_path = fluxgrid, public;"
    "INSERT INTO district (code, level, parent, name_en, name_ru, name_uz, name_ko, geom, area_km2)"
    " SELECT code, level, parent, code || ' en', code || ' ru', code || ' uz', '',"
    "  ST_Multi(ST_MakeEnvelope(w, s, e, n, 4326)), 1000"
    " FROM (VALUES ('X', 0, NULL, 60, 35, 70, 42), ('X1', 1, 'X', 60, 35, 65, 42),"
    "  ('X2', 1, 'X', 65, 35, 70, 42), ('X1A', 2, 'X1', 60, 40, 62, 42))"
    "  AS d (code, level, parent, w, s, e, n);"
    "INSERT INTO district_stat (district, year, population, population_status)"
    " VALUES ('X', 2022, 5000, 'official'), ('X1', 2022, 3000, 'estimated'), ('X1', 2021, NULL, "
    "NULL);"
    "INSERT INTO grid (x0, y0, dx, dy, nx, ny) VALUES (60, 42, 0.1, 0.1, 100, 70);"
    "INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells, cell_uncertainty_pct)"
    " SELECT id, 'area', repeat('a', 64), 'raster', 4098.5, 4102.25, 4097, 50 FROM grid"
    " UNION ALL SELECT id, 'plants', repeat('b', 64), 'points', 1, 0.625, 2, 0 FROM grid"
    " UNION ALL SELECT id, 'unused', repeat('c', 64), 'raster', 1, 1, 1, 0 FROM grid;"
    "INSERT INTO block (field, level, bx, by, cells, count, sum, min, max)"
    " SELECT id, 0, 0, 0, block_pack(array_agg(i), array_agg(1.0::float8)), 4096, 4096, 1, 1"
    " FROM field, generate_series(0, 4095) i WHERE name = 'area' GROUP BY id"
    " UNION ALL SELECT id, 0, 1, 1, block_pack('{0}', '{2.5}'), 1, 2.5, 2.5, 2.5 FROM field"
    " WHERE name = 'area'"
    " UNION ALL SELECT id, 0, 0, 0, block_pack('{325,0}', '{0.75,0.25}'), 2, 1, 0.25, 0.75 FROM "
    "field"
    " WHERE name = 'plants';"
    "SELECT block_overviews(id) FROM field WHERE name <> 'unused';"
    "INSERT INTO source (code, name, sector, gas, geom, capacity, capacity_unit, note)"
    " VALUES ('P1', 'Plant one', 'IPCC2006:1.A.1', 'CO2', ST_SetSRID(ST_MakePoint(60.55, 41.45),"
    "  4326), 100, 'MW', 'a \"note\"'),"
    " ('P2', 'Plant two', 'IPCC2006:1.A.1', 'CO2', ST_SetSRID(ST_MakePoint(60.05, 41.95), 4326),"
    "  NULL, '', '');"
    "INSERT INTO source_field (field, source, cell, district, weight)"
    " SELECT f.id, s.id, CASE s.code WHEN 'P1' THEN 505 ELSE 0 END, d.id,"
    "  CASE s.code WHEN 'P1' THEN 0.75 ELSE 0.25 END"
    " FROM field f, source s, district d WHERE f.name = 'plants' AND d.code = 'X1A';"
    "INSERT INTO district_field (field, district, mass, sum_sq)"
    " SELECT f.id, d.id, CASE d.code WHEN 'X2' THEN 1000 WHEN 'X1A' THEN 400 ELSE 3000 END, 7"
    " FROM field f, district d WHERE f.name = 'area';"
    "INSERT INTO provenance (dataset, document) VALUES ('inventory', 'table 1'), ('nobody', '');"
    "INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, warning_en,"
    " publisher, licence, attribution, citation, method, sha256)"
    " SELECT 'unit', v, 'en', 'ru', 'uz', 'ko', 'a warning', 'p', 'l', 'a', 'c', 'm', repeat('0', "
    "64)"
    " FROM unnest('{0.9.0,1.0.0,1.1.0}'::text[]) v;"
    "INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, field, factor, mass_t,"
    " uncertainty_pct, method, provenance)"
    " SELECT r.id, s.sector, s.gas, s.flow, s.origin, s.fuel, s.year, f.id, s.mass / f.total, "
    "s.mass,"
    "  s.pct, 'reported', CASE WHEN s.fuel = 'coal' THEN p.id END"
    " FROM release r CROSS JOIN (VALUES"
    "  ('IPCC2006:1.A.3.b', 'CO2', 'emission', 'fossil', '', 2022, 'area', 8197.0, 5),"
    "  ('IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 'gas', 2022, 'plants', 40, 5),"
    "  ('IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 'coal', 2022, 'plants', 60, 10),"
    "  ('IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 'coal', 2021, 'plants', 50, 10),"
    "  ('IPCC2006:3.A.1', 'CH4', 'emission', 'nonfossil', '', 2022, NULL, 3, NULL),"
    "  ('IPCC2006:3.B.1', 'CO2', 'removal', 'nonfossil', '', 2022, 'area', 30, 60))"
    "  AS s (sector, gas, flow, origin, fuel, year, field, mass, pct)"
    " LEFT JOIN field f ON f.name = s.field, provenance p WHERE p.dataset = 'inventory';"
    "SELECT release_publish(id), release_withdraw(id) FROM release WHERE version = '0.9.0';"
    "SELECT release_publish(id) FROM release WHERE version = '1.0.0';";

static void fail(PGconn *c)
{
    fprintf(stderr, "fixture_database: %s\n", PQerrorMessage(c));
    exit(1);
}

static void run_on(PGconn *c, const char *sql)
{
    PGresult *result = PQexec(c, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail(c);
    PQclear(result);
}

static void ignore_notice(void *unused, const char *message)
{
    (void)unused;
    (void)message;
}

static PGconn *connect_to(const char *target)
{
    PGconn *c = PQconnectdb(target);
    if (PQstatus(c) != CONNECTION_OK)
        fail(c);
    PQsetNoticeProcessor(c, ignore_notice, NULL);
    return c;
}

void fixture_database_url(const char *dbname, char out[1024])
{
    const char *given = getenv("FLUXGRID_TEST_DATABASE_URL");
    PQconninfoOption *options = PQconninfoParse(given ? given : "", NULL);
    size_t n = (size_t)snprintf(out, 1024, "dbname=%s", dbname);
    for (PQconninfoOption *o = options; o && o->keyword; o++) {
        if (o->val && strcmp(o->keyword, "dbname") != 0)
            n += (size_t)snprintf(out + n, 1024 - n, " %s='%s'", o->keyword, o->val);
        else if (o->val)
            snprintf(template_name, sizeof template_name, "%s", o->val);
    }
    PQconninfoFree(options);
}

static void on_maintenance(const char *sql)
{
    char target[1024];
    fixture_database_url("postgres", target);
    PGconn *c = connect_to(target);
    run_on(c, sql);
    PQfinish(c);
}

const char *fixture_database_open(void)
{
    if (!getenv("FLUXGRID_TEST_DATABASE_URL")) {
        fprintf(stderr, "SKIPPED: needs FLUXGRID_TEST_DATABASE_URL\n");
        return NULL;
    }
    snprintf(name, sizeof name, "fluxgrid_unit_%d", (int)getpid());
    fixture_database_url(name, url);
    char sql[256];
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE %s", name, template_name);
    on_maintenance(sql);
    if (atexit(fixture_database_close) != 0) /* for tests that give up */
        exit(1);
    own = connect_to(url);
    run_on(own, data);
    return url;
}

void fixture_database_close(void)
{
    if (!name[0])
        return;
    PQfinish(own);
    own = NULL;
    char sql[256];
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    name[0] = '\0';
    on_maintenance(sql);
}

void fixture_database_run(const char *sql)
{
    run_on(own, sql);
}

int64_t fixture_database_ask(const char *sql)
{
    PGresult *result = PQexec(own, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        fail(own);
    int64_t v = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return v;
}
