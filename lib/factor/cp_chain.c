/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/cp_kernels.h"

#include <math.h>
#include <string.h>

#include "base/blocks.h"
#include "base/compiler.h"
#include "factor/lanes.h"

/*
 * Observations one by one: the product of an observation's rows along the tops, and for the
 * gradient the product of all rows but one, which is a prefix times a suffix. Nothing is ever
 * divided, so that a product that underflows is 0 and its gradient is right. Blocks of
 * observations run in parallel, each adding to a gradient of its own; these are added in order.
 */

enum { BLOCKS_MOST = 16, BLOCK_LEAST = 16 };

struct pass {
    struct cp *cp;
    const uint32_t *batch; /* positions of observations; NULL: all */
    int64_t count, block;
    double share; /* 1 / count */
};

/* How many blocks: the gradients of their own should cost less than the observations, and a block
 * be worth a thread. */
static int blocks_for(const struct cp *cp, int64_t count)
{
    double work = (double)count * cp->forest.tops * (double)cp->width;
    double blocks = fmin(work / 4 / (double)cp->chain.numbers, work / CP_WORTH);
    if (blocks > (double)(count / BLOCK_LEAST))
        blocks = (double)(count / BLOCK_LEAST);
    return blocks > BLOCKS_MOST ? BLOCKS_MOST : blocks < 1 ? 1 : (int)blocks;
}

/* *total += the products along the tops of an observation's components r ...; those before each
 * top are kept. */
WR_INLINE void forward(const struct cp *cp, const uint32_t *row, int64_t r, wr_real *prefix,
                       wr_lanes *total)
{
    wr_lanes product = WR_LANES_AT(cp->chain.value[0] + row[0] * cp->stride + r);
    for (int k = 1; k < cp->forest.tops; k++) {
        WR_LANES_AT(prefix + k * WR_LANES) = product;
        product *= WR_LANES_AT(cp->chain.value[k] + row[k] * cp->stride + r);
    }
    *total += product;
}

/* grad_k += slope * prefix_k * suffix_k; the suffix before the last top is 1 in components. */
WR_INLINE void backward(const struct cp *cp, const uint32_t *row, int64_t r, const wr_real *prefix,
                        wr_real slope, wr_real *grads)
{
    wr_lanes suffix = {0};
    for (int64_t j = 0; j < WR_LANES && r + j < cp->rank; j++)
        suffix[j] = slope;
    for (int k = cp->forest.tops - 1; k > 0; k--) {
        int64_t at = row[k] * cp->stride + r;
        WR_LANES_AT(grads + cp->chain.offset[k] + at) +=
            suffix * WR_LANES_AT(prefix + k * WR_LANES);
        suffix *= WR_LANES_AT(cp->chain.value[k] + at);
    }
    WR_LANES_AT(grads + row[0] * cp->stride + r) += suffix;
}

static void chain_block(void *context, int64_t begin, int64_t end)
{
    const struct pass *pass = context;
    struct cp *cp = pass->cp;
    int64_t b = begin / pass->block, tops = cp->forest.tops;
    wr_real *grads = cp->chain.grads + b * cp->chain.numbers;
    wr_real *prefix = cp->chain.prefix + b * tops * WR_LANES;
    double sum = 0;
    memset(grads, 0, (size_t)cp->chain.numbers * sizeof *grads);
    for (int64_t i = begin; i < end; i++) {
        int64_t o = pass->batch ? pass->batch[i] : i;
        const uint32_t *row = cp->forest.row + o * tops;
        wr_lanes total = {0};
        double slope;
        for (int64_t r = 0; r < cp->width; r += WR_LANES)
            forward(cp, row, r, prefix, &total);
        sum += wr_loss_at(&cp->model.loss, (double)(wr_lanes_sum(&total) - cp->y[o]), &slope);
        for (int64_t r = 0; r < cp->width; r += WR_LANES) {
            if (cp->width > WR_LANES)
                forward(cp, row, r, prefix, &total);
            backward(cp, row, r, prefix, (wr_real)(slope * pass->share), grads);
        }
    }
    cp->partial[b] = sum;
}

/* The gradients of tops begin .. end - 1 from those of the blocks. */
static void add_blocks(void *context, int64_t begin, int64_t end)
{
    const struct pass *pass = context;
    const struct cp *cp = pass->cp;
    for (int64_t k = begin; k < end; k++) {
        int64_t size = cp->forest.node[cp->forest.top[k]].rows * cp->stride;
        wr_real *restrict to = cp->rows[cp->forest.top[k]].grad;
        memcpy(to, cp->chain.grads + cp->chain.offset[k], (size_t)size * sizeof *to);
        for (int64_t b = 1; b < wr_block_count(pass->count, pass->block); b++) {
            const wr_real *restrict from =
                cp->chain.grads + b * cp->chain.numbers + cp->chain.offset[k];
            for (int64_t i = 0; i < size; i++)
                to[i] += from[i];
        }
    }
}

double WR_KERNEL(wr_cp_chain)(struct wr_factorization *m, const uint32_t *batch, int64_t count)
{
    struct cp *cp = (struct cp *)m;
    struct pass pass = {cp, batch, batch ? count : m->count, 0, 0};
    int64_t blocks = blocks_for(cp, pass.count);
    double sum = 0;
    pass.block = wr_block_count(pass.count, blocks);
    pass.share = 1 / (double)pass.count;
    WR_KERNEL(wr_cp_pools_up)(cp);
    wr_blocks_run(pass.count, pass.block, chain_block, &pass);
    for (int64_t b = 0; b < wr_block_count(pass.count, pass.block); b++)
        sum += cp->partial[b];
    wr_blocks_run(cp->forest.tops,
                  blocks == 1 ? cp->forest.tops : 1 + cp->forest.tops / BLOCKS_MOST, add_blocks,
                  &pass);
    WR_KERNEL(wr_cp_pools_down)(cp);
    return sum * pass.share;
}

enum wr_status WR_KERNEL(wr_cp_chain_init)(struct cp *cp, struct wr_error *err)
{
    struct cp_chain *c = &cp->chain;
    int tops = cp->forest.tops;
    c->offset = wr_factorization_own(&cp->model, tops, sizeof *c->offset, err);
    c->value = wr_factorization_own(&cp->model, tops, sizeof *c->value, err);
    if (!c->offset || !c->value)
        return WR_ENOMEM;
    for (int k = 0; k < tops; k++) {
        c->offset[k] = c->numbers;
        c->value[k] = cp->rows[cp->forest.top[k]].value;
        c->numbers += cp->forest.node[cp->forest.top[k]].rows * cp->stride;
    }
    int64_t blocks = blocks_for(cp, cp->model.count); /* a batch has no more */
    c->grads = wr_factorization_own(&cp->model, blocks * c->numbers, sizeof *c->grads, err);
    c->prefix = wr_factorization_own(&cp->model, blocks * tops * WR_LANES, sizeof *c->prefix, err);
    cp->partial = wr_factorization_own(&cp->model, blocks, sizeof *cp->partial, err);
    return c->grads && c->prefix && cp->partial ? WR_OK : WR_ENOMEM;
}
