/* fuzz_wire.c - a connection's bytes: the same wherever they are cut, and what the library is given
 * of them holds nothing that another reader could take for an end of line. */
#include "fuzz.h"

#include "http/wire.h"

static void check_given(char *given, size_t len)
{
    struct wire w = {0};
    for (size_t i = 0; i < len; i++) {
        bool is_head = w.state != WIRE_BODY;
        check(wire_read(&w, given + i, 1) == 1);
        check(!is_head || given[i] != '\0');
        check(!is_head || given[i] != '\n' || given[i - 1] == '\r');
    }
}

/* What ends a refused head ends it as a head is ended. */
static void check_rest(struct wire *w)
{
    char rest[32];
    size_t len = wire_take_rest(w, rest, sizeof rest);
    check(len > 0 && len < sizeof rest && rest[len - 1] == '\n');
    check(len == 1 || rest[len - 2] == '\r');
    check(wire_take_rest(w, rest, sizeof rest) == 0);
}

/* Whole lines are read by other code than single bytes. */
static void check_singly(const uint8_t *data, size_t size, const struct wire *whole, size_t passed)
{
    struct wire w = {0};
    size_t n = 0;
    for (char byte; n < size; n++) {
        byte = (char)data[n];
        if (wire_read(&w, &byte, 1) == 0)
            break;
    }
    check(n == passed && w.status == whole->status && w.heads == whole->heads);
    check(w.state == whole->state && w.head_bytes == whole->head_bytes);
    check(w.field_count == whole->field_count && w.body_left == whole->body_left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire whole = {0}, cut = {0};
    char *bytes = fuzz_text(data, size), *same = fuzz_text(data, size);
    if (bytes != NULL && same != NULL) {
        size_t passed = wire_read(&whole, bytes, size);
        check(passed == size || (passed < size && whole.fault != NULL));
        size_t first = size > 0 ? data[0] % size : 0;
        size_t again = wire_read(&cut, same, first);
        if (cut.fault == NULL)
            again += wire_read(&cut, same + first, size - first);
        check(again == passed && cut.status == whole.status && cut.heads == whole.heads);
        check(memcmp(bytes, same, passed) == 0);
        check_singly(data, size, &whole, passed);
        check_given(bytes, passed);
        if (whole.fault != NULL)
            check_rest(&whole);
    }
    free(bytes);
    free(same);
    return 0;
}
