/* The manifest's rasters: "proxies" and "grids". */
#include "cli/import/manifest_internal.h"

#include <math.h>
#include <string.h>

#include "cli/import/codes.h"

static void read_proxy(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"id", "file", "band", "cell_uncertainty_pct", NULL};
    struct manifest_proxy *to = &m->proxies[i];
    *to = (struct manifest_proxy){.id = "", .band = ""};
    if (!json_only(r, item, keys)) {
        return;
    }
    to->id = json_text_at(r, item, "id", JSON_NEEDED);
    to->file = manifest_file_at(r, m, item, "file", JSON_NEEDED);
    to->band = json_text_at(r, item, "band", JSON_NEEDED);
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

static void read_grid(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"file",
                                       "band",
                                       "unit",
                                       "sector",
                                       "gas",
                                       "flow",
                                       "origin",
                                       "fuel",
                                       "year",
                                       "uncertainty_pct",
                                       "cell_uncertainty_pct",
                                       "method",
                                       "provenance",
                                       NULL};
    struct manifest_grid *to = &m->grids[i];
    if (!json_only(r, item, keys)) {
        return;
    }
    const char *unit;
    to->file = manifest_file_at(r, m, item, "file", JSON_NEEDED);
    to->band = json_text_at(r, item, "band", JSON_NEEDED);
    to->tonnes_per_unit = manifest_unit_at(r, item, &unit);
    const char *sector = json_text_at(r, item, "sector", JSON_NEEDED);
    const char *full = codes_sector(r->arena, CODES_SCHEME, sector);
    to->sector = full != NULL ? full : sector;
    to->gas = json_text_at(r, item, "gas", JSON_NEEDED);
    int flow = json_word_at(r, item, "flow", codes_flows, JSON_NEEDED);
    to->flow = flow == 1 ? FLOW_REMOVAL : FLOW_EMISSION;
    int origin = json_word_at(r, item, "origin", codes_origins, JSON_NEEDED);
    to->origin = origin < 0 ? ORIGIN_NA : (enum origin)origin;
    to->fuel = json_text_at(r, item, "fuel", JSON_OPTIONAL);
    double year = json_number_at(r, item, "year", 1750, 2200, JSON_NEEDED);
    if (!isnan(year) && floor(year) != year) {
        json_issue(r, item, "year", "must be a whole number; write the year");
    }
    to->year = isnan(year) ? 0 : (int)year;
    to->uncertainty_pct = json_number_at(r, item, "uncertainty_pct", 0, 1000, JSON_OPTIONAL);
    double u = json_number_at(r, item, "cell_uncertainty_pct", 0, 1000, JSON_OPTIONAL);
    to->cell_uncertainty_pct = isnan(u) ? 0 : u;
    to->method = json_text_at(r, item, "method", JSON_NEEDED);
    to->provenance = manifest_provenance_at(r, m, item);
}

void manifest_grids(struct json_reader *r, struct manifest *m, struct json_node root)
{
    manifest_items(r, m, root, "grids", (void **)&m->grids, sizeof *m->grids, &m->grid_count,
                   read_grid);
}
