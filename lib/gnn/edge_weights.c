/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/edge_weights.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"

void wr_edge_weights_release(struct wr_edge_weights *w)
{
    free(w->weight);
    free(w->grad);
    free(w->entry);
    free(w->value);
    free(w->sample);
    *w = (struct wr_edge_weights){0};
}

static inline wr_real base_of(const struct wr_edge_weights *w, int64_t k)
{
    return w->base.value ? w->base.value[k] : 1;
}

static enum wr_status allocate(struct wr_edge_weights *w, struct wr_error *err)
{
    int64_t entries = w->base.row[w->base.rows];
    w->weight = wr_alloc(w->count, sizeof *w->weight, err);
    w->grad = wr_alloc(w->count, sizeof *w->grad, err);
    w->entry = wr_alloc(w->count, sizeof *w->entry, err);
    w->value = wr_alloc(entries, sizeof *w->value, err);
    w->sample = wr_alloc(entries, sizeof *w->sample, err);
    return w->weight && w->grad && w->entry && w->value && w->sample ? WR_OK : WR_ENOMEM;
}

enum wr_status wr_edge_weights_init(struct wr_edge_weights *w, struct wr_adjacency *a,
                                    struct wr_error *err)
{
    assert(!a->transposed); /* the matrix is symmetric */
    struct wr_edge_weights made = {.base = a->matrix, .reverse = a->reverse};
    made.count = wr_adjacency_edges(a, NULL);
    if (allocate(&made, err)) {
        wr_edge_weights_release(&made);
        return WR_ENOMEM;
    }
    wr_adjacency_edges(a, made.entry);
    for (int64_t e = 0; e < made.count; e++)
        made.weight[e] = 1;
    for (int64_t k = 0; k < made.base.row[made.base.rows]; k++)
        made.value[k] = base_of(&made, k);
    *w = made;
    wr_edge_weights_begin(w);
    a->weights = w;
    a->matrix.value = a->transpose.value = w->value;
    return WR_OK;
}

static void weigh(void *context, int64_t begin, int64_t end)
{
    struct wr_edge_weights *w = context;
    for (int64_t e = begin; e < end; e++) {
        int64_t k = w->entry[e];
        w->value[k] = w->value[w->reverse[k]] = w->weight[e] * base_of(w, k);
        w->grad[e] = 0;
    }
}

void wr_edge_weights_begin(struct wr_edge_weights *w)
{
    wr_blocks_run_even(w->count, WR_BLOCK, weigh, w);
}

static void gather(void *context, int64_t begin, int64_t end)
{
    struct wr_edge_weights *w = context;
    for (int64_t e = begin; e < end; e++) {
        int64_t k = w->entry[e];
        w->grad[e] += base_of(w, k) * (w->sample[k] + w->sample[w->reverse[k]]);
    }
}

void wr_edge_weights_gather(struct wr_edge_weights *w, const wr_real *dy, const wr_real *x,
                            int64_t d)
{
    wr_sddmm(&w->base, dy, x, d, w->sample);
    wr_blocks_run_even(w->count, WR_BLOCK, gather, w);
}
