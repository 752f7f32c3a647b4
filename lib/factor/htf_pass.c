/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/htf_kernels.h"

#include "base/blocks.h"
#include "base/compiler.h"
#include "factor/rows.h"
#include "linalg/padded.h"

/*
 * Compiled in both precisions. With H (rows x R_l) the pooled rows of a node, a row for each
 * distinct tuple, and W (R_l x R_{l+1}) its factor, Z = H W goes up, dH = dZ W' and dW = H' dZ come
 * down. At the root, whose children are P and Q after products, predictions are <P_i o, Q_j> at
 * the observed pairs, o the output. The work of a wave is cut into panels of the rows of all its
 * nodes; nothing is added across panels.
 */

enum { SMALL = 100000 }; /* operations that a thread of its own is not worth */

static struct WR_REAL(wr_padded) padded(const wr_real *data, int64_t stride)
{
    return (struct WR_REAL(wr_padded)){data, stride};
}

static struct wr_pool_rows pool_rows(const struct htf_pass *p, int i)
{
    const struct wr_pool_node *node = &p->forest->node[i];
    const struct htf_rows *rows = p->room->rows;
    return (struct wr_pool_rows){.node = node,
                                 .left = rows[node->child[0]].value,
                                 .right = node->child[1] < 0 ? NULL : rows[node->child[1]].value,
                                 .value = rows[i].pooled,
                                 .grad = rows[i].pooled_grad,
                                 .stride = wr_lanes_stride(p->htf->node[i].in),
                                 .width = wr_lanes_width(p->htf->node[i].in)};
}

/* --- rows begin .. end - 1 of a node -------------------------------------------------------- */

static void map_up(const struct htf_pass *p, int i, int64_t begin, int64_t end)
{
    const struct htf_node *node = &p->htf->node[i];
    const struct wr_factor *w = &p->htf->model.factor[node->map];
    const struct htf_rows *rows = &p->room->rows[i];
    int64_t in = wr_lanes_stride(node->in), out = wr_lanes_stride(node->out);
    const wr_real *value = p->htf->model.value;
    WR_REAL(wr_padded_multiply)
    (end - begin, node->out, node->in, padded(rows->pooled + begin * in, in), false,
     padded(value + w->offset, w->stride), false, rows->value + begin * out, out);
}

static void up(const struct htf_pass *p, int i, int64_t begin, int64_t end)
{
    struct wr_pool_rows pool = pool_rows(p, i);
    WR_KERNEL(wr_pool_multiply)(&pool, begin, end);
    if (p->htf->node[i].map >= 0)
        map_up(p, i, begin, end);
}

static void map_down(const struct htf_pass *p, int i, int64_t begin, int64_t end)
{
    const struct htf_node *node = &p->htf->node[i];
    const struct wr_factor *w = &p->htf->model.factor[node->map];
    const struct htf_rows *rows = &p->room->rows[i];
    int64_t in = wr_lanes_stride(node->in), out = wr_lanes_stride(node->out);
    const wr_real *value = p->htf->model.value;
    WR_REAL(wr_padded_multiply)
    (end - begin, node->in, node->out, padded(rows->grad + begin * out, out), false,
     padded(value + w->offset, w->stride), true, rows->pooled_grad + begin * in, in);
}

/* The gradient of a top's rows with respect to P_i o, then to P_i. */
static void scale_grad(const struct htf_pass *p, int64_t begin, int64_t end)
{
    int64_t width = wr_lanes_width(p->htf->width), stride = wr_lanes_stride(p->htf->width);
    for (int64_t i = begin; i < end; i++) {
        wr_real *grad = p->room->rows[p->forest->top[0]].grad + i * stride;
        for (int64_t r = 0; r < width; r += WR_LANES)
            WR_LANES_AT(grad + r) *= WR_LANES_AT(p->room->output + r);
    }
}

