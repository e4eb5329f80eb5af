#include "render/text_draw.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_MODULE_H
#include FT_SYSTEM_H

#include "base/spare_memory.h"
#include "base/utf8.h"

#define MAX_FONTS   48
#define MAX_LANGS   8
#define LANG_SIZE   8
#define REPLACEMENT 0xFFFDu
#define INK         0x22 /* grey level of the text */

struct text_draw {
    FT_Library library;
    struct FT_MemoryRec_ memory; /* the library's */
    unsigned long spares;        /* spare_count() when it began */
    const FcFontSet *fonts;      /* in order of preference; known_fonts has it */
    int size_px;
    FT_Face faces[MAX_FONTS]; /* opened when first needed */
    bool is_tried[MAX_FONTS];
};

/* What fontconfig found, kept for the life of the process: it reads dozens of files, and has no way
 * to say that it was out of memory (it crashes, or forgets fonts), so it is asked at start, once a
 * language. The sets do not change any more and are read without the lock. */
static struct {
    pthread_mutex_t lock;
    int count;
    char langs[MAX_LANGS][LANG_SIZE];
    FcFontSet *fonts[MAX_LANGS];
} known_fonts = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Called for every glyph of a text, in order. */
typedef void (*glyph_fn)(FT_GlyphSlot glyph, int pen_x, void *context);

static FcFontSet *find_fonts(const char *lang)
{
    FcPattern *pattern = FcPatternCreate();
    if (pattern == NULL) {
        return NULL;
    }
    static const char *const families[] = {"DejaVu Sans", "Noto Sans", "Nanum Gothic",
                                           "Noto Sans CJK KR", "sans-serif"};
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        (void)FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)families[i]);
    }
    (void)FcPatternAddString(pattern, FC_LANG, (const FcChar8 *)lang);
    (void)FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
    (void)FcConfigSubstitute(NULL, pattern, FcMatchPattern);
    FcDefaultSubstitute(pattern);
    FcResult result;
    FcFontSet *fonts = FcFontSort(NULL, pattern, FcTrue, NULL, &result);
    FcPatternDestroy(pattern);
    return fonts;
}

/* Under the lock. NULL = there are none. */
static const FcFontSet *remember_fonts(const char *lang)
{
    for (int i = 0; i < known_fonts.count; i++) {
        if (strcmp(known_fonts.langs[i], lang) == 0) {
            return known_fonts.fonts[i];
        }
    }
    if (known_fonts.count == MAX_LANGS || strlen(lang) >= LANG_SIZE) {
        return NULL; /* the program speaks fewer */
    }
    FcFontSet *found = find_fonts(lang);
    if (found == NULL || found->nfont == 0) {
        if (found != NULL) {
            FcFontSetDestroy(found);
        }
        return NULL;
    }
    (void)snprintf(known_fonts.langs[known_fonts.count], LANG_SIZE, "%s", lang);
    known_fonts.fonts[known_fonts.count++] = found;
    return found;
}

static const FcFontSet *fonts_for(const char *lang)
{
    (void)pthread_mutex_lock(&known_fonts.lock);
    const FcFontSet *found = remember_fonts(lang);
    (void)pthread_mutex_unlock(&known_fonts.lock);
    return found;
}

void text_draw_prepare(const char *lang)
{
    (void)fonts_for(lang); /* who draws says it when there are none */
}

static void *allocate(FT_Memory memory, long size)
{
    (void)memory;
    return spare_malloc((size_t)size);
}

static void *resize(FT_Memory memory, long size_before, long size, void *block)
{
    (void)memory;
    (void)size_before;
    return spare_realloc(block, (size_t)size);
}

static void release(FT_Memory memory, void *block)
{
    (void)memory;
    spare_free(block);
}

/* As FT_Init_FreeType() does, which has no way to say that a module is missing. */
static bool open_library(struct text_draw *t)
{
    t->spares = spare_count();
    t->memory = (struct FT_MemoryRec_){NULL, allocate, release, resize};
    if (FT_New_Library(&t->memory, &t->library) != 0) {
        return false;
    }
    FT_Add_Default_Modules(t->library);
    FT_Set_Default_Properties(t->library);
    return text_draw_end(t) == ERR_OK;
}

enum err text_draw_new(const char *lang, int size_px, struct text_draw **out, struct why *why)
{
    struct text_draw *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return ERR_NO_MEMORY;
    }
    t->size_px = size_px;
    t->fonts = fonts_for(lang);
    if (!open_library(t)) {
        text_draw_free(t);
        return ERR_NO_MEMORY;
    }
    if (t->fonts == NULL) {
        text_draw_free(t);
        return why_set(why, ERR_UNAVAILABLE, NULL,
                       "no font to draw text with: install fonts-dejavu-core and fonts-nanum, "
                       "or ask for the legend as SVG");
    }
    *out = t;
    return ERR_OK;
}

