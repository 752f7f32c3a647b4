/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "data/partition.h"

START_TEST(subsets_are_sorted_and_distinct)
{
    struct wr_partitions p = {0};
    struct wr_error err = {0};
    const uint32_t messy[] = {5, 1, 5, 0, 1};
    ck_ok(wr_partitions_add(&p, 2, 7, messy, 5, &err), err);
    ck_ok(wr_partitions_add(&p, WR_NO_TARGET, 9, NULL, 0, &err), err);
    ck_ok(wr_partitions_add(&p, 0, 10, messy, 1, &err), err);
    const int64_t start[] = {0, 3, 3, 4};
    const uint32_t vertex[] = {0, 1, 5, 5};
    ck_assert_int_eq(p.count, 3);
    ck_assert_mem_eq(p.start, start, sizeof start);
    ck_assert_mem_eq(p.vertex, vertex, sizeof vertex);
    ck_assert_uint_eq(p.target[1], WR_NO_TARGET);
    ck_assert_int_eq(p.line[2], 10);
    wr_partitions_release(&p);
}
END_TEST

START_TEST(many_subsets_grow)
{
    struct wr_partitions p = {0};
    struct wr_error err = {0};
    for (uint32_t i = 0; i < 1000; i++) {
        const uint32_t pair[] = {i + 1, i};
        ck_ok(wr_partitions_add(&p, i, i + 1, pair, 2, &err), err);
    }
    ck_assert_int_eq(p.count, 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        ck_assert_int_eq(p.start[i], 2 * i);
        ck_assert_uint_eq(p.vertex[2 * i], i);
        ck_assert_uint_eq(p.vertex[2 * i + 1], i + 1);
        ck_assert_uint_eq(p.target[i], i);
    }
    wr_partitions_release(&p);
}
END_TEST

START_TEST(check_names_the_line)
{
    struct wr_partitions p = {0};
    struct wr_error err = {0};
    const uint32_t subset[] = {3, 4};
    ck_ok(wr_partitions_add(&p, 1, 2, subset, 2, &err), err);
    ck_ok(wr_partitions_check(&p, 5, true, "f", &err), err);
    ck_assert_int_eq(wr_partitions_check(&p, 4, true, "f", &err), WR_EDATA);
    ck_assert_str_eq(err.input, "f");
    ck_assert_int_eq(err.line, 2);
    ck_assert_str_eq(err.message,
                     "vertex 4 is out of range: the graph has 4 vertices, numbered from 0");
    err = (struct wr_error){0};
    ck_ok(wr_partitions_add(&p, WR_NO_TARGET, 6, subset, 2, &err), err);
    ck_ok(wr_partitions_check(&p, 5, false, "f", &err), err);
    ck_assert_int_eq(wr_partitions_check(&p, 5, true, "f", &err), WR_EDATA);
    ck_assert_int_eq(err.line, 6);
    err = (struct wr_error){0};
    ck_ok(wr_partitions_add(&p, 5, 8, subset, 2, &err), err);
    ck_assert_int_eq(wr_partitions_check(&p, 5, false, "f", &err), WR_EDATA);
    ck_assert_int_eq(err.line, 8);
    wr_partitions_release(&p);
}
END_TEST

unit_main("partition", subsets_are_sorted_and_distinct, many_subsets_grow, check_names_the_line)
