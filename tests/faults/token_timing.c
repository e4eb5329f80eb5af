/* token_timing.c - does the time of a comparison tell how much of a token was right?
 *
 * Two kinds of input are compared in random order, COUNT times (a million) for each pair, and
 * Welch's t of their times is printed, a line a pair: "NAME T". Below 4.5 nothing is to be seen. A
 * comparison that ends at the first difference is measured beside them: what does not see that one
 * sees nothing. Every input is copied to the same place before it is timed, so that its address
 * tells nothing.
 */
#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/tokens.h"

#define HEX_LEN    64   /* digits of a token, and of a digest */
#define INPUT_SIZE 128  /* bytes, of which HEX_LEN and NUL are read */
#define POOL       1024 /* inputs of a kind */
#define SHOWS      4.5
#define KEPT       0.9 /* of the times: the rest were interrupted */

static const char hex[] = "0123456789abcdef";
static char token[HEX_LEN + 1], digest[HEX_LEN + 1]; /* the right ones */
static struct token_list list;
static volatile int sink;

static void die(const char *message)
{
    (void)fprintf(stderr, "token_timing: %s\n", message);
    exit(1);
}

static uint64_t next_random(void) /* xorshift64*: not for secrets */
{
    static uint64_t state = 88172645463325252U;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 2685821657736338717U;
}

static void fill_hex(char *text, int len)
{
    for (int i = 0; i < len; i++)
        text[i] = hex[next_random() >> 60];
    text[len] = '\0';
}

/* Another digit than the right one. */
static void spoil(char *digit)
{
    char right = *digit;
    while (*digit == right)
        *digit = hex[next_random() >> 60];
}

/* ---- inputs: the first and the second kind of a pair ---- */

static void first_or_last_digit(const char *right, bool is_second, char *out)
{
    memcpy(out, right, HEX_LEN + 1);
    spoil(&out[is_second ? HEX_LEN - 1 : 0]);
}

static void token_digit(bool is_second, char *out)
{
    first_or_last_digit(token, is_second, out);
}

static void digest_digit(bool is_second, char *out)
{
    first_or_last_digit(digest, is_second, out);
}

/* All but the last digit of the right one, or as many digits of nobody's. */
static void prefix_or_other(bool is_second, char *out)
{
    if (is_second)
        fill_hex(out, HEX_LEN - 1);
    else
        memcpy(out, token, HEX_LEN - 1);
    out[HEX_LEN - 1] = '\0';
}

static void right_or_other(bool is_second, char *out)
{
    if (is_second)
        fill_hex(out, HEX_LEN);
    else
        memcpy(out, token, HEX_LEN + 1);
}

static void digest_or_other(bool is_second, char *out)
{
    if (is_second)
        fill_hex(out, HEX_LEN);
    else
        memcpy(out, digest, HEX_LEN + 1);
}

/* ---- what is timed ---- */

static int find_owner(const char *text)
{
    return tokens_owner(&list, text) != NULL;
}

static int compare_digest(const char *text)
{
    return digest_is_equal(text, digest);
}

/* As it must not be done. */
__attribute__((noinline)) static int compare_carelessly(const char *text)
{
    int i = 0;
    while (i < HEX_LEN && text[i] == digest[i])
        i++;
    return i == HEX_LEN;
}

static const struct pair {
    const char *name;
    void (*make)(bool is_second, char *out);
    int (*run)(const char *text);
} pairs[] = {
    {"token: its first or its last digit wrong", token_digit, find_owner},
    {"token: a prefix or as many other digits", prefix_or_other, find_owner},
    {"token: the right one or another", right_or_other, find_owner},
    {"digest: its first or its last digit wrong", digest_digit, compare_digest},
    {"digest: the right one or another", digest_or_other, compare_digest},
    {"control: its first or its last digit wrong", digest_digit, compare_carelessly},
};

/* ---- measuring ---- */

struct sample {
    float ns;
    bool is_second;
};

static double now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e9 * (double)(t.tv_sec % 100000) + (double)t.tv_nsec;
}

/* All inputs are made before: the making would leave traces of its kind in the processor. The two
 * kinds lie side by side, and the same goes through the processor whichever is taken. */
static void measure(const struct pair *p, struct sample *samples, size_t count)
{
    static char made[POOL][2][INPUT_SIZE], text[INPUT_SIZE];
    for (int i = 0; i < POOL; i++) {
        p->make(false, made[i][0]);
        p->make(true, made[i][1]);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t r = next_random();
        bool is_second = r >> 63;
        memcpy(text, made[r % POOL][!is_second], sizeof text);
        __asm__ volatile("" : : "r"(text) : "memory"); /* not left out */
        memcpy(text, made[r % POOL][is_second], sizeof text);
        atomic_thread_fence(memory_order_seq_cst);
        double from = now_ns();
        sink = p->run(text);
        samples[i] = (struct sample){(float)(now_ns() - from), is_second};
    }
}

static int by_time(const void *a, const void *b)
{
    float x = ((const struct sample *)a)->ns, y = ((const struct sample *)b)->ns;
    return (x > y) - (x < y);
}

/* Of the shortest KEPT of the times, one cut for both kinds. */
static double welch_t(struct sample *samples, size_t count)
{
    double n[2] = {0}, sum[2] = {0}, squares[2] = {0}, mean[2], error = 0;
    qsort(samples, count, sizeof *samples, by_time);
    for (size_t i = 0; i < (size_t)(KEPT * (double)count); i++) {
        n[samples[i].is_second]++;
        sum[samples[i].is_second] += samples[i].ns;
    }
    mean[0] = sum[0] / n[0];
    mean[1] = sum[1] / n[1];
    for (size_t i = 0; i < (size_t)(KEPT * (double)count); i++) {
        double off = samples[i].ns - mean[samples[i].is_second];
        squares[samples[i].is_second] += off * off;
    }
    for (int kind = 0; kind < 2; kind++)
        error += squares[kind] / (n[kind] - 1) / n[kind];
    return (mean[0] - mean[1]) / sqrt(error);
}

/* What shows is measured again, with other inputs, and the lesser told: a leak shows twice, the
 * doings of other processes do not. */
static double measured_t(const struct pair *p, struct sample *samples, size_t count)
{
    measure(p, samples, count);
    double t = welch_t(samples, count);
    if (fabs(t) < SHOWS)
        return t;
    measure(p, samples, count);
    double again = welch_t(samples, count);
    return fabs(again) < fabs(t) ? again : t;
}

/* The right one in the midst of others, as many as there may be. */
static void make_list(void)
{
    char text[TOKENS_MAX * 100] = "";
    struct why why = {0};
    fill_hex(token, HEX_LEN);
    digest_hex_of(token, HEX_LEN, digest);
    for (int i = 0; i < TOKENS_MAX; i++) {
        char other[HEX_LEN + 1];
        size_t at = strlen(text);
        fill_hex(other, HEX_LEN);
        (void)snprintf(text + at, sizeof text - at, "n%u %s\n", (unsigned)i % 100,
                       i == TOKENS_MAX / 2 ? digest : other);
    }
    if (tokens_parse(text, "tokens", &list, &why) != ERR_OK || !find_owner(token))
        die(why.reason);
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
    struct sample *samples = calloc(count, sizeof *samples);
    if (samples == NULL || count < 1000)
        die("say how many times: 1000 at least");
    make_list();
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        measure(&pairs[i], samples, count / 10); /* to warm up */
        double t = measured_t(&pairs[i], samples, count);
        (void)printf("%s %.2f\n", pairs[i].name, t);
    }
    free(samples);
    return 0;
}