void text_draw_free(struct text_draw *t)
{
    if (t == NULL) {
        return;
    }
    if (t->library != NULL) {
        (void)FT_Done_Library(t->library); /* closes its faces */
    }
    free(t);
}

enum err text_draw_end(const struct text_draw *t)
{
    return spare_count() != t->spares ? ERR_NO_MEMORY : ERR_OK;
}

static FT_Face face_at(struct text_draw *t, int i)
{
    if (t->is_tried[i]) {
        return t->faces[i];
    }
    t->is_tried[i] = true;
    FcChar8 *file;
    int index = 0;
    FT_Face face;
    if (FcPatternGetString(t->fonts->fonts[i], FC_FILE, 0, &file) != FcResultMatch) {
        return NULL;
    }
    (void)FcPatternGetInteger(t->fonts->fonts[i], FC_INDEX, 0, &index);
    if (FT_New_Face(t->library, (const char *)file, index, &face) != 0) {
        return NULL;
    }
    if (FT_Set_Pixel_Sizes(face, 0, (FT_UInt)t->size_px) != 0) {
        (void)FT_Done_Face(face);
        return NULL;
    }
    t->faces[i] = face;
    return face;
}

static bool has_char(const struct text_draw *t, int font, uint32_t c)
{
    FcCharSet *set;
    return FcPatternGetCharSet(t->fonts->fonts[font], FC_CHARSET, 0, &set) == FcResultMatch &&
           FcCharSetHasChar(set, c);
}

/* Loads a character's picture from the first font that has it; the first font's "missing" box
 * when none has. */
static FT_GlyphSlot load_glyph(struct text_draw *t, uint32_t c)
{
    int count = t->fonts->nfont < MAX_FONTS ? t->fonts->nfont : MAX_FONTS;
    for (int i = 0; i < count; i++) {
        FT_Face face = has_char(t, i, c) ? face_at(t, i) : NULL;
        if (face != NULL && FT_Load_Char(face, c, FT_LOAD_RENDER) == 0) {
            return face->glyph;
        }
    }
    FT_Face face = face_at(t, 0);
    return face != NULL && FT_Load_Glyph(face, 0, FT_LOAD_RENDER) == 0 ? face->glyph : NULL;
}

static uint32_t next_char(const char **text, size_t *left)
{
    const unsigned char *p = (const unsigned char *)*text;
    size_t n = utf8_char_len(*text, *left);
    size_t step = n == 0 ? 1 : n;
    *text += step;
    *left -= step;
    if (n == 0) {
        return REPLACEMENT;
    }
    uint32_t c = n == 1 ? p[0] : p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        c = c << 6 | (p[i] & 0x3Fu);
    }
    return c;
}

static int walk(struct text_draw *t, const char *text, glyph_fn each, void *context)
{
    size_t left = strlen(text);
    FT_Pos pen = 0; /* 1/64 pixel */
    while (left > 0) {
        FT_GlyphSlot glyph = load_glyph(t, next_char(&text, &left));
        if (glyph == NULL) {
            continue;
        }
        if (each != NULL) {
            each(glyph, (int)(pen >> 6), context);
        }
        pen += glyph->advance.x;
    }
    return (int)((pen + 63) >> 6);
}

int text_draw_width(struct text_draw *t, const char *text)
{
    return walk(t, text, NULL, NULL);
}

struct place {
    struct canvas on;
    int x, baseline_y;
};

static void blend(uint8_t *pixel, unsigned cover)
{
    for (int k = 0; k < 3; k++) {
        pixel[k] = (uint8_t)((pixel[k] * (255 - cover) + INK * cover) / 255);
    }
}

static void draw_glyph(FT_GlyphSlot glyph, int pen_x, void *context)
{
    const struct place *p = context;
    const FT_Bitmap *bitmap = &glyph->bitmap;
    if (bitmap->pixel_mode != FT_PIXEL_MODE_GRAY) {
        return;
    }
    for (int row = 0; row < (int)bitmap->rows; row++) {
        int y = p->baseline_y - glyph->bitmap_top + row;
        for (int col = 0; y >= 0 && y < p->on.height && col < (int)bitmap->width; col++) {
            int x = p->x + pen_x + glyph->bitmap_left + col;
            if (x >= 0 && x < p->on.width) {
                blend(p->on.rgba + ((size_t)y * (size_t)p->on.width + (size_t)x) * 4,
                      bitmap->buffer[row * bitmap->pitch + col]);
            }
        }
    }
}

void text_draw_on(struct text_draw *t, struct canvas on, int x, int baseline_y, const char *text)
{
    struct place p = {on, x, baseline_y};
    (void)walk(t, text, draw_glyph, &p);
}
