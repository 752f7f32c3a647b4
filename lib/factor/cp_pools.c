/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/cp_kernels.h"

#include "base/blocks.h"
#include "factor/rows.h"

/* Components begin .. end - 1 of a pool and of its children. */
static struct wr_pool_rows pool_at(const struct cp *cp, int i, int64_t begin, int64_t end)
{
    const struct wr_pool_node *node = &cp->forest.node[i];
    return (struct wr_pool_rows){.node = node,
                                 .left = cp->rows[node->child[0]].value + begin,
                                 .right = cp->rows[node->child[1]].value + begin,
                                 .value = cp->rows[i].value + begin,
                                 .grad = cp->rows[i].grad + begin,
                                 .stride = cp->stride,
                                 .width = end - begin};
}

void WR_KERNEL(wr_cp_strip_up)(const struct cp *cp, int64_t begin, int64_t end)
{
    for (int i = cp->order; i < cp->forest.nodes; i++) {
        struct wr_pool_rows p = pool_at(cp, i, begin, end);
        wr_blocks_run(p.node->rows, CP_ROWS, WR_KERNEL(wr_pool_multiply), &p);
    }
}

void WR_KERNEL(wr_cp_strip_down)(const struct cp *cp, int64_t begin, int64_t end)
{
    for (int i = cp->forest.nodes - 1; i >= cp->order; i--) {
        struct wr_pool_rows p = pool_at(cp, i, begin, end);
        for (p.side = 0; p.side < 2; p.side++) {
            int child = p.node->child[p.side];
            p.child = &cp->forest.node[child];
            p.child_grad = cp->rows[child].grad + begin;
            wr_blocks_run(p.child->rows, CP_ROWS, WR_KERNEL(wr_pool_push), &p);
        }
    }
}

static void up_block(void *context, int64_t begin, int64_t end)
{
    WR_KERNEL(wr_cp_strip_up)(context, begin, end);
}

void WR_KERNEL(wr_cp_strips_run)(const struct cp *cp,
                                 void (*work)(void *context, int64_t begin, int64_t end))
{
    void *context = (void *)(uintptr_t)cp;
    if ((double)cp->width * (double)cp->model.count >= 2 * CP_WORTH) {
        wr_blocks_run_even(cp->width, CP_STRIP, work, context);
        return;
    }
    for (int64_t begin = 0; begin < cp->width; begin += CP_STRIP)
        work(context, begin, wr_block_end(begin, CP_STRIP, cp->width));
}

static void down_block(void *context, int64_t begin, int64_t end)
{
    WR_KERNEL(wr_cp_strip_down)(context, begin, end);
}

void WR_KERNEL(wr_cp_pools_up)(const struct cp *cp)
{
    WR_KERNEL(wr_cp_strips_run)(cp, up_block);
}

void WR_KERNEL(wr_cp_pools_down)(const struct cp *cp)
{
    WR_KERNEL(wr_cp_strips_run)(cp, down_block);
}
