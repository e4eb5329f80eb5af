#include "cli/import/report/report.h"

#include <string.h>

#include "cli/diff_print.h"

#define CROSSWALK_LINES 40

static void add_member(struct buf *out, const char *name, const char *text)
{
    buf_add_json_str(out, name);
    buf_add_char(out, ':');
    buf_add_json_str(out, text != NULL ? text : "");
    buf_add_char(out, ',');
}

static void add_balance(struct buf *out, const struct report_balance *b)
{
    buf_add_char(out, '{');
    add_member(out, "sector", b->sector);
    add_member(out, "gas", b->gas);
    add_member(out, "flow", b->flow);
    buf_printf(out, "\"year\":%d", b->year);
    const char *const names[] = {"read_t", "stored_t", "outside_t", "unallocated_t", "relative"};
    const double values[] = {b->read_t, b->stored_t, b->outside_t, b->unallocated_t, b->relative};
    for (int i = 0; i < 5; i++) {
        buf_printf(out, ",\"%s\":", names[i]);
        buf_add_json_double(out, values[i]);
    }
    buf_add_char(out, '}');
}

static enum err boundaries_json(const struct report *r, struct buf *out)
{
    buf_add_char(out, '{');
    add_member(out, "sha256", r->sha256);
    buf_printf(out, "\"already_there\":%s,\"dry_run\":%s,\"districts\":%s}",
               r->is_known ? "true" : "false", r->is_dry_run ? "true" : "false",
               r->districts != NULL ? r->districts : "null");
    return out->failed;
}

static void add_crosswalk(struct buf *out, const struct report_crosswalk *x)
{
    buf_add_char(out, '{');
    add_member(out, "from", x->from);
    add_member(out, "to", x->to);
    add_member(out, "gas", x->gas);
    add_member(out, "note", x->note);
    buf_add_str(out, "\"mass_t\":");
    buf_add_json_double(out, x->mass_t);
    buf_add_char(out, '}');
}

enum err report_json(const struct report *r, struct buf *out)
{
    if (r->is_boundaries) {
        return boundaries_json(r, out);
    }
    buf_add_char(out, '{');
    add_member(out, "slug", r->slug);
    add_member(out, "version", r->version);
    add_member(out, "sha256", r->sha256);
    buf_printf(
        out,
        "\"already_there\":%s,\"dry_run\":%s,\"published\":%s,\"fields\":%d,\"new_fields\":%d,"
        "\"cells_read\":%lld,\"slices\":%d,\"repaired_areas\":%d,"
        "\"districts\":%s,\"points\":[",
        r->is_known ? "true" : "false", r->is_dry_run ? "true" : "false",
        r->is_published ? "true" : "false", r->field_count, r->field_new, (long long)r->cells_read,
        r->slice_count, r->repaired_count, r->districts != NULL ? r->districts : "null");
    for (int i = 0; i < r->note_count; i++) {
        buf_printf(out, "%s%s", i > 0 ? "," : "", r->notes[i]);
    }
    buf_add_str(out, "],\"rasters\":[");
    for (int i = 0; i < r->raster_count; i++) {
        buf_printf(out, "%s%s", i > 0 ? "," : "", r->rasters[i]);
    }
    buf_add_str(out, "],\"balance\":[");
    for (int i = 0; i < r->balance_count; i++) {
        buf_add_str(out, i > 0 ? "," : "");
        add_balance(out, &r->balance[i]);
    }
    buf_add_str(out, "],\"crosswalk\":[");
    for (int i = 0; i < r->crosswalk_count; i++) {
        buf_add_str(out, i > 0 ? "," : "");
        add_crosswalk(out, &r->crosswalk[i]);
    }
    buf_add_str(out, "],\"worst_relative\":");
    buf_add_json_double(out, r->worst_relative);
    buf_add_str(out, ",\"warnings\":[");
    for (int i = 0; i < r->warning_count; i++) {
        buf_add_str(out, i > 0 ? "," : "");
        buf_add_json_str(out, r->warnings[i]);
    }
    buf_printf(out, "],\"diff\":%s", r->diff != NULL ? r->diff : "null");
    report_hybrid_json(&r->hybrid, out);
    buf_add_char(out, '}');
    return out->failed;
}

