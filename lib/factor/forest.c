/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/forest.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "factor/forest_internal.h"

/* Places of a table over all pairs of rows, per observation: beyond, few tuples would repeat. */
enum { TABLE_SHARE = 16, TABLE_LEAST = 4096 };

void wr_forest_group(const uint32_t *of, int64_t step, int64_t count, int64_t groups,
                     int64_t *begin, uint32_t *item)
{
    memset(begin, 0, ((size_t)groups + 1) * sizeof *begin);
    for (int64_t i = 0; i < count; i++)
        begin[of[i * step] + 1]++;
    for (int64_t g = 0; g < groups; g++)
        begin[g + 1] += begin[g];
    for (int64_t i = 0; i < count; i++)
        item[begin[of[i * step]]++] = (uint32_t)i;
    memmove(begin + 1, begin, (size_t)groups * sizeof *begin);
    begin[0] = 0;
}

enum wr_status wr_forest_connect(struct wr_forest *f, const struct wr_pool_node *parent,
                                 struct wr_error *err)
{
    for (int side = 0; side < wr_pool_children(parent); side++) {
        struct wr_pool_node *child = &f->node[parent->child[side]];
        child->use = wr_alloc(child->rows + 1, sizeof *child->use, err);
        child->by = wr_alloc(parent->rows, sizeof *child->by, err);
        if (!child->use || !child->by)
            return WR_ENOMEM;
        wr_forest_group(parent->pair + side, 2, parent->rows, child->rows, child->use, child->by);
    }
    return WR_OK;
}

/* What numbers the pairs of rows that two tops have together. */
struct pairing {
    uint32_t *table; /* by pair: whether it occurs, then its number */
    int64_t capacity;
};

static const struct wr_pool_node *top_node(const struct wr_forest *f, int k)
{
    return &f->node[f->top[k]];
}

/* The number of distinct pairs of tops k and k + 1, which are numbered in the table in ascending
 * order; INT64_MAX when the table would be too large. */
static int64_t number_pairs(const struct wr_forest *f, int k, const struct pairing *p)
{
    int64_t right = top_node(f, k + 1)->rows, places, distinct = 0;
    if (__builtin_mul_overflow(top_node(f, k)->rows, right, &places) || places > p->capacity)
        return INT64_MAX;
    memset(p->table, 0, (size_t)places * sizeof *p->table);
    for (int64_t i = 0; i < f->count; i++) {
        const uint32_t *row = f->row + i * f->tops + k;
        p->table[row[0] * right + row[1]] = 1;
    }
    for (int64_t t = 0; t < places; t++)
        if (p->table[t])
            p->table[t] = (uint32_t)distinct++;
    return distinct;
}

/* A node for tops k and k + 1, whose pairs are numbered. Column k of every observation becomes
 * its row; column k + 1 is free. */
static enum wr_status pool(struct wr_forest *f, int k, int64_t distinct, const struct pairing *p,
                           struct wr_error *err)
{
    int64_t right = top_node(f, k + 1)->rows;
    enum wr_status status = wr_grow(&f->node, f->nodes + 1, sizeof *f->node, err);
    if (status)
        return status;
    struct wr_pool_node *node = &f->node[f->nodes++];
    *node = (struct wr_pool_node){.child = {f->top[k], f->top[k + 1]}, .rows = distinct};
    node->pair = wr_alloc(2 * distinct, sizeof *node->pair, err);
    if (!node->pair)
        return WR_ENOMEM;
    for (int64_t i = 0; i < f->count; i++) {
        uint32_t *row = f->row + i * f->tops + k, number = p->table[row[0] * right + row[1]];
        node->pair[2 * number] = row[0];
        node->pair[2 * number + 1] = row[1];
        row[0] = number;
    }
    f->top[k] = f->nodes - 1;
    f->top[k + 1] = -1;
    return wr_forest_connect(f, node, err);
}

void wr_forest_compact(struct wr_forest *f)
{
    int kept = 0;
    uint32_t *to = f->row;
    for (int64_t i = 0; i < f->count; i++)
        for (int k = 0; k < f->tops; k++)
            if (f->top[k] >= 0)
                *to++ = f->row[i * f->tops + k];
    for (int k = 0; k < f->tops; k++)
        if (f->top[k] >= 0)
            f->top[kept++] = f->top[k];
    f->tops = kept;
}

/* The top from which pairing begins: of three the last two are pooled when that gives fewer rows. */
static int first_pair(const struct wr_forest *f, const struct pairing *p)
{
    return f->tops == 3 && number_pairs(f, 1, p) < number_pairs(f, 0, p);
}

