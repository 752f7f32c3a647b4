/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "base/rng.h"
#include "data/tensor.h"
#include "gen/observe.h"
#include "gen/tensors.h"
#include "linalg/dense.h"

static struct wr_truth make(int order, const int64_t *dim, int widths, const int64_t *width,
                            bool hierarchical)
{
    struct wr_truth t;
    struct wr_error err = {0};
    const struct wr_truth_options options = {.widths = widths,
                                             .width = width,
                                             .hierarchical = hierarchical,
                                             .arity = 2,
                                             .norm = 3,
                                             .seed = 5};
    ck_ok(wr_truth_init(&t, order, dim, &options, &err), err);
    return t;
}

static struct wr_tensor dense(const struct wr_truth *t)
{
    struct wr_tensor w;
    struct wr_error err = {0};
    ck_ok(wr_tensor_init(&w, t->order, t->dim, &err), err);
    ck_ok(wr_truth_entries(t, 0, w.size, w.value, &err), err);
    return w;
}

static int rank_of(const struct wr_tensor *w, const bool *in_rows)
{
    struct wr_error err = {0};
    struct wr_matricization m = wr_tensor_matricization(w, in_rows);
    int64_t least = m.rows < m.cols ? m.rows : m.cols;
    double *a = malloc((size_t)w->size * sizeof *a), *sigma = malloc((size_t)least * sizeof *sigma);
    ck_ok(wr_tensor_matricize(w, in_rows, a, &err), err);
    ck_ok(wr_singular_values(m.rows, m.cols, a, sigma, &err), err);
    int rank = 0;
    while (rank < least && sigma[rank] > 1e-12 * sigma[0])
        rank++;
    free(a);
    free(sigma);
    return rank;
}

static void expect_norm(const struct wr_tensor *w)
{
    double norm;
    ck_assert_int_eq(wr_norm(w->value, w->size, &norm, NULL), WR_OK);
    ck_assert_double_eq_tol(norm, 3, 1e-12);
}

/* The sum over components, from the matrices. */
START_TEST(cp_by_its_definition)
{
    const int64_t dim[] = {3, 1, 4, 2, 5}, rank = 3;
    for (int order = 1; order <= 5; order++) {
        struct wr_truth t = make(order, dim, 1, &rank, false);
        struct wr_tensor w = dense(&t);
        uint32_t index[5] = {0};
        const double *output = t.weight + t.offset[t.tree.first[t.tree.levels - 1]];
        for (int64_t i = 0; i < w.size; i++, wr_dims_next(order, dim, index)) {
            double sum = 0;
            for (int r = 0; r < 3; r++) {
                double product = output[r];
                for (int n = 0; n < order; n++)
                    product *= t.weight[t.offset[n] + index[n] * 3 + r];
                sum += product;
            }
            ck_assert_double_eq_tol(w.value[i], sum, 1e-13);
        }
        expect_norm(&w);
        wr_tensor_release(&w);
        wr_truth_release(&t);
    }
}
END_TEST

START_TEST(ranks_are_as_asked)
{
    const int64_t dim[] = {6, 7, 8, 9}, sides[] = {30, 40}, five = 5, widths[] = {4, 3};
    bool first[] = {true, false, false, false}, half[] = {true, true, false, false};
    struct wr_truth t = make(4, dim, 1, &five, false);
    struct wr_tensor w = dense(&t);
    ck_assert_int_eq(rank_of(&w, first), 5);
    ck_assert_int_eq(rank_of(&w, half), 5);
    wr_tensor_release(&w);
    wr_truth_release(&t);
    t = make(2, sides, 1, &five, false);
    w = dense(&t);
    ck_assert_int_eq(rank_of(&w, first), 5);
    wr_tensor_release(&w);
    wr_truth_release(&t);
    t = make(4, dim, 2, widths, true);
    w = dense(&t);
    ck_assert_int_eq(rank_of(&w, first), 4);
    ck_assert_int_eq(rank_of(&w, half), 3);
    expect_norm(&w);
    wr_tensor_release(&w);
    wr_truth_release(&t);
}
END_TEST

