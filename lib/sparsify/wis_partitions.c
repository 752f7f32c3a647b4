/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis_model.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "sparsify/edge_walks.h"
#include "sparsify/wis_values.h"

/*
 * The walk indices of given partitions p = (I, V \ I) with boundaries C, k = L - 1 steps:
 *
 *     vertex   w(p) = sum over c in C of (A^k)_ct, t the target of p
 *     graph    w(p) = sum over c in C of (A^k 1)_c
 *
 * Removing e = {u, v} destroys the walks that cross e, for every c in C (p', q' of edge_walks.h,
 * h_j = A^j 1)
 *
 *     vertex   sum over i + j = k - 1 of   p'_i(c) q_j(t) + q'_i(c) p_j(t)
 *     graph    sum over i + j = k - 1 of   p'_i(c) h_j(v) + q'_i(c) h_j(u)
 *
 * and when u (or v) had no other edge that crosses p, it leaves C, and with it go the walks from u
 * that do not cross e: p'_k(t), or (A'^k 1)_u.
 */

/* A vertex in the boundary of a partition. */
struct member {
    uint32_t partition;
    uint32_t crossing; /* edges of the vertex that cross the partition; 0: no longer in C */
    bool inside;       /* the vertex is in I */
};

struct partitions {
    struct wr_wis_model base;
    const uint64_t *edge;
    const struct wr_partitions *given;
    enum wr_task task;
    int steps; /* k */
    struct wr_shrinking graph;
    struct wr_edge_walks walks;
    wr_walkcount *total;   /* graph: (k + 1) x n, h_j */
    wr_walkcount *value;   /* partitions: w(p) */
    wr_walkcount *lost;    /* partitions: walks that the edge at hand destroys; 0 in between */
    int64_t touched_count; /* partitions on the list of those with lost > 0 */
    uint32_t *touched;
    int64_t *start;        /* n + 1 */
    struct member *member; /* those of vertex c are member[start[c]] .. member[start[c+1]-1],
                              ascending by partition */
};

static wr_walkcount *totals(const struct partitions *m, int j)
{
    return m->total + (int64_t)j * m->graph.n;
}

static void partitions_free(struct wr_wis_model *base)
{
    struct partitions *m = (struct partitions *)base;
    wr_shrinking_release(&m->graph);
    wr_edge_walks_release(&m->walks);
    free(m->total);
    free(m->value);
    free(m->lost);
    free(m->touched);
    free(m->start);
    free(m->member);
    free(m);
}

/* --- what a removal destroys ----------------------------------------------------------------- */

static void lose(struct partitions *m, uint32_t p, wr_walkcount walks)
{
    if (walks == 0)
        return;
    if (m->lost[p] == 0)
        m->touched[m->touched_count++] = p;
    m->lost[p] += walks;
}

/* Walks of `steps` steps that start at the i-th vertex of the ball, cross e and end anywhere. */
static wr_walkcount lost_totals(const struct partitions *m, int64_t i, int steps)
{
    return wr_edge_walks_lost_anywhere(&m->walks, i, m->total, steps);
}

/* The same for walks of k steps that end at the target of p. */
static wr_walkcount lost_at_target(const struct partitions *m, int64_t i, uint32_t p)
{
    uint32_t target = m->walks.place[m->given->target[p]];
    return target == WR_OUTSIDE ? 0 : wr_edge_walks_lost(&m->walks, i, target, m->steps);
}

static void lose_crossing_walks(struct partitions *m)
{
    for (int64_t i = 0; i < m->walks.size; i++) {
        uint32_t c = m->walks.vertex[i];
        wr_walkcount lost = m->task == WR_TASK_GRAPH ? lost_totals(m, i, m->steps) : 0;
        for (int64_t k = m->start[c]; k < m->start[c + 1]; k++) {
            uint32_t p = m->member[k].partition;
            if (m->member[k].crossing > 0)
                lose(m, p, m->task == WR_TASK_GRAPH ? lost : lost_at_target(m, i, p));
        }
    }
}

/* p'_k(t) of any vertex t (q'_k(t) for end 1): the walks of k - 1 steps from its neighbours. */
static wr_walkcount walks_to_end(const struct partitions *m, uint32_t e, int end, uint32_t t)
{
    const struct wr_shrinking *g = &m->graph;
    wr_walkcount sum = 0;
    for (int64_t k = g->row[t] - 1, stop = g->row[t] + g->length[t]; k < stop; k++) {
        bool stay = k < g->row[t]; /* the step along the self-loop comes first */
        uint32_t place = m->walks.place[stay ? t : g->col[k]];
        if (place == WR_OUTSIDE || (!stay && (g->edge[k] == WR_DEAD || g->edge[k] == e)))
            continue;
        struct wr_walk_pair walks = wr_edge_walks_at(&m->walks, place, m->steps - 1);
        sum += end == 0 ? walks.p : walks.q;
    }
    return sum;
}

