/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/forest.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "factor/forest_internal.h"

#define NONE UINT32_MAX

static bool is_pool(const struct wr_pool_node *node)
{
    return node->child[0] >= 0;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Room for the rows of a node, of which the whole forest has `rows', and for uses by a parent. */
static enum wr_status make_node(struct wr_forest_part *p, int i, struct wr_error *err)
{
    const struct wr_pool_node *whole = &p->whole->node[i];
    struct wr_pool_node *node = &p->forest.node[i];
    *node = (struct wr_pool_node){.child = {whole->child[0], whole->child[1]}, .rows = whole->rows};
    if (whole->use) {
        node->use = wr_alloc(whole->rows + 1, sizeof *node->use, err);
        node->by = wr_alloc(p->most, sizeof *node->by, err);
        if (!node->use || !node->by)
            return WR_ENOMEM;
    }
    if (!is_pool(whole))
        return WR_OK;
    node->rows = 0;
    node->pair = wr_calloc(2 * least(whole->rows, p->most), sizeof *node->pair, err);
    p->row[i] = wr_alloc(least(whole->rows, p->most), sizeof *p->row[i], err);
    p->local[i] = wr_alloc(whole->rows, sizeof *p->local[i], err);
    if (!node->pair || !p->row[i] || !p->local[i])
        return WR_ENOMEM;
    memset(p->local[i], 0xff, (size_t)whole->rows * sizeof *p->local[i]);
    return WR_OK;
}

enum wr_status wr_forest_part_init(struct wr_forest_part *p, const struct wr_forest *whole,
                                   int64_t most, struct wr_error *err)
{
    struct wr_forest_part made = {.whole = whole, .most = least(most, whole->count)};
    struct wr_forest *f = &made.forest;
    enum wr_status status = WR_OK;
    f->nodes = whole->nodes;
    f->tops = 2;
    f->node = wr_calloc(whole->nodes, sizeof *f->node, err);
    f->top = wr_alloc(2, sizeof *f->top, err);
    f->row = wr_alloc(2 * made.most, sizeof *f->row, err);
    made.row = wr_calloc(whole->nodes, sizeof *made.row, err);
    made.local = wr_calloc(whole->nodes, sizeof *made.local, err);
    if (!f->node || !f->top || !f->row || !made.row || !made.local)
        status = WR_ENOMEM;
    for (int i = 0; i < whole->nodes && !status; i++)
        status = make_node(&made, i, err);
    if (status) {
        wr_forest_part_release(&made);
        return status;
    }
    f->top[0] = whole->top[0];
    f->top[1] = whole->top[1];
    *p = made;
    return WR_OK;
}

void wr_forest_part_release(struct wr_forest_part *p)
{
    for (int i = 0; i < p->forest.nodes; i++) {
        free(p->row ? p->row[i] : NULL);
        free(p->local ? p->local[i] : NULL);
    }
    free(p->row);
    free(p->local);
    wr_forest_release(&p->forest);
    *p = (struct wr_forest_part){0};
}

static void forget(struct wr_forest_part *p)
{
    for (int i = 0; i < p->forest.nodes; i++) {
        struct wr_pool_node *node = &p->forest.node[i];
        if (!is_pool(node))
            continue;
        for (int64_t t = 0; t < node->rows; t++)
            p->local[i][p->row[i][t]] = NONE;
        node->rows = 0;
    }
}

/* The row that a row of the whole forest has here; modes keep theirs. */
static uint32_t take_row(struct wr_forest_part *p, int i, uint32_t row)
{
    struct wr_pool_node *node = &p->forest.node[i];
    if (!is_pool(node))
        return row;
    if (p->local[i][row] == NONE) {
        p->row[i][node->rows] = row;
        p->local[i][row] = (uint32_t)node->rows++;
    }
    return p->local[i][row];
}

/* The rows of the children of a pool, and which of them each row uses. */
static void take_children(struct wr_forest_part *p, int i)
{
    struct wr_pool_node *node = &p->forest.node[i];
    for (int side = 0; side < wr_pool_children(node); side++) {
        struct wr_pool_node *child = &p->forest.node[node->child[side]];
        for (int64_t t = 0; t < node->rows; t++)
            node->pair[2 * t + side] = take_row(
                p, node->child[side], p->whole->node[i].pair[2 * (int64_t)p->row[i][t] + side]);
        wr_forest_group(node->pair + side, 2, node->rows, child->rows, child->use, child->by);
    }
}

void wr_forest_part_take(struct wr_forest_part *p, const uint32_t *positions, int64_t first,
                         int64_t count)
{
    struct wr_forest *f = &p->forest;
    forget(p);
    f->count = count;
    for (int64_t i = 0; i < count; i++)
        for (int side = 0; side < 2; side++) {
            int64_t o = positions ? positions[i] : first + i;
            f->row[2 * i + side] = take_row(p, f->top[side], p->whole->row[2 * o + side]);
        }
    for (int i = f->nodes - 1; i >= 0; i--)
        if (is_pool(&f->node[i]))
            take_children(p, i);
}
