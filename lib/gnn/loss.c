/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/loss.h"

#include <math.h>
#include <stdlib.h>

#include "base/blocks.h"
#include "base/lanes_math.h"

enum { CHUNK = 16 }; /* rows that are treated together */

struct loss {
    struct wr_op op;
    const struct wr_gnn_input *in;
    struct wr_var *logits, *probability;
    struct wr_score *block; /* WR_PARTS of each block of rows */
    struct wr_score score[WR_PARTS];
    bool adds;
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

static void tally_row(const struct loss *op, int64_t i, wr_real largest, wr_real sum,
                      struct tally tally[WR_PARTS])
{
    const wr_real *z = op->logits->value + i * op->logits->cols;
    int32_t label = op->in->label[i];
    struct tally *t = &tally[part_of(op, i)];
    if (label < 0)
        return;
    t->score.count++;
    t->score.correct += is_best(z, label, largest);
    t->score.loss += (double)largest - (double)z[label];
    tally_up(t, (double)sum);
}

WR_CLONES
static void forward_rows(void *context, int64_t begin, int64_t end)
{
    const struct loss *op = context;
    int64_t c = op->logits->cols;
    struct tally tally[WR_PARTS];
    for (int part = 0; part < WR_PARTS; part++)
        tally[part] = (struct tally){.product = 1};
    for (int64_t i = begin; i < end; i += CHUNK) {
        int64_t count = wr_block_end(i, CHUNK, end) - i;
        wr_real largest[CHUNK], sum[CHUNK];
        softmax(op->logits->value + i * c, c, count, op->probability->value + i * c, largest, sum);
        for (int64_t k = 0; k < count; k++)
            tally_row(op, i + k, largest[k], sum[k], tally);
    }
    for (int part = 0; part < WR_PARTS; part++) {
        tally[part].score.loss += log(tally[part].product);
        op->block[begin / WR_NET_BLOCK * WR_PARTS + part] = tally[part].score;
    }
}

static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct loss *op = (struct loss *)base;
    int64_t rows = wr_var_rows(net, op->logits);
    (void)pass;
    wr_blocks_run_even(rows, WR_NET_BLOCK, forward_rows, op);
    for (int part = 0; part < WR_PARTS; part++) {
        struct wr_score *s = &op->score[part];
        *s = (struct wr_score){0};
        for (int64_t b = 0; b < wr_block_count(rows, WR_NET_BLOCK); b++) {
            s->count += op->block[b * WR_PARTS + part].count;
            s->correct += op->block[b * WR_PARTS + part].correct;
            s->loss += op->block[b * WR_PARTS + part].loss;
        }
    }
}

/* dz = (p - 1 at the label) / training rows, in training rows; else 0 */
static void backward_rows(void *context, int64_t begin, int64_t end)
{
    const struct loss *op = context;
    int64_t c = op->logits->cols;
    double share = 1 / (double)op->score[WR_PART_TRAIN].count;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *p = op->probability->value + i * c;
        wr_real *dz = op->logits->grad + i * c;
        bool counts = part_of(op, i) == WR_PART_TRAIN;
        for (int64_t j = 0; j < c; j++) {
            wr_real g = counts ? (wr_real)(((double)p[j] - (j == op->in->label[i])) * share) : 0;
            dz[j] = op->adds ? dz[j] + g : g;
        }
    }
}

static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct loss *op = (struct loss *)base;
    (void)pass;
    op->adds = wr_var_adds(op->logits);
    wr_blocks_run_even(wr_var_rows(net, op->logits), WR_NET_BLOCK, backward_rows, op);
}

static void release(struct wr_op *base)
{
    free(((struct loss *)base)->block);
}

static const struct wr_op_class class = {"cross-entropy", sizeof(struct loss), forward, backward,
                                         release};

struct wr_var *wr_op_cross_entropy(struct wr_net *net, struct wr_var *logits,
                                   const struct wr_gnn_input *in, const struct wr_score **score)
{
    struct loss *op = logits ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    int64_t blocks = wr_block_count(net->capacity[logits->kind], WR_NET_BLOCK);
    op->in = in;
    op->logits = logits;
    op->probability = wr_net_var(net, logits->kind, logits->cols, false);
    op->block = wr_net_array(net, blocks * WR_PARTS, sizeof *op->block);
    *score = op->score;
    return op->probability;
}
