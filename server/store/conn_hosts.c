#include "store/conn_hosts.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libpq-fe.h>

#define MAX_HOSTS 32

/* A comma-separated list, cut in place. */
struct list {
    char text[CONN_HOSTS_SIZE];
    int count; /* 0 = not given */
    const char *items[MAX_HOSTS];
};

static bool list_cut(struct list *l, const char *value)
{
    l->count = 0;
    if (!value || !value[0])
        return true;
    if (strlen(value) >= sizeof l->text)
        return false;
    memcpy(l->text, value, strlen(value) + 1);
    for (char *at = l->text; at; l->count++) {
        char *comma = strchr(at, ',');
        if (l->count == MAX_HOSTS)
            return false;
        l->items[l->count] = at;
        if (comma)
            *comma++ = '\0';
        at = comma;
    }
    return true;
}

/* One port serves all hosts; a list of another length than the hosts' is libpq's to refuse. */
static bool is_alike(const struct list *l, int count)
{
    return l->count == 0 || l->count == 1 || l->count == count;
}

static void list_join(const struct list *l, const int *order, int count, char out[CONN_HOSTS_SIZE])
{
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; l->count > 0 && i < count; i++) {
        const char *item = l->items[l->count == 1 ? 0 : order[i]];
        int len = snprintf(out + n, CONN_HOSTS_SIZE - n, "%s%s", i ? "," : "", item);
        n += (size_t)len < CONN_HOSTS_SIZE - n ? (size_t)len : CONN_HOSTS_SIZE - n - 1;
    }
}

/* Fisher-Yates over a small linear congruential generator: fairness is not at stake. */
static void shuffle(int *order, int count, unsigned random)
{
    for (int i = 0; i < count; i++)
        order[i] = i;
    for (int i = count - 1; i > 0; i--) {
        random = random * 1103515245u + 12345u;
        int j = (int)((random >> 16) % (unsigned)(i + 1));
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

static const char *option(const PQconninfoOption *options, const char *keyword)
{
    for (const PQconninfoOption *o = options; o->keyword; o++)
        if (strcmp(o->keyword, keyword) == 0)
            return o->val;
    return NULL;
}

bool conn_hosts_shuffle(const char *database_url, unsigned random, struct conn_hosts *out)
{
    struct list host, hostaddr, port;
    int order[MAX_HOSTS];
    PQconninfoOption *options =
        database_url[0] ? PQconninfoParse(database_url, NULL) : PQconndefaults();
    if (!options)
        return false;
    bool is_cut = list_cut(&host, option(options, "host")) &&
                  list_cut(&hostaddr, option(options, "hostaddr")) &&
                  list_cut(&port, option(options, "port"));
    PQconninfoFree(options);
    int count = !is_cut ? 0 : host.count > hostaddr.count ? host.count : hostaddr.count;
    if (count < 2 || host.count == 1 || hostaddr.count == 1 || !is_alike(&host, count) ||
        !is_alike(&hostaddr, count) || !is_alike(&port, count))
        return false;
    shuffle(order, count, random);
    list_join(&host, order, count, out->host);
    list_join(&hostaddr, order, count, out->hostaddr);
    list_join(&port, order, port.count == 1 ? 1 : count, out->port);
    return true;
}
