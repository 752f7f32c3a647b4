/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/regular.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "gen/independent.h"
#include "gen/stream.h"

enum { BATCH = 32 }; /* pairs of stubs drawn at a time */

/* A set of edges by open addressing, about half full at most. No edge u < v is the word 0, that is
 * an empty slot, nor REMOVED. */
struct edge_table {
    uint64_t *slot;
    int bits; /* 2^bits slots */
};

#define REMOVED wr_arc(1, 0)

/* Where to begin to look for e: Fibonacci hashing. */
static uint64_t *first_slot(const struct edge_table *table, uint64_t e)
{
    return &table->slot[e * UINT64_C(0x9E3779B97F4A7C15) >> (64 - table->bits)];
}

/* Where e is, or the empty slot where it belongs, by linear probing. */
static uint64_t *find_slot(const struct edge_table *table, uint64_t e)
{
    uint64_t *slot = first_slot(table, e), *end = table->slot + (INT64_C(1) << table->bits);
    while (*slot != 0 && *slot != e)
        if (++slot == end)
            slot = table->slot;
    return slot;
}

static void add_edge(struct edge_table *table, uint32_t u, uint32_t v)
{
    *find_slot(table, wr_edge(u, v)) = wr_edge(u, v);
}

/* Whether u and v can be joined: they are different and have no edge yet. */
static bool is_suitable(const struct edge_table *table, uint32_t u, uint32_t v)
{
    return u != v && *find_slot(table, wr_edge(u, v)) == 0;
}

static uint64_t *random_edge(const struct edge_table *table, struct wr_rng *rng)
{
    for (;;) {
        uint64_t *slot = &table->slot[wr_rng_below(rng, UINT64_C(1) << table->bits)];
        if (*slot != 0 && *slot != REMOVED)
            return slot;
    }
}

/* An edge is wanted at vertex stub[i] for every i < count. */
struct stubs {
    int64_t count;
    uint32_t *stub;
};

/* The last stubs take the places of stubs i and j. */
static void remove_stubs(struct stubs *s, int64_t i, int64_t j)
{
    int64_t low = i < j ? i : j, high = i < j ? j : i;
    s->stub[high] = s->stub[--s->count];
    s->stub[low] = s->stub[--s->count];
}

/* Whether no two of the stubs can be joined: their vertices are all adjacent, or one and the
 * same. */
static bool is_stuck(const struct edge_table *table, const struct stubs *s)
{
    for (int64_t i = 0; i < s->count; i++)
        for (int64_t j = 0; j < i; j++)
            if (is_suitable(table, s->stub[i], s->stub[j]))
                return false;
    return true;
}

/* Two places of each of BATCH random pairs of stubs. Reads of the stubs and of their edge's slot
 * miss the cache: they are announced for the whole batch. */
static void draw_pairs(const struct edge_table *table, const struct stubs *s, struct wr_rng *rng,
                       int64_t place[BATCH][2])
{
    for (int k = 0; k < BATCH; k++)
        for (int end = 0; end < 2; end++) {
            place[k][end] = (int64_t)wr_rng_below(rng, (uint64_t)s->count);
            __builtin_prefetch(&s->stub[place[k][end]]);
        }
    for (int k = 0; k < BATCH; k++)
        __builtin_prefetch(first_slot(table, wr_edge(s->stub[place[k][0]], s->stub[place[k][1]])));
}

/* Join random stubs until none are left or no two can be joined. A pair is drawn from the stubs
 * that there are when its batch begins; those that have gone meanwhile are drawn in vain, so that
 * the others remain equally likely. */
static void join_stubs(struct edge_table *table, struct wr_rng *rng, struct stubs *s)
{
    int64_t place[BATCH][2], failures = 0;
    while (s->count > 0) {
        draw_pairs(table, s, rng, place);
        for (int k = 0; k < BATCH; k++) {
            int64_t i = place[k][0], j = place[k][1];
            if (i >= s->count || j >= s->count)
                continue;
            if (!is_suitable(table, s->stub[i], s->stub[j])) {
                failures++;
                continue;
            }
            add_edge(table, s->stub[i], s->stub[j]);
            remove_stubs(s, i, j);
            failures = 0;
        }
        if (failures > s->count && is_stuck(table, s))
            return;
    }
}

