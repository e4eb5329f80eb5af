#include "api/citation.h"

#include <string.h>

#include "api/bibtex.h"
#include "api/phrases.h"

const char *citation_url(const struct answer *a)
{
    if (a->cite_path == NULL)
        return NULL;
    return arena_printf(a->params.arena, "%s%s", a->base_url, a->cite_path);
}

/* Of an answer that has no language of its own, English: its address would not say another. */
static enum lang lang_of(const struct answer *a)
{
    bool has_lang = (a->kind->rules.accepted & PARAM_BIT(PARAM_LANG)) != 0;
    return has_lang ? a->params.lang : LANG_EN;
}

static const char *body_of(const struct answer *a)
{
    return a->body == NULL ? "" : arena_printf(a->params.arena, "sha256:%s", a->body_digest);
}

void citation_add(struct doc *d, const struct answer *a)
{
    if (a->kind->scope != SCOPE_RELEASE || a->cite_path == NULL)
        return;
    const char *url = citation_url(a);
    const char *body = body_of(a);
    if (url == NULL || body == NULL) {
        d->failed = true;
        return;
    }
    json_t *o = doc_object(d, d->root, "citation");
    doc_text(d, o, "url", url);
    if (body[0] != '\0') {
        doc_text(d, o, "method", "POST");
        doc_text(d, o, "body", body);
    }
}

struct citation { /* what both forms say; all arena memory or the catalog's */
    const char *title, *year, *url, *note;
    const struct release *release;
};

/* One sentence more, if there is something to say. */
static const char *add_sentence(struct arena *arena, enum lang lang, const char *to,
                                enum phrase phrase, const char *gap, const char *value)
{
    if (to == NULL || value == NULL)
        return NULL;
    if (value[0] == '\0')
        return to;
    const char *more = PHRASE_FILL(arena, lang, phrase, {gap, value});
    return more == NULL ? NULL : arena_printf(arena, "%s%s%s", to, to[0] ? " " : "", more);
}

/* What of a release was not said already of the other one. */
static const char *add_release(struct arena *arena, enum lang lang, const char *to,
                               const struct release *r, const struct release *said)
{
    if (said == NULL || strcmp(r->licence, said->licence) != 0)
        to = add_sentence(arena, lang, to, PHRASE_CITE_LICENCE, "licence", r->licence);
    if (said == NULL || strcmp(r->attribution, said->attribution) != 0)
        to = add_sentence(arena, lang, to, PHRASE_CITE_ATTRIBUTION, "attribution", r->attribution);
    if (said == NULL || strcmp(r->citation, said->citation) != 0)
        to = add_sentence(arena, lang, to, PHRASE_CITE_OWN, "citation", r->citation);
    return to;
}

static const char *note_of(const struct answer *a)
{
    struct arena *arena = a->params.arena;
    enum lang lang = lang_of(a);
    const struct release *r = answer_release(a);
    const char *note = add_release(arena, lang, "", r, NULL);
    if (a->params.to_release != a->params.release) /* of a comparison: two works are owed thanks */
        note = add_release(arena, lang, note, &a->catalog->releases[a->params.to_release], r);
    return add_sentence(arena, lang, note, PHRASE_CITE_BODY, "body", body_of(a));
}

static bool fill(const struct answer *a, struct citation *out)
{
    const struct release *r = answer_release(a);
    *out = (struct citation){
        .title = doc_name(r->title, lang_of(a)),
        .year = arena_strndup(a->params.arena, r->published, strcspn(r->published, "-")),
        .url = citation_url(a),
        .note = note_of(a),
        .release = r,
    };
    return out->year != NULL && out->url != NULL && out->note != NULL;
}

/* Two questions about one release are two entries: the key ends in a digest of what was asked. */
static void write_bibtex(const struct answer *a, const struct citation *c, struct buf *b)
{
    char digest[DIGEST_HEX_SIZE];
    const char *asked = arena_printf(a->params.arena, "%s#%s", a->cite_path, a->body_digest);
    if (asked == NULL) {
        b->failed = ERR_NO_MEMORY;
        return;
    }
    digest_hex_of(asked, strlen(asked), digest);
    buf_add_str(b, "@misc{");
    bibtex_key(b, c->release->slug);
    buf_add_char(b, '-');
    bibtex_key(b, c->release->version);
    buf_printf(b, "-%.8s,\n", digest);
    bibtex_field_kept(b, "title", c->title);
    bibtex_field_kept(b, "author", c->release->publisher);
    bibtex_field(b, "publisher", c->release->publisher);
    bibtex_field(b, "year", c->year);
    bibtex_field(b, "version", c->release->version);
    bibtex_field_url(b, "url", c->url);
    bibtex_field(b, "note", c->note);
    buf_add_str(b, "}\n");
}

static enum err write_text(const struct answer *a, const struct citation *c, struct buf *b)
{
    const char *text = PHRASE_FILL(
        a->params.arena, lang_of(a), PHRASE_CITE, {"publisher", c->release->publisher},
        {"year", c->year}, {"title", c->title}, {"version", c->release->version}, {"url", c->url});
    if (text == NULL)
        return ERR_NO_MEMORY;
    buf_printf(b, "%s%s%s\n", text, c->note[0] ? " " : "", c->note);
    return ERR_OK;
}

enum err citation_write(const struct answer *a, struct http_reply *out, struct why *why)
{
    struct citation c;
    if (a->cite_path == NULL) {
        why_allow(why, "fewer codes in a list");
        return why_set(why, ERR_INPUT, "cite", "the answer's own address is too long to be cited");
    }
    if (!fill(a, &c))
        return ERR_NO_MEMORY;
    if (a->params.cite == CITE_TEXT) {
        out->content_type = "text/plain; charset=utf-8";
        return write_text(a, &c, &out->body);
    }
    out->content_type = "application/x-bibtex; charset=utf-8";
    write_bibtex(a, &c, &out->body);
    return ERR_OK;
}
