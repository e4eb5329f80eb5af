/* publish, withdraw, discard, rollback: what may happen to a release. Each is one statement, and so
 * one transaction; the rules are PostgreSQL's, in sql/functions/release_*.sql. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/session.h"

/* Runs a statement whose parameters are a release's id and a reason. *out: its rows. */
static enum err change(struct session *s, const struct release_name *name, const char *sql,
                       const char *reason, struct rows **out, struct why *why)
{
    char id[24];
    enum err e = session_find(s, name, id, why);
    const struct param p[] = {{id}, {reason}};
    return e == ERR_OK ? session_ask(s, sql, p, reason != NULL ? 2 : 1, out, why) : e;
}

/* Where a release stands now, in words. */
static enum err tell(struct session *s, const struct release_name *name, struct why *why)
{
    const struct param p[] = {{name->slug}, {name->version}};
    struct rows *rows = NULL;
    enum err e = session_ask(
        s,
        "SELECT l.state, (SELECT h.version FROM release_list() h WHERE h.slug = l.slug AND "
        "h.state = 'published') FROM release_list() l WHERE l.slug = $1 AND l.version = $2",
        p, 2, &rows, why);
    if (e == ERR_OK && rows_count(rows) == 1) {
        bool has_latest = !rows_is_null(rows, 0, 1);
        printf("%s is %s; the latest of %s is %s%s%s\n", name->text, rows_text(rows, 0, 0),
               name->slug, has_latest ? name->slug : "none", has_latest ? "@" : "",
               rows_text(rows, 0, 1));
    }
    rows_free(rows);
    return e;
}

/* publish and withdraw: change the state, then tell it. */
static int set_state(const char *command, struct arguments *a, const char *sql, const char *reason)
{
    struct release_name name;
    struct session s = {0};
    if (!session_take_release(a, command, &name) || !session_open(&s, a)) {
        session_close(&s);
        return 2;
    }
    struct why why = {0};
    struct rows *rows = NULL;
    enum err e = change(&s, &name, sql, reason, &rows, &why);
    rows_free(rows);
    if (e == ERR_OK) {
        e = tell(&s, &name, &why);
    }
    session_close(&s);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}

int command_publish(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    return set_state("publish", &a, "SELECT release_publish($1)", NULL);
}

int command_withdraw(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    const char *reason = arguments_value(&a, "--reason");
    return set_state("withdraw", &a, "SELECT release_withdraw($1, $2)",
                     reason != NULL ? reason : "");
}

int command_discard(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    struct release_name name;
    struct session s = {0};
    if (!session_take_release(&a, "discard", &name) || !session_open(&s, &a)) {
        session_close(&s);
        return 2;
    }
    struct why why = {0};
    struct rows *rows = NULL;
    enum err e = change(&s, &name, "SELECT release_discard($1)", NULL, &rows, &why);
    if (e == ERR_OK) {
        printf("%s is deleted, with %" PRId64 " fields that no other release uses\n", name.text,
               rows_int(rows, 0, 0));
    }
    rows_free(rows);
    session_close(&s);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
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
    const struct param p[] = {{slug}, {to != NULL ? to : ""}, {reason != NULL ? reason : ""}};
    struct why why = {0};
    struct rows *rows = NULL;
    enum err e = session_ask(&s, "SELECT latest, withdrawn FROM release_rollback($1, $2, $3)", p, 3,
                             &rows, &why);
    if (e == ERR_OK) {
        show_rollback(rows);
    }
    rows_free(rows);
    session_close(&s);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}