/*
 * Give two stubs u and v that cannot be joined the ends of a random edge {x, y}, x not adjacent to
 * u, y not to v. There is one: x can be any vertex outside u's closed neighbourhood, which has at
 * most d vertices and all that have stubs, so that d (n - d) edges leave such x; and fewer than
 * d d edges enter v's closed neighbourhood, while 2 d < n.
 */
static void switch_edge(struct edge_table *table, struct wr_rng *rng, struct stubs *s)
{
    uint32_t u = s->stub[s->count - 1], v = s->stub[s->count - 2];
    s->count -= 2;
    for (;;) {
        uint64_t *slot = random_edge(table, rng);
        bool turned = wr_rng_u32(rng) & 1;
        uint32_t x = turned ? wr_edge_v(*slot) : wr_edge_u(*slot);
        uint32_t y = turned ? wr_edge_u(*slot) : wr_edge_v(*slot);
        if (!is_suitable(table, u, x) || !is_suitable(table, v, y))
            continue;
        *slot = REMOVED;
        add_edge(table, u, x);
        add_edge(table, v, y);
        return;
    }
}

/* Fill the empty table with the edges of a random regular graph, 2 degree < n. */
static void draw_edges(struct edge_table *table, uint32_t n, uint32_t degree, struct wr_rng *rng,
                       struct stubs *s)
{
    for (uint32_t v = 0; v < n; v++)
        for (uint32_t i = 0; i < degree; i++)
            s->stub[s->count++] = v;
    join_stubs(table, rng, s);
    while (s->count > 0)
        switch_edge(table, rng, s);
}

static int64_t list_edges(const struct edge_table *table, uint64_t *edge)
{
    int64_t m = 0;
    for (uint64_t i = 0; i < UINT64_C(1) << table->bits; i++)
        if (table->slot[i] != 0 && table->slot[i] != REMOVED)
            edge[m++] = table->slot[i];
    return m;
}

/* The pairs of n vertices that are not in the table. */
static int64_t list_complement(const struct edge_table *table, uint32_t n, uint64_t *edge)
{
    int64_t m = 0;
    for (uint32_t u = 0; u < n; u++)
        for (uint32_t v = u + 1; v < n; v++)
            if (is_suitable(table, u, v))
                edge[m++] = wr_arc(u, v);
    return m;
}

static enum wr_status table_init(struct edge_table *table, int64_t capacity, struct wr_error *err)
{
    int bits = 1;
    while ((INT64_C(1) << bits) / 2 < capacity)
        bits++;
    *table = (struct edge_table){.bits = bits};
    table->slot = wr_calloc(INT64_C(1) << bits, sizeof *table->slot, err);
    return table->slot ? WR_OK : WR_ENOMEM;
}

static enum wr_status check(uint32_t n, uint32_t degree, struct wr_error *err)
{
    if (degree > 0 && degree >= n)
        return wr_error_set(err, WR_EINVAL, "the degree %u is not below the %u nodes", degree, n);
    if ((n & 1) && (degree & 1))
        return wr_error_set(err, WR_EINVAL,
                            "no graph has %u nodes of degree %u: one of the two must be even", n,
                            degree);
    return WR_OK;
}

enum wr_status wr_gen_regular(uint32_t n, uint32_t degree, uint64_t seed, struct wr_graph *g,
                              struct wr_error *err)
{
    enum wr_status status = check(n, degree, err);
    if (status)
        return status;
    /* a dense graph is the complement of a sparse one, and seldom completed by joining stubs */
    bool complement = n > 0 && degree > (n - 1) / 2;
    uint32_t d = complement ? n - 1 - degree : degree;
    struct edge_table table = {0};
    struct stubs stubs = {.stub = wr_alloc((int64_t)n * d, sizeof *stubs.stub, err)};
    struct wr_pairs pairs = {.n = n};
    struct wr_rng rng;
    pairs.key = wr_alloc((int64_t)((uint64_t)n * degree / 2), sizeof *pairs.key, err);
    if (!stubs.stub || !pairs.key || table_init(&table, (int64_t)n * d / 2, err)) {
        status = WR_ENOMEM;
        goto out;
    }
    wr_draw_init(&rng, seed, WR_DRAW_PAIRING, 0);
    draw_edges(&table, n, d, &rng, &stubs);
    pairs.count =
        complement ? list_complement(&table, n, pairs.key) : list_edges(&table, pairs.key);
    status = wr_graph_init(g, &pairs, false, err);
out:
    wr_pairs_release(&pairs);
    free(stubs.stub);
    free(table.slot);
    return status;
}
