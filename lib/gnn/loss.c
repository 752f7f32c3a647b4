/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/loss.h"

#include <math.h>
#include <stdlib.h>

#include "base/blocks.h"

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

/* p = exp(z - max z) / sum; the position of the largest z. *log_sum: log of sum of exp(z). */
static int64_t softmax(const wr_real *z, int64_t c, wr_real *p, double *log_sum)
{
    int64_t best = 0;
    double sum = 0;
    for (int64_t j = 1; j < c; j++)
        if (z[j] > z[best])
            best = j;
    for (int64_t j = 0; j < c; j++) {
        double e = exp((double)z[j] - (double)z[best]);
        p[j] = (wr_real)e;
        sum += e;
    }
    for (int64_t j = 0; j < c; j++)
        p[j] = (wr_real)((double)p[j] / sum);
    *log_sum = (double)z[best] + log(sum);
    return best;
}

static void forward_rows(void *context, int64_t begin, int64_t end)
{
    const struct loss *op = context;
    int64_t c = op->logits->cols;
    struct wr_score *score = op->block + begin / WR_NET_BLOCK * WR_PARTS;
    for (int part = 0; part < WR_PARTS; part++)
        score[part] = (struct wr_score){0};
    for (int64_t i = begin; i < end; i++) {
        const wr_real *z = op->logits->value + i * c;
        double log_sum;
        int64_t best = softmax(z, c, op->probability->value + i * c, &log_sum);
        int32_t label = op->in->label[i];
        struct wr_score *s = &score[part_of(op, i)];
        if (label < 0)
            continue;
        s->count++;
        s->correct += best == label;
        s->loss += log_sum - (double)z[label];
    }
}

static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct loss *op = (struct loss *)base;
    int64_t rows = wr_var_rows(net, op->logits);
    (void)pass;
    wr_blocks_run(rows, WR_NET_BLOCK, forward_rows, op);
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
    wr_blocks_run(wr_var_rows(net, op->logits), WR_NET_BLOCK, backward_rows, op);
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