static void print_boundaries(const struct report *r, FILE *to)
{
    fprintf(to, "districts  %s\n  %s\n  %s\n", r->sha256, r->districts,
            r->is_dry_run ? "dry run: nothing was kept"
            : r->is_known
                ? "these districts and statistics are in the database already: nothing to do"
                : "replaced; every release answers by them");
}

/* A draft or a withdrawn release is not shown by importing it again: say what does. */
static void print_known(const struct report *r, FILE *to)
{
    bool is_shown = strcmp(r->known_state, "published") == 0;
    fprintf(to, "%s@%s is in the database already, with this very content", r->slug, r->version);
    if (is_shown) {
        fprintf(to, ": nothing to do\n");
    } else {
        fprintf(to, ", %s: publish it with: fluxgrid publish %s@%s\n",
                strcmp(r->known_state, "draft") == 0 ? "as a draft" : "withdrawn", r->slug,
                r->version);
    }
}

void report_print(const struct report *r, FILE *to)
{
    if (r->is_boundaries) {
        print_boundaries(r, to);
        return;
    }
    if (r->is_known) {
        print_known(r, to);
        return;
    }
    fprintf(to, "%s@%s  %s\n", r->slug, r->version, r->sha256);
    fprintf(to, "  %d slices over %d fields (%d new), %lld cells read\n", r->slice_count,
            r->field_count, r->field_new, (long long)r->cells_read);
    if (r->repaired_count > 0) {
        fprintf(to, "  %d invalid areas of features were repaired\n", r->repaired_count);
    }
    if (r->districts != NULL) {
        fprintf(to, "  districts: %s\n", r->districts);
    }
    for (int i = 0; i < r->note_count; i++) {
        if (strstr(r->notes[i], "\"assigned_to_nearest\": []") == NULL) {
            fprintf(to, "  points: %s\n", r->notes[i]);
        }
    }
    for (int i = 0; i < r->raster_count; i++) {
        fprintf(to, "  raster: %s\n", r->rasters[i]);
    }
    report_hybrid_print(&r->hybrid, to);
    for (int i = 0; i < r->crosswalk_count && i < CROSSWALK_LINES; i++) {
        const struct report_crosswalk *x = &r->crosswalk[i];
        fprintf(to, "  crosswalk: %s %s -> %s: %.12g t\n", x->from, x->gas, x->to, x->mass_t);
    }
    if (r->crosswalk_count > CROSSWALK_LINES) {
        fprintf(to, "  crosswalk: ... and %d more in the report as JSON\n",
                r->crosswalk_count - CROSSWALK_LINES);
    }
    double sums[4] = {0, 0, 0, 0};
    for (int i = 0; i < r->balance_count; i++) {
        sums[0] += r->balance[i].read_t;
        sums[1] += r->balance[i].stored_t;
        sums[2] += r->balance[i].outside_t;
        sums[3] += r->balance[i].unallocated_t;
    }
    fprintf(to,
            "  mass over all years: read %.12g t, stored %.12g t (outside the districts %.12g t, "
            "unallocated %.12g t)\n",
            sums[0], sums[1], sums[2], sums[3]);
    fprintf(to, "  worst difference of a (sector, gas, flow, year): %.2g relative\n",
            r->worst_relative);
    if (r->diff != NULL && diff_print(r->diff, "  ", to) != ERR_OK) {
        fprintf(to, "  the differences from the former release cannot be read\n");
    }
    for (int i = 0; i < r->warning_count; i++) {
        fprintf(to, "  warning: %s\n", r->warnings[i]);
    }
    fprintf(to, "  %s\n",
            r->is_dry_run     ? "dry run: nothing was kept"
            : r->is_published ? "published"
                              : "loaded, not published");
}
