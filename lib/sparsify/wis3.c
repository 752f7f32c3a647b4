/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis_search.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/sort.h"
#include "sparsify/wis3_groups.h"

/*
 * Depth 3, every single vertex: w(t) = (A^3)_tt = 1 + 3 deg t + 2 (triangles at t), 0 when t is
 * isolated. Removing an edge {u, v} with c common neighbours takes 3 + 2 c from u and v and 2 from
 * every common neighbour.
 *
 * Candidates wait by upper bounds of their keys (wis3_groups.h). The best of them is evaluated;
 * when its key turns out to be at least the bound of every other candidate it is the best edge,
 * else its bound is made from its key.
 */
struct wis3 {
    struct wr_wis_search base;
    uint64_t *edge; /* m, with the vertices numbered anew */
    struct wr_shrinking graph;
    uint64_t *value; /* n: w(t); at most (deg t + 1)^2 */
    struct wr_groups groups;
    struct wr_common *common; /* of the edge at hand; as many as the largest degree */
    struct wr_key_draft rest; /* key of the edge that is being evaluated, without its witness */
};

static void wis3_free(struct wr_wis_search *base)
{
    struct wis3 *s = (struct wis3 *)base;
    wr_groups_release(&s->groups);
    wr_shrinking_release(&s->graph);
    wr_key_draft_release(&s->rest);
    free(s->edge);
    free(s->value);
    free(s->common);
    free(s);
}

/* Common neighbours of the ends of e into s->common. */
static int64_t find_common(struct wis3 *s, uint32_t e)
{
    if (s->groups.candidate[e].triangles == 0)
        return 0;
    return wr_shrinking_common(&s->graph, wr_edge_u(s->edge[e]), wr_edge_v(s->edge[e]), s->common);
}

/* --- evaluation ------------------------------------------------------------------------------ */

/* w(u) once an edge at u with c common neighbours has gone. */
static uint64_t lowered(const struct wis3 *s, uint32_t u, int64_t c)
{
    return s->graph.degree[u] == 1 ? 0 : s->value[u] - 3 - 2 * (uint64_t)c;
}

/* The end of e that has the smaller walk index once e has gone. */
static uint32_t lower_end(const struct wis3 *s, uint32_t e)
{
    uint32_t u = wr_edge_u(s->edge[e]), v = wr_edge_v(s->edge[e]);
    int64_t c = s->groups.candidate[e].triangles;
    return lowered(s, u, c) <= lowered(s, v, c) ? u : v;
}

/* A vertex whose walk index a removal changes. */
struct affected {
    uint32_t vertex;
    uint64_t old_value, new_value;
};

enum { LOWEST = 3 };

/* Those with the smallest new values, ascending. */
struct lowest {
    int count;
    struct affected affected[LOWEST];
};

static void keep_if_low(struct lowest *low, struct affected vertex)
{
    struct affected *a = low->affected;
    int at = low->count;
    if (at < LOWEST)
        low->count++;
    else if (vertex.new_value >= a[--at].new_value)
        return;
    for (; at > 0 && a[at - 1].new_value > vertex.new_value; at--)
        a[at] = a[at - 1];
    a[at] = vertex;
}

static void keep_low_common(struct wis3 *s, struct lowest *low, int64_t c)
{
    for (int64_t i = 0; i < c; i++) {
        uint64_t w = s->value[s->common[i].vertex];
        keep_if_low(low, (struct affected){s->common[i].vertex, w, w - 2});
    }
}

/*
 * Find the lowest of the vertices that the removal of e changes, and all common neighbours in
 * s->common, whose number is returned. Once a vertex is below `limit`, which shows that e is not
 * the best, it may be left at that. Rows are ascending by degree, so that the first common
 * neighbours are likely to be the lowest.
 */
