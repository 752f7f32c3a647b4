/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "htfmodel.h"

#include "factor/rank.h"

static const struct wr_loss l2 = {WR_LOSS_L2, 0};

/* The bonus by its definition: the logarithm of the participation ratio of a matricization of the
 * predictions, with its weight; expected: of the squared norm. */
static double explicit_bonus(const struct wr_factorization *m, const struct shape *s,
                             const bool *between, double expected)
{
    struct wr_tensor t;
    struct wr_rank rank;
    struct wr_error err = {0};
    ck_ok(wr_tensor_init(&t, s->order, s->dim, &err), err);
    ck_ok(wr_factorization_entries(m, s->order, s->dim, 0, t.size, t.value, &err), err);
    double *sigma = calloc((size_t)t.size, sizeof *sigma), two = 0, four = 0;
    ck_ok(wr_matricization_rank(&t, between, -1, &rank, sigma, &err), err);
    for (int64_t i = 0; i < t.size; i++) {
        two += sigma[i] * sigma[i];
        four += sigma[i] * sigma[i] * sigma[i] * sigma[i];
    }
    free(sigma);
    wr_tensor_release(&t);
    double x = pow(two / expected, 1 / (double)m->factors);
    return x / (1 + x) * (2 * log(two) - log(four));
}

/* Entries of the mean square of the observations. */
static double expected_square(const struct wr_observations *o)
{
    double squares = 0;
    for (int64_t i = 0; i < o->count; i++)
        squares += o->value[i] * o->value[i] / (double)o->count;
    for (int n = 0; n < o->order; n++)
        squares *= (double)o->dim[n];
    return squares;
}

/* The gradient with a bonus against differences of the loss divided by P^(bonus w). */
static void check_bonus(const struct shape *s, const bool *between)
{
    const double h = 1e-5, bonus = 0.3;
    struct wr_observations o;
    struct wr_error err = {0};
    struct wr_factorization *m, *plain;
    observe(&o, s, 1);
    struct wr_htf_options options = {
        s->arity, s->pattern, layers_of(s), s->width, WR_PRECISION_DOUBLE, 0, bonus, between};
    ck_ok(wr_htf_new(&o, &options, &l2, &m, &err), err);
    plain = make(&o, s, WR_PRECISION_DOUBLE, 0, &l2);
    wr_factorization_draw(m, 0.1, 0.6, 4);
    double expected = expected_square(&o), *value = plain->value;
    ck_assert(m->class->gradient(m, NULL, 0) == plain->class->gradient(plain, NULL, 0));
    for (int k = 0; k < m->factors; k++)
        for (int64_t i = 0; i < m->factor[k].rows; i++)
            for (int64_t j = 0; j < m->factor[k].cols; j++) {
                int64_t at = m->factor[k].offset + i * m->factor[k].stride + j;
                double x = value[at], minimized[2];
                for (int side = 0; side < 2; side++) {
                    value[at] = side ? x + h : x - h;
                    minimized[side] = loss_by_predictions(plain, &o, NULL, 0) *
                                      exp(-bonus * explicit_bonus(plain, s, between, expected));
                }
                value[at] = x;
                double wanted = (minimized[1] - minimized[0]) / (2 * h);
                ck_assert_double_eq_tol(grad_at(m, at), wanted, 1e-6 * (1 + fabs(wanted)));
            }
    wr_factorization_free(m);
    wr_factorization_free(plain);
    wr_observations_release(&o);
}

