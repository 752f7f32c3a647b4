/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "onewis_heap.h"

#include "base/alloc.h"
#include "base/sort.h"
#include "gen/ba.h"
#include "gen/rmat.h"
#include "sparsify/onewis.h"

static const char usage[] =
    "usage: bench_onewis [-r RUNS] [-l SECONDS] [GRAPH...]\n"
    "Time 1-WIS for all edges against a lazy binary heap and against sorting the same edges.\n"
    "GRAPH is rmat:SCALE, ba:SCALE (16 edges per vertex) or an edge-list file; default: both of\n"
    "scale 16, 18, 20. Medians of RUNS (5); the heap runs once, for at most SECONDS (60).\n"
    "ns/edge and growth (of ns/edge from the row before to this one) show how near to linear the\n"
    "time is; memory is beside the graph and the order.\n";

enum { MAX_RUNS = 100, EDGE_FACTOR = 16, SEED = 1 };

struct bench {
    int runs;
    double limit;
    char kind[32]; /* of the row before */
    double ns_per_edge;
};

/* Times of one graph, in seconds. */
struct times {
    double ours, heap, sort;
    double heap_done; /* share of the edges that the heap did in its time */
    int64_t peak;     /* bytes */
};

/* --- graphs ----------------------------------------------------------------------------------- */

static enum wr_status make_graph(const char *spec, struct wr_graph *g, struct wr_error *err)
{
    int scale;
    char end;
    if (sscanf(spec, "ba:%d%c", &scale, &end) == 1 && scale >= 0 && scale < 32)
        return wr_gen_ba(UINT32_C(1) << scale, EDGE_FACTOR, SEED, g, err);
    if (sscanf(spec, "rmat:%d%c", &scale, &end) != 1)
        return bench_graph_read(spec, g, err);
    struct wr_pairs pairs;
    enum wr_status status = wr_gen_rmat(scale, EDGE_FACTOR, true, SEED, &pairs, err);
    return status ? status : wr_graph_init(g, &pairs, false, err);
}

/* --- the contestants -------------------------------------------------------------------------- */

static enum wr_status time_ours(const struct bench *b, const struct wr_graph *g, uint64_t *order,
                                struct times *times, struct wr_error *err)
{
    const struct wr_onewis_options options = {.tie = WR_TIE_ORDER};
    double seconds[MAX_RUNS];
    memset(order, 0, (size_t)g->m * sizeof *order); /* its pages are not ours to pay */
    int64_t before = bench_resident();
    bench_peak_reset();
    for (int run = 0; run < b->runs; run++) {
        double start = bench_now();
        enum wr_status status = wr_onewis_order(g, &options, g->m, NULL, order, err);
        if (status)
            return status;
        seconds[run] = bench_now() - start;
    }
    times->peak = bench_peak() - before;
    times->ours = bench_median(seconds, b->runs);
    return WR_OK;
}

struct deadline {
    double end;
    double share;
};

static bool before_deadline(void *context, int64_t done, int64_t total)
{
    struct deadline *deadline = context;
    deadline->share = (double)done / (double)total;
    return bench_now() < deadline->end;
}

static enum wr_status time_heap(const struct bench *b, const struct wr_graph *g,
                                const uint64_t *want, struct times *times, struct wr_error *err)
{
    uint64_t *order = wr_alloc(g->m, sizeof *order, err);
    if (!order)
        return WR_ENOMEM;
    double start = bench_now();
    struct deadline deadline = {.end = start + b->limit};
    const struct wr_progress progress = {before_deadline, &deadline};
    struct wr_error stopped = {0};
    enum wr_status status = bench_onewis_heap(g, &progress, order, &stopped);
    times->heap = bench_now() - start;
    times->heap_done = status ? deadline.share : 1;
    if (status && status != WR_EINTERRUPT)
        wr_error_set(err, status, "%s", stopped.message);
    else
        status = WR_OK;
    if (times->heap_done == 1 && memcmp(order, want, (size_t)g->m * sizeof *order) != 0)
        status = wr_error_set(err, WR_EDATA, "the orders differ");
    free(order);
    return status;
}

