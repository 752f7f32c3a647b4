/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/onewis_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "base/minset.h"
#include "sparsify/onewis_rounds.h"
#include "sparsify/onewis_rows.h"

/*
 * Undirected graphs, ties to the smallest (u, v): the level algorithm.
 *
 * The largest min-degree of an edge never rises. While it is m, the level, every edge that goes
 * joins a vertex of degree exactly m, a light one, to another light one or to a heavy one, of
 * degree above m; no edge joins two heavy ones. The light end falls to m - 1 and is done until
 * the next level, so a level takes at most one edge from each light vertex:
 *
 * 1. Heavy stage. Edges of a heavy vertex of degree M have the key (m, M). In the round of M,
 *    from the largest M down to m + 1, each vertex of degree M takes its smallest light
 *    neighbour that is still there and so joins the round of M - 1; who goes first is decided by
 *    the smaller (u, v). One that comes down to degree m is light.
 * 2. Light stage. Then only edges between light vertices are left: by ascending u, each with its
 *    smallest v that is still there.
 *
 * Vertices of initial degree below m have not been touched, and lists hold admitted vertices only
 * (sparsify/onewis_rows.h). Nearly all lights of a list are there when a level begins, so what
 * costs is to step over those that others took first: per level and vertex at most the length of
 * its list. An edge {u, v} is in lists for min(deg u, deg v) levels and a few, and the sum of that
 * over the edges is O(a |E|) for arboricity a, O(|E|^1.5) for any graph. Measured, it is 4 steps
 * per edge on Barabasi-Albert graphs of any size, 24 to 54 on R-MAT graphs of scale 16 to 20, at
 * about a nanosecond. The rest is O(1) per vertex and level until the level is below its initial
 * degree, 2 |E| in all, O(1) per edge removed, and the merging of lists: a step per edge and
 * epoch, of which there are 16 ln(max degree), fewer than 10 per edge measured.
 */

#define NONE UINT32_MAX

enum { PREFETCH = 8 }; /* vertices ahead whose rows are fetched */

struct state {
    struct wr_removals *removals;
    struct wr_rows rows;
    uint32_t level;
    uint32_t *live;    /* bits: light, and not used at this level */
    uint32_t *partner; /* whom a light vertex lost its edge to at this level, or NONE */

    struct wr_rounds rounds;

    /* In its round a heavy vertex v that wants w queues up under the smaller of the two: under
     * itself, next[v] is w then, or in the list of those that want w, which begins at next[w].
     * next is NONE for all others. */
    struct wr_minset queue; /* places in rows.by_id */
    uint32_t *next;
};

static bool is_live(const struct state *s, uint32_t v)
{
    return wr_bit(s->live, v);
}

/* v takes its edge to w, which is light. */
static void take(struct state *s, uint32_t v, uint32_t w)
{
    wr_removals_append(s->removals, wr_edge(s->rows.id[v], s->rows.id[w]));
    wr_bit_clear(s->live, w);
    s->partner[w] = v;
}

/* --- stepping through a list ------------------------------------------------------------------ */

/* The first of list[at] .. list[end - 1] that is live, or end. A block at a time, without a
 * branch on what is in it: most of it is dead. */
WR_CLONES static uint32_t find_far(const uint32_t *restrict list, uint32_t at, uint32_t end,
                                   const uint32_t *restrict live)
{
    enum { BLOCK = 16 };
    for (; end - at >= BLOCK; at += BLOCK) {
        uint32_t any = 0;
        for (uint32_t i = 0; i < BLOCK; i++)
            any |= live[list[at + i] >> 5] >> (list[at + i] & 31);
        if (any & 1)
            break;
    }
    while (at < end && !wr_bit(live, list[at]))
        at++;
    return at;
}

static uint32_t find_live(const uint32_t *list, uint32_t at, uint32_t end, const uint32_t *live)
{
    enum { NEAR = 8 };
    for (int i = 0; i < NEAR; i++, at++)
        if (at == end || wr_bit(live, list[at]))
            return at;
    return find_far(list, at, end, live);
}

/* Move the candidate of heavy x to its next live neighbour; false when there is none. Those that
 * are stepped over close up to those kept before, over the places of the edges taken. */
static bool step(const struct state *s, struct wr_row *x)
{
    uint32_t *list = s->rows.adj + x->start;
    uint32_t at = find_live(list, x->at, x->end, s->live);
    if (x->kept != x->at)
        memmove(list + x->kept, list + x->at, (at - x->at) * sizeof *list);
    x->kept += at - x->at;
    x->at = at;
    return at < x->end;
}

