/* The manifest's tables of masses: "totals", and the "points" that share them. */
#include "cli/import/manifest/manifest_internal.h"

#include <math.h>

#include "cli/import/table/codes.h"

void manifest_points(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"file", "outside", "max_distance_km",
                                       "unit", "ignore",  NULL};
    static const char *const outside[] = {"refuse", "nearest", NULL};
    struct json_node node = json_object_at(r, root, "points", JSON_OPTIONAL);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    m->points.file = manifest_file_at(r, m, node, "file", JSON_NEEDED);
    m->points.take_nearest = json_word_at(r, node, "outside", outside, JSON_NEEDED) == 1;
    double km = json_number_at(r, node, "max_distance_km", 0, 100,
                               m->points.take_nearest ? JSON_NEEDED : JSON_OPTIONAL);
    m->points.max_distance_km = m->points.take_nearest && !isnan(km) ? km : 0;
    if (json_object_get(node.json, "unit") != NULL) {
        m->points.tonnes_per_unit = manifest_unit_at(r, node, &m->points.unit);
    }
    m->points.ignore = manifest_ignore(r, node);
}

void manifest_profiles(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"file", "ignore", NULL};
    struct json_node node = json_object_at(r, root, "profiles", JSON_OPTIONAL);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    m->profiles.file = manifest_file_at(r, m, node, "file", JSON_NEEDED);
    m->profiles.ignore = manifest_ignore(r, node);
}

static void read_totals(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"file",     "unit",   "scheme", "provenance",
                                       "fallback", "ignore", NULL};
    static const char *const fallbacks[] = {"refuse", "uniform", "unallocated", NULL};
    struct manifest_totals *to = &m->totals[i];
    if (!json_only(r, item, keys)) {
        return;
    }
    to->file = manifest_file_at(r, m, item, "file", JSON_NEEDED);
    to->tonnes_per_unit = manifest_unit_at(r, item, &to->unit);
    to->scheme = json_text_at(r, item, "scheme", JSON_NEEDED);
    to->provenance = manifest_provenance_at(r, m, item);
    int fallback = json_word_at(r, item, "fallback", fallbacks, JSON_OPTIONAL);
    to->fallback = fallback < 0 ? FALLBACK_REFUSE : (enum fallback)fallback;
    to->ignore = manifest_ignore(r, item);
}

void manifest_totals(struct json_reader *r, struct manifest *m, struct json_node root)
{
    manifest_items(r, m, root, "totals", (void **)&m->totals, sizeof *m->totals, &m->totals_count,
                   read_totals);
}
