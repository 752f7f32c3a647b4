/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factormodel.h"

#include "factor/forest.h"

/* Write the indices of the modes below row `row` of a node. */
static void unfold(const struct wr_forest *f, int node, uint32_t row, uint32_t *index)
{
    const struct wr_pool_node *n = &f->node[node];
    ck_assert_int_lt(row, n->rows);
    if (n->child[0] < 0) {
        index[node] = row;
        return;
    }
    for (int side = 0; side < 2; side++)
        unfold(f, n->child[side], n->pair[2 * row + (uint32_t)side], index);
}

/* Each row of a child knows the rows of the parent that use it. */
static void check_uses(const struct wr_forest *f, const struct wr_pool_node *parent)
{
    for (int side = 0; side < 2; side++) {
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
                        unfold(&f, f.top[k], f.row[i * f.tops + k], index);
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

unit_main("forest", rows_of_the_tops_are_the_observations, halves_are_balanced)