/* An end of e, u (0) or v (1), leaves the boundary of p. */
static void lose_boundary_walks(struct partitions *m, uint32_t e, int end, uint32_t p)
{
    if (m->task == WR_TASK_GRAPH)
        lose(m, p, totals(m, m->steps)[m->walks.vertex[end]] - lost_totals(m, end, m->steps));
    else
        lose(m, p, walks_to_end(m, e, end, m->given->target[p]));
}

/* Call visit for every partition that {u, v} crosses, with the memberships of u and v. */
static void for_crossed(struct partitions *m, uint32_t e,
                        void (*visit)(struct partitions *m, uint32_t e, struct member *of_u,
                                      struct member *of_v))
{
    uint32_t u = wr_edge_u(m->edge[e]), v = wr_edge_v(m->edge[e]);
    int64_t i = m->start[u], j = m->start[v];
    while (i < m->start[u + 1] && j < m->start[v + 1]) {
        struct member *a = &m->member[i], *b = &m->member[j];
        if (a->partition == b->partition && a->inside != b->inside)
            visit(m, e, a, b);
        i += a->partition <= b->partition;
        j += b->partition <= a->partition;
    }
}

static void leave_boundary(struct partitions *m, uint32_t e, struct member *of_u,
                           struct member *of_v)
{
    if (of_u->crossing == 1)
        lose_boundary_walks(m, e, 0, of_u->partition);
    if (of_v->crossing == 1)
        lose_boundary_walks(m, e, 1, of_v->partition);
}

static void find_lost(struct partitions *m, uint32_t e)
{
    uint32_t u = wr_edge_u(m->edge[e]), v = wr_edge_v(m->edge[e]);
    wr_edge_walks_find(&m->walks, e, u, v, m->steps - 1);
    m->touched_count = 0;
    lose_crossing_walks(m);
    for_crossed(m, e, leave_boundary);
}

static void partitions_evaluate(struct wr_wis_model *base, uint32_t e, struct wr_changes *changes)
{
    struct partitions *m = (struct partitions *)base;
    find_lost(m, e);
    wr_changes_clear(changes);
    for (int64_t i = 0; i < m->touched_count; i++) {
        uint32_t p = m->touched[i];
        wr_changes_add(changes, m->value[p], m->value[p] - m->lost[p]);
        m->lost[p] = 0;
    }
}

/* --- removal --------------------------------------------------------------------------------- */

static void cross_less(struct partitions *m, uint32_t e, struct member *of_u, struct member *of_v)
{
    (void)m;
    (void)e;
    of_u->crossing--;
    of_v->crossing--;
}

/* Two edges that change the same partition may be anywhere in the graph, so that every candidate
 * is in doubt from the smallest walk index that has changed (wis_model.h). */
static void partitions_remove(struct wr_wis_model *base, uint32_t e, struct wr_tournament *t)
{
    struct partitions *m = (struct partitions *)base;
    find_lost(m, e);
    wr_walkcount from = WR_WALKCOUNT_LIMIT;
    for (int64_t i = 0; i < m->touched_count; i++) {
        uint32_t p = m->touched[i];
        m->value[p] -= m->lost[p];
        m->lost[p] = 0;
        if (m->value[p] < from)
            from = m->value[p];
    }
    /* h_j falls by the walks of j steps that cross e, which are counted with the old h of fewer */
    for (int j = m->task == WR_TASK_GRAPH ? m->steps : 0; j >= 1; j--)
        for (int64_t i = 0; i < m->walks.size; i++)
            totals(m, j)[m->walks.vertex[i]] -= lost_totals(m, i, j);
    for_crossed(m, e, cross_less);
    wr_shrinking_remove(&m->graph, m->walks.u, m->walks.v);
    for (uint32_t c = 0; c < t->count && from < WR_WALKCOUNT_LIMIT; c++)
        wr_tournament_doubt(t, c, from);
}

/* --- construction ---------------------------------------------------------------------------- */

/* The boundary of one partition after another. */
struct boundary {
    int64_t count;
    uint32_t *vertex;   /* n */
    uint32_t *crossing; /* n, by vertex; 0 outside the boundary */
    bool *inside;       /* n */
};

static void cross(struct boundary *b, uint32_t v)
{
    if (b->crossing[v]++ == 0)
        b->vertex[b->count++] = v;
}

