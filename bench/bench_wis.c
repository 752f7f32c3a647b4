/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#include "base/alloc.h"
#include "base/sort.h"
#include "data/csr.h"
#include "gen/er.h"
#include "sparsify/wis.h"

/*
 * (L-1)-WIS for all edges beside the plainest program for it: every candidate of every step is
 * evaluated from the whole graph without it. Both must give the same order. On random graphs of
 * growing size, three edges per vertex.
 */

enum { SEED = 1, RUNS = 5 };

/* Walk indices of all vertices of g, sorted: closed walks of `depth` steps, 0 without an edge. */
static enum wr_status plain_tuple(const struct wr_graph *g, int depth, uint64_t *tuple,
                                  uint64_t *from, uint64_t *to, struct wr_error *err)
{
    struct wr_csr csr;
    enum wr_status status = wr_csr_init(&csr, g, WR_CSR_BOTH, false, err);
    if (status)
        return status;
    for (uint32_t t = 0; t < g->n; t++) {
        memset(from, 0, g->n * sizeof *from);
        from[t] = 1;
        for (int step = 0; step < depth; step++) {
            for (uint32_t u = 0; u < g->n; u++) {
                to[u] = from[u];
                for (int64_t k = csr.row[u]; k < csr.row[u + 1]; k++)
                    to[u] += from[csr.col[k]];
            }
            uint64_t *swap = from;
            from = to;
            to = swap;
        }
        tuple[t] = wr_csr_degree(&csr, t) > 0 ? from[t] : 0;
    }
    wr_csr_release(&csr);
    return wr_sort_u64(tuple, g->n, err);
}

/* Whether the sorted tuple a is lexicographically larger than b. */
static bool larger(const uint64_t *a, const uint64_t *b, uint32_t n)
{
    uint32_t i = 0;
    while (i < n && a[i] == b[i])
        i++;
    return i < n && a[i] > b[i];
}

struct scratch {
    uint64_t *edge, *without, *tuple, *best, *from, *to;
};

/* The candidate after whose removal the tuple is largest; the first among equals. */
static enum wr_status plain_step(const struct wr_graph *g, int64_t m, int depth,
                                 const struct scratch *s, int64_t *chosen, struct wr_error *err)
{
    for (int64_t e = 0; e < m; e++) {
        struct wr_graph rest;
        memcpy(s->without, s->edge, (size_t)e * sizeof *s->edge);
        memcpy(s->without + e, s->edge + e + 1, (size_t)(m - e - 1) * sizeof *s->edge);
        enum wr_status status = wr_graph_from_edges(&rest, g->n, s->without, m - 1, false, err);
        if (status)
            return status;
        status = plain_tuple(&rest, depth, s->tuple, s->from, s->to, err);
        wr_graph_release(&rest);
        if (status)
            return status;
        if (e == 0 || larger(s->tuple, s->best, g->n)) {
            *chosen = e;
            memcpy(s->best, s->tuple, g->n * sizeof *s->best);
        }
    }
    return WR_OK;
}

static enum wr_status plain_order(const struct wr_graph *g, int depth, uint64_t *order,
                                  struct wr_error *err)
{
    uint64_t *memory = wr_alloc(2 * g->m + 4 * (int64_t)g->n + 1, sizeof *memory, err);
    if (!memory)
        return WR_ENOMEM;
    struct scratch s = {.edge = memory, .without = memory + g->m, .tuple = memory + 2 * g->m};
    s.best = s.tuple + g->n;
    s.from = s.best + g->n;
    s.to = s.from + g->n;
    memcpy(s.edge, g->edge, (size_t)g->m * sizeof *s.edge);
    enum wr_status status = WR_OK;
    for (int64_t m = g->m; m > 0 && !status; m--) {
        int64_t chosen = 0;
        status = plain_step(g, m, depth, &s, &chosen, err);
        *order++ = s.edge[chosen];
        memmove(s.edge + chosen, s.edge + chosen + 1, (size_t)(m - chosen - 1) * sizeof *s.edge);
    }
    free(memory);
    return status;
}

static enum wr_status time_ours(const struct wr_graph *g, int depth, uint64_t *order,
                                double *seconds, struct wr_error *err)
{
    const struct wr_wis_options options = {.depth = depth, .batch = 1};
    double runs[RUNS];
    for (int run = 0; run < RUNS; run++) {
        double start = bench_now();
        enum wr_status status = wr_wis_order(g, &options, g->m, NULL, order, err);
        if (status)
            return status;
        runs[run] = bench_now() - start;
    }
    *seconds = bench_median(runs, RUNS);
    return WR_OK;
}

/* One row: n vertices; the plain program when it is not too slow for that. */
static enum wr_status bench(uint32_t n, int depth, bool with_plain, struct wr_error *err)
{
    struct wr_graph g;
    double ours, plain = 0;
    enum wr_status status = wr_gen_gnm(n, 3 * (int64_t)n, SEED, &g, err);
    if (status)
        return status;
    uint64_t *order = wr_alloc(2 * g.m, sizeof *order, err);
    if (!order)
        status = WR_ENOMEM;
    if (!status)
        status = time_ours(&g, depth, order, &ours, err);
    if (!status && with_plain) {
        plain = bench_now();
        status = plain_order(&g, depth, order + g.m, err);
        plain = bench_now() - plain;
        if (!status && memcmp(order, order + g.m, (size_t)g.m * sizeof *order) != 0)
            status = wr_error_set(err, WR_ENUMERIC, "the orders differ on %u vertices", n);
    }
    if (!status && with_plain)
        printf("%d\t%u\t%lld\t%.6f\t%.0f\t%.3f\t%.0f\n", depth, n, (long long)g.m, ours,
               (double)g.m / ours, plain, plain / ours);
    else if (!status)
        printf("%d\t%u\t%lld\t%.6f\t%.0f\t-\t-\n", depth, n, (long long)g.m, ours,
               (double)g.m / ours);
    fflush(stdout);
    free(order);
    wr_graph_release(&g);
    return status;
}

int main(void)
{
    static const uint32_t sizes[] = {20, 40, 80, 1000, 10000, 100000};
    struct wr_error err = {0};
    bench_begin();
    printf("L\tvertices\tedges\tours_s\tedges/s\tplain_s\tratio\n");
    for (int depth = 3; depth <= 4; depth++)
        for (int i = 0; i < 6 - (depth > 3); i++)
            if (bench(sizes[i], depth, sizes[i] <= 80, &err)) {
                fprintf(stderr, "bench_wis: %s\n", err.message);
                return 1;
            }
    return 0;
}
