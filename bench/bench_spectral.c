/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#include "base/alloc.h"
#include "linalg/projection.h"
#include "linalg/resistance.h"

/*
 * bench_spectral exact|default|project EPSILON GRAPH RESULT - time the leverages of a graph, best
 * of three; seconds on standard output, the leverages, doubles, to the file RESULT.
 * bench/spectral.sh runs it beside bench/spectral_peer.py.
 */

static enum wr_status compute(const char *method, const struct wr_graph *g, double epsilon,
                              double *leverage, struct wr_error *err)
{
    if (strcmp(method, "project") == 0)
        return wr_project_leverages(g, g->weight, epsilon, 1, NULL, leverage, err);
    struct wr_leverage_options opt = {.epsilon = strcmp(method, "exact") ? epsilon : 0, .seed = 1};
    return wr_leverages(g, &opt, NULL, leverage, err);
}

static enum wr_status best_of_three(const char *method, const struct wr_graph *g, double epsilon,
                                    double *leverage, struct wr_error *err)
{
    double best = 0;
    for (int round = 0; round < 3; round++) {
        double start = bench_now();
        enum wr_status status = compute(method, g, epsilon, leverage, err);
        if (status)
            return status;
        double seconds = bench_now() - start;
        best = round == 0 || seconds < best ? seconds : best;
        if (seconds > 10)
            break;
    }
    printf("%.4g\n", best);
    return WR_OK;
}

static enum wr_status write_result(const double *leverage, int64_t count, const char *path,
                                   struct wr_error *err)
{
    FILE *result = fopen(path, "wb");
    if (!result)
        return wr_error_errno(err, path, "cannot write");
    fwrite(leverage, sizeof *leverage, (size_t)count, result);
    return ferror(result) | fclose(result) ? wr_error_errno(err, path, "cannot write") : WR_OK;
}

static enum wr_status run(char **argument, struct wr_error *err)
{
    struct wr_graph g;
    enum wr_status status = bench_graph_read(argument[3], &g, err);
    if (status)
        return status;
    double *leverage = wr_alloc(g.m, sizeof *leverage, err);
    status = leverage ? best_of_three(argument[1], &g, strtod(argument[2], NULL), leverage, err)
                      : WR_ENOMEM;
    if (!status)
        status = write_result(leverage, g.m, argument[4], err);
    free(leverage);
    wr_graph_release(&g);
    return status;
}

int main(int argc, char **argv)
{
    struct wr_error err = {0};
    bench_begin();
    if (argc != 5) {
        fprintf(stderr, "usage: bench_spectral exact|default|project EPSILON GRAPH RESULT\n");
        return 2;
    }
    if (run(argv, &err)) {
        fprintf(stderr, "bench_spectral: %s\n", err.message);
        return 1;
    }
    return 0;
}