START_TEST(bonuses_agree_with_differences)
{
    static const struct shape small[] = {
        {2, {3, 4}, 7, 2, WR_TREE_ADJACENT, {3}},
        {4, {3, 2, 3, 2}, 20, 2, WR_TREE_ADJACENT, {3, 4}},
        {4, {2, 3, 2, 3}, 50, 2, WR_TREE_HALF, {3, 2}},
        {5, {2, 3, 2, 2, 2}, 40, 2, WR_TREE_ADJACENT, {3, 2, 3}},
        {5, {2, 3, 2, 2, 2}, 40, 3, WR_TREE_ADJACENT, {3, 2}},
    };
    for (size_t s = 0; s < sizeof small / sizeof *small; s++) {
        struct wr_modetree tree;
        struct wr_error err = {0};
        bool below[5];
        ck_ok(wr_modetree_init(&tree, small[s].order, small[s].arity, small[s].pattern, &err), err);
        for (int level = 0; level < tree.levels - 1; level++)
            for (int node = 0; node < tree.nodes[level]; node++) {
                wr_modetree_modes(&tree, level, node, below);
                for (int n = 0; node % 2 && n < small[s].order; n++)
                    below[n] = !below[n];
                check_bonus(&small[s], below);
            }
        wr_modetree_release(&tree);
    }
}
END_TEST

/* A model of order 4 with a bonus for its root's children; observations o are its to release. */
static struct wr_factorization *make_with_bonus(struct wr_observations *o, double bonus,
                                                enum wr_precision precision)
{
    static const struct shape s = {4, {7, 6, 5, 4}, 90, 2, WR_TREE_ADJACENT, {20, 30}};
    static const bool between[] = {true, true, false, false};
    struct wr_error err = {0};
    struct wr_factorization *m;
    struct wr_htf_options options = {s.arity, s.pattern, 2, s.width, precision, 0, bonus, between};
    observe(o, &s, 1);
    ck_ok(wr_htf_new(o, &options, &l2, &m, &err), err);
    wr_factorization_draw(m, 0, 0.3, 4);
    return m;
}

/* The same for any number of threads, and again: what a step works with is made once. */
START_TEST(same_bits_for_any_number_of_threads)
{
    for (int precision = 0; precision < 2; precision++) {
        struct wr_observations o;
        struct wr_factorization *m = make_with_bonus(&o, 0.1, (enum wr_precision)precision);
        check_threads(m);
        wr_factorization_free(m);
        wr_observations_release(&o);
    }
}
END_TEST

/* The norm of what the bonus adds to the gradient when the factors are scaled. */
static double bonus_norm(double scale)
{
    struct wr_observations o[2];
    struct wr_factorization *m[2];
    double squares = 0;
    for (int i = 0; i < 2; i++) {
        m[i] = make_with_bonus(&o[i], i ? 0.1 : 0, WR_PRECISION_DOUBLE);
        for (int64_t k = 0; k < m[i]->size; k++)
            ((double *)m[i]->value)[k] *= scale;
        m[i]->class->gradient(m[i], NULL, 0);
    }
    for (int64_t k = 0; k < m[0]->size; k++)
        squares += pow(grad_at(m[1], k) - grad_at(m[0], k), 2);
    for (int i = 0; i < 2; i++) {
        wr_factorization_free(m[i]);
        wr_observations_release(&o[i]);
    }
    return sqrt(squares);
}

/* Otherwise no factorization would ever leave 0. */
START_TEST(the_gradient_of_a_bonus_vanishes_at_0)
{
    double here = bonus_norm(0.1), nearer = bonus_norm(0.01);
    ck_assert_double_gt(here, 0);
    ck_assert_double_eq_tol(nearer / here, 0.1, 0.02);
}
END_TEST

START_TEST(a_bonus_needs_a_node)
{
    static const int64_t dim[] = {2, 2, 2, 2}, width[] = {2, 2};
    static const bool apart[] = {true, false, true, false};
    struct wr_observations o;
    struct wr_error err = {0};
    struct wr_factorization *m;
    struct wr_htf_options options = {
        .arity = 2, .layers = 2, .width = width, .bonus = 1, .between = apart};
    random_observations(&o, 4, dim, 3, 1);
    ck_assert_int_eq(wr_htf_new(&o, &options, &l2, &m, &err), WR_EINVAL);
    options.pattern = WR_TREE_HALF;
    err = (struct wr_error){0};
    ck_ok(wr_htf_new(&o, &options, &l2, &m, &err), err);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

unit_main("htf bonus", bonuses_agree_with_differences, same_bits_for_any_number_of_threads,
          the_gradient_of_a_bonus_vanishes_at_0, a_bonus_needs_a_node)
