/* floor_microhttpd.c - the floor: libmicrohttpd answering one fixed buffer of 4096 bytes, as fast
 * as it can.
 *
 * One thread per core, each a daemon of its own on a shared port, epoll; nothing is parsed, looked
 * up or logged. Two ways of driving it: "loop", our own poll() around MHD_run() as the program
 * does, and "internal", the library's threads. Usage: floor_microhttpd PORT THREADS loop|internal
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <microhttpd.h>

#define BODY_BYTES      4096
#define THREADS_MAX     64
#define CONNECTIONS_MAX 4000
#define TICK_MS         10

static char body[BODY_BYTES];
static struct MHD_Response *response;
static struct sockaddr_in place = {.sin_family = AF_INET};

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_len, void **context)
{
    (void)cls, (void)url, (void)method, (void)version, (void)upload, (void)upload_len;
    if (*context == NULL) {
        *context = &response; /* headers are in; an answer now would close the connection */
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, response);
}

static void *run(void *cls)
{
    struct MHD_Daemon *daemon = cls;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct pollfd fd = {.fd = info->epoll_fd, .events = POLLIN};
    for (;;) {
        (void)poll(&fd, 1, TICK_MS);
        (void)MHD_run(daemon);
    }
    return NULL;
}

static void start_loop(void)
{
    pthread_t thread;
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR, &place,
                         MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_CONNECTION_LIMIT,
                         (unsigned)CONNECTIONS_MAX, MHD_OPTION_END);
    if (daemon == NULL || pthread_create(&thread, NULL, run, daemon) != 0) {
        exit(1);
    }
}

static void start_internal(unsigned threads)
{
    if (MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, NULL,
                         MHD_OPTION_SOCK_ADDR, &place, MHD_OPTION_THREAD_POOL_SIZE, threads,
                         MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
                         MHD_OPTION_END) == NULL) {
        exit(1);
    }
}

int main(int argc, char **argv)
{
    unsigned short port = argc == 4 ? (unsigned short)strtoul(argv[1], NULL, 10) : 0;
    unsigned threads = argc == 4 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    if (port == 0 || threads == 0 || threads > THREADS_MAX) {
        return 2;
    }
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(body, 'x', sizeof body);
    response = MHD_create_response_from_buffer(sizeof body, body, MHD_RESPMEM_PERSISTENT);
    if (strcmp(argv[3], "internal") == 0) {
        start_internal(threads);
    } else {
        for (unsigned i = 0; i < threads; i++) {
            start_loop();
        }
    }
    for (;;) {
        (void)pause();
    }
}
