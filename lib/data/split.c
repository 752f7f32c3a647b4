/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"

/* Of its own: parameters are drawn from the low streams of a seed, which may be the same. */
#define SPLIT_STREAM (UINT64_C(0x73706c6974) << 16)

static int64_t rows_of(double share, int64_t rows)
{
    return (int64_t)floor(share * (double)rows / 100 + WR_SHARE_SLACK);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The numbers of the rows with a label; how many. */
static int64_t find_labelled(const int32_t *label, int64_t count, uint64_t *row)
{
    int64_t rows = 0;
    for (int64_t i = 0; i < count; i++)
        if (label[i] >= 0)
            row[rows++] = (uint64_t)i;
    return rows;
}

static void deal(const uint64_t *row, int64_t rows, enum wr_part to, uint8_t *part)
{
    for (int64_t i = 0; i < rows; i++)
        part[row[i]] = (uint8_t)to;
}

enum wr_status wr_split_random(const struct wr_split_shares *shares, const int32_t *label,
                               int64_t count, uint64_t seed, uint8_t *part, struct wr_error *err)
{
    struct wr_rng rng;
    uint64_t *row = wr_alloc(count, sizeof *row, err);
    if (!row)
        return WR_ENOMEM;
    int64_t rows = find_labelled(label, count, row);
    wr_rng_init(&rng, seed, SPLIT_STREAM);
    wr_rng_shuffle_u64(&rng, row, rows);

    int64_t val = least(rows_of(shares->val, rows), rows);
    int64_t test = least(rows_of(shares->test, rows), rows - val);
    int64_t train = least(rows_of(shares->train, rows), rows - val - test);
    if (fabs(shares->train + shares->val + shares->test - 100) < WR_SHARE_SLACK)
        train = rows - val - test;
    memset(part, WR_PART_NONE, (size_t)count);
    deal(row, val, WR_PART_VAL, part);
    deal(row + val, test, WR_PART_TEST, part);
    deal(row + val + test, train, WR_PART_TRAIN, part);
    free(row);
    return WR_OK;
}
