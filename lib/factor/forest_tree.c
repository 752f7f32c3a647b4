/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/forest.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "factor/forest_internal.h"

/* Observations in the order of the rows that they have in two columns. */
struct sorting {
    uint32_t *order; /* count positions */
    uint32_t *by_right, *left, *place;
    int64_t *begin; /* per row, of the node with the most */
    int64_t rows;
};

static int64_t rows_of(const struct wr_forest *f, int column)
{
    return f->node[f->top[column]].rows;
}

/* By the row in column a, then, when b is one, by that in column b. */
static enum wr_status sort(const struct wr_forest *f, int a, int b, struct sorting *s,
                           struct wr_error *err)
{
    int64_t most = b >= 0 && rows_of(f, b) > rows_of(f, a) ? rows_of(f, b) : rows_of(f, a);
    if (most > s->rows) {
        enum wr_status status = wr_grow(&s->begin, most + 1, sizeof *s->begin, err);
        if (status)
            return status;
        s->rows = most;
    }
    if (b < 0) {
        wr_forest_group(f->row + a, f->tops, f->count, rows_of(f, a), s->begin, s->order);
        return WR_OK;
    }
    wr_forest_group(f->row + b, f->tops, f->count, rows_of(f, b), s->begin, s->by_right);
    for (int64_t k = 0; k < f->count; k++)
        s->left[k] = f->row[(int64_t)s->by_right[k] * f->tops + a];
    wr_forest_group(s->left, 1, f->count, rows_of(f, a), s->begin, s->place);
    for (int64_t k = 0; k < f->count; k++)
        s->order[k] = s->by_right[s->place[k]];
    return WR_OK;
}

/* The row of an observation in column b, 0 without one. */
static uint32_t right_row(const uint32_t *row, int b)
{
    return b < 0 ? 0 : row[b];
}

/* How many distinct pairs the sorted observations have; with a node they become its rows, and
 * column a of the observations their numbers. */
static int64_t number(struct wr_forest *f, int a, int b, const struct sorting *s,
                      struct wr_pool_node *node)
{
    int64_t distinct = 0;
    uint32_t left = 0, right = 0;
    for (int64_t k = 0; k < f->count; k++) {
        uint32_t *row = f->row + (int64_t)s->order[k] * f->tops, r = right_row(row, b);
        if (distinct == 0 || row[a] != left || r != right) {
            left = row[a];
            right = r;
            if (node) {
                node->pair[2 * distinct] = left;
                node->pair[2 * distinct + 1] = right;
            }
            distinct++;
        }
        if (node)
            row[a] = (uint32_t)(distinct - 1);
    }
    return distinct;
}

/* A pool for columns a and b, which is free then; a copy when b is -1. */
static enum wr_status pool(struct wr_forest *f, int a, int b, struct sorting *s,
                           struct wr_error *err)
{
    enum wr_status status = sort(f, a, b, s, err);
    if (!status)
        status = wr_grow(&f->node, f->nodes + 1, sizeof *f->node, err);
    if (status)
        return status;
    struct wr_pool_node *node = &f->node[f->nodes++];
    *node = (struct wr_pool_node){.child = {f->top[a], b < 0 ? -1 : f->top[b]}};
    node->rows = number(f, a, b, s, NULL);
    node->pair = wr_alloc(2 * node->rows, sizeof *node->pair, err);
    if (!node->pair)
        return WR_ENOMEM;
    number(f, a, b, s, node);
    f->top[a] = f->nodes - 1;
    if (b >= 0)
        f->top[b] = -1;
    return wr_forest_connect(f, node, err);
}

/* Pool neighbours of a list of columns until `enough' are left. A pool is in its left column. */
static enum wr_status pool_columns(struct wr_forest *f, int *column, int count, int enough,
                                   struct sorting *s, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    while (count > enough && !status) {
        int kept = 0, left = count;
        for (int i = 0; i < count && !status; i++) {
            column[kept++] = column[i];
            if (i + 1 < count && left > enough) {
                status = pool(f, column[i], column[i + 1], s, err);
                left--;
                i++;
            }
        }
        count = kept;
    }
    return status;
}

/* Columns are nodes of the level before; in the end of this one, or the tops. */
static enum wr_status pool_level(struct wr_forest *f, const struct wr_modetree *tree, int level,
                                 int *column, struct sorting *s, struct wr_error *err)
{
    bool root = level == tree->levels - 1;
    for (int node = 0; node < tree->nodes[level]; node++) {
        int count;
        const int *child = wr_modetree_children(tree, level, node, &count);
        for (int i = 0; i < count; i++)
            column[i] = child[i];
        enum wr_status status = count == 1 && !root
                                    ? pool(f, column[0], -1, s, err)
                                    : pool_columns(f, column, count, root ? 2 : 1, s, err);
        if (status)
            return status;
    }
    wr_forest_compact(f);
    return WR_OK;
}

/* A second top for a root with a single child. */
static enum wr_status add_unit(struct wr_forest *f, struct wr_error *err)
{
    enum wr_status status = wr_grow(&f->node, f->nodes + 1, sizeof *f->node, err);
    if (!status)
        status = wr_grow(&f->top, 2, sizeof *f->top, err);
    if (!status)
        status = wr_grow(&f->row, 2 * f->count, sizeof *f->row, err);
    if (status)
        return status;
    for (int64_t i = f->count; i-- > 0;) {
        f->row[2 * i] = f->row[i];
        f->row[2 * i + 1] = 0;
    }
    f->node[f->nodes] = (struct wr_pool_node){.child = {-1, -1}, .rows = 1};
    f->top[1] = f->nodes++;
    f->tops = 2;
    return WR_OK;
}

static enum wr_status grow_tree(struct wr_forest *f, const struct wr_modetree *tree, int *at,
                                struct sorting *s, struct wr_error *err)
{
    int *column = wr_alloc(tree->order, sizeof *column, err);
    enum wr_status status = column ? WR_OK : WR_ENOMEM;
    for (int level = 0; level < tree->levels && !status; level++) {
        if (level > 0)
            status = pool_level(f, tree, level, column, s, err);
        for (int i = 0; !status && level < tree->levels - 1 && i < f->tops; i++)
            at[tree->first[level] + i] = f->top[i];
    }
    free(column);
    return status || f->tops == 2 ? status : add_unit(f, err);
}

enum wr_status wr_forest_init_tree(struct wr_forest *f, const struct wr_observations *o,
                                   const struct wr_modetree *tree, int *at, struct wr_error *err)
{
    struct wr_forest made = {0};
    struct sorting s = {.order = wr_alloc(o->count, sizeof *s.order, err),
                        .by_right = wr_alloc(o->count, sizeof *s.by_right, err),
                        .left = wr_alloc(o->count, sizeof *s.left, err),
                        .place = wr_alloc(o->count, sizeof *s.place, err)};
    enum wr_status status = s.order && s.by_right && s.left && s.place ? WR_OK : WR_ENOMEM;
    if (!status)
        status = wr_forest_start(&made, o, err);
    if (!status)
        status = grow_tree(&made, tree, at, &s, err);
    free(s.order);
    free(s.by_right);
    free(s.left);
    free(s.place);
    free(s.begin);
    if (status)
        wr_forest_release(&made);
    else
        *f = made;
    return status;
}
