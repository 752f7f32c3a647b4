/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blocks.h"
#include "base/lanes_math.h"

enum { CHUNK = 16 }; /* rows that are treated together */

struct loss {
    struct wr_op op; /* from logits to probabilities */
    const struct wr_gnn_input *in;
    struct wr_score *group; /* WR_PARTS of each group of rows */
    struct wr_score score[WR_PARTS];
};

static enum wr_part part_of(const struct loss *op, int64_t i)
{
    return op->in->label[i] < 0 ? WR_PART_NONE : (enum wr_part)op->in->part[i];
}

WR_INLINE wr_real largest_of(const wr_real *z, int64_t c)
{
    wr_lanes most = WR_LANES_ALL((wr_real)-INFINITY);
    for (int64_t j = 0; j < c; j += WR_LANES) {
        wr_lanes v = WR_LANES_AT(z + j);
        wr_lanes_clip(&v, c - j, (wr_real)-INFINITY);
        most = WR_LANES_MAX(most, v);
    }
    return wr_lanes_largest(&most);
}

/* p = exp(z - largest); returns the sum */
WR_INLINE wr_real exponentials(const wr_real *z, int64_t c, wr_real largest, wr_real *p)
{
    wr_lanes sum = {0};
    for (int64_t j = 0; j < c; j += WR_LANES) {
        wr_lanes e = WR_LANES_AT(z + j) - largest;
        wr_lanes_exp(&e);
        wr_lanes_clip(&e, c - j, 0);
        wr_lanes_store(p + j, &e, c - j);
        sum += e;
    }
    return wr_lanes_sum(&sum);
}

WR_INLINE void scale(wr_real factor, int64_t c, wr_real *p)
{
    for (int64_t j = 0; j < c; j += WR_LANES) {
        wr_lanes v = WR_LANES_AT(p + j) * factor;
        wr_lanes_store(p + j, &v, c - j);
    }
}

/* A few rows in steps, so that the processor need not wait for the sums of each row:
 * p = exp(z - max z) / sum of them. */
WR_INLINE void softmax(const wr_real *z, int64_t c, int64_t count, wr_real *p, wr_real *largest,
                       wr_real *sum)
{
    for (int64_t i = 0; i < count; i++)
        largest[i] = largest_of(z + i * c, c);
    for (int64_t i = 0; i < count; i++)
        sum[i] = exponentials(z + i * c, c, largest[i], p + i * c);
    for (int64_t i = 0; i < count; i++)
        scale(1 / sum[i], c, p + i * c);
}

static bool is_best(const wr_real *z, int32_t label, wr_real largest)
{
    int32_t j = 0;
    while (j < label && z[j] < largest)
        j++;
    return j == label && z[label] == largest;
}

/* -log p of the label's probability is log(sum) + max z - z at the label. The logarithm is taken
 * of products of many sums: it costs as much as the softmax of a row. */
struct tally {
    struct wr_score score;
    double product;
};

static void tally_up(struct tally *t, double factor)
{
    t->product *= factor;
    if (t->product > 1e200 || !(t->product >= 1)) {
        t->score.loss += log(t->product);
        t->product = 1;
    }
}

/* Of row i, whose logits are z. */
static void tally_row(const struct loss *op, int64_t i, const wr_real *z, wr_real largest,
                      wr_real sum, struct tally tally[WR_PARTS])
{
    int32_t label = op->in->label[i];
    struct tally *t = &tally[part_of(op, i)];
    if (label < 0)
        return;
    t->score.count++;
    t->score.correct += is_best(z, label, largest);
    t->score.loss += (double)largest - (double)z[label];
    tally_up(t, (double)sum);
}

static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct loss *op = (struct loss *)base;
    struct wr_score *group = op->group + s->group * WR_PARTS;
    int64_t c = base->x->cols;
    struct tally tally[WR_PARTS];
    for (int part = 0; part < WR_PARTS; part++)
        tally[part] = (struct tally){.product = 1};
    for (int64_t i = s->begin; i < s->end; i += CHUNK) {
        int64_t count = wr_block_end(i, CHUNK, s->end) - i;
        wr_real largest[CHUNK], sum[CHUNK];
        const wr_real *z = wr_var_value(base->x, s) + (i - s->begin) * c;
        softmax(z, c, count, wr_var_value(base->y, s) + (i - s->begin) * c, largest, sum);
        for (int64_t k = 0; k < count; k++)
            tally_row(op, i + k, z + k * c, largest[k], sum[k], tally);
    }
    for (int part = 0; part < WR_PARTS; part++) {
        if (s->first)
            group[part] = (struct wr_score){0};
        tally[part].score.loss += log(tally[part].product);
        wr_score_add(&group[part], &tally[part].score);
    }
}

static void end(struct wr_op *base, const struct wr_net *net)
{
    struct loss *op = (struct loss *)base;
    memset(op->score, 0, sizeof op->score);
    for (int64_t g = 0; g < wr_net_groups(net, base->x->kind); g++)
        for (int part = 0; part < WR_PARTS; part++)
            wr_score_add(&op->score[part], &op->group[g * WR_PARTS + part]);
}

/* dz = (p - 1 at the label) / training rows, in training rows; else 0 */
static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct loss *op = (struct loss *)base;
    int64_t c = base->x->cols;
    double share = 1 / (double)op->score[WR_PART_TRAIN].count;
    for (int64_t i = s->begin; i < s->end; i++) {
        const wr_real *p = wr_var_value(base->y, s) + (i - s->begin) * c;
        wr_real *dz = wr_var_grad(base->x, s) + (i - s->begin) * c;
        bool counts = part_of(op, i) == WR_PART_TRAIN;
        for (int64_t j = 0; j < c; j++) {
            wr_real g = counts ? (wr_real)(((double)p[j] - (j == op->in->label[i])) * share) : 0;
            dz[j] = base->adds ? dz[j] + g : g;
        }
    }
}

static void release(struct wr_op *base)
{
    free(((struct loss *)base)->group);
}

static const struct wr_op_class class = {
    .name = "cross-entropy",
    .size = sizeof(struct loss),
    .forward = {{.rows = forward, .end = end}},
    .backward = {{.rows = backward}},
    .back_reads_y = true,
    .release = release,
};

struct wr_var *wr_op_cross_entropy(struct wr_net *net, struct wr_var *logits,
                                   const struct wr_gnn_input *in, const struct wr_score **score)
{
    struct loss *op =
        logits ? wr_net_op(net, &class, logits, wr_net_var(net, logits->kind, logits->cols, false))
               : NULL;
    if (!op)
        return NULL;
    op->in = in;
    op->group = wr_net_array(net, WR_NET_GROUPS * WR_PARTS, sizeof *op->group);
    *score = op->score;
    return op->op.y;
}
