/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/rng.h"
#include "factor/rank.h"

/* The list as text: modes of each row, from 1. */
static void expect(struct wr_matricizations *m, const char *want)
{
    char text[2000], *p = text;
    for (int64_t i = 0; i < m->count; i++) {
        bool any = false;
        for (int n = 0; n < m->order; n++)
            if (wr_matricizations_at(m, i)[n]) {
                p += sprintf(p, any ? ",%d" : "%d", n + 1);
                any = true;
            }
        p += sprintf(p, " ");
    }
    *p = '\0';
    ck_assert_str_eq(text, want);
    wr_matricizations_release(m);
}

START_TEST(lists)
{
    struct wr_matricizations m;
    struct wr_error err = {0};
    static const char *const all[] = {"1 ", "1 ", "1 2 3 ", "1 2 3 4 1,2 1,3 1,4 ",
                                      "1 2 3 4 5 1,2 1,3 1,4 1,5 2,3 2,4 2,5 3,4 3,5 4,5 "};
    for (int order = 1; order <= 5; order++) {
        ck_ok(wr_matricizations_all(&m, order, &err), err);
        expect(&m, all[order - 1]);
    }
    for (int order = 2; order <= 14; order++) {
        ck_ok(wr_matricizations_all(&m, order, &err), err);
        ck_assert_int_eq(m.count, (1 << (order - 1)) - 1);
        wr_matricizations_release(&m);
    }
    ck_assert_int_eq(wr_matricizations_all(&m, 21, &err), WR_EINVAL);
}
END_TEST

START_TEST(lists_of_trees)
{
    static const struct {
        int order, arity;
        enum wr_tree_pattern pattern;
        const char *want;
    } table[] = {
        {4, 2, WR_TREE_ADJACENT, "1 2 3 4 1,2 3,4 "},
        {4, 2, WR_TREE_HALF, "1 2 3 4 1,3 2,4 "},
        {5, 2, WR_TREE_ADJACENT, "1 2 3 4 5 1,2 3,4 1,2,3,4 "},
        {3, 3, WR_TREE_ADJACENT, "1 2 3 "},
        {1, 2, WR_TREE_ADJACENT, "1 "},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct wr_modetree tree;
        struct wr_matricizations m;
        struct wr_error err = {0};
        ck_ok(wr_modetree_init(&tree, table[i].order, table[i].arity, table[i].pattern, &err), err);
        ck_ok(wr_matricizations_tree(&m, &tree, &err), err);
        expect(&m, table[i].want);
        wr_modetree_release(&tree);
    }
}
END_TEST

START_TEST(ranks_of_singular_values)
{
    const double sigma[] = {4, 2, 1e-10, 1e-17}, equal[] = {3, 3, 3, 3, 3}, none[] = {0, 0};
    ck_assert_int_eq(wr_numerical_rank(sigma, 4, 10, -1), 3);
    ck_assert_int_eq(wr_numerical_rank(sigma, 4, 10, 0), 4);
    ck_assert_int_eq(wr_numerical_rank(sigma, 4, 10, 2), 1);
    ck_assert_int_eq(wr_numerical_rank(none, 2, 10, -1), 0);
    ck_assert_int_eq(wr_numerical_rank(none, 0, 10, -1), 0);
    ck_assert_double_eq_tol(wr_effective_rank(equal, 5), 5, 1e-14);
    ck_assert_double_eq_tol(wr_effective_rank(equal, 1), 1, 1e-14);
    ck_assert(wr_effective_rank(none, 2) == 0);
    /* p = 2/3, 1/3: 3 / 2^(2/3) */
    ck_assert_double_eq_tol(wr_effective_rank(sigma, 2), 3 / pow(2, 2.0 / 3), 1e-14);
}
END_TEST

/* a o b + c o d, modes 1,3 against 2: ranks as planted. */
START_TEST(matricizations)
{
    const int64_t dim[] = {4, 30, 5};
    const bool first[] = {true, false, false}, outer[] = {true, false, true};
    struct wr_error err = {0};
    struct wr_rng rng;
    struct wr_tensor t;
    struct wr_rank r, mirror;
    double sigma[20], sum = 0, norm;
    wr_rng_init(&rng, 1, 0);
    ck_ok(wr_tensor_init(&t, 3, dim, &err), err);
    for (int term = 0; term < 6; term++) {
        double outside[20], inside[30];
        for (int i = 0; i < 20; i++)
            outside[i] = wr_rng_normal(&rng);
        for (int i = 0; i < 30; i++)
            inside[i] = wr_rng_normal(&rng);
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 30; j++)
                for (int k = 0; k < 5; k++)
                    t.value[(i * 30 + j) * 5 + k] += outside[i * 5 + k] * inside[j];
    }
    ck_ok(wr_matricization_rank(&t, first, -1, &r, NULL, &err), err);
    ck_assert(r.rows == 4 && r.cols == 150 && r.rank == 4);
    ck_ok(wr_matricization_rank(&t, outer, -1, &r, sigma, &err), err);
    ck_assert(r.rows == 20 && r.cols == 30 && r.rank == 6 && r.top == sigma[0]);
    ck_assert(r.effective > 1 && r.effective < 6);
    for (int i = 0; i < 20; i++)
        sum += sigma[i] * sigma[i];
    ck_ok(wr_norm(t.value, t.size, &norm, &err), err);
    ck_assert_double_eq_tol(sqrt(sum), norm, 1e-11);
    const bool middle[] = {false, true, false};
    ck_ok(wr_matricization_rank(&t, middle, -1, &mirror, NULL, &err), err);
    ck_assert(mirror.rows == 30 && mirror.rank == 6);
    ck_assert_double_eq_tol(mirror.effective, r.effective, 1e-10);
    wr_tensor_release(&t);
}
END_TEST

unit_main("rank", lists, lists_of_trees, ranks_of_singular_values, matricizations)
