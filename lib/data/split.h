/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_SPLIT_H
#define WR_DATA_SPLIT_H

#include <stdint.h>

#include "base/error.h"

/* What a row with a label is for. */
enum wr_part { WR_PART_NONE, WR_PART_TRAIN, WR_PART_VAL, WR_PART_TEST, WR_PARTS };

/* Percent of the rows with a label; each >= 0, together <= 100. What is left has no part. */
struct wr_split_shares {
    double train, val, test;
};

/* Shares such as 33.3 have no exact double: what is this close below an integer is the integer. */
#define WR_SHARE_SLACK 1e-6

/*
 * wr_split_random - deal the rows with a label out at random.
 *
 * label   in   count labels, -1: none
 * part    out  count, enum wr_part; WR_PART_NONE where there is no label. Of R rows with a label
 *              floor(share R / 100) are in each part; where the shares sum to 100, train has the
 *              rows that rounding leaves. Depends on the arguments alone; untouched on failure
 * Errors  WR_ENOMEM
 * Cost    O(count), 8 bytes per row
 */
enum wr_status wr_split_random(const struct wr_split_shares *shares, const int32_t *label,
                               int64_t count, uint64_t seed, uint8_t *part, struct wr_error *err);

#endif
