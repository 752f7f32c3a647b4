/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/adjacency.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"

void wr_adjacency_release(struct wr_adjacency *a)
{
    free(a->row);
    free(a->col);
    free(a->value);
    free(a->transposed);
    free(a->reverse);
    *a = (struct wr_adjacency){0};
}

/* Let the views show the first n rows of the arrays. */
static void view(struct wr_adjacency *a, int64_t n)
{
    a->matrix = (struct wr_sparse){n, n, a->row, a->col, a->value};
    a->transpose = a->matrix;
    if (a->transposed)
        a->transpose.value = a->transposed;
}

static bool has_loops(enum wr_adjacency_kind kind)
{
    return kind == WR_ADJACENCY_GCN || kind == WR_ADJACENCY_CLOSED;
}

static enum wr_status allocate(struct wr_adjacency *a, int64_t n, int64_t entries, bool values,
                               bool transposed, struct wr_error *err)
{
    a->row = wr_calloc(n + 2, sizeof *a->row, err);
    a->col = wr_alloc(entries, sizeof *a->col, err);
    a->reverse = wr_alloc(entries, sizeof *a->reverse, err);
    if (!a->row || !a->col || !a->reverse)
        return WR_ENOMEM;
    if (values && !(a->value = wr_alloc(entries, sizeof *a->value, err)))
        return WR_ENOMEM;
    if (transposed && !(a->transposed = wr_alloc(entries, sizeof *a->transposed, err)))
        return WR_ENOMEM;
    return WR_OK;
}

enum wr_status wr_adjacency_room(struct wr_adjacency *a, const struct wr_adjacency *all, int64_t n,
                                 int64_t entries, struct wr_error *err)
{
    return allocate(a, n, entries, all->value, all->transposed, err);
}

void wr_adjacency_choose(struct wr_adjacency *a, const struct wr_adjacency *all,
                         const uint32_t *vertex, int64_t n, const uint32_t *local)
{
    for (int64_t i = 0; i < n; i++)
        a->row[i + 1] = a->row[i] + all->row[vertex[i] + (int64_t)1] - all->row[vertex[i]];
    for (int64_t i = 0; i < n; i++) {
        int64_t from = all->row[vertex[i]], to = a->row[i];
        for (int64_t k = 0; k < a->row[i + 1] - to; k++) {
            uint32_t v = all->col[from + k];
            a->col[to + k] = local[v];
            a->reverse[to + k] = a->row[local[v]] + all->reverse[from + k] - all->row[v];
            if (a->value)
                a->value[to + k] = all->value[from + k];
            if (a->transposed)
                a->transposed[to + k] = all->transposed[from + k];
        }
    }
    view(a, n);
}

/* Entries (u, v) and (v, u), each other's reverse. */
static void put(struct wr_adjacency *a, int64_t *next, int64_t u, int64_t v)
{
    int64_t there = next[u]++, back = u == v ? there : next[v]++;
    a->col[there] = (uint32_t)v;
    a->col[back] = (uint32_t)u;
    a->reverse[there] = back;
    a->reverse[back] = there;
}

/* Rows become ascending: the edges are sorted by (u, v) with u < v, so that at the time of u's
 * loop all smaller neighbours are in row u and none of the larger ones. The array next is row
 * shifted by one, and has become row at the end. */
static void fill_pattern(struct wr_adjacency *a, const struct wr_graph *g, int64_t n, bool loops)
{
    int64_t *next = a->row + 1;
    for (int64_t e = 0; e < g->m; e++) {
        a->row[(int64_t)wr_edge_u(g->edge[e]) + 2]++;
        a->row[(int64_t)wr_edge_v(g->edge[e]) + 2]++;
    }
    for (int64_t u = 0; u < n; u++)
        a->row[u + 2] += a->row[u + 1] + loops;
    for (int64_t u = 0; u < n; u++) {
        if (loops)
            put(a, next, u, u);
        for (int64_t e = u < g->n ? g->first[u] : 0; u < g->n && e < g->first[u + 1]; e++)
            put(a, next, u, wr_edge_v(g->edge[e]));
    }
}

/* 1 / sqrt(|N[i]| |N[j]|) of closed neighbourhoods, or 1 / |N(i)| of open ones. */
static void fill_values(struct wr_adjacency *a, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        double here = (double)(a->row[i + 1] - a->row[i]);
        for (int64_t k = a->row[i]; k < a->row[i + 1]; k++) {
            int64_t j = a->col[k];
            double there = (double)(a->row[j + 1] - a->row[j]);
            a->value[k] = (wr_real)(a->transposed ? 1 / here : 1 / sqrt(here * there));
            if (a->transposed)
                a->transposed[k] = (wr_real)(1 / there);
        }
    }
}

enum wr_status wr_adjacency_init(struct wr_adjacency *a, const struct wr_graph *g, int64_t n,
                                 enum wr_adjacency_kind kind, struct wr_error *err)
{
    assert(!g->directed && n >= g->n);
    struct wr_graph none = {.n = 0};
    const struct wr_graph *edges = kind == WR_ADJACENCY_NONE ? &none : g;
    struct wr_adjacency made = {.row = NULL};
    bool loops = has_loops(kind);
    enum wr_status status = allocate(&made, n, 2 * edges->m + (loops ? n : 0),
                                     kind == WR_ADJACENCY_GCN || kind == WR_ADJACENCY_MEAN,
                                     kind == WR_ADJACENCY_MEAN, err);
    if (status) {
        wr_adjacency_release(&made);
        return status;
    }
    fill_pattern(&made, edges, n, loops);
    if (made.value)
        fill_values(&made, n);
    view(&made, n);
    *a = made;
    return WR_OK;
}

/* Rows are ascending, and so are the columns of a row. */
int64_t wr_adjacency_edges(const struct wr_adjacency *a, int64_t *entry)
{
    int64_t count = 0;
    for (int64_t i = 0; i < a->matrix.rows; i++)
        for (int64_t k = a->row[i]; k < a->row[i + 1]; k++)
            if (a->col[k] > i) {
                if (entry)
                    entry[count] = k;
                count++;
            }
    return count;
}