/* Pool neighbours once; two tops are what the model wants. */
static enum wr_status pool_level(struct wr_forest *f, int64_t most, const struct pairing *p,
                                 struct wr_error *err)
{
    int left = f->tops;
    for (int k = first_pair(f, p); k + 1 < f->tops && left > 2; k++) {
        int64_t distinct = number_pairs(f, k, p);
        if (distinct > most)
            continue;
        enum wr_status status = pool(f, k++, distinct, p, err);
        if (status)
            return status;
        left--;
    }
    wr_forest_compact(f);
    return WR_OK;
}

enum wr_status wr_forest_start(struct wr_forest *f, const struct wr_observations *o,
                               struct wr_error *err)
{
    f->nodes = f->tops = o->order;
    f->count = o->count;
    f->node = wr_calloc(o->order, sizeof *f->node, err);
    f->top = wr_alloc(o->order, sizeof *f->top, err);
    f->row = wr_alloc(o->count * o->order, sizeof *f->row, err);
    if (!f->node || !f->top || !f->row)
        return WR_ENOMEM;
    for (int n = 0; n < o->order; n++) {
        f->node[n] = (struct wr_pool_node){.child = {-1, -1}, .rows = o->dim[n]};
        f->top[n] = n;
    }
    memcpy(f->row, o->index, (size_t)(o->count * o->order) * sizeof *f->row);
    return WR_OK;
}

enum wr_status wr_forest_init(struct wr_forest *f, const struct wr_observations *o, int64_t most,
                              struct wr_error *err)
{
    struct wr_forest made = {0};
    struct pairing p = {.capacity = TABLE_SHARE * o->count + TABLE_LEAST};
    enum wr_status status = wr_forest_start(&made, o, err);
    p.table = status ? NULL : wr_alloc(p.capacity, sizeof *p.table, err);
    if (!p.table)
        status = WR_ENOMEM;
    for (int before = made.tops + 1; !status && made.tops < before && made.tops > 2;) {
        before = made.tops;
        status = pool_level(&made, most, &p, err);
    }
    free(p.table);
    if (status)
        wr_forest_release(&made);
    else
        *f = made;
    return status;
}

void wr_forest_release(struct wr_forest *f)
{
    for (int i = 0; f->node && i < f->nodes; i++) {
        free(f->node[i].pair);
        free(f->node[i].use);
        free(f->node[i].by);
    }
    free(f->node);
    free(f->top);
    free(f->row);
    *f = (struct wr_forest){0};
}

enum wr_status wr_pair_matrix_room(struct wr_pair_matrix *a, int64_t rows, int64_t cols,
                                   int64_t count, struct wr_error *err)
{
    struct wr_pair_matrix made = {
        .row = wr_alloc(rows + 1, sizeof *made.row, err),
        .col = wr_alloc(count, sizeof *made.col, err),
        .where = wr_alloc(count, sizeof *made.where, err),
        .col_from = wr_alloc(cols + 1, sizeof *made.col_from, err),
        .col_row = wr_alloc(count, sizeof *made.col_row, err),
        .entry = wr_alloc(count, sizeof *made.entry, err),
    };
    if (made.row && made.col && made.where && made.col_from && made.col_row && made.entry) {
        *a = made;
        return WR_OK;
    }
    wr_pair_matrix_release(&made);
    return WR_ENOMEM;
}

/* By columns, then in a stable way by rows. col_row and entry are scratch until the end. */
void wr_pair_matrix_fill(struct wr_pair_matrix *a, const struct wr_forest *f)
{
    int64_t rows = top_node(f, 0)->rows, cols = top_node(f, 1)->rows, count = f->count;
    uint32_t *by_col = a->entry, *row_of = a->col_row;
    wr_forest_group(f->row + 1, 2, count, cols, a->col_from, by_col);
    for (int64_t k = 0; k < count; k++)
        row_of[k] = f->row[2 * (int64_t)by_col[k]];
    wr_forest_group(row_of, 1, count, rows, a->row, a->where);
    for (int64_t k = 0; k < count; k++) {
        a->where[k] = by_col[a->where[k]];
        a->col[k] = f->row[2 * (int64_t)a->where[k] + 1];
    }
    wr_forest_group(a->col, 1, count, cols, a->col_from, a->entry);
    for (int64_t k = 0; k < count; k++)
        a->col_row[k] = f->row[2 * (int64_t)a->where[a->entry[k]]];
}

enum wr_status wr_pair_matrix_init(struct wr_pair_matrix *a, const struct wr_forest *f,
                                   struct wr_error *err)
{
    enum wr_status status =
        wr_pair_matrix_room(a, top_node(f, 0)->rows, top_node(f, 1)->rows, f->count, err);
    if (!status)
        wr_pair_matrix_fill(a, f);
    return status;
}

void wr_pair_matrix_release(struct wr_pair_matrix *a)
{
    free(a->row);
    free(a->col);
    free(a->where);
    free(a->col_from);
    free(a->col_row);
    free(a->entry);
    *a = (struct wr_pair_matrix){0};
}
