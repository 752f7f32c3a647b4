/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "htfmodel.h"

#include "base/blocks.h"
#include "factor/rank.h"

static const struct wr_loss losses[] = {{WR_LOSS_L2, 0}, {WR_LOSS_L1, 0}, {WR_LOSS_HUBER, 0.7}};

static const struct shape shapes[] = {
    {1, {5}, 4, 2, WR_TREE_ADJACENT, {3}},
    {1, {1}, 1, 3, WR_TREE_HALF, {1}},
    {2, {3, 4}, 7, 2, WR_TREE_ADJACENT, {5}},
    {3, {2, 3, 4}, 9, 2, WR_TREE_ADJACENT, {4, 3}},
    {3, {2, 3, 4}, 1, 2, WR_TREE_HALF, {4, 3}},
    {3, {4, 1, 3}, 30, 3, WR_TREE_ADJACENT, {5}},
    {4, {3, 2, 3, 2}, 20, 2, WR_TREE_ADJACENT, {9, 17}},
    {4, {2, 3, 2, 3}, 50, 2, WR_TREE_HALF, {1, 1}},
    {4, {2, 3, 2, 3}, 50, 4, WR_TREE_SQUARE, {4}},
    {4, {3, 2, 2, 3}, 12, 3, WR_TREE_ADJACENT, {3, 4}},
    {5, {2, 3, 2, 2, 3}, 40, 2, WR_TREE_ADJACENT, {3, 2, 4}},
    {5, {2, 3, 2, 2, 3}, 40, 2, WR_TREE_HALF, {3, 2, 4}},
    {7, {2, 2, 2, 2, 2, 2, 2}, 40, 3, WR_TREE_ADJACENT, {2, 3}},
    {9, {2, 2, 1, 2, 2, 3, 2, 2, 2}, 33, 2, WR_TREE_ADJACENT, {2, 3, 2, 3}},
    {9, {2, 2, 1, 2, 2, 3, 2, 2, 2}, 33, 4, WR_TREE_SQUARE, {2, 3}},
    {16, {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, 20, 4, WR_TREE_SQUARE, {2, 3}},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* The definition, node by node: what a node of the tree hands on for one coordinate. */
static void evaluate(const struct wr_factorization *m, const struct wr_modetree *tree,
                     const uint32_t *index, int level, int node, double *out)
{
    int k = tree->first[level] + node, count;
    const struct wr_factor *f = &m->factor[k];
    double *w = malloc((size_t)(f->rows * f->cols) * sizeof *w);
    wr_factorization_factor_get(m, k, w);
    if (level == 0) {
        memcpy(out, w + index[node] * f->cols, (size_t)f->cols * sizeof *out);
        free(w);
        return;
    }
    const int *child = wr_modetree_children(tree, level, node, &count);
    double *pooled = malloc((size_t)f->rows * sizeof *pooled);
    double *vector = malloc((size_t)f->rows * sizeof *vector);
    for (int64_t r = 0; r < f->rows; r++)
        pooled[r] = 1;
    for (int c = 0; c < count; c++) {
        evaluate(m, tree, index, level - 1, child[c], vector);
        for (int64_t r = 0; r < f->rows; r++)
            pooled[r] *= vector[r];
    }
    for (int64_t j = 0; j < f->cols; j++) {
        out[j] = 0;
        for (int64_t r = 0; r < f->rows; r++)
            out[j] += pooled[r] * w[r * f->cols + j];
    }
    free(vector);
    free(pooled);
    free(w);
}

START_TEST(predictions_are_those_of_the_definition)
{
    for (int s = 0; s < SHAPES; s++)
        for (int precision = 0; precision < 2; precision++) {
            struct wr_observations o;
            struct wr_modetree tree;
            struct wr_error err = {0};
            double x[64], value;
            observe(&o, &shapes[s], 3);
            struct wr_factorization *m =
                make(&o, &shapes[s], (enum wr_precision)precision, 0, &losses[0]);
            ck_ok(wr_modetree_init(&tree, o.order, shapes[s].arity, shapes[s].pattern, &err), err);
            ck_assert_int_eq(m->class->predict(m, &o, x, NULL), WR_OK);
            for (int64_t i = 0; i < o.count; i++) {
                evaluate(m, &tree, wr_observations_at(&o, i), tree.levels - 1, 0, &value);
                ck_assert_double_eq_tol(x[i], value,
                                        (precision ? 1e-4 : 1e-12) * (1 + fabs(value)));
            }
            wr_modetree_release(&tree);
            wr_factorization_free(m);
            wr_observations_release(&o);
        }
}
END_TEST

START_TEST(gradients_agree_with_differences)
{
    for (int s = 0; s < SHAPES; s++)
        for (int l = 0; l < 3; l++) {
            struct wr_observations o;
            observe(&o, &shapes[s], (uint64_t)s);
            struct wr_factorization *m = make(&o, &shapes[s], WR_PRECISION_DOUBLE, 0, &losses[l]);
            check_gradient(m, &o, NULL, 0);
            wr_factorization_free(m);
            wr_observations_release(&o);
        }
}
END_TEST

/* Also a pass over all observations, which a model with batches makes in parts. */
START_TEST(gradients_of_batches_agree_with_differences)
{
    static const uint32_t batch[] = {3, 0, 3, 6, 1, 1, 2};
    for (int s = 0; s < SHAPES; s++) {
        struct wr_observations o;
        observe(&o, &shapes[s], (uint64_t)s);
        if (o.count > 6) {
            struct wr_factorization *m = make(&o, &shapes[s], WR_PRECISION_DOUBLE, 5, &losses[0]);
            check_gradient(m, &o, batch, 5);
            check_gradient(m, &o, batch + 4, 1);
            check_gradient(m, &o, batch, 7);
            check_gradient(m, &o, NULL, 0);
            wr_factorization_free(m);
        }
        wr_observations_release(&o);
    }
}
END_TEST

static const struct shape large[] = {
    {4, {16, 16, 16, 16}, 2000, 2, WR_TREE_ADJACENT, {70, 130}},
    {3, {300, 40, 5}, 3000, 2, WR_TREE_HALF, {20, 16}},
    {9, {4, 4, 4, 4, 4, 4, 4, 4, 4}, 1000, 3, WR_TREE_ADJACENT, {40, 30}},
};
enum { LARGE = sizeof large / sizeof *large };

START_TEST(single_precision_is_near_double)
{
    for (int s = 0; s < LARGE; s++) {
        struct wr_observations o;
        observe(&o, &large[s], 1);
        struct wr_factorization *m = make(&o, &large[s], WR_PRECISION_DOUBLE, 0, &losses[0]);
        struct wr_factorization *f = make(&o, &large[s], WR_PRECISION_SINGLE, 0, &losses[0]);
        wr_factorization_draw(m, 0, 0.3, 1);
        wr_factorization_draw(f, 0, 0.3, 1);
        double loss = m->class->gradient(m, NULL, 0), top = 0;
        ck_assert_double_eq_tol(f->class->gradient(f, NULL, 0), loss, 1e-4 * loss);
        for (int64_t i = 0; i < m->size; i++)
            top = fmax(top, fabs(grad_at(m, i)));
        for (int k = 0; k < m->factors; k++)
            for (int64_t i = 0; i < m->factor[k].rows; i++)
                for (int64_t j = 0; j < m->factor[k].cols; j++)
                    ck_assert_double_eq_tol(
                        grad_at(m, m->factor[k].offset + i * m->factor[k].stride + j),
                        grad_at(f, f->factor[k].offset + i * f->factor[k].stride + j), 1e-4 * top);
        wr_factorization_free(m);
        wr_factorization_free(f);
        wr_observations_release(&o);
    }
}
END_TEST

START_TEST(same_bits_for_any_number_of_threads)
{
    for (int round = 0; round < 2 * LARGE; round += unit_step(2)) {
        const struct shape *s = &large[round % LARGE];
        const int64_t batch = round / LARGE * 700;
        struct wr_observations o;
        observe(&o, s, 1);
        struct wr_factorization *m = make(&o, s, WR_PRECISION_SINGLE, batch, &losses[0]);
        check_threads(m);
        wr_factorization_free(m);
        wr_observations_release(&o);
    }
}
END_TEST

/* What a call leaves behind does not reach the next: batches, then all, then batches. */
START_TEST(passes_do_not_depend_on_those_before)
{
    const int64_t most = 50 * unit_step(10); /* observations in a part: there are 40 or 4 parts */
    struct wr_observations o;
    uint32_t batch[50];
    observe(&o, &large[0], 1);
    for (uint32_t i = 0; i < 50; i++)
        batch[i] = i * 37;
    struct wr_factorization *m = make(&o, &large[0], WR_PRECISION_DOUBLE, most, &losses[0]);
    struct wr_factorization *all = make(&o, &large[0], WR_PRECISION_DOUBLE, 0, &losses[0]);
    size_t bytes = (size_t)m->size * sizeof(double);
    double *first = malloc(bytes), loss = m->class->gradient(m, batch, 50);
    memcpy(first, m->grad, bytes);
    double whole = m->class->gradient(m, NULL, 0);
    ck_assert_double_eq_tol(whole, all->class->gradient(all, NULL, 0), 1e-10 * whole);
    for (int64_t i = 0; i < m->size; i++)
        ck_assert_double_eq_tol(grad_at(m, i), grad_at(all, i), 1e-9 * (1 + fabs(grad_at(m, i))));
    ck_assert(m->class->gradient(m, batch, 50) == loss);
    ck_assert_mem_eq(first, m->grad, bytes);
    free(first);
    wr_factorization_free(m);
    wr_factorization_free(all);
    wr_observations_release(&o);
}
END_TEST

/* So many tuples that coordinates are predicted in several parts, which must not show. Where programs run
 * slowly there are as many numbers, but less to multiply. */
START_TEST(predictions_do_not_depend_on_their_neighbours)
{
    const int64_t first = 300 * unit_step(4), second = 900 / unit_step(112);
    const struct shape wide = {4, {80, 80, 80, 80}, 9000, 2, WR_TREE_ADJACENT, {first, second}};
    struct wr_observations o;
    observe(&o, &wide, 1);
    struct wr_factorization *m = make(&o, &wide, WR_PRECISION_DOUBLE, 100, &losses[0]);
    wr_factorization_draw(m, 0, 0.1, 1);
    double *x = malloc((size_t)o.count * sizeof *x), alone;
    ck_assert_int_eq(m->class->predict(m, &o, x, NULL), WR_OK);
    for (int64_t i = 0; i < o.count; i += 1234) {
        struct wr_observations one = o;
        one.count = 1;
        one.index += i * o.order;
        ck_assert_int_eq(m->class->predict(m, &one, &alone, NULL), WR_OK);
        ck_assert_double_eq_tol(x[i], alone, 1e-12 * (1 + fabs(alone)));
    }
    free(x);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

START_TEST(a_thousand_modes)
{
    enum { ORDER = 1000, COUNT = 60 };
    static const int64_t width[] = {2, 3, 2, 3, 2, 3, 2, 3, 2, 3};
    int64_t dim[ORDER];
    struct wr_observations o;
    struct wr_error err = {0};
    struct wr_factorization *m;
    for (int n = 0; n < ORDER; n++)
        dim[n] = 2;
    random_observations(&o, ORDER, dim, COUNT, 1);
    struct wr_htf_options options = {2,   WR_TREE_ADJACENT, 10, width, WR_PRECISION_DOUBLE, 0, 0,
                                     NULL};
    ck_ok(wr_htf_new(&o, &options, &losses[0], &m, &err), err);
    wr_factorization_draw(m, 0.6, 0.05, 1);
    check_some_gradients(m, &o, 0, 503 * unit_step(3));
    wr_factorization_draw(m, 0.001, 0, 1);
    double mean = 0;
    for (int64_t i = 0; i < COUNT; i++)
        mean += o.value[i] * o.value[i] / COUNT;
    ck_assert_double_eq_tol(m->class->gradient(m, NULL, 0), mean, 1e-12);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

/* --- measures ------------------------------------------------------------------------------- */

static double measure_named(const struct wr_factorization *m, int top, const double *out,
                            const char *name)
{
    char is[32];
    for (int i = 0; i < m->class->measures(m, top); i++) {
        m->class->measure_name(m, top, i, is);
        if (strcmp(is, name) == 0)
            return out[i];
    }
    ck_abort_msg("no %s", name);
}

/* Singular values against those of the matricizations of the tensor of all predictions. */
static void check_spectra(const struct shape *s, enum wr_precision precision)
{
    enum { TOP = 4 };
    struct wr_observations o;
    struct wr_modetree tree;
    struct wr_tensor t;
    struct wr_error err = {0};
    bool below[16];
    char name[64];
    observe(&o, s, 1);
    struct wr_factorization *m = make(&o, s, precision, 0, &losses[0]);
    ck_ok(wr_modetree_init(&tree, s->order, s->arity, s->pattern, &err), err);
    ck_ok(wr_tensor_init(&t, s->order, s->dim, &err), err);
    ck_ok(wr_factorization_entries(m, s->order, s->dim, 0, t.size, t.value, &err), err);
    double *out = calloc((size_t)m->class->measures(m, TOP), sizeof *out);
    ck_ok(m->class->measure(m, TOP, out, &err), err);
    double *sigma = malloc((size_t)t.size * sizeof *sigma);
    for (int level = 0; level < tree.levels - 1; level++)
        for (int node = 0; node < tree.nodes[level]; node++) {
            struct wr_rank rank;
            int children = 0;
            if (level > 0)
                (void)wr_modetree_children(&tree, level, node, &children);
            if (children == 1)
                continue;
            wr_modetree_modes(&tree, level, node, below);
            ck_ok(wr_matricization_rank(&t, below, -1, &rank, sigma, &err), err);
            double tolerance = precision ? 2e-3 : 1e-6;
            snprintf(name, sizeof name, "l%d.n%d.effective_rank", level, node);
            ck_assert_double_eq_tol(measure_named(m, TOP, out, name), rank.effective,
                                    100 * tolerance);
            int64_t shown = rank.rows < rank.cols ? rank.rows : rank.cols;
            shown = shown < s->width[level] ? shown : s->width[level];
            for (int i = 0; i < TOP && i < shown; i++) {
                snprintf(name, sizeof name, "l%d.n%d.sigma%d", level, node, i + 1);
                ck_assert_double_eq_tol(measure_named(m, TOP, out, name), sigma[i],
                                        tolerance * sigma[0]);
            }
        }
    free(sigma);
    free(out);
    wr_tensor_release(&t);
    wr_modetree_release(&tree);
    wr_factorization_free(m);
    wr_observations_release(&o);
}

START_TEST(spectra_are_those_of_the_matricizations)
{
    for (int s = 0; s < SHAPES; s++)
        if (shapes[s].order < 16)
            for (int precision = 0; precision < 2; precision++)
                check_spectra(&shapes[s], (enum wr_precision)precision);
}
END_TEST

START_TEST(norms_of_local_components)
{
    static const struct shape s = {3, {2, 2, 1}, 2, 2, WR_TREE_ADJACENT, {2, 3}};
    static const double l0n0[] = {3, 0, 4, 1}, l0n1[] = {1, 2, 0, 0}, l0n2[] = {6, 7};
    static const double l1n0[] = {1, 2, 2, 0, 0, 5}, l1n1[] = {1, 0, 0, 2, 0, 0};
    static const double output[] = {2, 1, -10};
    static const double *const factors[] = {l0n0, l0n1, l0n2, l1n0, l1n1, output};
    static const char *const names[] = {"l0.n0", "l0.n1", "l0.n2", "l1.n0", "l1.n1", "output"};
    struct wr_observations o;
    struct wr_error err = {0};
    observe(&o, &s, 1);
    struct wr_factorization *m = make(&o, &s, WR_PRECISION_DOUBLE, 0, &losses[0]);
    ck_assert_int_eq(m->factors, 6);
    for (int k = 0; k < 6; k++) {
        ck_assert_str_eq(m->factor[k].name, names[k]);
        wr_factorization_factor_set(m, k, factors[k]);
    }
    double out[64];
    ck_assert_int_le(m->class->measures(m, 10), 64);
    ck_ok(m->class->measure(m, 10, out, &err), err);
    /* l1.n0: channel 1: 5 * 1 * 3; channel 2: 1 * 2 * 5 */
    ck_assert_double_eq_tol(measure_named(m, 10, out, "l1.n0.norm1"), 15, 1e-12);
    ck_assert_double_eq_tol(measure_named(m, 10, out, "l1.n0.norm2"), 10, 1e-12);
    /* l1.n1: 6 * 1 and 7 * 2 */
    ck_assert_double_eq_tol(measure_named(m, 10, out, "l1.n1.norm1"), 14, 1e-12);
    /* the root: columns of l1.n0 and of l1.n1, entries of output */
    ck_assert_double_eq_tol(measure_named(m, 10, out, "l2.n0.norm1"), 2 * sqrt(5), 1e-12);
    ck_assert_double_eq_tol(measure_named(m, 10, out, "l2.n0.norm3"), 0, 1e-12);
    ck_assert_int_lt(m->class->measures(m, 1), m->class->measures(m, 2));
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

/* Weights of 1e-3 in a deep tree: squares of squares leave the range of doubles. */
START_TEST(spectra_of_tiny_factors)
{
    static const int64_t width[] = {2, 2, 2, 2, 2, 2};
    int64_t dim[64];
    struct wr_observations o;
    struct wr_error err = {0};
    struct wr_factorization *m;
    for (int n = 0; n < 64; n++)
        dim[n] = 2;
    random_observations(&o, 64, dim, 3, 1);
    struct wr_htf_options options = {2,   WR_TREE_ADJACENT, 6, width, WR_PRECISION_DOUBLE, 0, 0,
                                     NULL};
    ck_ok(wr_htf_new(&o, &options, &losses[0], &m, &err), err);
    wr_factorization_draw(m, 0, 1e-3, 1);
    double *out = calloc((size_t)m->class->measures(m, 2), sizeof *out);
    ck_ok(m->class->measure(m, 2, out, &err), err);
    double rank = measure_named(m, 2, out, "l5.n0.effective_rank");
    ck_assert(rank >= 1 && rank <= 2);
    ck_assert_double_eq_tol(measure_named(m, 2, out, "l5.n1.effective_rank"), rank, 1e-6);
    free(out);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

/* --- options -------------------------------------------------------------------------------- */

START_TEST(default_widths_express_any_tensor)
{
    static const struct {
        int order, arity;
        enum wr_tree_pattern pattern;
        int64_t dim[9], width[4];
    } cases[] = {
        {1, 2, WR_TREE_ADJACENT, {5}, {1}},
        {2, 2, WR_TREE_ADJACENT, {3, 4}, {3}},
        {4, 2, WR_TREE_ADJACENT, {4, 4, 4, 4}, {16, 16}},
        {4, 2, WR_TREE_ADJACENT, {16, 16, 16, 16}, {256, 256}},
        {4, 2, WR_TREE_ADJACENT, {30, 30, 5, 5}, {512, 25}},
        {4, 2, WR_TREE_HALF, {30, 30, 5, 5}, {150, 150}},
        {3, 3, WR_TREE_ADJACENT, {9, 2, 3}, {6}},
        {5, 2, WR_TREE_ADJACENT, {2, 2, 2, 2, 2}, {4, 16, 2}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct wr_modetree tree;
        struct wr_error err = {0};
        int64_t width[4];
        ck_ok(wr_modetree_init(&tree, cases[c].order, cases[c].arity, cases[c].pattern, &err), err);
        wr_htf_widths(&tree, cases[c].dim, 512, width);
        for (int l = 0; l < tree.levels - 1; l++)
            ck_assert_int_eq(width[l], cases[c].width[l]);
        wr_modetree_release(&tree);
    }
}
END_TEST

START_TEST(impossible_models_are_refused)
{
    static const int64_t dim[] = {2, 2, 2}, width[] = {2, 2, 2}, zero[] = {2, 0};
    static const struct wr_htf_options bad[] = {
        {.arity = 1, .layers = 2, .width = width},
        {.arity = 2, .layers = 1, .width = width},
        {.arity = 2, .layers = 3, .width = width},
        {.arity = 2, .layers = 2, .width = zero},
        {.arity = 4, .layers = 1, .width = width, .pattern = WR_TREE_SQUARE},
    };
    struct wr_observations o;
    struct wr_factorization *m;
    random_observations(&o, 3, dim, 3, 1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wr_error err = {0};
        ck_assert_int_eq(wr_htf_new(&o, &bad[i], &losses[0], &m, &err), WR_EINVAL);
    }
    struct wr_error err = {0};
    struct wr_htf_options good = {.arity = 2, .layers = 2, .width = width};
    o.index[4] = 2;
    ck_assert_int_eq(wr_htf_new(&o, &good, &losses[0], &m, &err), WR_EDATA);
    wr_observations_release(&o);
}
END_TEST

unit_main("htf", predictions_are_those_of_the_definition, gradients_agree_with_differences,
          gradients_of_batches_agree_with_differences, single_precision_is_near_double,
          same_bits_for_any_number_of_threads, passes_do_not_depend_on_those_before,
          predictions_do_not_depend_on_their_neighbours, a_thousand_modes,
          spectra_are_those_of_the_matricizations, norms_of_local_components,
          spectra_of_tiny_factors, default_widths_express_any_tensor, impossible_models_are_refused)
