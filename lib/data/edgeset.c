/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/edgeset.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"

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

enum wr_status wr_edgeset_from_order(struct wr_edgeset *set, const struct wr_graph *g,
                                     const uint64_t *order, int64_t count, struct wr_error *err)
{
    struct wr_edgeset made;
    if (wr_edgeset_init(&made, g, err))
        return WR_ENOMEM;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < count; i++) {
        int64_t id = wr_graph_find(g, order[i]);
        assert(id >= 0);
        uint64_t *word = &made.bits[id >> 6];
        uint64_t bit = UINT64_C(1) << (id & 63);
#pragma omp atomic
        *word |= bit;
    }
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