/* Of the matricizations by pairs of modes only that of a node has the node's rank. */
static void expect_rank_of_pairs(enum wr_tree_pattern pattern, const int wanted[3])
{
    const int64_t dim[] = {5, 6, 5, 6}, width[] = {4, 2};
    const struct wr_truth_options options = {.widths = 2,
                                             .width = width,
                                             .hierarchical = true,
                                             .arity = 2,
                                             .pattern = pattern,
                                             .norm = 3,
                                             .seed = 5};
    struct wr_truth t;
    struct wr_error err = {0};
    ck_ok(wr_truth_init(&t, 4, dim, &options, &err), err);
    struct wr_tensor w = dense(&t);
    for (int with = 1; with < 4; with++) {
        bool in_rows[4] = {true, with == 1, with == 2, with == 3};
        ck_assert_int_eq(rank_of(&w, in_rows), wanted[with - 1]);
    }
    expect_norm(&w);
    wr_tensor_release(&w);
    wr_truth_release(&t);
}

START_TEST(trees_of_every_pattern)
{
    expect_rank_of_pairs(WR_TREE_ADJACENT, (int[]){2, 16, 16});
    expect_rank_of_pairs(WR_TREE_HALF, (int[]){16, 2, 16});
}
END_TEST

/* y = (w0 * w1) W10 * (w2 W11) out, order 3: node 1 of level 1 has one child. */
START_TEST(tree_by_its_definition)
{
    const int64_t dim[] = {2, 3, 4}, widths[] = {2, 3};
    struct wr_truth t = make(3, dim, 2, widths, true);
    struct wr_tensor w = dense(&t);
    uint32_t index[3] = {0};
    const double *left = t.weight + t.offset[3], *right = t.weight + t.offset[4],
                 *output = t.weight + t.offset[5];
    for (int64_t i = 0; i < w.size; i++, wr_dims_next(3, dim, index)) {
        double value = 0;
        for (int c = 0; c < 3; c++) {
            double a = 0, b = 0;
            for (int r = 0; r < 2; r++) {
                a += t.weight[t.offset[0] + index[0] * 2 + r] *
                     t.weight[t.offset[1] + index[1] * 2 + r] * left[r * 3 + c];
                b += t.weight[t.offset[2] + index[2] * 2 + r] * right[r * 3 + c];
            }
            value += a * b * output[c];
        }
        ck_assert_double_eq_tol(w.value[i], value, 1e-13);
    }
    expect_norm(&w);
    wr_tensor_release(&w);
    wr_truth_release(&t);
}
END_TEST

START_TEST(observed_entries_are_those_of_the_tensor)
{
    const int64_t dim[] = {6, 7, 8}, width[] = {3, 2};
    struct wr_truth t = make(3, dim, 2, width, true);
    struct wr_tensor w = dense(&t);
    struct wr_observations o;
    struct wr_error err = {0};
    ck_ok(wr_gen_entries(3, dim, 50, 1, &o, &err), err);
    ck_ok(wr_truth_observe(&t, &o, &err), err);
    for (int64_t i = 0; i < o.count; i++)
        ck_assert(o.value[i] == w.value[wr_tensor_place(&w, wr_observations_at(&o, i))]);
    wr_observations_release(&o);
    wr_tensor_release(&w);
    wr_truth_release(&t);
}
END_TEST

START_TEST(measurements)
{
    enum { COUNT = 200, ROW = 3 + 4 + 5 };
    const int64_t dim[] = {3, 4, 5}, rank = 2;
    struct wr_truth t = make(3, dim, 1, &rank, false);
    struct wr_tensor w = dense(&t);
    static double x[COUNT * ROW], last[50 * ROW], y[COUNT];
    double squares = 0;
    wr_gen_measurements(3, dim, 0, COUNT, 1, x);
    wr_gen_measurements(3, dim, 150, COUNT, 1, last); /* cut elsewhere, the same */
    ck_assert_mem_eq(last, x + 150 * ROW, sizeof last);
    ck_assert_int_eq(wr_truth_measure(&t, x, COUNT, y, NULL), WR_OK);
    for (int m = 0; m < COUNT; m++) {
        const double *row = x + m * ROW;
        uint32_t index[3] = {0};
        double sum = 0;
        for (int64_t i = 0; i < w.size; i++, wr_dims_next(3, dim, index)) {
            double factor = row[index[0]] * row[3 + index[1]] * row[7 + index[2]];
            sum += w.value[i] * factor;
            squares += factor * factor;
        }
        ck_assert_double_eq_tol(y[m], sum, 1e-12);
    }
    ck_assert_double_eq_tol(squares / COUNT, 1, 0.2); /* norm 1 on average */
    wr_tensor_release(&w);
    wr_truth_release(&t);
}
END_TEST