/* Heavy x is through with this level at the given degree: close the gap before its candidate. */
static void retire(const struct state *s, struct wr_row *x, uint32_t degree)
{
    uint32_t *list = s->rows.adj + x->start, taken = x->at - x->kept;
    memmove(list + x->begin + taken, list + x->begin, (x->kept - x->begin) * sizeof *list);
    x->begin += taken;
    x->at = x->end;
    x->degree = degree;
}

/* --- a round ---------------------------------------------------------------------------------- */

/* Queue v up for its candidate. */
static void enqueue(struct state *s, uint32_t v, const struct wr_row *x)
{
    uint32_t w = s->rows.adj[x->start + x->at];
    const uint32_t *place = s->rows.place;
    if (place[v] < place[w]) {
        s->next[v] = w;
        wr_minset_add(&s->queue, place[v]);
    } else {
        s->next[v] = s->next[w];
        s->next[w] = v;
        wr_minset_add(&s->queue, place[w]);
    }
}

/* Someone else has taken the candidate of v. */
static void move_on(struct state *s, uint32_t v, uint32_t degree)
{
    struct wr_row *x = &s->rows.row[v];
    if (step(s, x))
        enqueue(s, v, x);
    else
        retire(s, x, degree);
}

/* The turn of heavy v, whose candidate is larger. Who took an edge, or NONE. */
static uint32_t serve_heavy(struct state *s, uint32_t v, uint32_t degree)
{
    uint32_t w = s->next[v];
    s->next[v] = NONE;
    if (!is_live(s, w)) {
        move_on(s, v, degree);
        return NONE;
    }
    take(s, v, w);
    return v;
}

/* The turn of light w: of those larger than w that want it the smallest takes it, if it is still
 * there. Who took an edge, or NONE. */
static uint32_t serve_light(struct state *s, uint32_t w, uint32_t degree)
{
    uint32_t *next = s->next, first = NONE;
    if (is_live(s, w)) {
        first = next[w];
        for (uint32_t v = next[first]; v != NONE; v = next[v])
            if (s->rows.place[v] < s->rows.place[first])
                first = v;
        take(s, first, w);
    }
    for (uint32_t v = next[w], after; v != NONE; v = after) {
        after = next[v];
        next[v] = NONE;
        if (v != first)
            move_on(s, v, degree);
    }
    next[w] = NONE;
    return first;
}

/* Each of the queue takes an edge or retires; how many took one. They are the members of the round
 * then. */
static int64_t run_round(struct state *s, uint32_t degree)
{
    int64_t took = 0;
    while (!wr_minset_empty(&s->queue) && wr_removals_wanted(s->removals)) {
        uint32_t v = s->rows.by_id[wr_minset_pop(&s->queue)];
        bool light = is_live(s, v) || s->partner[v] != NONE;
        uint32_t taker = light ? serve_light(s, v, degree) : serve_heavy(s, v, degree);
        if (taker != NONE)
            s->rounds.member[took++] = taker;
    }
    return took;
}

/* --- the heavy stage -------------------------------------------------------------------------- */

/* Queue up the n vertices of a round, each for its first live neighbour. */
static void line_up(struct state *s, uint32_t degree, int64_t n)
{
    const uint32_t *round = s->rounds.member;
    for (int64_t i = 0; i < n; i++) {
        if (i + 2 * PREFETCH < n)
            __builtin_prefetch(&s->rows.row[round[i + 2 * PREFETCH]]);
        if (i + PREFETCH < n) {
            const struct wr_row *ahead = &s->rows.row[round[i + PREFETCH]];
            __builtin_prefetch(s->rows.adj + ahead->start + ahead->at);
        }
        move_on(s, round[i], degree);
    }
}

/* The n members of the round have taken their candidates and come down to `degree`. */
static void come_down(struct state *s, uint32_t degree, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        uint32_t v = s->rounds.member[i];
        if (i + PREFETCH < n)
            __builtin_prefetch(&s->rows.row[s->rounds.member[i + PREFETCH]]);
        s->rows.row[v].at++;
        if (degree == s->level) {
            wr_bit_set(s->live, v);
            retire(s, &s->rows.row[v], degree);
        }
    }
}

static void heavy_stage(struct state *s)
{
    uint32_t degree = 0;
    int64_t n = 0;
    while ((n > 0 || !wr_rounds_empty(&s->rounds)) && wr_removals_wanted(s->removals)) {
        if (n == 0)
            degree = wr_rounds_largest(&s->rounds);
        n = wr_rounds_join(&s->rounds, degree, n);
        line_up(s, degree, n);
        n = run_round(s, degree);
        degree--;
        come_down(s, degree, n);
        if (degree == s->level)
            break;
    }
}

