#include "http/intake.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#define FIRST_FDS     64
#define DISCARD_READS 64 /* at once: what a client sends on is not worth more of our time */

/* By descriptor. One list a thread: a connection is read by its event thread only. */
static _Thread_local struct {
    struct wire **wires;
    int size;
    intake_answers answers;
} watched;

static enum err make_room(int fd)
{
    if (fd < watched.size) {
        return ERR_OK;
    }
    int size = watched.size > 0 ? watched.size : FIRST_FDS;
    while (size <= fd) {
        size *= 2;
    }
    struct wire **wires = realloc(watched.wires, (size_t)size * sizeof *wires);
    if (wires == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = watched.size; i < size; i++) {
        wires[i] = NULL;
    }
    watched.wires = wires;
    watched.size = size;
    return ERR_OK;
}

enum err intake_watch(int fd, struct wire *w)
{
    if (w != NULL && make_room(fd) != ERR_OK) {
        return ERR_NO_MEMORY;
    }
    if (fd < watched.size) {
        watched.wires[fd] = w;
    }
    return ERR_OK;
}

void intake_ask_first(intake_answers answers)
{
    watched.answers = answers;
}

void intake_fini(void)
{
    free(watched.wires);
    watched.wires = NULL;
    watched.size = 0;
}

/* Read, lest closing with bytes unread resets the connection before the client has its answer. */
static void discard(int fd)
{
    char bytes[4096];
    for (int i = 0; i < DISCARD_READS; i++) {
        if (recvfrom(fd, bytes, sizeof bytes, MSG_DONTWAIT, NULL, NULL) < (ssize_t)sizeof bytes) {
            return;
        }
    }
}

static ssize_t nothing_came(void)
{
    errno = EAGAIN;
    return -1;
}

static ssize_t receive(int fd, struct wire *w, char *buffer, size_t size)
{
    size_t passed = 0;
    if (w->fault == NULL) {
        ssize_t len = recvfrom(fd, buffer, size, 0, NULL, NULL);
        if (len <= 0) {
            return len;
        }
        bool is_start = w->state == WIRE_START;
        uint64_t heads = w->heads;
        passed = wire_read(w, buffer, (size_t)len);
        /* A full buffer: more may wait, of which nobody would tell the library again. */
        bool is_one = is_start && w->state == WIRE_START && w->heads == heads + 1 &&
                      w->fault == NULL && (size_t)len < size;
        if (is_one && watched.answers != NULL && watched.answers(w, buffer, (size_t)len)) {
            return nothing_came();
        }
        if (w->fault == NULL) {
            return len;
        }
    }
    discard(fd);
    passed += wire_take_rest(w, buffer + passed, size - passed);
    /* Nothing for ever, then: the library closes after its answer. */
    return passed == 0 ? nothing_came() : (ssize_t)passed;
}

/* By its label recv, whatever the C library's header makes of that name. */
ssize_t intake_recv(int fd, void *buffer, size_t size, int flags) __asm__("recv")
    __attribute__((visibility("default")));

ssize_t intake_recv(int fd, void *buffer, size_t size, int flags)
{
    struct wire *w = flags == 0 && fd >= 0 && fd < watched.size ? watched.wires[fd] : NULL;
    return w == NULL ? recvfrom(fd, buffer, size, flags, NULL, NULL) : receive(fd, w, buffer, size);
}
