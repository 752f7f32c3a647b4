/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis_model.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "sparsify/edge_walks.h"
#include "sparsify/wis_values.h"

/*
 * The walk index of every single vertex. For t with neighbours (an isolated vertex has 0):
 *
 *     vertex   w(t) = (A^L)_tt    closed walks of L steps
 *     graph    w(t) = (A^L 1)_t   walks of L steps from t
 *
 * Removing e = {u, v} destroys the walks that cross e; by the first crossing, with p', q' of
 * edge_walks.h,
 *
 *     vertex   sum over i + j = L - 1 of   p'_i(t) q_j(t) + q'_i(t) p_j(t)
 *     graph    sum over i + j = L - 1 of   p'_i(t) h_j(v) + q'_i(t) h_j(u),   h_j = A^j 1
 *
 * For the vertex task t must have a closed walk of L steps through e, so that t is within
 * (L - 1) / 2 of e; for the graph task within L - 1.
 */
struct vertices {
    struct wr_wis_model base;
    const uint64_t *edge;
    enum wr_task task;
    int depth;
    int radius; /* of the ball in which walk indices change */
    int doubt;  /* edges at the ball of this radius may become better by a removal; -1: none */
    struct wr_shrinking graph;
    struct wr_edge_walks walks;
    wr_walkcount *value; /* vertex: n, w(t) were it not for isolated vertices */
    wr_walkcount *total; /* graph: (L + 1) x n, h_j */
};

static wr_walkcount *totals(const struct vertices *m, int j)
{
    return m->total + (int64_t)j * m->graph.n;
}

static void vertices_free(struct wr_wis_model *base)
{
    struct vertices *m = (struct vertices *)base;
    wr_shrinking_release(&m->graph);
    wr_edge_walks_release(&m->walks);
    free(m->value);
    free(m->total);
    free(m);
}

/* Walks of `steps` steps from the i-th vertex of the ball, and back or anywhere, that cross e. */
static wr_walkcount lost_walks(const struct vertices *m, int64_t i, int steps)
{
    return m->task == WR_TASK_GRAPH ? wr_edge_walks_lost_anywhere(&m->walks, i, m->total, steps)
                                    : wr_edge_walks_lost(&m->walks, i, i, steps);
}

static void find_walks(struct vertices *m, uint32_t e)
{
    uint32_t u = wr_edge_u(m->edge[e]), v = wr_edge_v(m->edge[e]);
    wr_edge_walks_find(&m->walks, e, u, v, m->radius);
}

static const wr_walkcount *values(const struct vertices *m)
{
    return m->task == WR_TASK_GRAPH ? totals(m, m->depth) : m->value;
}

static void vertices_evaluate(struct wr_wis_model *base, uint32_t e, struct wr_changes *changes)
{
    struct vertices *m = (struct vertices *)base;
    find_walks(m, e);
    wr_changes_clear(changes);
    for (int64_t i = 0; i < m->walks.size; i++) {
        uint32_t t = m->walks.vertex[i];
        wr_walkcount lost = lost_walks(m, i, m->depth);
        if (i < 2 && m->graph.degree[t] == 1)
            wr_changes_add(changes, values(m)[t], 0); /* u or v, isolated without e */
        else if (lost)
            wr_changes_add(changes, values(m)[t], values(m)[t] - lost);
    }
}

/* w(t) after the removal of e, around which walks have been found: the smallest that changes. */
static wr_walkcount smallest_new_value(const struct vertices *m)
{
    wr_walkcount smallest = WR_WALKCOUNT_LIMIT;
    for (int64_t i = 0; i < m->walks.size; i++) {
        uint32_t t = m->walks.vertex[i];
        wr_walkcount lost = lost_walks(m, i, m->depth);
        wr_walkcount value = i < 2 && m->graph.degree[t] == 1 ? 0 : values(m)[t] - lost;
        if (lost && value < smallest)
            smallest = value;
    }
    return smallest;
}