static int64_t find_lowest(struct wis3 *s, uint32_t e, uint64_t limit, struct lowest *low)
{
    enum { FEW = 8 };
    uint32_t u = wr_edge_u(s->edge[e]), v = wr_edge_v(s->edge[e]);
    int64_t c = s->groups.candidate[e].triangles;
    struct lowest ends = {0};
    keep_if_low(&ends, (struct affected){u, s->value[u], lowered(s, u, c)});
    keep_if_low(&ends, (struct affected){v, s->value[v], lowered(s, v, c)});
    *low = ends;
    if (c == 0 || low->affected[0].new_value < limit)
        return 0;
    if (c > FEW) {
        int64_t few = wr_shrinking_first_common(&s->graph, u, v, FEW, s->common);
        keep_low_common(s, low, few);
        if (low->affected[0].new_value < limit)
            return few;
    }
    *low = ends;
    c = find_common(s, e);
    keep_low_common(s, low, c);
    return c;
}

/* Draft the pairs of the lowest but the first, the witness. */
static void draft_lowest(struct wis3 *s, const struct lowest *low)
{
    wr_changes_clear(&s->rest.changes);
    for (int i = 1; i < low->count; i++)
        wr_changes_add(&s->rest.changes, low->affected[i].old_value, low->affected[i].new_value);
    wr_key_draft_start(&s->rest);
}

/* Draft all pairs of e, of which c common neighbours have been found, but that of the witness. */
static void draft_all(struct wis3 *s, uint32_t e, int64_t c, uint32_t witness)
{
    struct wr_changes *changes = &s->rest.changes;
    uint32_t ends[2] = {wr_edge_u(s->edge[e]), wr_edge_v(s->edge[e])};
    wr_changes_clear(changes);
    for (int i = 0; i < 2; i++)
        if (ends[i] != witness)
            wr_changes_add(changes, s->value[ends[i]], lowered(s, ends[i], c));
    for (int64_t i = 0; i < c; i++) {
        uint64_t w = s->value[s->common[i].vertex];
        if (s->common[i].vertex != witness)
            wr_changes_add(changes, w, w - 2);
    }
    wr_key_draft_start(&s->rest);
}

/* What a candidate has to be at least as good as: the second-best bound. */
struct rival {
    const uint64_t *bound; /* NULL: there is none */
    uint32_t candidate;
};

/*
 * Whether e with the pair of its witness and the drafted rest is at least as good as its rival.
 *
 * length  out  words of the rival's bound that had to be looked at
 */
static enum wr_status is_best(struct wis3 *s, uint32_t e, const struct affected *witness,
                              struct rival rival, bool *best, int64_t *length, struct wr_error *err)
{
    const struct wr_key_format *f = &s->rest.format;
    struct wr_bound key = wr_bound_start(witness->old_value, witness->new_value);
    *best = true;
    *length = 0;
    for (bool more = rival.bound != NULL; more; *length += f->width) {
        uint64_t word[WR_KEY_WIDEST];
        /* adding the pair may use up, and cancel, two entries of the rest before it gives one */
        if (wr_key_draft_extend(&s->rest, key.at + 3 * f->width, err))
            return WR_ENOMEM;
        more = wr_bound_next(&key, f, s->rest.word, word);
        for (int i = 0; i < f->width; i++) {
            if (word[i] != rival.bound[*length + i]) {
                *best = word[i] > rival.bound[*length + i];
                return WR_OK;
            }
        }
    }
    *best = !rival.bound || e < rival.candidate;
    return WR_OK;
}

/* --- the search ------------------------------------------------------------------------------ */

/* The draft of a rest of which nothing is known. */
static void draft_nothing(struct wis3 *s)
{
    wr_changes_clear(&s->rest.changes);
    wr_key_draft_start(&s->rest);
}

/* Move e to another witness, or the same, and give it the drafted rest, of which `length` words or
 * more are kept. */
