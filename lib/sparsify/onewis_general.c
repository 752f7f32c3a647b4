/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/onewis_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/minset.h"
#include "sparsify/onewis_rounds.h"

/*
 * Any order of ties, edges or arcs: level by level, a few passes over the candidates of each.
 *
 * The level m is the largest min-degree of an edge that is left; it never rises. (Of a directed
 * graph degrees are in-degrees, and m goes down to 0.) The candidates at level m are all edges
 * left between vertices of initial degree m and more: each joins a light vertex, of degree
 * exactly m, to a light or a heavy one, of larger degree. They are kept in the order in which
 * ties go.
 *
 * 1. A pass deals the candidates out to their heavy ends, so that each has its own in that order.
 * 2. By rounds of falling degree M, the candidates of the heavy vertices of degree M go in order,
 *    as far as their light ends are still light. A heavy vertex that an edge taken lowers joins
 *    the round of M - 1; one that it does not, the tail of an arc, stays.
 * 3. A pass takes, in order, the candidates of which both ends are light.
 *
 * An edge is a candidate for at most min(deg u, deg v) levels and costs a few nanoseconds at
 * each; the sum of that over the edges is O(a |E|) for arboricity a, O(|E|^1.5) for any graph. On
 * graphs with hubs this is three to five times slower than sparsify/onewis_level.c, which does
 * not read all candidates of a level. 12 bytes per edge, 40 per vertex.
 */

struct vertex {
    uint32_t degree;
    uint32_t candidates; /* how many it has */
    uint32_t at, end;    /* heavy: its share of `dealt` that is left */
};

/* A candidate, dealt to its heavy end. */
struct dealt {
    uint32_t light;
    uint32_t candidate;
};

struct state {
    struct wr_removals *removals;
    const struct wr_graph *g;
    const uint64_t *edge; /* of g, in tie order */
    uint32_t level, max_degree;

    struct vertex *vertex;
    uint32_t *by_degree; /* vertices by falling initial degree */
    int64_t *vertices;   /* by degree: how many have that or more */

    /* The edges by falling initial min-degree and, within, in tie order. Those of the levels so
     * far are the candidates: the first of them, those gone dropped, in tie order. */
    uint32_t *number;
    int64_t *edges; /* by degree: how many have that min-degree or more */
    int64_t candidates;
    uint64_t *gone; /* bits, by candidate */

    struct dealt *dealt; /* m */
    struct wr_rounds rounds;
    struct wr_minset queue; /* candidates */
};

static uint64_t edge_of(const struct state *s, int64_t candidate)
{
    return s->edge[s->number[candidate]];
}

static bool is_gone(const struct state *s, int64_t candidate)
{
    return s->gone[candidate >> 6] >> (candidate & 63) & 1;
}

static void take(struct state *s, int64_t candidate)
{
    uint64_t e = edge_of(s, candidate);
    struct vertex *u = &s->vertex[wr_edge_u(e)], *v = &s->vertex[wr_edge_v(e)];
    wr_removals_append(s->removals, e);
    s->gone[candidate >> 6] |= UINT64_C(1) << (candidate & 63);
    u->candidates--;
    v->candidates--;
    u->degree -= !s->g->directed;
    v->degree--;
}

/* --- the candidates of a level ---------------------------------------------------------------- */

static void drop_gone(struct state *s)
{
    int64_t left = 0;
    for (int64_t c = 0; c < s->candidates; c++) {
        uint32_t number = s->number[c];
        s->number[left] = number;
        left += !is_gone(s, c);
    }
    memset(s->gone, 0, (size_t)(s->candidates / 64 + 1) * sizeof *s->gone);
    s->candidates = left;
}

/* Merge the edges whose initial min-degree is the level into the candidates, from the back. They
 * lie behind them in `number`, possibly at once: they are put aside where none is dealt yet. */