static void down(const struct htf_pass *p, int i, int64_t begin, int64_t end)
{
    const struct htf_node *node = &p->htf->node[i];
    if (node->parent >= 0) {
        struct wr_pool_rows pool = pool_rows(p, node->parent);
        pool.child = &p->forest->node[i];
        pool.child_grad = p->room->rows[i].grad;
        pool.side = node->side;
        WR_KERNEL(wr_pool_push)(&pool, begin, end);
    } else if (node->side == 0) {
        scale_grad(p, begin, end);
    }
    if (node->map >= 0)
        map_down(p, i, begin, end);
}

/* Rows begin .. end - 1 of the factor's gradient. */
static void weigh(const struct htf_pass *p, int i, int64_t begin, int64_t end)
{
    const struct htf_node *node = &p->htf->node[i];
    const struct wr_factor *w = &p->htf->model.factor[node->map];
    const struct htf_rows *rows = &p->room->rows[i];
    int64_t in = wr_lanes_stride(node->in), out = wr_lanes_stride(node->out);
    wr_real *grad = p->htf->model.grad;
    WR_REAL(wr_padded_multiply)
    (end - begin, node->out, p->forest->node[i].rows, padded(rows->pooled + begin, in), true,
     padded(rows->grad, out), false, grad + w->offset + begin * w->stride, w->stride);
}

/* --- waves ---------------------------------------------------------------------------------- */

struct wave {
    const struct htf_pass *pass;
    void (*work)(const struct htf_pass *p, int i, int64_t begin, int64_t end);
    int64_t tasks;
    double cost;
};

static void run_tasks(void *context, int64_t begin, int64_t end)
{
    const struct wave *w = context;
    for (int64_t k = begin; k < end; k++) {
        const struct htf_task *task = &w->pass->room->task[k];
        w->work(w->pass, task->node, task->begin, task->end);
    }
}

static void add_tasks(struct wave *w, int i, int64_t length)
{
    const struct htf_node *node = &w->pass->htf->node[i];
    double width = (double)(node->out + (node->map < 0 ? 0 : node->in * node->out));
    for (int64_t begin = 0; begin < length; begin += HTF_PANEL)
        w->pass->room->task[w->tasks++] =
            (struct htf_task){i, begin, wr_block_end(begin, HTF_PANEL, length)};
    w->cost += (double)w->pass->forest->node[i].rows * width;
}

/* Several small tasks make a block. */
static void run_wave(struct wave *w)
{
    double per_task = w->cost / (double)(w->tasks > 0 ? w->tasks : 1);
    int64_t block = per_task > SMALL ? 1 : 1 + (int64_t)(SMALL / (per_task + 1));
    wr_blocks_run_even(w->tasks, block, run_tasks, w);
}

static void run_rows(const struct htf_pass *p, int number,
                     void (*work)(const struct htf_pass *p, int i, int64_t begin, int64_t end))
{
    struct wave w = {p, work, 0, 0};
    for (int k = p->htf->wave_begin[number]; k < p->htf->wave_begin[number + 1]; k++)
        add_tasks(&w, p->htf->by_wave[k], p->forest->node[p->htf->by_wave[k]].rows);
    run_wave(&w);
}

/* --- the root ------------------------------------------------------------------------------- */

/* Rows of a top per block, so many that a block is worth a thread: an entry of the row is a product
 * of two rows of numbers. */
static int64_t rows_per_block(const struct htf_pass *p, int64_t rows)
{
    double entries = (double)p->matrix->row[p->forest->node[p->forest->top[0]].rows];
    double per_row = (1 + entries / (double)rows) * (double)wr_lanes_width(p->htf->width);
    int64_t worth = 1 + (int64_t)(SMALL / per_row);
    return worth > HTF_PANEL / 4 ? worth : HTF_PANEL / 4;
}

static void scale_rows(void *context, int64_t begin, int64_t end)
{
    const struct htf_pass *p = context;
    int64_t width = wr_lanes_width(p->htf->width), stride = wr_lanes_stride(p->htf->width);
    const wr_real *from = p->room->rows[p->forest->top[0]].value;
    for (int64_t i = begin; i < end; i++)
        for (int64_t r = 0; r < width; r += WR_LANES)
            WR_LANES_AT(p->room->scaled + i * stride + r) =
                WR_LANES_AT(from + i * stride + r) * WR_LANES_AT(p->room->output + r);
}