/* --- the light stage -------------------------------------------------------------------------- */

/* Give light u its smallest live neighbour. Smaller ones than u have had their turn and are not
 * live; the log has edges that are gone, to vertices that may be. */
static void pair(struct state *s, uint32_t u)
{
    const struct wr_row *x = &s->rows.row[u];
    const uint32_t *list = s->rows.adj + x->start;
    for (uint32_t at = x->begin; (at = find_live(list, at, x->end, s->live)) < x->end; at++)
        if (!wr_rows_has_lost(&s->rows, u, list[at])) {
            take(s, u, list[at]);
            s->partner[u] = list[at];
            return;
        }
}

static void light_stage(struct state *s)
{
    for (uint32_t i = 0; i < s->rows.admitted && wr_removals_wanted(s->removals); i++) {
        uint32_t u = s->rows.by_id[i];
        if (i + PREFETCH < s->rows.admitted) {
            const struct wr_row *ahead = &s->rows.row[s->rows.by_id[i + PREFETCH]];
            __builtin_prefetch(s->rows.adj + ahead->start + ahead->begin);
        }
        if (is_live(s, u)) {
            wr_bit_clear(s->live, u);
            pair(s, u);
        }
    }
}

/* --- a level ---------------------------------------------------------------------------------- */

/* Enter the losses of the level before, tell light from heavy; the heavy ones with a list, which
 * need not have a live vertex, are left as members of a round. Their number. */
static int64_t sort_out(struct state *s)
{
    int64_t heavy = 0;
    for (uint32_t v = 0; v < s->rows.admitted; v++) {
        struct wr_row *x = &s->rows.row[v];
        if (s->partner[v] != NONE) {
            wr_rows_lose(&s->rows, v, s->partner[v]);
            s->partner[v] = NONE;
            x->degree--;
        }
        if (x->degree == s->level)
            wr_bit_set(s->live, v);
        else if (x->degree > s->level && x->end - x->begin > x->lost)
            s->rounds.member[heavy++] = v;
    }
    return heavy;
}

static void start_level(struct state *s)
{
    wr_rows_admit(&s->rows, s->level);
    wr_minset_narrow(&s->queue, s->rows.admitted);
    int64_t heavy = sort_out(s);
    for (int64_t i = 0; i < heavy; i++) {
        uint32_t v = s->rounds.member[i];
        struct wr_row *x = &s->rows.row[v];
        if (i + PREFETCH < heavy) {
            const struct wr_row *ahead = &s->rows.row[s->rounds.member[i + PREFETCH]];
            __builtin_prefetch(s->rows.adj + ahead->start + ahead->begin);
        }
        if (x->lost > 0)
            wr_rows_tidy(&s->rows, v);
        x->at = x->kept = x->begin;
        if (step(s, x))
            wr_rounds_wait(&s->rounds, v, x->degree);
        else
            retire(s, x, x->degree);
    }
}

static uint32_t *alloc_none(int64_t count, struct wr_error *err)
{
    uint32_t *array = wr_alloc(count, sizeof *array, err);
    if (array)
        memset(array, 0xff, (size_t)count * sizeof *array);
    return array;
}

static enum wr_status state_init(struct state *s, const struct wr_graph *g, struct wr_error *err)
{
    if (wr_rows_init(&s->rows, g, err))
        return WR_ENOMEM;
    int64_t count = s->rows.count;
    s->live = wr_calloc(count / 32 + 1, sizeof *s->live, err);
    s->partner = alloc_none(count, err);
    s->next = alloc_none(count, err);
    if (!s->live || !s->partner || !s->next ||
        wr_rounds_init(&s->rounds, count, s->rows.max_degree, err) ||
        wr_minset_init(&s->queue, count, err))
        return WR_ENOMEM;
    return WR_OK;
}

static void state_release(struct state *s)
{
    wr_rows_release(&s->rows);
    wr_rounds_release(&s->rounds);
    wr_minset_release(&s->queue);
    free(s->live);
    free(s->partner);
    free(s->next);
}

enum wr_status wr_onewis_level(const struct wr_graph *g, struct wr_removals *removals,
                               struct wr_error *err)
{
    struct state s = {.removals = removals};
    if (g->m == 0)
        return WR_OK;
    enum wr_status status = state_init(&s, g, err);
    if (status)
        goto out;
    for (s.level = s.rows.max_degree; s.level > 0 && wr_removals_wanted(removals); s.level--) {
        start_level(&s);
        heavy_stage(&s);
        light_stage(&s);
    }
out:
    state_release(&s);
    return status;
}
