/* publish, withdraw, discard, rollback: what may happen to a release (store/release_acts.h). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "store/release_acts.h"

static int64_t soon(void)
{
    return clock_ms() + SESSION_TIMEOUT_MS;
}

/* Where a release stands now, in words. */
static enum err tell(struct session *s, const struct release_name *name, struct why *why)
{
    struct rows *rows = NULL;
    enum err e = release_state_read(s->db, name->slug, name->version, soon(), &rows, why);
    if (e == ERR_OK && rows_count(rows) == 1) {
        bool has_latest = !rows_is_null(rows, 0, 1);
        printf("%s is %s; the latest of %s is %s%s%s\n", name->text, rows_text(rows, 0, 0),
               name->slug, has_latest ? name->slug : "none", has_latest ? "@" : "",
               rows_text(rows, 0, 1));
    }
    rows_free(rows);
    return e;
}

/* Changes the state, then tells it. */
static int act(const char *command, struct arguments *a, enum release_act what, const char *reason)
{
    struct release_name name;
    struct session s = {0};
    if (!session_take_release(a, command, &name) || !session_open(&s, a)) {
        session_close(&s);
        return 2;
    }
    struct why why = {0};
    int64_t fields = 0;
    enum err e = release_act(s.db, what, name.slug, name.version, reason, soon(), &fields, &why);
    if (e == ERR_OK && what == RELEASE_DISCARD) {
        printf("%s is deleted, with %" PRId64 " fields that no other release uses\n", name.text,
               fields);
    } else if (e == ERR_OK) {
        e = tell(&s, &name, &why);
    }
    session_close(&s);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}

int command_publish(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    return act("publish", &a, RELEASE_PUBLISH, "");
}

int command_withdraw(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    const char *reason = arguments_value(&a, "--reason");
    return act("withdraw", &a, RELEASE_WITHDRAW, reason != NULL ? reason : "");
}

int command_discard(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    return act("discard", &a, RELEASE_DISCARD, "");
}

static void show_rollback(const struct rows *rows)
{
    if (rows_is_null(rows, 0, 1)) {
        printf("%s is the latest already: nothing to do\n", rows_text(rows, 0, 0));
    } else {
        printf("%s is the latest; withdrawn: %s (to undo: fluxgrid publish)\n",
               rows_text(rows, 0, 0), rows_text(rows, 0, 1));
    }
}

int command_rollback(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    const char *reason = arguments_value(&a, "--reason");
    const char *to = arguments_value(&a, "--to");
    const char *slug = arguments_word(&a);
    struct session s = {0};
    if (slug == NULL) {
        fputs("fluxgrid rollback: name an inventory: fluxgrid rollback SLUG\n", stderr);
        return 2;
    }
    if (strchr(slug, '@') != NULL) {
        fputs("fluxgrid rollback: takes the slug alone; name the version to go back to with --to\n",
              stderr);
        return 2;
    }
    if (!session_open(&s, &a)) {
        session_close(&s);
        return 2;
    }
    struct why why = {0};
    struct rows *rows = NULL;
    enum err e = release_rollback(s.db, slug, to != NULL ? to : "", reason != NULL ? reason : "",
                                  soon(), &rows, &why);
    if (e == ERR_OK) {
        show_rollback(rows);
    }
    rows_free(rows);
    session_close(&s);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}
