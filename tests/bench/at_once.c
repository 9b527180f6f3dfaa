/* at_once AT_ONCE RUNS PROGRAM [ARGUMENT]...: runs the program RUNS times, AT_ONCE of them at any time, and prints median and 99th percentile of
 * the time from start to end in milliseconds. In C, because a launcher that forks slowly would be most of what it measures. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int compare(const void *one, const void *other)
{
    double difference = *(const double *)one - *(const double *)other;
    return (difference > 0) - (difference < 0);
}

int main(int count, char **words)
{
    int at_once = count > 3 ? atoi(words[1]) : 0, runs = count > 3 ? atoi(words[2]) : 0;
    if (at_once < 1 || runs < at_once)
        return fprintf(stderr, "usage: at_once AT_ONCE RUNS PROGRAM [ARGUMENT]...\n"), 3;
    double *began = calloc(at_once, sizeof *began), *took = calloc(runs, sizeof *took);
    pid_t *children = calloc(at_once, sizeof *children);
    for (int started = 0, ended = 0; ended < runs;) {
        int slot = 0;
        while (slot < at_once && children[slot])
            slot++;
        if (slot < at_once && started < runs) {
            began[slot] = now();
            if (posix_spawn(&children[slot], words[3], NULL, NULL, words + 3, environ))
                return perror(words[3]), 1;
            started++;
            continue;
        }
        int status;
        pid_t child = wait(&status);
        if (status)
            return fprintf(stderr, "%s ended with status %d\n", words[3], status), 1;
        for (slot = 0; children[slot] != child; slot++)
            ;
        took[ended++] = now() - began[slot];
        children[slot] = 0;
    }
    qsort(took, runs, sizeof *took, compare);
    printf("median %.1f ms, p99 %.1f ms\n", took[runs / 2], took[runs * 99 / 100]);
}
