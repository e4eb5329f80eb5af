/* racing.c - a race on purpose: what ThreadSanitizer must report, or the test of races tests
 * nothing. */
#include <pthread.h>
#include <stddef.h>

static int shared;

static void *count(void *unused)
{
    (void)unused;
    for (int i = 0; i < 100000; i++)
        shared++;
    return NULL;
}

int main(void)
{
    pthread_t one, other;
    if (pthread_create(&one, NULL, count, NULL) != 0 ||
        pthread_create(&other, NULL, count, NULL) != 0)
        return 1;
    (void)pthread_join(one, NULL);
    (void)pthread_join(other, NULL);
    return 0;
}
