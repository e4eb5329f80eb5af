/* legend.h - a style's legend as JSON, SVG and PNG; labels with unit, in the asked language. */
#ifndef RENDER_LEGEND_H
#define RENDER_LEGEND_H

#include "base/buf.h"
#include "inventory/catalog.h"
#include "render/style.h"

struct legend_text { const char *title; const char *unit; }; /* e.g. unit "t CO2e (AR5-100)/km2/yr" */

enum err legend_json(const struct style *s, enum lang lang, const struct legend_text *t, struct buf *out) MUST_CHECK;
enum err legend_svg(const struct style *s, enum lang lang, const struct legend_text *t, struct buf *out) MUST_CHECK;
enum err legend_png(const struct style *s, enum lang lang, const struct legend_text *t, struct buf *out,
                    struct why *why) MUST_CHECK;

#endif
