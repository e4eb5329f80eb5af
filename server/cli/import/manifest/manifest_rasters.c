/* The manifest's rasters: "proxies" and "grids". */
#include "cli/import/manifest/manifest_internal.h"

#include <math.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/raster/units.h"

static void read_proxy(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"id", "file", "cell_uncertainty_pct", MANIFEST_RASTER_KEYS,
                                       NULL};
    struct manifest_proxy *to = &m->proxies[i];
    *to = (struct manifest_proxy){.id = ""};
    if (!json_only(r, item, keys)) {
        return;
    }
    to->id = json_text_at(r, item, "id", JSON_NEEDED);
    to->file = manifest_file_at(r, m, item, "file", JSON_NEEDED);
    manifest_raster_at(r, m, item, to->file, &to->raster);
    double u = json_number_at(r, item, "cell_uncertainty_pct", 0, 1000, JSON_OPTIONAL);
    to->cell_uncertainty_pct = isnan(u) ? 0 : u;
    bool is_reserved = strcmp(to->id, "points") == 0 || strcmp(to->id, "unallocated") == 0;
    for (int k = 0; k < i || is_reserved; k++) {
        if (is_reserved || strcmp(m->proxies[k].id, to->id) == 0) {
            json_issue(r, item, "id",
                       is_reserved ? "is a reserved word; choose another id"
                                   : "is used twice; give each proxy an id of its own");
            break;
        }
    }
}

void manifest_proxies(struct json_reader *r, struct manifest *m, struct json_node root)
{
    manifest_items(r, m, root, "proxies", (void **)&m->proxies, sizeof *m->proxies, &m->proxy_count,
                   read_proxy);
}

/* Is the key of many there? It must not stand beside the key of one. */
static bool has_instead(struct json_reader *r, struct json_node item, const char *one,
                        const char *many)
{
    bool has_many = json_object_get(item.json, many) != NULL;
    if (has_many && json_object_get(item.json, one) != NULL) {
        json_issue(r, item, many, "must not stand beside \"%s\"; keep one of them", one);
    }
    return has_many;
}

static void read_period(struct json_reader *r, struct json_node item, struct manifest_grid *to)
{
    bool has_years = has_instead(r, item, "year", "years");
    double year =
        json_number_at(r, item, "year", 1750, 2200, has_years ? JSON_OPTIONAL : JSON_NEEDED);
    double month = json_number_at(r, item, "month", 1, 12, JSON_OPTIONAL);
    (void)has_instead(r, item, "month", "months");
    if (!isnan(year) && floor(year) != year) {
        json_issue(r, item, "year", "must be a whole number; write it without a decimal point");
    }
    if (!isnan(month) && floor(month) != month) {
        json_issue(r, item, "month", "must be a whole number; write 1 to 12");
    }
    to->year = isnan(year) ? 0 : (int)year;
    to->month = isnan(month) ? 0 : (int)month;
    to->raster.days = json_number_at(r, item, "days", 1, 366, JSON_OPTIONAL);
}

/* What the slice is about: sector, gas, flow, origin, fuel. */
static void read_subject(struct json_reader *r, struct json_node item, struct manifest_grid *to)
{
    bool has_sectors = has_instead(r, item, "sector", "sectors");
    const char *sector = json_text_at(r, item, "sector", has_sectors ? JSON_OPTIONAL : JSON_NEEDED);
    const char *scheme = json_text_at(r, item, "scheme", JSON_OPTIONAL);
    const char *full = codes_sector(r->arena, scheme[0] != '\0' ? scheme : CODES_SCHEME, sector);
    to->sector = full != NULL ? full : sector;
    to->gas = json_text_at(r, item, "gas", JSON_NEEDED);
    int flow = json_word_at(r, item, "flow", codes_flows, JSON_NEEDED);
    to->flow = flow == 1 ? FLOW_REMOVAL : FLOW_EMISSION;
    int origin = json_word_at(r, item, "origin", codes_origins, JSON_NEEDED);
    to->origin = origin < 0 ? ORIGIN_NA : (enum origin)origin;
    to->fuel = json_text_at(r, item, "fuel", JSON_OPTIONAL);
}

const char *manifest_raster_label(struct json_reader *r, const struct raster_spec *spec)
{
    const char *label = spec->variable[0] != '\0' ? spec->variable
                        : spec->band[0] != '\0'   ? spec->band
                                                  : spec->name;
    for (int i = 0; i < spec->select_count && label != NULL; i++) {
        label = arena_printf(r->arena, "%s %s=%s", label, spec->selects[i].dimension,
                             spec->selects[i].value);
    }
    return label != NULL ? label : "";
}

static bool read_grid(struct json_reader *r, struct manifest *m, struct json_node item,
                      struct manifest_grid *to)
{
    static const char *const keys[] = {"file",
                                       "unit",
                                       "scheme",
                                       "sector",
                                       "gas",
                                       "flow",
                                       "origin",
                                       "fuel",
                                       "year",
                                       "month",
                                       "days",
                                       "uncertainty_pct",
                                       "cell_uncertainty_pct",
                                       "method",
                                       "provenance",
                                       "years",
                                       "months",
                                       "sectors",
                                       MANIFEST_RASTER_KEYS,
                                       NULL};
    if (!json_only(r, item, keys)) {
        return false;
    }
    to->file = manifest_file_at(r, m, item, "file", JSON_NEEDED);
    manifest_raster_at(r, m, item, to->file, &to->raster);
    read_subject(r, item, to);
    read_period(r, item, to);
    to->raster.is_mass = true;
    to->raster.unit = json_text_at(r, item, "unit", JSON_OPTIONAL);
    to->raster.gas = to->gas;
    to->raster.year = to->year;
    to->raster.month = to->month;
    to->uncertainty_pct = json_number_at(r, item, "uncertainty_pct", 0, 1000, JSON_OPTIONAL);
    double u = json_number_at(r, item, "cell_uncertainty_pct", 0, 1000, JSON_OPTIONAL);
    to->cell_uncertainty_pct = isnan(u) ? 0 : u;
    to->method = json_text_at(r, item, "method", JSON_NEEDED);
    to->provenance = manifest_provenance_at(r, m, item);
    struct unit unit;
    struct why why = {0};
    if (to->raster.unit[0] != '\0' && unit_parse(to->raster.unit, &unit, &why) != ERR_OK) {
        json_issue(r, item, "unit", "%s", why.reason);
    }
    return true;
}

void manifest_grids(struct json_reader *r, struct manifest *m, struct json_node root)
{
    int count;
    const json_t *array = json_array_at(r, root, "grids", JSON_OPTIONAL, &count);
    int capacity = 0;
    m->grid_count = 0;
    for (int i = 0; array != NULL && i < count; i++) {
        struct manifest_grid base = {.share = 1, .part_of = -1, .item = i};
        struct json_node item = json_item(r, root, "grids", array, i);
        if (read_grid(r, m, item, &base) && !manifest_grid_expand(r, m, item, &base, &capacity)) {
            json_issue(r, item, NULL, "stands for too many grids; make two releases of it");
            return;
        }
    }
}
