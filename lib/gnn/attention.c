/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blocks.h"
#include "base/compiler.h"

static const wr_real slope = (wr_real)0.2; /* of the leaky relu below 0 */

struct attention {
    struct wr_op op;
    struct wr_var *x, *y;
    int64_t heads, width; /* columns of a head */
    const struct wr_adjacency *a;
    struct wr_param *p, *q; /* 1 x d: the heads' vectors, one after another */
    wr_real *left, *right;  /* n x heads: p . X_i, q . X_i */
    wr_real *alpha;         /* entries x heads */
    wr_real *dscore;        /* entries x heads: gradient of left_i + right_j */
    wr_real *dleft;         /* n x heads */
    wr_real *partials;      /* of a block: dp, dq */
    bool adds;
};

static inline wr_real dot(const wr_real *u, const wr_real *v, int64_t count)
{
    wr_real sum = 0;
    for (int64_t c = 0; c < count; c++)
        sum += u[c] * v[c];
    return sum;
}

static inline void add_scaled(wr_real *to, wr_real factor, const wr_real *from, int64_t count)
{
    for (int64_t c = 0; c < count; c++)
        to[c] += factor * from[c];
}

WR_CLONES
static void score_rows(void *context, int64_t begin, int64_t end)
{
    const struct attention *op = context;
    int64_t w = op->width;
    for (int64_t i = begin; i < end; i++)
        for (int64_t h = 0; h < op->heads; h++) {
            const wr_real *x = op->x->value + (i * op->heads + h) * w;
            op->left[i * op->heads + h] = dot(op->p->value + h * w, x, w);
            op->right[i * op->heads + h] = dot(op->q->value + h * w, x, w);
        }
}

/* e_ij = leaky_relu(left_i + right_j); alpha_i. = softmax of e_i. */
static void softmax_row(const struct attention *op, int64_t i, int64_t h)
{
    const int64_t *row = op->a->row, heads = op->heads;
    wr_real largest = -INFINITY, sum = 0;
    for (int64_t k = row[i]; k < row[i + 1]; k++) {
        wr_real s = op->left[i * heads + h] + op->right[(int64_t)op->a->col[k] * heads + h];
        wr_real e = s > 0 ? s : slope * s;
        op->alpha[k * heads + h] = e;
        largest = e > largest ? e : largest;
    }
    for (int64_t k = row[i]; k < row[i + 1]; k++) {
        wr_real *e = op->alpha + k * heads + h;
        *e = wr_exp(*e - largest);
        sum += *e;
    }
    for (int64_t k = row[i]; k < row[i + 1]; k++)
        op->alpha[k * heads + h] /= sum;
}

/* Y_i = sum over j of alpha_ij X_j */
WR_CLONES
static void forward_rows(void *context, int64_t begin, int64_t end)
{
    const struct attention *op = context;
    int64_t d = op->x->cols, w = op->width;
    memset(op->y->value + begin * d, 0, (size_t)((end - begin) * d) * sizeof(wr_real));
    for (int64_t i = begin; i < end; i++) {
        for (int64_t h = 0; h < op->heads; h++)
            softmax_row(op, i, h);
        for (int64_t k = op->a->row[i]; k < op->a->row[i + 1]; k++)
            for (int64_t h = 0; h < op->heads; h++)
                add_scaled(op->y->value + i * d + h * w, op->alpha[k * op->heads + h],
                           op->x->value + (int64_t)op->a->col[k] * d + h * w, w);
    }
}

static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct attention *op = (struct attention *)base;
    int64_t n = wr_var_rows(net, op->x);
    (void)pass;
    wr_blocks_run(n, WR_NET_BLOCK, score_rows, op);
    wr_blocks_run(n, WR_NET_BLOCK, forward_rows, op);
}

/* dalpha_ij = <dY_i, X_j>, de_ij = alpha_ij (dalpha_ij - sum over l of alpha_il dalpha_il) */
static void score_gradient(const struct attention *op, int64_t i, int64_t h)
{
    int64_t heads = op->heads, d = op->x->cols, w = op->width;
    wr_real along = 0, total = 0;
    for (int64_t k = op->a->row[i]; k < op->a->row[i + 1]; k++) {
        wr_real *dalpha = op->dscore + k * heads + h;
        *dalpha =
            dot(op->y->grad + i * d + h * w, op->x->value + (int64_t)op->a->col[k] * d + h * w, w);
        along += op->alpha[k * heads + h] * *dalpha;
    }
    for (int64_t k = op->a->row[i]; k < op->a->row[i + 1]; k++) {
        wr_real *ds = op->dscore + k * heads + h;
        wr_real s = op->left[i * heads + h] + op->right[(int64_t)op->a->col[k] * heads + h];
        *ds = op->alpha[k * heads + h] * (*ds - along) * (s > 0 ? 1 : slope);
        total += *ds;
    }
    op->dleft[i * heads + h] = total;
}

