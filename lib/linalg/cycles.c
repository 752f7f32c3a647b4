/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/cycles.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "linalg/ranked.h"

enum { VERTICES = 16 }; /* per block: high numbers have most of the work */

struct search {
    struct wr_ranked graph;
    int threads;
    uint32_t *mark;  /* threads x n, zero between vertices: marks or numbers of wedges */
    uint64_t *found; /* threads x n, by new number */
    uint64_t *count; /* n, by old number; not owned */
};

/* A thread's own rows of mark and found. */
static uint32_t *own_mark(const struct search *s)
{
    return s->mark + wr_thread_id() * (int64_t)s->graph.n;
}

static uint64_t *own_found(const struct search *s)
{
    return s->found + wr_thread_id() * (int64_t)s->graph.n;
}

/* Triangles u < v < w. */
static void triangles_from(const struct wr_ranked *g, int64_t u, const uint32_t *mark,
                           uint64_t *found)
{
    for (int64_t i = g->higher[u]; i < g->row[u + 1]; i++) {
        uint32_t v = g->col[i];
        uint64_t sum = 0;
        for (int64_t j = g->higher[v]; j < g->row[v + 1]; j++) {
            uint32_t w = g->col[j];
            sum += mark[w];
            found[w] += mark[w];
        }
        found[u] += sum;
        found[v] += sum;
    }
}

static void triangles_block(void *context, int64_t begin, int64_t end)
{
    const struct search *s = context;
    const struct wr_ranked *g = &s->graph;
    uint32_t *mark = own_mark(s);
    for (int64_t u = begin; u < end; u++) {
        for (int64_t i = g->higher[u]; i < g->row[u + 1]; i++)
            mark[g->col[i]] = 1;
        triangles_from(g, u, mark, own_found(s));
        for (int64_t i = g->higher[u]; i < g->row[u + 1]; i++)
            mark[g->col[i]] = 0;
    }
}

/* wedges[w] += the number of u with v - u - w, u and w below v. */
static void count_wedges(const struct wr_ranked *g, int64_t v, uint32_t *wedges)
{
    for (int64_t i = g->row[v]; i < g->higher[v]; i++) {
        uint32_t u = g->col[i];
        for (int64_t j = g->row[u]; g->col[j] < v; j++) /* v itself is in the row */
            wedges[g->col[j]]++;
    }
}

/* Cycles whose highest vertex is v, twice: any two wedges v - u - w make one, so that a wedge is
 * in wedges[w] - 1 of them. Sums over wedges count a cycle twice for v and for w, once for u. */
static void four_cycles_from(const struct wr_ranked *g, int64_t v, uint32_t *wedges,
                             uint64_t *twice)
{
    uint64_t at_v = 0;
    for (int64_t i = g->row[v]; i < g->higher[v]; i++) {
        uint32_t u = g->col[i];
        uint64_t at_u = 0;
        for (int64_t j = g->row[u]; g->col[j] < v; j++) {
            uint32_t w = g->col[j];
            uint64_t cycles = wedges[w] - 1;
            twice[w] += cycles;
            at_u += cycles;
        }
        twice[u] += 2 * at_u;
        at_v += at_u;
    }
    twice[v] += at_v;
}

static void four_cycles_block(void *context, int64_t begin, int64_t end)
{
    const struct search *s = context;
    const struct wr_ranked *g = &s->graph;
    uint32_t *wedges = own_mark(s);
    for (int64_t v = begin; v < end; v++) {
        count_wedges(g, v, wedges);
        four_cycles_from(g, v, wedges, own_found(s));
        for (int64_t i = g->row[v]; i < g->higher[v]; i++) {
            uint32_t u = g->col[i];
            for (int64_t j = g->row[u]; g->col[j] < v; j++)
                wedges[g->col[j]] = 0;
        }
    }
}

/* count = what the threads found, added up. */
static void add_up(void *context, int64_t begin, int64_t end)
{
    const struct search *s = context;
    for (int64_t u = begin; u < end; u++) {
        uint64_t sum = 0;
        for (int thread = 0; thread < s->threads; thread++)
            sum += s->found[thread * (int64_t)s->graph.n + u];
        s->count[s->graph.vertex[u]] = sum;
    }
}

static enum wr_status run(const struct wr_csr *csr, uint64_t *count,
                          void (*block)(void *, int64_t, int64_t), struct wr_error *err)
{
    struct search s = {.threads = wr_threads(), .count = count};
    enum wr_status status = wr_ranked_init(&s.graph, csr, err);
    if (status)
        return status;
    s.mark = wr_calloc(s.threads * (int64_t)csr->n, sizeof *s.mark, err);
    s.found = wr_calloc(s.threads * (int64_t)csr->n, sizeof *s.found, err);
    if (s.mark && s.found) {
        wr_blocks_run(csr->n, VERTICES, block, &s);
        wr_blocks_run(csr->n, WR_BLOCK, add_up, &s);
    } else {
        status = WR_ENOMEM;
    }
    wr_ranked_release(&s.graph);
    free(s.mark);
    free(s.found);
    return status;
}

enum wr_status wr_triangles(const struct wr_csr *csr, uint64_t *count, struct wr_error *err)
{
    return run(csr, count, triangles_block, err);
}

enum wr_status wr_four_cycles(const struct wr_csr *csr, uint64_t *count, struct wr_error *err)
{
    enum wr_status status = run(csr, count, four_cycles_block, err);
    for (uint32_t v = 0; v < csr->n && !status; v++)
        count[v] /= 2;
    return status;
}
