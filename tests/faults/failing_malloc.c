/* failing_malloc.c - an allocator that fails on purpose, once: for LD_PRELOAD.
 *
 * FAILING_MALLOC names a file of at least sizeof(struct control) bytes which is mapped, so that a
 * test may say "the Nth from now" to a process that runs, and read how many there were. All else is
 * glibc's. A crash prints its backtrace, so that one can tell whose it was. Numbers are relaxed:
 * threads may disagree about which one was the Nth, not about how many fail.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FRAMES 40
#define OURS   "fluxgrid-import" /* the importer's module; the program itself has no name */

enum whose { ANYBODYS, OURS_ONLY, THEIRS_ONLY };

struct control {
    _Atomic int64_t countdown; /* the allocation that makes it 0 fails; 0 or below = none does */
    _Atomic int64_t seen;      /* allocations of those that count (whose) */
    _Atomic int64_t failed;
    _Atomic int64_t live; /* allocated and not freed, of all */
    _Atomic int64_t whose;
    _Atomic int64_t tells; /* whether the one that fails prints who asked for it */
};

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *p);

static struct control unarmed;
static struct control *control = &unarmed;

static void print_trace(const char *words)
{
    void *frames[FRAMES];
    ssize_t ignored = write(STDERR_FILENO, words, strlen(words));
    (void)ignored;
    backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
}

static void on_crash(int number)
{
    print_trace("failing_malloc: crash\n");
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

__attribute__((constructor)) static void set_up(void)
{
    void *frames[2];
    const char *path = getenv("FAILING_MALLOC");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    (void)backtrace(frames, 2); /* it loads a library when first called */
    (void)signal(SIGSEGV, on_crash);
    (void)signal(SIGBUS, on_crash);
    (void)signal(SIGABRT, on_crash);
    if (fd < 0) {
        return;
    }
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (mapped != MAP_FAILED) {
        control = mapped;
    }
}

static int is_ours(void *caller)
{
    struct dl_find_object found;
    if (_dl_find_object(caller, &found) != 0) {
        return 0;
    }
    const char *name = found.dlfo_link_map->l_name;
    return name[0] == '\0' || strstr(name, OURS) != NULL;
}

static int is_to_fail(void *caller)
{
    int64_t whose = atomic_load_explicit(&control->whose, memory_order_relaxed);
    if (whose != ANYBODYS && is_ours(caller) != (whose == OURS_ONLY)) {
        return 0;
    }
    atomic_fetch_add_explicit(&control->seen, 1, memory_order_relaxed);
    if (atomic_load_explicit(&control->countdown, memory_order_relaxed) <= 0 ||
        atomic_fetch_sub_explicit(&control->countdown, 1, memory_order_relaxed) != 1) {
        return 0;
    }
    atomic_fetch_add_explicit(&control->failed, 1, memory_order_relaxed);
    if (atomic_load_explicit(&control->tells, memory_order_relaxed) != 0) {
        print_trace("failing_malloc: failed\n");
    }
    errno = ENOMEM;
    return 1;
}

static void *counted(void *p)
{
    if (p != NULL) {
        atomic_fetch_add_explicit(&control->live, 1, memory_order_relaxed);
    }
    return p;
}

void *malloc(size_t size)
{
    return is_to_fail(__builtin_return_address(0)) ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return is_to_fail(__builtin_return_address(0)) ? NULL : counted(__libc_calloc(count, size));
}

static void *resize(void *old, size_t size)
{
    void *p = __libc_realloc(old, size);
    if (old == NULL) {
        return counted(p);
    }
    if (p == NULL && size == 0) {
        atomic_fetch_sub_explicit(&control->live, 1, memory_order_relaxed);
    }
    return p;
}

void *realloc(void *old, size_t size)
{
    return is_to_fail(__builtin_return_address(0)) ? NULL : resize(old, size);
}

void *reallocarray(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return is_to_fail(__builtin_return_address(0)) ? NULL : resize(old, bytes);
}

void *memalign(size_t alignment, size_t size)
{
    return is_to_fail(__builtin_return_address(0)) ? NULL
                                                   : counted(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return is_to_fail(__builtin_return_address(0)) ? NULL
                                                   : counted(__libc_memalign(alignment, size));
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    int saved = errno;
    void *p =
        is_to_fail(__builtin_return_address(0)) ? NULL : counted(__libc_memalign(alignment, size));
    errno = saved;
    if (p == NULL) {
        return ENOMEM;
    }
    *out = p;
    return 0;
}

void free(void *p)
{
    if (p != NULL) {
        atomic_fetch_sub_explicit(&control->live, 1, memory_order_relaxed);
    }
    __libc_free(p);
}
