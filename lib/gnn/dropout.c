/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/dropout.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/rng.h"
#include "gnn/ops.h"

enum { WORDS = 1024 }; /* drawn at a time */

struct wr_dropping wr_dropping_of(const struct wr_op *op, const struct wr_pass *pass, double p)
{
    /* the golden ratio spreads the operations' seeds */
    return (struct wr_dropping){.seed =
                                    pass->seed + (op->number + 1) * UINT64_C(0x9e3779b97f4a7c15),
                                .stream = pass->step << 32,
                                .threshold = (uint32_t)(p * 0x1p32),
                                .scale = (wr_real)(1 / (1 - p))};
}

WR_CLONES
static void drop(const uint32_t *restrict word, uint32_t threshold, wr_real scale,
                 const wr_real *restrict x, int64_t count, wr_real *restrict y,
                 uint8_t *restrict kept)
{
    for (int64_t k = 0; k < count; k++) /* times 0: no branch; NaN stays NaN, infinity becomes it */
        y[k] = x[k] * (word[k] >= threshold ? scale : 0);
    for (int64_t k = 0; kept && k < count; k++)
        kept[k] = word[k] >= threshold;
}

void wr_drop(const struct wr_dropping *d, int64_t number, const wr_real *x, int64_t count,
             wr_real *y, uint8_t *kept)
{
    uint32_t word[WORDS];
    struct wr_rng rng;
    wr_rng_init(&rng, d->seed, d->stream + (uint64_t)number);
    for (int64_t k = 0; k < count; k += WORDS) {
        int64_t some = count - k < WORDS ? count - k : WORDS;
        wr_rng_fill_u32(&rng, word, some);
        drop(word, d->threshold, d->scale, x + k, some, y + k, kept ? kept + k : NULL);
    }
}

struct dropout {
    struct wr_op op;
    double p;
    uint8_t *kept; /* of each number */
    bool dropped;  /* by the last forward pass */
    struct wr_dropping dropping;
};

static void begin(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct dropout *op = (struct dropout *)base;
    (void)net;
    op->dropped = pass->training;
    op->dropping = wr_dropping_of(base, pass, op->p);
}

static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct dropout *op = (struct dropout *)base;
    int64_t d = base->x->cols, count = (s->end - s->begin) * d;
    const wr_real *x = wr_var_value(base->x, s);
    wr_real *y = wr_var_value(base->y, s);
    if (op->dropped)
        wr_drop(&op->dropping, s->begin, x, count, y, op->kept + s->begin * d);
    else
        memcpy(y, x, (size_t)count * sizeof *y);
}

/* The same, by what was kept. */
WR_CLONES
static void remake(struct wr_op *base, const struct wr_slab *s)
{
    const struct dropout *op = (struct dropout *)base;
    const bool dropped = op->dropped;
    const wr_real scale = op->dropping.scale, *restrict x = wr_var_value(base->x, s);
    const uint8_t *restrict kept = op->kept + s->begin * base->x->cols;
    wr_real *restrict y = wr_var_value(base->y, s);
    for (int64_t k = 0; k < (s->end - s->begin) * base->x->cols; k++)
        y[k] = dropped ? x[k] * (kept[k] ? scale : 0) : x[k];
}

WR_CLONES
static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct dropout *op = (struct dropout *)base;
    const bool dropped = op->dropped, adds = base->adds;
    const wr_real scale = op->dropping.scale, *restrict dy = wr_var_grad(base->y, s);
    int64_t d = base->x->cols;
    const uint8_t *restrict kept = op->kept + s->begin * d;
    wr_real *restrict dx = wr_var_grad(base->x, s);
    for (int64_t k = 0; k < (s->end - s->begin) * d; k++) {
        wr_real g = dropped ? dy[k] * (kept[k] ? scale : 0) : dy[k];
        dx[k] = adds ? dx[k] + g : g;
    }
}

static void release(struct wr_op *base)
{
    free(((struct dropout *)base)->kept);
}

static const struct wr_op_class class = {
    .name = "dropout",
    .size = sizeof(struct dropout),
    .forward = {{.begin = begin, .rows = forward}},
    .backward = {{.rows = backward}},
    .remake = {.rows = remake},
    .release = release,
};

struct wr_var *wr_op_dropout(struct wr_net *net, struct wr_var *x, double p)
{
    if (p == 0)
        return x;
    struct dropout *op =
        x ? wr_net_op(net, &class, x, wr_net_var(net, x->kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    op->p = p;
    op->kept = wr_net_array(net, net->capacity[x->kind] * x->cols, sizeof *op->kept);
    net->varies = true;
    return op->op.y;
}