static enum wr_status move(struct wis3 *s, uint32_t e, uint32_t witness, int64_t length,
                           struct wr_error *err)
{
    struct wr_candidate *c = &s->groups.candidate[e];
    uint32_t old = c->witness;
    if (wr_key_draft_extend(&s->rest, length, err))
        return WR_ENOMEM;
    wr_key_draft_cut(&s->rest);
    wr_groups_leave(&s->groups, e);
    c->witness = witness;
    c->common = witness != wr_edge_u(s->edge[e]) && witness != wr_edge_v(s->edge[e]);
    if (wr_groups_enter(&s->groups, e, s->rest.word, (uint32_t)s->rest.length, err))
        return WR_ENOMEM;
    if (old != witness && wr_groups_refresh(&s->groups, old, err))
        return WR_ENOMEM;
    return wr_groups_refresh(&s->groups, witness, err);
}

static enum wr_status take(struct wis3 *s, uint32_t e, struct wr_error *err)
{
    wr_groups_leave(&s->groups, e);
    return wr_groups_refresh(&s->groups, s->groups.candidate[e].witness, err);
}

/*
 * Evaluate the candidate whose bound is the best, e, in two steps: by the lowest vertices alone,
 * then by all it changes. It is taken if it is the best, else it has a better bound now.
 */
static enum wr_status challenge(struct wis3 *s, uint32_t e, bool *best, struct wr_error *err)
{
    struct rival rival;
    struct lowest low;
    int64_t length;
    if (wr_groups_second(&s->groups, &rival.bound, &rival.candidate, err))
        return WR_ENOMEM;
    uint64_t limit = rival.bound ? (uint64_t)wr_key_value(&s->rest.format, rival.bound) : 0;
    int64_t c = find_lowest(s, e, limit, &low);
    const struct affected *witness = &low.affected[0];
    draft_lowest(s, &low);
    if (is_best(s, e, witness, rival, best, &length, err))
        return WR_ENOMEM;
    if (*best && c + 2 > low.count) {
        draft_all(s, e, c, witness->vertex);
        if (is_best(s, e, witness, rival, best, &length, err))
            return WR_ENOMEM;
    }
    if (*best)
        return take(s, e, err);
    /* twice what told the two apart, so that many equal entries are passed soon */
    length = 2 * (length + 3 * s->rest.format.width);
    return move(s, e, witness->vertex, length, err);
}

static enum wr_status wis3_take_best(struct wr_wis_search *base, uint32_t *best,
                                     struct wr_error *err)
{
    struct wis3 *s = (struct wis3 *)base;
    for (bool found = false; !found;) {
        *best = wr_groups_best(&s->groups);
        if (challenge(s, *best, &found, err))
            return WR_ENOMEM;
    }
    return WR_OK;
}

/* The ends of e lose a common neighbour. From `doubt` on the pairs of e may be better than the
 * rest says. */
static enum wr_status lose_triangle(struct wis3 *s, uint32_t e, uint32_t lost, uint64_t doubt,
                                    struct wr_error *err)
{
    struct wr_candidate *c = &s->groups.candidate[e];
    c->triangles--;
    if (c->place == WR_NOBODY)
        return WR_OK; /* taken, in the same batch */
    if (!c->common || c->witness != lost) {
        bool was_best = c->place == 0;
        wr_groups_improve(&s->groups, e, doubt);
        return was_best || c->place == 0 ? wr_groups_refresh(&s->groups, c->witness, err) : WR_OK;
    }
    /* the pair of its witness is no more: one of its ends stands in */
    draft_nothing(s);
    return move(s, e, lower_end(s, e), s->rest.format.width, err);
}