static void admit(struct state *s)
{
    int64_t old = s->candidates, begin = s->edges[s->level + 1];
    int64_t fresh = s->edges[s->level] - begin, to = old + fresh;
    uint32_t *entering = (uint32_t *)s->dealt;
    memcpy(entering, s->number + begin, (size_t)fresh * sizeof *entering);
    s->candidates = to;
    while (fresh > 0) {
        uint32_t number = entering[fresh - 1];
        if (old > 0 && s->number[old - 1] > number) {
            s->number[--to] = s->number[--old];
            continue;
        }
        s->number[--to] = number;
        s->vertex[wr_edge_u(s->edge[number])].candidates++;
        s->vertex[wr_edge_v(s->edge[number])].candidates++;
        fresh--;
    }
}

/* Deal the candidates out to their heavy ends, which wait for the rounds of their degrees. */
static void deal(struct state *s)
{
    uint32_t dealt = 0;
    for (int64_t i = 0; i < s->vertices[s->level]; i++) {
        uint32_t v = s->by_degree[i];
        struct vertex *x = &s->vertex[v];
        if (x->degree > s->level && x->candidates > 0) {
            x->at = x->end = dealt;
            dealt += x->candidates;
            wr_rounds_wait(&s->rounds, v, x->degree);
        }
    }
    for (int64_t c = 0; c < s->candidates; c++) {
        uint32_t u = wr_edge_u(edge_of(s, c)), v = wr_edge_v(edge_of(s, c));
        struct vertex *x = &s->vertex[u], *y = &s->vertex[v];
        if (x->degree > s->level)
            s->dealt[x->end++] = (struct dealt){v, (uint32_t)c};
        else if (y->degree > s->level)
            s->dealt[y->end++] = (struct dealt){u, (uint32_t)c};
    }
}

/* --- stages ----------------------------------------------------------------------------------- */

/* Queue heavy v up with its next candidate that still has a light end, if there is one. */
static void line_up(struct state *s, uint32_t v)
{
    struct vertex *x = &s->vertex[v];
    while (x->at < x->end && s->vertex[s->dealt[x->at].light].degree != s->level)
        x->at++;
    if (x->at < x->end)
        wr_minset_add(&s->queue, s->dealt[x->at].candidate);
}

/* Take the candidates of the queue in order, until all its vertices have lost a degree or have no
 * more. How many have lost one; they are the members of the round then. */
static int64_t run_round(struct state *s)
{
    int64_t lower = 0;
    while (!wr_minset_empty(&s->queue) && wr_removals_wanted(s->removals)) {
        uint32_t c = wr_minset_pop(&s->queue);
        uint32_t u = wr_edge_u(edge_of(s, c)), v = wr_edge_v(edge_of(s, c));
        uint32_t heavy = s->vertex[u].degree > s->level ? u : v, light = heavy == u ? v : u;
        bool take_it = s->vertex[light].degree == s->level;
        if (take_it) {
            take(s, c);
            s->vertex[heavy].at++;
        }
        if (take_it && (heavy == v || !s->g->directed))
            s->rounds.member[lower++] = heavy;
        else
            line_up(s, heavy);
    }
    return lower;
}

static void heavy_stage(struct state *s)
{
    uint32_t degree = 0;
    int64_t n = 0;
    wr_minset_narrow(&s->queue, s->candidates);
    while ((n > 0 || !wr_rounds_empty(&s->rounds)) && wr_removals_wanted(s->removals)) {
        if (n == 0)
            degree = wr_rounds_largest(&s->rounds);
        n = wr_rounds_join(&s->rounds, degree, n);
        for (int64_t i = 0; i < n; i++)
            line_up(s, s->rounds.member[i]);
        n = run_round(s);
        if (--degree == s->level)
            break;
    }
}

static void light_stage(struct state *s)
{
    for (int64_t c = 0; c < s->candidates && wr_removals_wanted(s->removals); c++) {
        uint64_t e = edge_of(s, c);
        if (s->vertex[wr_edge_u(e)].degree == s->level &&
            s->vertex[wr_edge_v(e)].degree == s->level && !is_gone(s, c))
            take(s, c);
    }
}

/* --- setting up ------------------------------------------------------------------------------- */