/* h_j falls by the walks of j steps that cross e, which are counted with the old h of fewer. */
static void lower_totals(struct vertices *m)
{
    for (int j = m->depth; j >= 1; j--)
        for (int64_t i = 0; i < m->walks.size; i++)
            totals(m, j)[m->walks.vertex[i]] -= lost_walks(m, i, j);
}

static void lower_values(struct vertices *m)
{
    for (int64_t i = 0; i < m->walks.size; i++)
        m->value[m->walks.vertex[i]] -= lost_walks(m, i, m->depth);
}

/*
 * Which candidates e may become better when f = {x, y} goes (the last two cases in wis_model.h)?
 *
 * n' = n and o' < o at t: all walks at t through f cross e as well. Let x be the end of f nearer
 * to t. Among them are those that go to x on a shortest path, over f, and back, or, when y is as
 * near, that go to x, over f, and back from y; of the graph task, those that go to x and over f.
 * They avoid e unless e lies on all shortest paths from t to x (or to y), so one end of e is
 * nearer to x (or y) than t is. Those walks exist when the distance from t to f is at most radius;
 * so that end of e is within radius - 1 of f.
 * n' = o' and n < o at t: the same with e and f exchanged, and distance is symmetric.
 */
static void doubt_edges(struct vertices *m, wr_walkcount from, struct wr_tournament *t)
{
    const struct wr_shrinking *g = &m->graph;
    int64_t count = m->doubt < 0 ? 0 : m->walks.end[m->doubt];
    for (int64_t i = 0; i < count; i++) {
        uint32_t s = m->walks.vertex[i];
        for (int64_t k = g->row[s], end = k + g->length[s]; k < end; k++)
            if (g->edge[k] != WR_DEAD)
                wr_tournament_doubt(t, g->edge[k], from);
    }
}

static void vertices_remove(struct wr_wis_model *base, uint32_t e, struct wr_tournament *t)
{
    struct vertices *m = (struct vertices *)base;
    find_walks(m, e);
    wr_walkcount from = smallest_new_value(m);
    if (m->task == WR_TASK_GRAPH)
        lower_totals(m);
    else
        lower_values(m);
    wr_shrinking_remove(&m->graph, m->walks.u, m->walks.v);
    doubt_edges(m, from, t);
}

static enum wr_status count_walks(struct vertices *m, struct wr_error *err)
{
    int64_t n = m->graph.n;
    struct wr_csr csr = wr_shrinking_csr(&m->graph);
    enum wr_status status = WR_ENOMEM;
    if (m->task == WR_TASK_GRAPH) {
        m->total = wr_alloc(n, (size_t)(m->depth + 1) * sizeof *m->total, err);
        if (m->total)
            status = wr_wis_totals(&csr, m->depth, m->total, err);
    } else {
        m->value = wr_alloc(n, sizeof *m->value, err);
        if (m->value)
            status = wr_wis_values(&csr, m->depth, m->task, NULL, m->value, err);
    }
    if (!status)
        m->base.largest = wr_wis_largest(values(m), n);
    return status;
}

enum wr_status wr_wis_vertices_new(struct wr_wis_model **model, const struct wr_graph *g,
                                   const uint64_t *edge, int depth, enum wr_task task,
                                   struct wr_error *err)
{
    struct vertices *m = wr_calloc(1, sizeof *m, err);
    if (!m)
        return WR_ENOMEM;
    m->base.pairs = g->n;
    m->base.evaluate = vertices_evaluate;
    m->base.remove = vertices_remove;
    m->base.free = vertices_free;
    m->edge = edge;
    m->task = task;
    m->depth = depth;
    m->radius = task == WR_TASK_GRAPH ? depth - 1 : (depth - 1) / 2;
    m->doubt = m->radius - 1;
    enum wr_status status = wr_shrinking_init(&m->graph, g->n, edge, g->m, err);
    if (!status)
        status = count_walks(m, err);
    if (!status)
        status = wr_edge_walks_init(&m->walks, &m->graph, depth - 1, err);
    if (status)
        vertices_free(&m->base);
    else
        *model = &m->base;
    return status;
}
