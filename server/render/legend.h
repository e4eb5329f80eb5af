/* legend.h - a style's legend as JSON, SVG, PNG and JPEG; labels with unit, in the asked language.
 *
 * Classes come in ascending order, then zero and no data. Numbers are grouped by no-break spaces
 * and take the language's decimal sign. Safe from any thread.
 */
#ifndef RENDER_LEGEND_H
#define RENDER_LEGEND_H

#include "base/buf.h"
#include "inventory/catalog.h"
#include "render/style.h"

#define LEGEND_TEXT_SIZE 160 /* bytes of a title, unit or label with its NUL */

struct legend_text {
    const char *title;
    const char *unit; /* e.g. "t CO2e (AR5-100)/km2/yr" */
};

/** "Emission density"; a density without a known flow (FLOW_NET) and all other quantities have
 *  the style's own title. */
void legend_title(const struct style *s, enum lang lang, enum flow flow,
                  char out[LEGEND_TEXT_SIZE]);
/** For people: "t CO2e (AR5-100)/km2/yr" with raised and lowered digits and in the language.
 *  @param gas  upper-case code, "CO2E" too.
 *  @param gwp  NULL or "" = none. */
void legend_unit(enum lang lang, const char *gas, const char *gwp, char out[LEGEND_TEXT_SIZE]);
/** "CH4" -> "CH" and a lowered 4; the sum of all in the language. @param gas  upper-case code. */
void legend_gas(const char *gas, enum lang lang, char *out, size_t size);
/** For programs: the same in ASCII and English. */
void legend_unit_ascii(const char *gas, const char *gwp, char out[LEGEND_TEXT_SIZE]);
/** "1 000-10 000", "less than 0.1", "no data" of a class, the two special ones included. */
void legend_label(const struct style *s, enum lang lang, int class_index,
                  char out[LEGEND_TEXT_SIZE]);
/** What the low or high end of a diverging style means ("net removal"); "" for others. */
const char *legend_end(const struct style *s, enum lang lang, bool is_high);

enum err legend_json(const struct style *s, enum lang lang, const struct legend_text *t,
                     struct buf *out) MUST_CHECK;
enum err legend_svg(const struct style *s, enum lang lang, const struct legend_text *t,
                    struct buf *out) MUST_CHECK;
/** @return ERR_UNAVAILABLE when no font is installed; ERR_NO_MEMORY, ERR_TOO_LARGE, ERR_INTERNAL.
 */
enum err legend_png(const struct style *s, enum lang lang, const struct legend_text *t,
                    struct buf *out, struct why *why) MUST_CHECK;
/** The same as JPEG: for programs that ask for legends in the format of their maps. */
enum err legend_jpeg(const struct style *s, enum lang lang, const struct legend_text *t,
                     struct buf *out, struct why *why) MUST_CHECK;
/** The pixels that both would make, without making them. @return as legend_png(). */
enum err legend_png_size(const struct style *s, enum lang lang, const struct legend_text *t,
                         int *width, int *height, struct why *why) MUST_CHECK;

#endif
