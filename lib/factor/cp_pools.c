/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/cp_internal.h"

#include "base/blocks.h"
#include "base/compiler.h"
#include "factor/cp_lanes.h"

/* Components begin .. begin + width - 1 of a pool and of its children. */
struct pool {
    const struct wr_pool_node *node, *child;
    const wr_real *left, *right; /* values of the children */
    wr_real *value;
    const wr_real *grad;
    wr_real *child_grad;
    int64_t stride, width;
    int side; /* of the child that gets its gradient */
};

/* value_t = left_a * right_b for every tuple t = (a, b) */
WR_CLONES
static void multiply_rows(void *context, int64_t begin, int64_t end)
{
    const struct pool *p = context;
    for (int64_t t = begin; t < end; t++) {
        const wr_real *a = p->left + p->node->pair[2 * t] * p->stride;
        const wr_real *b = p->right + p->node->pair[2 * t + 1] * p->stride;
        wr_real *to = p->value + t * p->stride;
        for (int64_t r = 0; r < p->width; r += CP_LANES)
            CP_AT(to + r) = CP_AT(a + r) * CP_AT(b + r);
    }
}

/* child_grad_a = sum over the tuples t that use row a of grad_t * the sibling's row in t */
WR_CLONES
static void push_rows(void *context, int64_t begin, int64_t end)
{
    const struct pool *p = context;
    const wr_real *sibling = p->side ? p->left : p->right;
    for (int64_t a = begin; a < end; a++)
        for (int64_t r = 0; r < p->width; r += CP_LANES) {
            cp_lanes sum = {0};
            for (int64_t u = p->child->use[a]; u < p->child->use[a + 1]; u++) {
                int64_t t = p->child->by[u], b = p->node->pair[2 * t + !p->side];
                sum += CP_AT(p->grad + t * p->stride + r) * CP_AT(sibling + b * p->stride + r);
            }
            CP_AT(p->child_grad + a * p->stride + r) = sum;
        }
}

static struct pool pool_at(const struct cp *cp, int i, int64_t begin, int64_t end)
{
    const struct wr_pool_node *node = &cp->forest.node[i];
    return (struct pool){.node = node,
                         .left = cp->rows[node->child[0]].value + begin,
                         .right = cp->rows[node->child[1]].value + begin,
                         .value = cp->rows[i].value + begin,
                         .grad = cp->rows[i].grad + begin,
                         .stride = cp->stride,
                         .width = end - begin};
}

void WR_REAL(wr_cp_strip_up)(const struct cp *cp, int64_t begin, int64_t end)
{
    for (int i = cp->order; i < cp->forest.nodes; i++) {
        struct pool p = pool_at(cp, i, begin, end);
        wr_blocks_run(p.node->rows, CP_ROWS, multiply_rows, &p);
    }
}

void WR_REAL(wr_cp_strip_down)(const struct cp *cp, int64_t begin, int64_t end)
{
    for (int i = cp->forest.nodes - 1; i >= cp->order; i--) {
        struct pool p = pool_at(cp, i, begin, end);
        for (p.side = 0; p.side < 2; p.side++) {
            int child = p.node->child[p.side];
            p.child = &cp->forest.node[child];
            p.child_grad = cp->rows[child].grad + begin;
            wr_blocks_run(p.child->rows, CP_ROWS, push_rows, &p);
        }
    }
}

static void up_block(void *context, int64_t begin, int64_t end)
{
    WR_REAL(wr_cp_strip_up)(context, begin, end);
}

static void down_block(void *context, int64_t begin, int64_t end)
{
    WR_REAL(wr_cp_strip_down)(context, begin, end);
}

void WR_REAL(wr_cp_pools_up)(const struct cp *cp)
{
    wr_blocks_run(cp->width, CP_STRIP, up_block, (void *)(uintptr_t)cp);
}

void WR_REAL(wr_cp_pools_down)(const struct cp *cp)
{
    wr_blocks_run(cp->width, CP_STRIP, down_block, (void *)(uintptr_t)cp);
}
