/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/edgeset.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"

enum { GROUP = 64 }; /* searches side by side; a word of bits */

enum wr_status wr_edgeset_init(struct wr_edgeset *set, const struct wr_graph *g,
                               struct wr_error *err)
{
    uint64_t *bits = wr_calloc((g->m + 63) / 64, sizeof *bits, err);
    if (!bits)
        return WR_ENOMEM;
    *set = (struct wr_edgeset){.graph = g, .bits = bits};
    return WR_OK;
}

void wr_edgeset_release(struct wr_edgeset *set)
{
    free(set->bits);
    *set = (struct wr_edgeset){0};
}

bool wr_edgeset_add(struct wr_edgeset *set, int64_t id)
{
    uint64_t bit = UINT64_C(1) << (id & 63);
    if (set->bits[id >> 6] & bit)
        return false;
    set->bits[id >> 6] |= bit;
    set->count++;
    return true;
}

/* Binary searches of a group of pairs, side by side: each step of one search waits for memory,
 * which fetches the data of the others meanwhile. */
struct searches {
    uint64_t word[GROUP]; /* the edge that is searched */
    int64_t base[GROUP];  /* it is edge[base], or behind it, ... */
    int64_t size[GROUP];  /* ... among this many; 0: it cannot be there */
};

static void start_searches(const struct wr_graph *g, const uint64_t *pairs, int count,
                           struct searches *s)
{
    for (int i = 0; i < count; i++) {
        s->word[i] = wr_graph_word(g, wr_edge_u(pairs[i]), wr_edge_v(pairs[i]));
        if (wr_edge_u(s->word[i]) < g->n)
            __builtin_prefetch(&g->first[wr_edge_u(s->word[i])]);
    }
    for (int i = 0; i < count; i++) {
        uint32_t u = wr_edge_u(s->word[i]);
        s->base[i] = u < g->n ? g->first[u] : 0;
        s->size[i] = u < g->n ? g->first[u + 1] - s->base[i] : 0;
        __builtin_prefetch(&g->edge[s->base[i] + s->size[i] / 2]);
    }
}

/* Halve every search until none has more than one edge left. */
static void finish_searches(const struct wr_graph *g, int count, struct searches *s)
{
    int64_t largest;
    do {
        largest = 0;
        for (int i = 0; i < count; i++) {
            int64_t half = s->size[i] / 2;
            if (half == 0)
                continue;
            s->base[i] += g->edge[s->base[i] + half] <= s->word[i] ? half : 0;
            s->size[i] -= half;
            __builtin_prefetch(&g->edge[s->base[i] + s->size[i] / 2]);
            largest = s->size[i] > largest ? s->size[i] : largest;
        }
    } while (largest > 1);
}

void wr_edgeset_lacks(const struct wr_edgeset *set, const uint64_t *pairs, int64_t count,
                      uint64_t *lacks)
{
    const struct wr_graph *g = set->graph;
    struct searches s;
    for (int64_t begin = 0; begin < count; begin += GROUP) {
        int size = count - begin < GROUP ? (int)(count - begin) : GROUP;
        start_searches(g, pairs + begin, size, &s);
        finish_searches(g, size, &s);
        uint64_t bits = 0;
        for (int i = 0; i < size; i++) {
            bool has =
                s.size[i] > 0 && g->edge[s.base[i]] == s.word[i] && wr_edgeset_has(set, s.base[i]);
            bits |= (uint64_t)!has << i;
        }
        lacks[begin / GROUP] = bits;
    }
}

struct insertion {
    struct wr_edgeset *set;
    const uint64_t *order;
};

/* Edges of two blocks may be bits of one word. */
static void insert_block(void *context, int64_t begin, int64_t end)
{
    const struct insertion *in = context;
    for (int64_t i = begin; i < end; i++) {
        int64_t id = wr_graph_find(in->set->graph, in->order[i]);
        assert(id >= 0);
        __atomic_fetch_or(&in->set->bits[id >> 6], UINT64_C(1) << (id & 63), __ATOMIC_RELAXED);
    }
}

enum wr_status wr_edgeset_from_order(struct wr_edgeset *set, const struct wr_graph *g,
                                     const uint64_t *order, int64_t count, struct wr_error *err)
{
    struct wr_edgeset made;
    if (wr_edgeset_init(&made, g, err))
        return WR_ENOMEM;
    wr_blocks_run(count, WR_BLOCK, insert_block, &(struct insertion){&made, order});
    made.count = count;
    *set = made;
    return WR_OK;
}

enum wr_status wr_edgeset_rest(struct wr_graph *rest, const struct wr_edgeset *removed,
                               struct wr_error *err)
{
    const struct wr_graph *g = removed->graph;
    struct wr_pairs pairs = {.n = g->n, .count = g->m - removed->count};
    pairs.key = wr_alloc(pairs.count, sizeof *pairs.key, err);
    pairs.weight = g->weight ? wr_alloc(pairs.count, sizeof *pairs.weight, err) : NULL;
    if (!pairs.key || (g->weight && !pairs.weight)) {
        wr_pairs_release(&pairs);
        return WR_ENOMEM;
    }
    int64_t kept = 0;
    for (int64_t e = 0; e < g->m; e++) {
        if (wr_edgeset_has(removed, e))
            continue;
        pairs.key[kept] = g->edge[e];
        if (g->weight)
            pairs.weight[kept] = g->weight[e];
        kept++;
    }
    return wr_graph_init(rest, &pairs, g->directed, err);
}
