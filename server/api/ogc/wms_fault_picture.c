/* wms_fault_picture.c - EXCEPTIONS=INIMAGE and BLANK: a fault as a picture, for programs that show
 * whatever they get.
 *
 * Only what is wrong with a request becomes one. What goes wrong while a picture is made (too
 * large, overload, a database that is away) keeps its HTTP status, or a hole would be kept for a
 * map.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/ogc/kvp.h"
#include "api/ogc/wms_internal.h"
#include "render/encode.h"
#include "render/jpeg.h"
#include "render/text_draw.h"

#define TEXT_PX   12
#define LINE_PX   16
#define MARGIN_PX 6
#define TEXT_ROWS 512       /* words stand in the uppermost ones; below is nothing but ground */
#define LONG_PX   (1 << 20) /* nobody keeps it: a large one is not to stand before maps */

enum exceptions { AS_XML, AS_WORDS, AS_BLANK };
static const char *const names[2][3] = {{"XML", "INIMAGE", "BLANK"},
                                        {"application/vnd.ogc.se_xml",
                                         "application/vnd.ogc.se_inimage",
                                         "application/vnd.ogc.se_blank"}};

struct fault_work {
    int width, height;
    struct map_look look;
    char text[sizeof((struct why *)NULL)->reason + sizeof((struct why *)NULL)->allowed + 16];
};

const char *wms_exceptions_name(int i, bool is_old)
{
    return i >= 0 && i < 3 ? names[is_old][i] : NULL;
}

/* Either version's names in either version; what is unknown is XML. */
static enum exceptions read_exceptions(const struct http_request *r)
{
    const char *text = kvp_find(r, "EXCEPTIONS");
    for (int i = 0; text != NULL && i < 3; i++) {
        if (strcasecmp(text, names[0][i]) == 0 || strcasecmp(text, names[1][i]) == 0) {
            return (enum exceptions)i;
        }
    }
    return AS_XML;
}

/* ---- making --------------------------------------------------------------------------------- */

static void fill(struct canvas on, struct rgba c)
{
    for (size_t i = 0; i < (size_t)on.width * (size_t)on.height; i++) {
        memcpy(on.rgba + 4 * i, &c, 4);
    }
}

/* Takes words off a text for as long as they fit. @return how many bytes; at least one word. */
static size_t line_len(struct text_draw *pen, const char *text, int width)
{
    char line[256];
    size_t len = 0;
    for (;;) {
        size_t end = len + strspn(text + len, " ");
        end += strcspn(text + end, " ");
        if (end == len || end >= sizeof line) {
            break;
        }
        memcpy(line, text, end);
        line[end] = '\0';
        if (len > 0 && text_draw_width(pen, line) > width) {
            break;
        }
        len = end;
    }
    return len;
}

static enum err write_text(struct canvas on, const char *text)
{
    struct text_draw *pen;
    enum err e = text_draw_new("en", TEXT_PX, &pen, NULL);
    if (e != ERR_OK) {
        return e == ERR_NO_MEMORY ? e : ERR_OK; /* no font: an empty picture has to do */
    }
    for (int y = LINE_PX; y < on.height && *text != '\0'; y += LINE_PX) {
        char line[256];
        text += strspn(text, " ");
        size_t len = line_len(pen, text, on.width - 2 * MARGIN_PX);
        len =
            len == 0 ? strnlen(text, sizeof line - 1) : len; /* a word longer than a line may be */
        memcpy(line, text, len);
        line[len] = '\0';
        text_draw_on(pen, on, MARGIN_PX, y, line);
        text += len;
    }
    e = text_draw_end(pen);
    text_draw_free(pen);
    return e;
}

static enum err fault_run(void *work, struct http_worker *worker, struct http_reply *out,
                          struct why *why)
{
    const struct fault_work *w = work;
    const struct rgba clear = {0, 0, 0, 0}, white = {255, 255, 255, 255};
    int needed = w->text[0] == '\0' ? 1 : TEXT_ROWS;
    struct canvas on = {.width = w->width, .height = w->height < needed ? w->height : needed};
    on.rgba = arena_alloc(worker->arena, (size_t)on.width * (size_t)on.height, 4);
    if (on.rgba == NULL) {
        return ERR_NO_MEMORY;
    }
    if (w->text[0] != '\0') { /* dark letters: whatever lies behind must be light */
        fill(on, white);
        enum err e = write_text(on, w->text);
        if (e != ERR_OK) {
            return e;
        }
    } else {
        fill(on, w->look.is_transparent ? clear : w->look.background);
    }
    bool is_jpeg = w->look.format == MAP_JPEG;
    out->content_type = is_jpeg ? "image/jpeg" : "image/png";
    return is_jpeg ? encode_rgba_jpeg_long(on.rgba, on.width, on.height, w->height, &out->body, why)
                   : encode_rgba_png_long(on.rgba, on.width, on.height, w->height, &out->body, why);
}

/* ---- plan ----------------------------------------------------------------------------------- */

/* What of a picture a request says, though something else in it is wrong. */
static bool read_picture(const struct http_request *r, struct fault_work *w)
{
    struct why unused = {.code = ERR_OK};
    bool is_sized = wms_side_read(r, "WIDTH", &w->width, &unused) == ERR_OK &&
                    wms_side_read(r, "HEIGHT", &w->height, &unused) == ERR_OK &&
                    wms_format_read(r, &w->look.format, &unused) == ERR_OK;
    if (is_sized && wms_look_read(r, &w->look, &unused) != ERR_OK) {
        w->look.is_transparent = false;
        w->look.background = (struct rgba){255, 255, 255, 255};
    }
    return is_sized;
}

bool wms_fault_picture(const struct http_request *r, const struct why *why, struct http_plan *out)
{
    enum exceptions how = read_exceptions(r);
    struct fault_work *w = how == AS_XML ? NULL : calloc(1, sizeof *w);
    if (w == NULL || !read_picture(r, w)) {
        free(w);
        return false;
    }
    if (how == AS_WORDS) {
        (void)snprintf(w->text, sizeof w->text, "%s%s%s", why->reason,
                       why->allowed[0] != '\0' ? " Allowed: " : "", why->allowed);
    }
    *out = (struct http_plan){
        .key = "wms-fault",
        .cache = HTTP_NO_STORE,
        .is_long = w->width * w->height > LONG_PX,
        .run = fault_run,
        .free_work = free,
        .work = w,
    };
    return true;
}