static void expect_distinct_and_sorted(const struct wr_observations *o)
{
    for (int64_t i = 1; i < o->count; i++) {
        const uint32_t *a = wr_observations_at(o, i - 1), *b = a + o->order;
        int n = 0;
        while (n < o->order && a[n] == b[n])
            n++;
        ck_assert(n < o->order && a[n] < b[n]);
    }
    for (int64_t i = 0; i < o->count * o->order; i++)
        ck_assert(o->index[i] < o->dim[i % o->order]);
}

START_TEST(entries)
{
    static const int64_t huge[] = {4000000000, 4000000000, 4000000000};
    const int64_t dim[] = {4, 5, 6};
    int seen[120] = {0};
    struct wr_observations o;
    struct wr_error err = {0};
    for (int64_t count = 0; count <= 120; count += count < 30 ? 1 : 10) {
        ck_ok(wr_gen_entries(3, dim, count, (uint64_t)count, &o, &err), err);
        ck_assert_int_eq(o.count, count);
        expect_distinct_and_sorted(&o);
        wr_observations_release(&o);
    }
    /* each entry is as likely as another, drawn either way */
    for (int round = 0; round < 4000; round++) {
        ck_ok(wr_gen_entries(3, dim, round % 2 ? 12 : 36, (uint64_t)round, &o, &err), err);
        for (int64_t i = 0; i < o.count; i++) {
            const uint32_t *index = wr_observations_at(&o, i);
            seen[(index[0] * 5 + index[1]) * 6 + index[2]]++;
        }
        wr_observations_release(&o);
    }
    for (int i = 0; i < 120; i++) /* 800 with a deviation of about 25 */
        ck_assert_int_lt(abs(seen[i] - 800), 120);
    ck_ok(wr_gen_entries(3, huge, 5000, 1, &o, &err), err);
    expect_distinct_and_sorted(&o);
    wr_observations_release(&o);
    ck_assert_int_eq(wr_gen_entries(3, dim, 121, 1, &o, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "121 entries of a tensor that has 120");
}
END_TEST

START_TEST(high_order)
{
    int64_t dim[784], rank = 4;
    struct wr_observations o;
    struct wr_error err = {0};
    for (int n = 0; n < 784; n++)
        dim[n] = 2;
    struct wr_truth t = make(784, dim, 1, &rank, false);
    ck_ok(wr_gen_entries(784, dim, 300, 1, &o, &err), err);
    expect_distinct_and_sorted(&o);
    ck_ok(wr_truth_observe(&t, &o, &err), err);
    for (int64_t i = 0; i < o.count; i++)
        ck_assert(isfinite(o.value[i]));
    wr_observations_release(&o);
    wr_truth_release(&t);
}
END_TEST

START_TEST(noise)
{
    enum { COUNT = 20000 };
    static double one[COUNT], three[COUNT];
    double squares = 0;
    wr_threads_set(1);
    wr_gen_noise(one, 0, COUNT, 0.5, 9);
    wr_threads_set(3);
    wr_gen_noise(three, 0, 2 * WR_BLOCK, 0.5, 9);
    wr_gen_noise(three + 2 * WR_BLOCK, 2 * WR_BLOCK, COUNT, 0.5, 9);
    ck_assert_mem_eq(one, three, sizeof one);
    for (int i = 0; i < COUNT; i++)
        squares += one[i] * one[i];
    ck_assert_double_eq_tol(squares / COUNT, 0.25, 0.02);
}
END_TEST

START_TEST(impossible_truths)
{
    const int64_t dim[] = {4, 4, 4, 4}, zero = 0, widths[] = {3, 3, 3};
    static const struct wr_truth_options good = {.norm = 1};
    struct wr_truth_options options = good;
    struct wr_truth t;
    struct wr_error err = {0};
    options.widths = 1;
    options.width = &zero;
    ck_assert_int_eq(wr_truth_init(&t, 4, dim, &options, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "a rank of 0, expected 1 to 32768");
    err = (struct wr_error){0};
    options.widths = 3;
    options.width = widths;
    options.hierarchical = true;
    options.arity = 2;
    ck_assert_int_eq(wr_truth_init(&t, 4, dim, &options, &err), WR_EINVAL);
    ck_assert_str_eq(err.message,
                     "widths: 3, expected 2, one for each level of the tree of 4 modes");
    options.widths = 2;
    options.norm = 0;
    ck_assert_int_eq(wr_truth_init(&t, 4, dim, &options, NULL), WR_EINVAL);
}
END_TEST

unit_main("gen_tensors", cp_by_its_definition, ranks_are_as_asked, trees_of_every_pattern,
          tree_by_its_definition, observed_entries_are_those_of_the_tensor, measurements, entries,
          high_order, noise, impossible_truths)
