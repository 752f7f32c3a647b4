/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/machine.h"
#include "base/team.h"
#include "io/graphfile.h"

void bench_begin(void)
{
    const char *threads = getenv("OMP_NUM_THREADS"), *cpu = getenv("WALKRANK_CPU");
    if (threads && atoi(threads) > 0)
        wr_threads_set(atoi(threads));
    if (cpu && *cpu && !wr_machine_limit(cpu)) {
        fprintf(stderr, "no such WALKRANK_CPU: %s\n", cpu);
        exit(2);
    }
}

double bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

double bench_median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* A line `NAME: N kB` of /proc/self/status, in bytes. */
static int64_t status_bytes(const char *name)
{
    char line[256];
    long long kilobytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    if (!status)
        return 0;
    while (fgets(line, sizeof line, status))
        if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
            kilobytes = strtoll(line + strlen(name) + 1, NULL, 10);
    fclose(status);
    return kilobytes * 1024;
}

int64_t bench_resident(void)
{
    return status_bytes("VmRSS");
}

void bench_peak_reset(void)
{
    FILE *clear = fopen("/proc/self/clear_refs", "w");
    if (!clear)
        return;
    fputs("5", clear); /* proc(5): reset the peak resident set size */
    fclose(clear);
}

int64_t bench_peak(void)
{
    return status_bytes("VmHWM");
}

enum wr_status bench_graph_read(const char *path, struct wr_graph *g, struct wr_error *err)
{
    struct wr_graph_file file;
    enum wr_status status =
        wr_graph_file_read(&file, path, &(struct wr_graph_file_options){0}, err);
    if (status)
        return status;
    status = wr_graph_init(g, &file.pairs, false, err);
    wr_graph_file_release(&file);
    return status;
}
