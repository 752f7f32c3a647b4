/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#include "data/csr.h"
#include "sparsify/walkindex.h"

/*
 * bench_walkindex vertex|graph DEPTH GRAPH RESULT - time the walk indices of all single vertices,
 * best of three; seconds on standard output, the indices, 64-bit integers, to the file RESULT.
 * bench/walkindex.py runs it beside SciPy.
 */

enum { ENOUGH = 10 }; /* seconds: a run that takes longer is not repeated */

static enum wr_status best_of_three(const struct wr_csr *csr,
                                    const struct wr_walkindex_options *options,
                                    struct wr_walkindex *w, struct wr_error *err)
{
    double best = 0;
    for (int round = 0; round < 3 && best < ENOUGH; round++) {
        double start = bench_now();
        wr_walkindex_release(w);
        enum wr_status status = wr_walkindex_singletons(csr, options, w, err);
        if (status)
            return status;
        double seconds = bench_now() - start;
        best = round == 0 || seconds < best ? seconds : best;
    }
    printf("%.4g\n", best);
    return WR_OK;
}

/* The lowest 64 bits of every index. */
static enum wr_status write_result(const struct wr_walkindex *w, const char *path,
                                   struct wr_error *err)
{
    FILE *result = fopen(path, "wb");
    if (!result)
        return wr_error_errno(err, path, "cannot write");
    for (int64_t i = 0; i < w->count; i++)
        fwrite(wr_counts_at(&w->index, i), sizeof(uint64_t), 1, result);
    return ferror(result) | fclose(result) ? wr_error_errno(err, path, "cannot write") : WR_OK;
}

int main(int argc, char **argv)
{
    struct wr_graph g = {0};
    struct wr_csr csr = {0};
    struct wr_walkindex w = {0};
    struct wr_error err = {0};
    bench_begin();
    if (argc != 5) {
        fprintf(stderr, "usage: bench_walkindex vertex|graph DEPTH GRAPH RESULT\n");
        return 2;
    }
    const struct wr_walkindex_options options = {
        .task = strcmp(argv[1], "graph") == 0 ? WR_TASK_GRAPH : WR_TASK_VERTEX,
        .length = atoi(argv[2]) - 1};
    enum wr_status status = bench_graph_read(argv[3], &g, &err);
    if (!status)
        status = wr_csr_init(&csr, &g, WR_CSR_BOTH, false, &err);
    if (!status)
        status = best_of_three(&csr, &options, &w, &err);
    if (!status)
        status = write_result(&w, argv[4], &err);
    if (status)
        fprintf(stderr, "bench_walkindex: %s: %s\n", err.input, err.message);
    wr_walkindex_release(&w);
    wr_csr_release(&csr);
    wr_graph_release(&g);
    return status != WR_OK;
}
