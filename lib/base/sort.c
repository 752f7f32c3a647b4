/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { RADIX_BITS = 11, RADIX = 1 << RADIX_BITS };

static bool is_sorted(const uint64_t *keys, int64_t count)
{
    for (int64_t i = 1; i < count; i++)
        if (keys[i - 1] > keys[i])
            return false;
    return true;
}

/* Bits in which any two keys differ. */
static uint64_t differing_bits(const uint64_t *keys, int64_t count)
{
    uint64_t any = 0, all = UINT64_MAX;
    for (int64_t i = 0; i < count; i++) {
        any |= keys[i];
        all &= keys[i];
    }
    return any & ~all;
}

/* One stable pass: from into to, ordered by the RADIX_BITS bits from shift. */
static void radix_pass(const uint64_t *from, uint64_t *to, int64_t count, int shift)
{
    int64_t start[RADIX] = {0};
    for (int64_t i = 0; i < count; i++)
        start[from[i] >> shift & (RADIX - 1)]++;
    int64_t sum = 0;
    for (int digit = 0; digit < RADIX; digit++) {
        int64_t here = start[digit];
        start[digit] = sum;
        sum += here;
    }
    for (int64_t i = 0; i < count; i++)
        to[start[from[i] >> shift & (RADIX - 1)]++] = from[i];
}

enum wr_status wr_sort_u64(uint64_t *keys, int64_t count, struct wr_error *err)
{
    if (is_sorted(keys, count)) /* as the edges of many files and most generators are */
        return WR_OK;
    uint64_t *scratch = wr_alloc(count, sizeof *scratch, err);
    if (!scratch)
        return WR_ENOMEM;
    uint64_t differ = differing_bits(keys, count);
    uint64_t *from = keys, *to = scratch;
    for (int shift = 0; shift < 64; shift += RADIX_BITS) {
        if (!(differ >> shift & (RADIX - 1)))
            continue;
        radix_pass(from, to, count, shift);
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys)
        memcpy(keys, from, (size_t)count * sizeof *keys);
    free(scratch);
    return WR_OK;
}

int64_t wr_unique_u64(uint64_t *keys, int64_t count)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++)
        if (kept == 0 || keys[i] != keys[kept - 1])
            keys[kept++] = keys[i];
    return kept;
}