/* Sorting is what any method has to do at least; the edges come in removal order. */
static enum wr_status time_sort(const struct bench *b, const struct wr_graph *g,
                                const uint64_t *order, struct times *times, struct wr_error *err)
{
    uint64_t *edges = wr_alloc(g->m, sizeof *edges, err);
    double seconds[MAX_RUNS];
    if (!edges)
        return WR_ENOMEM;
    enum wr_status status = WR_OK;
    for (int run = 0; run < b->runs && !status; run++) {
        memcpy(edges, order, (size_t)g->m * sizeof *edges);
        double start = bench_now();
        status = wr_sort_u64(edges, g->m, err);
        seconds[run] = bench_now() - start;
    }
    times->sort = bench_median(seconds, b->runs);
    free(edges);
    return status;
}

/* --- the table -------------------------------------------------------------------------------- */

static void print_header(void)
{
    printf("%-16s %9s %9s %9s %9s %8s %7s %12s %8s %8s %7s %8s\n", "graph", "vertices", "edges",
           "1-wis_s", "edges/s", "ns/edge", "growth", "heap_s", "x_heap", "sort_s", "x_sort",
           "peak_MB");
}

/* rmat of rmat:20, and the whole of a path. */
static void kind_of(const char *spec, char kind[32])
{
    const char *colon = strchr(spec, ':');
    snprintf(kind, 32, "%.*s", colon ? (int)(colon - spec) : 31, spec);
}

static void print_row(struct bench *b, const char *spec, const struct wr_graph *g,
                      const struct times *t)
{
    char kind[32], growth[16] = "-", heap[32], faster[32];
    const char *slash = strrchr(spec, '/');
    double ns = 1e9 * t->ours / (double)g->m;
    kind_of(spec, kind);
    if (strcmp(kind, b->kind) == 0)
        snprintf(growth, sizeof growth, "%.2f", ns / b->ns_per_edge);
    if (t->heap_done < 1)
        snprintf(heap, sizeof heap, ">%.0f (%.0f%%)", t->heap, floor(100 * t->heap_done));
    else
        snprintf(heap, sizeof heap, "%.4f", t->heap);
    snprintf(faster, sizeof faster, "%s%.1f", t->heap_done < 1 ? ">" : "", t->heap / t->ours);
    printf("%-16s %9u %9lld %9.4f %9.3g %8.1f %7s %12s %8s %8.4f %7.1f %8.1f\n",
           slash ? slash + 1 : spec, g->n, (long long)g->m, t->ours, (double)g->m / t->ours, ns,
           growth, heap, faster, t->sort, t->ours / t->sort, (double)t->peak / 1e6);
    fflush(stdout);
    strcpy(b->kind, kind);
    b->ns_per_edge = ns;
}

static enum wr_status bench_graph(struct bench *b, const char *spec, struct wr_error *err)
{
    struct wr_graph g;
    struct times times = {0};
    enum wr_status status = make_graph(spec, &g, err);
    if (status)
        return status;
    uint64_t *order = wr_alloc(g.m, sizeof *order, err);
    status = order ? time_ours(b, &g, order, &times, err) : WR_ENOMEM;
    if (!status)
        status = time_heap(b, &g, order, &times, err);
    if (!status)
        status = time_sort(b, &g, order, &times, err);
    if (!status)
        print_row(b, spec, &g, &times);
    free(order);
    wr_graph_release(&g);
    return status;
}

static int wrong_usage(void)
{
    fputs(usage, stderr);
    return 2;
}

int main(int argc, char **argv)
{
    static const char *const all[] = {"rmat:16", "rmat:18", "rmat:20", "ba:16", "ba:18", "ba:20"};
    struct bench b = {.runs = 5, .limit = 60};
    bench_begin();
    for (int option; (option = getopt(argc, argv, "r:l:")) != -1;) {
        if (option == 'r')
            b.runs = atoi(optarg);
        else if (option == 'l')
            b.limit = atof(optarg);
        else
            return wrong_usage();
    }
    if (b.runs < 1 || b.runs > MAX_RUNS)
        return wrong_usage();
    const char *const *specs = optind < argc ? (const char *const *)argv + optind : all;
    int count = optind < argc ? argc - optind : (int)(sizeof all / sizeof *all);
    print_header();
    for (int i = 0; i < count; i++) {
        struct wr_error err = {0};
        if (bench_graph(&b, specs[i], &err)) {
            fprintf(stderr, "bench_onewis: %s: %s\n", specs[i], err.message);
            return 1;
        }
    }
    return 0;
}
