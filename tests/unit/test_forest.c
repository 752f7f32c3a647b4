/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factormodel.h"

#include "factor/forest.h"

/* Write the indices of the modes below row `row` of a node. */
static void unfold(const struct wr_forest *f, int modes, int node, uint32_t row, uint32_t *index)
{
    const struct wr_pool_node *n = &f->node[node];
    ck_assert_int_lt(row, n->rows);
    if (n->child[0] < 0) {
        if (node < modes)
            index[node] = row;
        return;
    }
    for (int side = 0; side < 2 && n->child[side] >= 0; side++)
        unfold(f, modes, n->child[side], n->pair[2 * row + (uint32_t)side], index);
}

/* Each row of a child knows the rows of the parent that use it. */
static void check_uses(const struct wr_forest *f, const struct wr_pool_node *parent)
{
    for (int side = 0; side < 2 && parent->child[side] >= 0; side++) {
        const struct wr_pool_node *child = &f->node[parent->child[side]];
        ck_assert_int_eq(child->use[child->rows], parent->rows);
        for (int64_t a = 0; a < child->rows; a++)
            for (int64_t u = child->use[a]; u < child->use[a + 1]; u++)
                ck_assert_int_eq(parent->pair[2 * child->by[u] + (uint32_t)side], a);
    }
}

static void check_matrix(const struct wr_forest *f)
{
    struct wr_pair_matrix a;
    struct wr_error err = {0};
    ck_ok(wr_pair_matrix_init(&a, f, &err), err);
    int64_t rows = f->node[f->top[0]].rows, cols = f->node[f->top[1]].rows;
    ck_assert(a.row[0] == 0 && a.row[rows] == f->count);
    ck_assert(a.col_from[0] == 0 && a.col_from[cols] == f->count);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t k = a.row[i]; k < a.row[i + 1]; k++) {
            ck_assert_int_eq(f->row[2 * a.where[k]], i);
            ck_assert_int_eq(f->row[2 * a.where[k] + 1], a.col[k]);
            ck_assert(k == a.row[i] || a.col[k - 1] <= a.col[k]);
        }
    for (int64_t j = 0; j < cols; j++)
        for (int64_t k = a.col_from[j]; k < a.col_from[j + 1]; k++) {
            ck_assert_int_eq(a.col[a.entry[k]], j);
            ck_assert_int_eq(f->row[2 * a.where[a.entry[k]]], a.col_row[k]);
        }
    wr_pair_matrix_release(&a);
}

START_TEST(rows_of_the_tops_are_the_observations)
{
    static const int64_t dim[] = {2, 3, 1, 4, 2, 5, 2, 2, 3};
    for (int order = 1; order <= 9; order++)
        for (int64_t most = 0; most <= 64; most = 2 * most + 1)
            for (int64_t count = 1; count <= 100; count += 33) {
                struct wr_observations o;
                struct wr_forest f;
                struct wr_error err = {0};
                uint32_t index[9];
                random_observations(&o, order, dim, count, (uint64_t)count);
                ck_ok(wr_forest_init(&f, &o, most, &err), err);
                ck_assert(f.tops >= (order < 2 ? order : 2) && (most > 0 || f.tops == order));
                for (int64_t i = 0; i < count; i++) {
                    for (int k = 0; k < f.tops; k++)
                        unfold(&f, order, f.top[k], f.row[i * f.tops + k], index);
                    ck_assert_mem_eq(index, wr_observations_at(&o, i),
                                     (size_t)order * sizeof *index);
                }
                for (int n = order; n < f.nodes; n++) {
                    ck_assert_int_le(f.node[n].rows, most);
                    check_uses(&f, &f.node[n]);
                }
                if (f.tops == 2)
                    check_matrix(&f);
                wr_forest_release(&f);
                wr_observations_release(&o);
            }
}
END_TEST

/* Five modes of ten: the short side is pooled, not four modes against one. */
START_TEST(halves_are_balanced)
{
    static const int64_t dim[] = {10, 10, 10, 10, 10};
    struct wr_observations o;
    struct wr_forest f;
    struct wr_error err = {0};
    random_observations(&o, 5, dim, 20000, 1);
    ck_ok(wr_forest_init(&f, &o, 15000, &err), err);
    ck_assert_int_eq(f.tops, 2);
    ck_assert_int_eq(f.node[f.top[0]].rows + f.node[f.top[1]].rows, 1100);
    wr_forest_release(&f);
    wr_observations_release(&o);
}
END_TEST