/*
 * Which pairs (o, n) of a candidate e become better when f = {x, y} goes and they are (o', n')?
 * Walk indices only fall, and a pair with n' < n and n' < o' is worse (wis_model.h). This leaves
 *
 *     n' = n, o' < o   all walks at the vertex that cross f cross e too. x and y have the walk over
 *                      f and back; another vertex that f changes is a common neighbour z, and its
 *                      walks over f go around {x, y, z}. So e is {x, z} or {y, z}, the vertex is z,
 *                      and what is better lies from o' on, w(z) when f has gone.
 *     n' = o', n < o   the same with e and f exchanged: f is on the only triangle that the vertex
 *                      has with e. So e is {x, z} and the vertex y, or e is {y, z} and the vertex
 *                      x; better from n on, two below its w before f has gone.
 *
 * These candidates have lost a triangle; all others are as good as before or worse.
 */
static enum wr_status wis3_remove(struct wr_wis_search *base, uint32_t f, struct wr_error *err)
{
    struct wis3 *s = (struct wis3 *)base;
    uint32_t x = wr_edge_u(s->edge[f]), y = wr_edge_v(s->edge[f]);
    uint64_t *w = s->value, old_x = w[x], old_y = w[y];
    int64_t c = find_common(s, f);
    for (int64_t i = 0; i < c; i++)
        w[s->common[i].vertex] -= 2;
    w[x] = lowered(s, x, c);
    w[y] = lowered(s, y, c);
    wr_shrinking_remove(&s->graph, x, y);
    for (int64_t i = 0; i < c; i++) {
        const struct wr_common *z = &s->common[i];
        uint64_t at_z = w[z->vertex], at_y = old_y - 2, at_x = old_x - 2;
        if (lose_triangle(s, z->edge_u, y, at_z < at_y ? at_z : at_y, err) ||
            lose_triangle(s, z->edge_v, x, at_z < at_x ? at_z : at_x, err))
            return WR_ENOMEM;
    }
    for (int64_t i = 0; i < c; i++)
        if (wr_groups_refresh(&s->groups, s->common[i].vertex, err))
            return WR_ENOMEM;
    if (wr_groups_refresh(&s->groups, x, err))
        return WR_ENOMEM;
    return wr_groups_refresh(&s->groups, y, err);
}

/* --- construction ---------------------------------------------------------------------------- */

/* Number the vertices by degree, ascending, and name the edges by the new numbers. */
static enum wr_status number_by_degree(struct wis3 *s, const struct wr_graph *g,
                                       const uint64_t *edge, struct wr_error *err)
{
    enum wr_status status = WR_ENOMEM;
    uint64_t *by_degree = wr_calloc(g->n, sizeof *by_degree, err); /* degree << 32 | vertex */
    uint32_t *number = wr_alloc(g->n, sizeof *number, err);
    s->edge = wr_alloc(g->m, sizeof *s->edge, err);
    if (!by_degree || !number || !s->edge)
        goto out;
    for (int64_t e = 0; e < g->m; e++) {
        by_degree[wr_edge_u(edge[e])] += UINT64_C(1) << 32;
        by_degree[wr_edge_v(edge[e])] += UINT64_C(1) << 32;
    }
    for (uint32_t v = 0; v < g->n; v++)
        by_degree[v] |= v;
    if (wr_sort_u64(by_degree, g->n, err))
        goto out;
    for (uint32_t i = 0; i < g->n; i++)
        number[(uint32_t)by_degree[i]] = i;
    for (int64_t e = 0; e < g->m; e++)
        s->edge[e] = wr_edge(number[wr_edge_u(edge[e])], number[wr_edge_v(edge[e])]);
    status = WR_OK;
out:
    free(by_degree);
    free(number);
    return status;
}

static uint32_t largest_degree(const struct wr_shrinking *graph)
{
    uint32_t largest = 0;
    for (uint32_t u = 0; u < graph->n; u++)
        if (graph->degree[u] > largest)
            largest = graph->degree[u];
    return largest;
}