static void predict_pairs(const struct htf_pass *p)
{
    const struct htf_rows *q = &p->room->rows[p->forest->top[1]];
    int64_t rows = p->forest->node[p->forest->top[0]].rows, block = rows_per_block(p, rows);
    struct wr_pair_dots dots = {.a = p->matrix,
                                .p = p->room->scaled,
                                .q = q->value,
                                .x = p->room->x,
                                .stride = wr_lanes_stride(p->htf->width),
                                .width = wr_lanes_width(p->htf->width)};
    wr_blocks_run_even(rows, block, scale_rows, (void *)(uintptr_t)p);
    wr_blocks_run_even(rows, block, WR_KERNEL(wr_pair_dots), &dots);
}

/* do_r = sum over i of P_ir dP_ir, for components begin .. end - 1. */
static void output_columns(void *context, int64_t begin, int64_t end)
{
    const struct htf_pass *p = context;
    const struct htf_rows *top = &p->room->rows[p->forest->top[0]];
    int64_t stride = wr_lanes_stride(p->htf->width), rows = p->forest->node[p->forest->top[0]].rows;
    for (int64_t r = begin; r < end; r += WR_LANES) {
        wr_lanes sum = {0};
        for (int64_t i = 0; i < rows; i++)
            sum +=
                WR_LANES_AT(top->value + i * stride + r) * WR_LANES_AT(top->grad + i * stride + r);
        WR_LANES_AT(p->room->output_grad + r) = sum;
    }
}

/* With the slopes G (P's rows x Q's rows): d(P o) = G Q, dQ = G' (P o). */
static void differentiate_pairs(const struct htf_pass *p)
{
    const struct wr_pair_matrix *a = p->matrix;
    const struct htf_rows *first = &p->room->rows[p->forest->top[0]];
    const struct htf_rows *second = &p->room->rows[p->forest->top[1]];
    int64_t width = wr_lanes_width(p->htf->width), stride = wr_lanes_stride(p->htf->width);
    struct wr_pair_gather g = {a->row,        a->col,      NULL,   p->room->x,
                               second->value, first->grad, stride, width};
    int64_t rows = p->forest->node[p->forest->top[0]].rows;
    wr_blocks_run_even(rows, rows_per_block(p, rows), WR_KERNEL(wr_pair_gather), &g);
    wr_blocks_run_even(width, rows * width > SMALL ? 4 * WR_LANES : width, output_columns,
                       (void *)(uintptr_t)p);
    g = (struct wr_pair_gather){a->col_from,     a->col_row,   a->entry, p->room->x,
                                p->room->scaled, second->grad, stride,   width};
    rows = p->forest->node[p->forest->top[1]].rows;
    wr_blocks_run_even(rows, rows_per_block(p, rows), WR_KERNEL(wr_pair_gather), &g);
}

static const struct wr_factor *output_factor(const struct htf *htf)
{
    return &htf->model.factor[htf->model.factors - 1];
}

void WR_KERNEL(wr_htf_forward)(const struct htf_pass *p)
{
    const struct wr_factor *output = output_factor(p->htf);
    const wr_real *value = p->htf->model.value;
    for (int64_t r = 0; r < output->rows; r++)
        p->room->output[r] = value[output->offset + r];
    for (int wave = 1; wave < p->htf->waves; wave++)
        run_rows(p, wave, up);
    predict_pairs(p);
}

void WR_KERNEL(wr_htf_backward)(const struct htf_pass *p)
{
    const struct wr_factor *output = output_factor(p->htf);
    wr_real *grad = p->htf->model.grad;
    struct wave weights = {p, weigh, 0, 0};
    differentiate_pairs(p);
    for (int64_t r = 0; r < output->rows; r++)
        grad[output->offset + r] = p->room->output_grad[r];
    for (int wave = p->htf->waves - 1; wave >= 0; wave--)
        run_rows(p, wave, down);
    for (int i = 0; i < p->htf->nodes; i++)
        if (p->htf->node[i].map >= 0)
            add_tasks(&weights, i, p->htf->node[i].in);
    run_wave(&weights);
}
