/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis_model.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "sparsify/shrinking.h"

/*
 * Depth 3, every single vertex: w(t) = (A^3)_tt = 1 + 3 deg t + 2 (triangles at t), 0 when t is
 * isolated. Removing an edge {u, v} with c common neighbours takes 3 + 2 c from u and v and 2 from
 * every common neighbour.
 */
struct wis3 {
    struct wr_wis_model base;
    const uint64_t *edge;
    struct wr_shrinking graph;
    uint64_t *value;          /* n: w(t); at most (deg t + 1)^2 */
    uint32_t *triangles;      /* m: common neighbours of the ends of an edge */
    struct wr_common *common; /* of the edge at hand; as many as the largest degree */
};

static void wis3_free(struct wr_wis_model *base)
{
    struct wis3 *m = (struct wis3 *)base;
    wr_shrinking_release(&m->graph);
    free(m->value);
    free(m->triangles);
    free(m->common);
    free(m);
}

static int64_t find_common(struct wis3 *m, uint32_t e)
{
    uint32_t u = wr_edge_u(m->edge[e]), v = wr_edge_v(m->edge[e]);
    return wr_shrinking_common(&m->graph, u, v, m->triangles[e], m->common);
}

/* w(u) once an edge at u with c triangles has gone. */
static uint64_t lowered(const struct wis3 *m, uint32_t u, int64_t c)
{
    return m->graph.degree[u] == 1 ? 0 : m->value[u] - 3 - 2 * (uint64_t)c;
}

static void wis3_evaluate(struct wr_wis_model *base, uint32_t e, struct wr_changes *changes)
{
    struct wis3 *m = (struct wis3 *)base;
    uint32_t u = wr_edge_u(m->edge[e]), v = wr_edge_v(m->edge[e]);
    int64_t c = find_common(m, e);
    wr_changes_clear(changes);
    wr_changes_add(changes, m->value[u], lowered(m, u, c));
    wr_changes_add(changes, m->value[v], lowered(m, v, c));
    for (int64_t i = 0; i < c; i++) {
        uint64_t w = m->value[m->common[i].vertex];
        wr_changes_add(changes, w, w - 2);
    }
}

/* A triangle {x, y, z} has gone with {x, y}: edge e = {x, z} has lost it. */
static void lose_triangle(struct wis3 *m, uint32_t e, uint64_t new_z, uint64_t between_y,
                          struct wr_tournament *t)
{
    m->triangles[e]--;
    wr_tournament_doubt(t, e, new_z < between_y ? new_z : between_y);
}

/*
 * Which candidates e may become better when f = {x, y} goes (the last two cases in wis_model.h)?
 *
 * x and y lose the walk over f and back, which no other edge is on, so o' < o and n' < n there. A
 * third vertex z that f changes is a common neighbour, and its walks through f are around the
 * triangle {x, y, z}. With e = {x, z}, and in the same way e = {y, z}:
 *     at z  n' = n: all of them cross e. The doubt is from o', w(z) after f has gone.
 *     at y  n' = o': its walks through e are around the triangle, and go with f. The doubt is from
 *           n, w(y) before f has gone, less 2.
 * All other candidates have lost no triangle; at each of their vertices the first case holds, or f
 * changes nothing.
 */
static void wis3_remove(struct wr_wis_model *base, uint32_t f, struct wr_tournament *t)
{
    struct wis3 *m = (struct wis3 *)base;
    uint32_t x = wr_edge_u(m->edge[f]), y = wr_edge_v(m->edge[f]);
    int64_t c = find_common(m, f);
    for (int64_t i = 0; i < c; i++) {
        const struct wr_common *z = &m->common[i];
        m->value[z->vertex] -= 2;
        lose_triangle(m, z->edge_u, m->value[z->vertex], m->value[y] - 2, t);
        lose_triangle(m, z->edge_v, m->value[z->vertex], m->value[x] - 2, t);
    }
    m->value[x] = lowered(m, x, c);
    m->value[y] = lowered(m, y, c);
    wr_shrinking_remove(&m->graph, x, y);
}

static enum wr_status count_triangles(struct wis3 *m, const struct wr_graph *g,
                                      struct wr_error *err)
{
    uint32_t largest = 0;
    for (uint32_t u = 0; u < g->n; u++)
        if (m->graph.degree[u] > largest)
            largest = m->graph.degree[u];
    m->value = wr_alloc(g->n, sizeof *m->value, err);
    m->triangles = wr_alloc(g->m, sizeof *m->triangles, err);
    m->common = wr_alloc(largest, sizeof *m->common, err);
    if (!m->value || !m->triangles || !m->common)
        return WR_ENOMEM;
    for (uint32_t u = 0; u < g->n; u++)
        m->value[u] = m->graph.degree[u] ? 1 + 3 * (uint64_t)m->graph.degree[u] : 0;
    for (uint32_t e = 0; e < g->m; e++) {
        m->triangles[e] = UINT32_MAX; /* all there are */
        m->triangles[e] = (uint32_t)find_common(m, e);
        /* every triangle at u is met twice, once for each of its edges at u */
        m->value[wr_edge_u(m->edge[e])] += m->triangles[e];
        m->value[wr_edge_v(m->edge[e])] += m->triangles[e];
    }
    for (uint32_t u = 0; u < g->n; u++)
        if (m->value[u] > m->base.largest)
            m->base.largest = m->value[u];
    m->base.pairs = (int64_t)largest + 1; /* the ends, and at most degree - 1 in common */
    return WR_OK;
}

enum wr_status wr_wis3_new(struct wr_wis_model **model, const struct wr_graph *g,
                           const uint64_t *edge, struct wr_error *err)
{
    struct wis3 *m = wr_calloc(1, sizeof *m, err);
    if (!m)
        return WR_ENOMEM;
    m->base.evaluate = wis3_evaluate;
    m->base.remove = wis3_remove;
    m->base.free = wis3_free;
    m->edge = edge;
    enum wr_status status = wr_shrinking_init(&m->graph, g, edge, err);
    if (!status)
        status = count_triangles(m, g, err);
    if (status)
        wis3_free(&m->base);
    else
        *model = &m->base;
    return status;
}
