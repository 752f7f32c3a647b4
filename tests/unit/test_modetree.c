/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "data/modetree.h"

/* The tree as text: nodes of a level in brackets with their children, from level 1. */
static void expect(int order, int arity, enum wr_tree_pattern pattern, const char *want)
{
    struct wr_error err = {0};
    struct wr_modetree t;
    char text[1000], *p = text;
    ck_ok(wr_modetree_init(&t, order, arity, pattern, &err), err);
    ck_assert_int_eq(t.nodes[0], order);
    for (int level = 1; level < t.levels; level++) {
        p += sprintf(p, level > 1 ? " / " : "");
        for (int node = 0; node < t.nodes[level]; node++) {
            int count;
            const int *child = wr_modetree_children(&t, level, node, &count);
            p += sprintf(p, "(");
            for (int i = 0; i < count; i++)
                p += sprintf(p, i ? " %d" : "%d", child[i]);
            p += sprintf(p, ")");
        }
    }
    ck_assert_str_eq(text, want);
    wr_modetree_release(&t);
}

START_TEST(patterns)
{
    expect(4, 2, WR_TREE_ADJACENT, "(0 1)(2 3) / (0 1)");
    expect(5, 2, WR_TREE_ADJACENT, "(0 1)(2 3)(4) / (0 1)(2) / (0 1)");
    expect(9, 3, WR_TREE_ADJACENT, "(0 1 2)(3 4 5)(6 7 8) / (0 1 2)");
    expect(3, 5, WR_TREE_ADJACENT, "(0 1 2)");
    expect(1, 2, WR_TREE_ADJACENT, "(0)");
    expect(4, 2, WR_TREE_HALF, "(0 2)(1 3) / (0 1)");
    expect(5, 2, WR_TREE_HALF, "(0 3)(1 4)(2) / (0 2)(1) / (0 1)");
    expect(4, 3, WR_TREE_HALF, "(0 2)(1 3) / (0 1)");
    expect(16, 4, WR_TREE_SQUARE, "(0 1 4 5)(2 3 6 7)(8 9 12 13)(10 11 14 15) / (0 1 2 3)");
    expect(9, 4, WR_TREE_SQUARE, "(0 1 3 4)(2 5)(6 7)(8) / (0 1 2 3)");
    expect(1, 4, WR_TREE_SQUARE, "(0)");
}
END_TEST

/* On each level every mode is below exactly one node; the root has all. */
START_TEST(modes_below)
{
    static bool below[1000];
    for (int order = 1; order <= 1000; order += order < 40 ? 1 : 137)
        for (int arity = 2; arity < 7; arity++)
            for (int pattern = WR_TREE_ADJACENT; pattern <= WR_TREE_HALF; pattern++) {
                struct wr_error err = {0};
                struct wr_modetree t;
                ck_ok(wr_modetree_init(&t, order, arity, (enum wr_tree_pattern)pattern, &err), err);
                ck_assert_int_eq(t.nodes[t.levels - 1], 1);
                for (int level = 0; level < t.levels; level++) {
                    int seen = 0;
                    for (int node = 0; node < t.nodes[level]; node++) {
                        int count = 0;
                        wr_modetree_modes(&t, level, node, below);
                        for (int n = 0; n < order; n++)
                            count += below[n];
                        ck_assert_int_gt(count, 0);
                        seen += count;
                    }
                    ck_assert_int_eq(seen, order);
                }
                wr_modetree_release(&t);
            }
}
END_TEST

START_TEST(impossible_trees)
{
    struct wr_modetree t;
    struct wr_error err = {0};
    ck_assert_int_eq(wr_modetree_init(&t, 4, 1, WR_TREE_ADJACENT, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "a tree of 4 modes with arity 1, expected at least 1 and 2");
    err = (struct wr_error){0};
    ck_assert_int_eq(wr_modetree_init(&t, 8, 4, WR_TREE_SQUARE, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "a square tree of 8 modes with arity 4, expected two squares "
                                  "such as 16 and 4");
    ck_assert_int_eq(wr_modetree_init(&t, 9, 3, WR_TREE_SQUARE, NULL), WR_EINVAL);
}
END_TEST

unit_main("modetree", patterns, modes_below, impossible_trees)