/* Count the triangles u < v < x of every u < v for their edges. */
static void count_triangles_above(struct wis3 *s, uint32_t u)
{
    const struct wr_shrinking *g = &s->graph;
    struct wr_candidate *candidate = s->groups.candidate;
    int64_t end = g->row[u + 1], above = g->row[u];
    while (above < end && g->col[above] < u)
        above++;
    for (int64_t i = above; i < end; i++)
        g->mark[g->col[i]] = g->edge[i];
    for (int64_t i = above; i < end; i++) {
        uint32_t v = g->col[i];
        for (int64_t j = g->row[v + 1]; j-- > g->row[v] && g->col[j] > v;) {
            uint32_t ux = g->mark[g->col[j]];
            if (ux == WR_DEAD)
                continue;
            candidate[g->edge[i]].triangles++;
            candidate[g->edge[j]].triangles++;
            candidate[ux].triangles++;
        }
    }
    for (int64_t i = above; i < end; i++)
        g->mark[g->col[i]] = WR_DEAD;
}

/* Triangles of every edge, and walk indices. Degrees grow with the number, which makes this the
 * forward algorithm, O(m sqrt(m)). */
static void count_walks(struct wis3 *s, int64_t m)
{
    for (uint32_t u = 0; u < s->graph.n; u++) {
        count_triangles_above(s, u);
        s->value[u] = s->graph.degree[u] ? 1 + 3 * (uint64_t)s->graph.degree[u] : 0;
    }
    for (uint32_t e = 0; e < m; e++) {
        /* every triangle at u is met twice, once for each of its edges at u */
        s->value[wr_edge_u(s->edge[e])] += s->groups.candidate[e].triangles;
        s->value[wr_edge_v(s->edge[e])] += s->groups.candidate[e].triangles;
    }
}

/* To begin with an end is the witness, and nothing else is known. */
static enum wr_status first_bounds(struct wis3 *s, int64_t m, struct wr_error *err)
{
    uint64_t nothing[WR_KEY_WIDEST];
    wr_key_put_end(&s->rest.format, nothing);
    for (uint32_t e = 0; e < m; e++) {
        s->groups.candidate[e].witness = lower_end(s, e);
        if (wr_groups_enter(&s->groups, e, nothing, (uint32_t)s->rest.format.width, err))
            return WR_ENOMEM;
    }
    for (uint32_t v = 0; v < s->graph.n; v++)
        if (s->groups.group[v].count > 0 && wr_groups_refresh(&s->groups, v, err))
            return WR_ENOMEM;
    return WR_OK;
}

static enum wr_status fill(struct wis3 *s, const struct wr_graph *g, const uint64_t *edge,
                           struct wr_error *err)
{
    if (number_by_degree(s, g, edge, err) || wr_shrinking_init(&s->graph, g->n, s->edge, g->m, err))
        return WR_ENOMEM;
    /* a removal changes the ends, and at most degree - 1 common neighbours */
    int64_t pairs = (int64_t)largest_degree(&s->graph) + 1;
    struct wr_key_format format = wr_key_format((wr_walkcount)pairs * (wr_walkcount)pairs, pairs);
    s->value = wr_alloc(g->n, sizeof *s->value, err);
    s->common = wr_alloc(pairs, sizeof *s->common, err);
    if (!s->value || !s->common ||
        wr_groups_init(&s->groups, &s->graph, s->value, format, g->m, err) ||
        wr_key_draft_init(&s->rest, format, pairs, err))
        return WR_ENOMEM;
    count_walks(s, g->m);
    return first_bounds(s, g->m, err);
}

enum wr_status wr_wis3_new(struct wr_wis_search **search, const struct wr_graph *g,
                           const uint64_t *edge, struct wr_error *err)
{
    struct wis3 *s = wr_calloc(1, sizeof *s, err);
    if (!s)
        return WR_ENOMEM;
    s->base = (struct wr_wis_search){wis3_take_best, wis3_remove, wis3_free};
    if (fill(s, g, edge, err)) {
        wis3_free(&s->base);
        return WR_ENOMEM;
    }
    *search = &s->base;
    return WR_OK;
}
