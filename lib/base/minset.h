/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_MINSET_H
#define WR_BASE_MINSET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/*
 * A set of integers that gives back its smallest: bitmaps over bitmaps, 64 bits to a word. Bit i
 * of a level says whether word i of the level below has any. To add and to take are a step per
 * level, four for ranges up to 16 million, without comparisons; this is a priority queue for
 * keys that are small integers and differ. Owned by the caller.
 */
enum { WR_MINSET_LEVELS = 6 }; /* 64^6 > 2^32 */

struct wr_minset {
    int levels; /* in use: the top one has a single word */
    uint64_t *bits[WR_MINSET_LEVELS];
};

/*
 * wr_minset_init - the empty set of integers 0 .. range - 1; release with wr_minset_release.
 *
 * range   in   1 .. 2^32
 * Errors  WR_ENOMEM; set is untouched then
 * Cost    range / 8 bytes and a little
 */
enum wr_status wr_minset_init(struct wr_minset *set, int64_t range, struct wr_error *err);
void wr_minset_release(struct wr_minset *set);

/* From now on only 0 .. range - 1, no more than at init: fewer levels. The set must be empty. */
void wr_minset_narrow(struct wr_minset *set, int64_t range);

static inline bool wr_minset_empty(const struct wr_minset *set)
{
    return set->bits[set->levels - 1][0] == 0;
}

/* Nothing happens when it is there already. */
static inline void wr_minset_add(struct wr_minset *set, uint32_t key)
{
    for (int i = 0; i < set->levels; i++, key >>= 6) {
        uint64_t *word = &set->bits[i][key >> 6], before = *word;
        *word = before | UINT64_C(1) << (key & 63);
        if (before)
            break;
    }
}

/* The smallest; the set must not be empty. */
static inline uint32_t wr_minset_min(const struct wr_minset *set)
{
    uint64_t key = 0;
    for (int i = set->levels; i-- > 0;)
        key = key << 6 | (uint64_t)__builtin_ctzll(set->bits[i][key]);
    return (uint32_t)key;
}

/* Take the smallest out. */
static inline uint32_t wr_minset_pop(struct wr_minset *set)
{
    uint32_t min = wr_minset_min(set), key = min;
    for (int i = 0; i < set->levels; i++, key >>= 6) {
        uint64_t *word = &set->bits[i][key >> 6];
        *word &= ~(UINT64_C(1) << (key & 63));
        if (*word)
            break;
    }
    return min;
}

#endif