WR_CLONES
static void score_gradient_rows(void *context, int64_t begin, int64_t end)
{
    const struct attention *op = context;
    for (int64_t i = begin; i < end; i++)
        for (int64_t h = 0; h < op->heads; h++)
            score_gradient(op, i, h);
}

/* dX_j = sum over i of alpha_ij dY_i + dleft_j p + dright_j q, dright_j = sum over i of ds_ij:
 * the entries (i, j) of a column are the reverses of its row's. */
static void gradient_row(const struct attention *op, int64_t j, int64_t h, wr_real *dp, wr_real *dq)
{
    int64_t heads = op->heads, d = op->x->cols, w = op->width;
    const wr_real *x = op->x->value + j * d + h * w;
    wr_real *dx = op->x->grad + j * d + h * w;
    wr_real dright = 0, dleft = op->dleft[j * heads + h];
    for (int64_t k = op->a->row[j]; k < op->a->row[j + 1]; k++) {
        int64_t entry = op->a->reverse[k] * heads + h;
        dright += op->dscore[entry];
        add_scaled(dx, op->alpha[entry], op->y->grad + (int64_t)op->a->col[k] * d + h * w, w);
    }
    add_scaled(dx, dleft, op->p->value + h * w, w);
    add_scaled(dx, dright, op->q->value + h * w, w);
    add_scaled(dp + h * w, dleft, x, w);
    add_scaled(dq + h * w, dright, x, w);
}

WR_CLONES
static void gradient_rows(void *context, int64_t begin, int64_t end)
{
    const struct attention *op = context;
    int64_t d = op->x->cols;
    wr_real *dp = op->partials + begin / WR_NET_BLOCK * 2 * d, *dq = dp + d;
    memset(dp, 0, (size_t)(2 * d) * sizeof *dp);
    if (!op->adds)
        memset(op->x->grad + begin * d, 0, (size_t)((end - begin) * d) * sizeof(wr_real));
    for (int64_t j = begin; j < end; j++)
        for (int64_t h = 0; h < op->heads; h++)
            gradient_row(op, j, h, dp, dq);
}

static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct attention *op = (struct attention *)base;
    int64_t n = wr_var_rows(net, op->x), d = op->x->cols;
    (void)pass;
    op->adds = wr_var_adds(op->x);
    wr_blocks_run(n, WR_NET_BLOCK, score_gradient_rows, op);
    wr_blocks_run(n, WR_NET_BLOCK, gradient_rows, op);
    wr_partials_add(op->partials, n, 2 * d, d, op->p->grad);
    wr_partials_add(op->partials + d, n, 2 * d, d, op->q->grad);
}

static void release(struct wr_op *base)
{
    struct attention *op = (struct attention *)base;
    free(op->left);
    free(op->right);
    free(op->alpha);
    free(op->dscore);
    free(op->dleft);
    free(op->partials);
}

static const struct wr_op_class class = {"attention", sizeof(struct attention), forward, backward,
                                         release};

struct wr_var *wr_op_attention(struct wr_net *net, struct wr_var *x, int64_t heads,
                               const struct wr_adjacency *a, const struct wr_gnn_room *room)
{
    struct attention *op = x ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    int64_t rows = net->capacity[x->kind] * heads, entries = room->entries * heads;
    op->x = x;
    op->y = wr_net_var(net, x->kind, x->cols, true);
    op->heads = heads;
    op->width = x->cols / heads;
    op->a = a;
    op->p = wr_net_param(net, 1, x->cols, WR_PARAM_GLOROT, op->width);
    op->q = wr_net_param(net, 1, x->cols, WR_PARAM_GLOROT, op->width);
    op->left = wr_net_array(net, rows, sizeof *op->left);
    op->right = wr_net_array(net, rows, sizeof *op->right);
    op->alpha = wr_net_array(net, entries, sizeof *op->alpha);
    op->dscore = wr_net_array(net, entries, sizeof *op->dscore);
    op->dleft = wr_net_array(net, rows, sizeof *op->dleft);
    op->partials = wr_net_partials(net, x->kind, 2 * x->cols);
    return op->y;
}
