/* crosswalk_internal.h - what the files of the crosswalk share. */
#ifndef IMPORT_CROSSWALK_INTERNAL_H
#define IMPORT_CROSSWALK_INTERNAL_H

#include "cli/import/plan/crosswalk.h"
#include "store/conn.h"

struct foreign_code {
    const char *code;
    const char **members; /* home codes; NULL-terminated */
    const char *refusal;  /* "" = none */
    bool is_memo;         /* shown, never in a total */
};

struct crosswalk {
    struct arena *arena;
    int scheme_count;
    const char **schemes;
    int sector_count;
    const char **sectors; /* sorted */
    int gas_count;
    const char **gases;
    int code_count;
    struct foreign_code *codes; /* sorted */
    int map_count;
    struct crosswalk_map *maps; /* the database's; sorted by code and gas */
    int own_count;
    struct crosswalk_map *own; /* the manifest's; sorted by code and gas */
};

/** Everything of the database, over a connection of its own. */
enum err crosswalk_load(const char *database_url, struct crosswalk *x, struct why *why) MUST_CHECK;
/** The tables of "crosswalks" into x->own. */
enum err crosswalk_read(const struct manifest *m, struct crosswalk *x, struct issues *issues,
                        struct why *why) MUST_CHECK;
/** Totals, points, grids and features to the sectors of their codes' maps. */
enum err crosswalk_lead(const struct crosswalk *x, struct manifest *m, struct tables *t,
                        struct issues *issues) MUST_CHECK;

/** Features under codes of other schemes: groups that go to several sectors become several. */
enum err crosswalk_features(const struct crosswalk *x, const struct manifest *m, struct features *f,
                            struct issues *issues) MUST_CHECK;

/** Of a map's parts. */
double crosswalk_weight_sum(const struct crosswalk_map *map);
/** A locator that says under which code a mass came. NULL without memory. */
const char *crosswalk_locator(struct arena *arena, const char *source, const char *from,
                              double share);

const struct foreign_code *crosswalk_code(const struct crosswalk *x, const char *code);
bool crosswalk_has_sector(const struct crosswalk *x, const char *code);
/** Is the text before the colon a scheme of the database? */
bool crosswalk_has_scheme(const struct crosswalk *x, const char *code);
/** "CRT" of "CRT:4.A", as a length; 0 without a colon. */
int crosswalk_scheme_length(const char *code);

#endif
