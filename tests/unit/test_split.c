/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "data/split.h"

enum { ROWS = 1003 };

static void count_parts(const int32_t *label, const uint8_t *part, int64_t count[WR_PARTS])
{
    memset(count, 0, WR_PARTS * sizeof *count);
    for (int i = 0; i < ROWS; i++) {
        ck_assert(part[i] < WR_PARTS);
        ck_assert(label[i] >= 0 || part[i] == WR_PART_NONE);
        count[part[i]]++;
    }
}

START_TEST(shares_of_labelled_rows)
{
    static const struct {
        struct wr_split_shares shares;
        int64_t labelled, train, val, test;
    } cases[] = {
        {{80, 10, 10}, ROWS, 803, 100, 100},
        {{80, 10, 10}, 19, 17, 1, 1},
        {{80, 10, 10}, 3, 3, 0, 0},
        {{80, 10, 10}, 0, 0, 0, 0},
        {{50, 20, 20}, 19, 9, 3, 3},
        {{0, 0, 100}, 19, 0, 0, 19},
        {{33.4, 33.3, 33.3}, 1000, 334, 333, 333},
        {{0, 0, 0}, 19, 0, 0, 0},
        {{0.1, 0.1, 99.8}, 1000, 1, 1, 998},
        {{100, 0, 0}, ROWS, ROWS, 0, 0},
    };
    int32_t label[ROWS];
    uint8_t part[ROWS];
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct wr_error err = {0};
        int64_t count[WR_PARTS];
        for (int i = 0; i < ROWS; i++) /* those with a label lie among those without */
            label[ROWS - 1 - i] = i < cases[c].labelled ? i % 4 : -1;
        memset(part, 99, sizeof part);
        ck_ok(wr_split_random(&cases[c].shares, label, ROWS, c, part, &err), err);
        count_parts(label, part, count);
        ck_assert_int_eq(count[WR_PART_TRAIN], cases[c].train);
        ck_assert_int_eq(count[WR_PART_VAL], cases[c].val);
        ck_assert_int_eq(count[WR_PART_TEST], cases[c].test);
    }
}
END_TEST

START_TEST(seed_decides)
{
    const struct wr_split_shares shares = {50, 25, 25};
    int32_t label[ROWS] = {0};
    uint8_t part[3][ROWS];
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(wr_split_random(&shares, label, ROWS, i == 2, part[i], NULL), WR_OK);
    ck_assert_mem_eq(part[0], part[1], ROWS);
    ck_assert_mem_ne(part[0], part[2], ROWS);
}
END_TEST

/* Over many seeds every row is as often in each part as any other. */
START_TEST(every_row_alike)
{
    enum { N = 10, SEEDS = 20000 };
    const struct wr_split_shares shares = {60, 10, 30};
    const int want[WR_PARTS] = {0, 6 * SEEDS / 10, SEEDS / 10, 3 * SEEDS / 10};
    int32_t label[N] = {0};
    int seen[N][WR_PARTS] = {{0}};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint8_t part[N];
        ck_assert_int_eq(wr_split_random(&shares, label, N, seed, part, NULL), WR_OK);
        for (int i = 0; i < N; i++)
            seen[i][part[i]]++;
    }
    for (int i = 0; i < N; i++)
        for (int p = 0; p < WR_PARTS; p++)
            ck_assert_int_le(abs(seen[i][p] - want[p]), 350); /* 5 standard deviations */
}
END_TEST

unit_main("split", shares_of_labelled_rows, seed_decides, every_row_alike)
