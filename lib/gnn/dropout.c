/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/dropout.h"

#include <stdlib.h>
#include <string.h>

#include "base/blocks.h"
#include "base/compiler.h"
#include "base/rng.h"
#include "gnn/ops.h"

struct drop {
    uint64_t seed, stream; /* of block 0 */
    uint32_t threshold;    /* words below it drop */
    wr_real scale;
    const wr_real *x;
    wr_real *y;
    wr_real *factor;
};

WR_CLONES
static void drop_block(void *context, int64_t begin, int64_t end)
{
    const struct drop *d = context;
    const uint32_t threshold = d->threshold;
    const wr_real scale = d->scale, *restrict x = d->x + begin;
    wr_real *restrict y = d->y + begin, *restrict factor = d->factor ? d->factor + begin : NULL;
    uint32_t word[WR_BLOCK];
    struct wr_rng rng;
    wr_rng_init(&rng, d->seed, d->stream + (uint64_t)(begin / WR_BLOCK));
    wr_rng_fill_u32(&rng, word, end - begin);
    for (int64_t k = 0; k < end - begin; k++)
        y[k] = word[k] >= threshold ? x[k] * scale : 0;
    for (int64_t k = 0; factor && k < end - begin; k++)
        factor[k] = word[k] >= threshold ? scale : 0;
}

void wr_drop(const struct wr_op *op, const struct wr_pass *pass, double p, const wr_real *x,
             int64_t count, wr_real *y, wr_real *factor)
{
    /* 2^24 blocks per step of an operation; the golden ratio spreads the operations' seeds */
    struct drop d = {.seed = pass->seed + (op->number + 1) * UINT64_C(0x9e3779b97f4a7c15),
                     .stream = pass->step << 24,
                     .threshold = (uint32_t)(p * 0x1p32),
                     .scale = (wr_real)(1 / (1 - p)),
                     .x = x,
                     .y = y,
                     .factor = factor};
    wr_blocks_run_even(count, WR_BLOCK, drop_block, &d);
}

struct dropout {
    struct wr_op op;
    struct wr_var *x, *y;
    double p;
    wr_real *factor; /* of each number */
    bool dropped;    /* by the last forward pass */
    bool adds;
};

static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct dropout *op = (struct dropout *)base;
    int64_t size = wr_var_size(net, op->x);
    op->dropped = pass->training;
    if (op->dropped)
        wr_drop(base, pass, op->p, op->x->value, size, op->y->value, op->factor);
    else
        memcpy(op->y->value, op->x->value, (size_t)size * sizeof *op->y->value);
}

WR_CLONES
static void backward_block(void *context, int64_t begin, int64_t end)
{
    const struct dropout *op = context;
    const bool dropped = op->dropped, adds = op->adds;
    const wr_real *restrict dy = op->y->grad, *restrict factor = op->factor;
    wr_real *restrict dx = op->x->grad;
    for (int64_t k = begin; k < end; k++) {
        wr_real g = dropped ? dy[k] * factor[k] : dy[k];
        dx[k] = adds ? dx[k] + g : g;
    }
}

static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct dropout *op = (struct dropout *)base;
    (void)pass;
    op->adds = wr_var_adds(op->x);
    wr_blocks_run_even(wr_var_size(net, op->x), WR_BLOCK, backward_block, op);
}

static void release(struct wr_op *base)
{
    free(((struct dropout *)base)->factor);
}

static const struct wr_op_class class = {"dropout", sizeof(struct dropout), forward, backward,
                                         release};

struct wr_var *wr_op_dropout(struct wr_net *net, struct wr_var *x, double p)
{
    if (p == 0)
        return x;
    struct dropout *op = x ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    op->x = x;
    op->y = wr_net_var(net, x->kind, x->cols, true);
    op->p = p;
    op->factor = wr_net_array(net, net->capacity[x->kind] * x->cols, sizeof *op->factor);
    net->varies = true;
    return op->y;
}