static uint32_t min_degree(const struct state *s, uint64_t e)
{
    uint32_t du = s->vertex[wr_edge_u(e)].degree, dv = s->vertex[wr_edge_v(e)].degree;
    return du < dv ? du : dv;
}

static void count_degrees(struct state *s)
{
    for (int64_t e = 0; e < s->g->m; e++) {
        s->vertex[wr_edge_u(s->edge[e])].degree += !s->g->directed;
        s->vertex[wr_edge_v(s->edge[e])].degree++;
    }
    for (uint32_t v = 0; v < s->g->n; v++)
        if (s->vertex[v].degree > s->max_degree)
            s->max_degree = s->vertex[v].degree;
}

/* Turn counts by degree into starts, the largest degree first. */
static void starts_from_counts(int64_t *count, uint32_t max_degree)
{
    int64_t start = 0;
    for (int64_t d = max_degree; d >= 0; d--) {
        int64_t here = count[d];
        count[d] = start;
        start += here;
    }
}

/* Counting sorts of vertices by degree and of edges by min-degree; the starts end as counts of
 * what has that degree or more. */
static void sort_by_degree(struct state *s)
{
    for (uint32_t v = 0; v < s->g->n; v++)
        s->vertices[s->vertex[v].degree]++;
    for (int64_t e = 0; e < s->g->m; e++)
        s->edges[min_degree(s, s->edge[e])]++;
    starts_from_counts(s->vertices, s->max_degree);
    starts_from_counts(s->edges, s->max_degree);
    for (uint32_t v = 0; v < s->g->n; v++)
        s->by_degree[s->vertices[s->vertex[v].degree]++] = v;
    for (int64_t e = 0; e < s->g->m; e++)
        s->number[s->edges[min_degree(s, s->edge[e])]++] = (uint32_t)e;
}

static enum wr_status state_init(struct state *s, struct wr_error *err)
{
    int64_t n = s->g->n, m = s->g->m;
    if (m > UINT32_MAX)
        return wr_error_set(
            err, WR_EINVAL,
            "%lld edges are too many for 1-WIS with arcs or random ties: at most %u", (long long)m,
            UINT32_MAX);
    if (!(s->vertex = wr_calloc(n, sizeof *s->vertex, err)))
        return WR_ENOMEM;
    count_degrees(s);
    int64_t degrees = (int64_t)s->max_degree + 2; /* nothing has the last */
    s->by_degree = wr_alloc(n, sizeof *s->by_degree, err);
    s->vertices = wr_calloc(degrees, sizeof *s->vertices, err);
    s->number = wr_alloc(m, sizeof *s->number, err);
    s->edges = wr_calloc(degrees, sizeof *s->edges, err);
    s->gone = wr_calloc(m / 64 + 1, sizeof *s->gone, err);
    s->dealt = wr_alloc(m, sizeof *s->dealt, err);
    if (!s->by_degree || !s->vertices || !s->number || !s->edges || !s->gone || !s->dealt ||
        wr_rounds_init(&s->rounds, n, s->max_degree, err) || wr_minset_init(&s->queue, m, err))
        return WR_ENOMEM;
    sort_by_degree(s);
    return WR_OK;
}

static void state_release(struct state *s)
{
    free(s->vertex);
    free(s->by_degree);
    free(s->vertices);
    free(s->number);
    free(s->edges);
    free(s->gone);
    free(s->dealt);
    wr_rounds_release(&s->rounds);
    wr_minset_release(&s->queue);
}

enum wr_status wr_onewis_general(const struct wr_graph *g, const uint64_t *edge,
                                 struct wr_removals *removals, struct wr_error *err)
{
    struct state s = {.removals = removals, .g = g, .edge = edge};
    if (g->m == 0)
        return WR_OK;
    enum wr_status status = state_init(&s, err);
    if (status)
        goto out;
    for (int64_t level = s.max_degree; level >= 0 && wr_removals_wanted(removals); level--) {
        s.level = (uint32_t)level;
        drop_gone(&s);
        admit(&s);
        deal(&s);
        heavy_stage(&s);
        light_stage(&s);
    }
out:
    state_release(&s);
    return status;
}