static void check_rows(const struct wr_forest *f, int order, int64_t i, const uint32_t *expected)
{
    uint32_t index[9];
    for (int k = 0; k < 2; k++)
        unfold(f, order, f->top[k], f->row[2 * i + k], index);
    ck_assert_mem_eq(index, expected, (size_t)order * sizeof *index);
}

static void check_pools(const struct wr_forest *f)
{
    for (int n = 0; n < f->nodes; n++)
        if (f->node[n].child[0] >= 0)
            check_uses(f, &f->node[n]);
    check_matrix(f);
}

/* Parts of a forest are forests of some of its observations. */
static void check_parts(const struct wr_forest *f, const struct wr_observations *o)
{
    struct wr_forest_part p;
    struct wr_error err = {0};
    uint32_t position[4];
    int64_t rows = 0;
    ck_ok(wr_forest_part_init(&p, f, 4, &err), err);
    for (int64_t first = 0; first < o->count; first += 3) {
        int64_t count = o->count - first < 3 ? o->count - first : 3;
        for (int64_t i = 0; i < count; i++)
            position[i] = (uint32_t)(o->count - 1 - first - i);
        position[count] = position[0];
        wr_forest_part_take(&p, first % 2 ? position : NULL, first, count + first % 2);
        check_pools(&p.forest);
        for (int64_t i = 0; i < p.forest.count; i++)
            check_rows(&p.forest, o->order, i,
                       wr_observations_at(o, first % 2 ? position[i] : first + i));
        for (int n = o->order; n < f->nodes; n++) {
            rows = f->node[n].rows < p.forest.count ? f->node[n].rows : p.forest.count;
            ck_assert_int_le(p.forest.node[n].rows, f->node[n].child[0] < 0 ? 1 : rows);
        }
    }
    wr_forest_part_release(&p);
}

START_TEST(forests_along_trees)
{
    static const int64_t dim[] = {2, 3, 1, 4, 2, 5, 2, 2, 3};
    for (int order = 1; order <= 9; order++)
        for (int arity = 2; arity <= 4; arity++)
            for (int pattern = WR_TREE_ADJACENT; pattern <= WR_TREE_SQUARE; pattern++)
                for (int64_t count = 1; count <= 100; count += 33) {
                    struct wr_modetree tree;
                    struct wr_observations o;
                    struct wr_forest f;
                    struct wr_error err = {0};
                    int at[64];
                    if (wr_modetree_init(&tree, order, arity, (enum wr_tree_pattern)pattern,
                                         &err)) {
                        ck_assert(pattern == WR_TREE_SQUARE &&
                                  (arity < 4 || (order != 1 && order != 4 && order != 9)));
                        continue;
                    }
                    random_observations(&o, order, dim, count, (uint64_t)count);
                    ck_ok(wr_forest_init_tree(&f, &o, &tree, at, &err), err);
                    ck_assert_int_eq(f.tops, 2);
                    check_pools(&f);
                    for (int64_t i = 0; i < count; i++)
                        check_rows(&f, order, i, wr_observations_at(&o, i));
                    check_parts(&f, &o);
                    wr_forest_release(&f);
                    wr_observations_release(&o);
                    wr_modetree_release(&tree);
                }
}
END_TEST

/* Two modes of 16: 256 tuples however many observations. */
START_TEST(tuples_of_a_node_are_counted_once)
{
    static const int64_t dim[] = {16, 16, 16, 16};
    struct wr_modetree tree;
    struct wr_observations o;
    struct wr_forest f;
    struct wr_error err = {0};
    int at[6];
    random_observations(&o, 4, dim, 20000, 1);
    ck_ok(wr_modetree_init(&tree, 4, 2, WR_TREE_ADJACENT, &err), err);
    ck_ok(wr_forest_init_tree(&f, &o, &tree, at, &err), err);
    ck_assert_int_eq(f.node[at[4]].rows, 256);
    ck_assert_int_eq(f.node[at[5]].rows, 256);
    ck_assert(f.top[0] == at[4] && f.top[1] == at[5]);
    wr_forest_release(&f);
    wr_observations_release(&o);
    wr_modetree_release(&tree);
}
END_TEST

unit_main("forest", rows_of_the_tops_are_the_observations, halves_are_balanced, forests_along_trees,
          tuples_of_a_node_are_counted_once)