static void find_boundary(struct boundary *b, const struct wr_shrinking *g,
                          const struct wr_partitions *given, uint32_t p)
{
    for (int64_t i = 0; i < b->count; i++)
        b->crossing[b->vertex[i]] = 0;
    b->count = 0;
    for (int64_t i = given->start[p]; i < given->start[p + 1]; i++)
        b->inside[given->vertex[i]] = true;
    for (int64_t i = given->start[p]; i < given->start[p + 1]; i++) {
        uint32_t u = given->vertex[i];
        for (int64_t k = g->row[u], end = k + g->length[u]; k < end; k++) {
            if (b->inside[g->col[k]])
                continue;
            cross(b, u);
            cross(b, g->col[k]);
        }
    }
}

static void forget_inside(struct boundary *b, const struct wr_partitions *given, uint32_t p)
{
    for (int64_t i = given->start[p]; i < given->start[p + 1]; i++)
        b->inside[given->vertex[i]] = false;
}

/* Count the members of every vertex into start (pass 0), then store them (pass 1). */
static void enter_boundary(struct partitions *m, const struct boundary *b, uint32_t p, int pass)
{
    for (int64_t i = 0; i < b->count; i++) {
        uint32_t v = b->vertex[i];
        int64_t at = m->start[v + 1]++;
        if (pass == 1)
            m->member[at] = (struct member){p, b->crossing[v], b->inside[v]};
    }
}

/* After pass 0, start[v + 1] is the number of members of v; make it the place of the first, which
 * pass 1 moves to the place after the last. */
static enum wr_status make_room(struct partitions *m, struct wr_error *err)
{
    int64_t sum = 0;
    for (uint32_t v = 0; v < m->graph.n; v++) {
        int64_t here = m->start[v + 1];
        m->start[v + 1] = sum;
        sum += here;
    }
    m->member = wr_alloc(sum, sizeof *m->member, err);
    return m->member ? WR_OK : WR_ENOMEM;
}

static enum wr_status find_boundaries(struct partitions *m, struct wr_error *err)
{
    int64_t n = m->graph.n;
    enum wr_status status = WR_ENOMEM;
    struct boundary b = {0};
    b.vertex = wr_alloc(n, sizeof *b.vertex, err);
    b.crossing = wr_calloc(n, sizeof *b.crossing, err);
    b.inside = wr_calloc(n, sizeof *b.inside, err);
    if (!b.vertex || !b.crossing || !b.inside)
        goto out;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t p = 0; p < m->given->count; p++) {
            find_boundary(&b, &m->graph, m->given, p);
            enter_boundary(m, &b, p, pass);
            forget_inside(&b, m->given, p);
        }
        if (pass == 0 && make_room(m, err))
            goto out;
    }
    status = WR_OK;
out:
    free(b.vertex);
    free(b.crossing);
    free(b.inside);
    return status;
}

static enum wr_status count_walks(struct partitions *m, struct wr_error *err)
{
    struct wr_csr csr = wr_shrinking_csr(&m->graph);
    if (m->task == WR_TASK_GRAPH) {
        m->total = wr_alloc(m->graph.n, (size_t)(m->steps + 1) * sizeof *m->total, err);
        enum wr_status status = m->total ? wr_wis_totals(&csr, m->steps, m->total, err) : WR_ENOMEM;
        if (status)
            return status;
    }
    enum wr_status status = wr_wis_values(&csr, m->steps + 1, m->task, m->given, m->value, err);
    if (!status)
        m->base.largest = wr_wis_largest(m->value, m->given->count);
    return status;
}

static enum wr_status fill(struct partitions *m, struct wr_error *err)
{
    int64_t n = m->graph.n, count = m->given->count;
    m->value = wr_alloc(count, sizeof *m->value, err);
    m->lost = wr_calloc(count, sizeof *m->lost, err);
    m->touched = wr_alloc(count, sizeof *m->touched, err);
    m->start = wr_calloc(n + 1, sizeof *m->start, err);
    if (!m->value || !m->lost || !m->touched || !m->start || find_boundaries(m, err))
        return WR_ENOMEM;
    return count_walks(m, err);
}

enum wr_status wr_wis_partitions_new(struct wr_wis_model **model, const struct wr_graph *g,
                                     const uint64_t *edge, int depth, enum wr_task task,
                                     const struct wr_partitions *partitions, struct wr_error *err)
{
    assert(partitions->count <= UINT32_MAX);
    struct partitions *m = wr_calloc(1, sizeof *m, err);
    if (!m)
        return WR_ENOMEM;
    m->base.pairs = partitions->count;
    m->base.evaluate = partitions_evaluate;
    m->base.remove = partitions_remove;
    m->base.free = partitions_free;
    m->edge = edge;
    m->given = partitions;
    m->task = task;
    m->steps = depth - 1;
    enum wr_status status = wr_shrinking_init(&m->graph, g->n, edge, g->m, err);
    if (!status)
        status = wr_edge_walks_init(&m->walks, &m->graph, depth - 2, err);
    if (!status)
        status = fill(m, err);
    if (status)
        partitions_free(&m->base);
    else
        *model = &m->base;
    return status;
}
