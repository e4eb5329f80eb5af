#include "cli/import/plan/spatial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/import/table/number_text.h"

static bool refuse(char *rule, size_t size, const char *text)
{
    snprintf(rule, size, "%s", text);
    return false;
}

static int part_named(const struct manifest *m, const char *id, size_t len)
{
    for (int i = 0; i < m->proxy_count; i++) {
        if (strlen(m->proxies[i].id) == len && memcmp(m->proxies[i].id, id, len) == 0) {
            return i;
        }
    }
    bool is_nowhere = len == strlen("unallocated") && memcmp(id, "unallocated", len) == 0;
    return is_nowhere ? SPATIAL_UNALLOCATED : SPATIAL_POINTS;
}

/* One "id:weight" of len bytes. */
static bool read_part(const struct manifest *m, const char *text, size_t len,
                      struct spatial_part *out, char *rule, size_t size)
{
    const char *colon = memchr(text, ':', len);
    char number[40];
    size_t digits = colon != NULL ? len - (size_t)(colon - text) - 1 : 0;
    if (colon == NULL || digits >= sizeof number) {
        return refuse(rule, size,
                      "has a part without a weight; write proxies as \"people:0.7+light:0.3\"");
    }
    memcpy(number, colon + 1, digits);
    number[digits] = '\0';
    if (!number_text_double(number, &out->weight) || !(out->weight > 0 && out->weight <= 1)) {
        return refuse(rule, size,
                      "has a weight that is no number above 0 and up to 1; write it as 0.7");
    }
    out->proxy = part_named(m, text, (size_t)(colon - text));
    if (out->proxy == SPATIAL_POINTS) {
        snprintf(rule, size, "names \"%.*s\", which is the id of no proxy; use ids of \"proxies\"",
                 (int)(colon - text), text);
        return false;
    }
    return true;
}

static bool check_weights(struct spatial *s, char *rule, size_t size)
{
    double sum = 0;
    for (int i = 0; i < s->count; i++) {
        sum += s->parts[i].weight;
        for (int k = 0; k < i; k++) {
            if (s->parts[k].proxy == s->parts[i].proxy) {
                return refuse(rule, size, "names one proxy twice; add its weights up");
            }
        }
    }
    if (!(fabs(sum - 1) <= SPATIAL_WEIGHT_SLACK)) {
        snprintf(rule, size, "has weights that sum to %.12g, not to 1; correct the weights", sum);
        return false;
    }
    for (int i = 0; i < s->count; i++) {
        s->parts[i].weight /= sum;
    }
    return true;
}

bool spatial_parse(const struct manifest *m, const char *text, struct spatial *out, char *rule,
                   size_t rule_size)
{
    *out = (struct spatial){.count = 1, .parts = {{part_named(m, text, strlen(text)), 1}}};
    if (out->parts[0].proxy != SPATIAL_POINTS || strcmp(text, "points") == 0) {
        return true;
    }
    if (strpbrk(text, "+:") == NULL) {
        return refuse(rule, rule_size,
                      "must be the id of a proxy, proxies with weights, \"points\" or "
                      "\"unallocated\"; take an id of \"proxies\"");
    }
    out->count = 0;
    for (const char *at = text;; at++) {
        size_t len = strcspn(at, "+");
        if (out->count == SPATIAL_MAX_PARTS) {
            return refuse(rule, rule_size, "names more than 16 proxies; name fewer");
        }
        if (!read_part(m, at, len, &out->parts[out->count++], rule, rule_size)) {
            return false;
        }
        at += len;
        if (*at == '\0') {
            break;
        }
    }
    return check_weights(out, rule, rule_size);
}
