/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/minset.h"
#include "base/rng.h"

/* The plainest set: an array of flags. */
static int64_t smallest(const bool *in, int64_t range)
{
    for (int64_t i = 0; i < range; i++)
        if (in[i])
            return i;
    return -1;
}

/* Random additions and removals among 0 .. range - 1; leaves the set empty. */
static void exercise(struct wr_minset *set, int64_t range, struct wr_rng *rng)
{
    bool *in = calloc((size_t)range, sizeof *in);
    for (int step = 0; step < 400; step++) {
        if (wr_rng_below(rng, 3)) {
            uint32_t key = (uint32_t)wr_rng_below(rng, (uint64_t)range);
            wr_minset_add(set, key);
            in[key] = true;
        } else {
            int64_t min = smallest(in, range);
            ck_assert_int_eq(wr_minset_empty(set), min < 0);
            if (min < 0)
                continue;
            ck_assert_int_eq(wr_minset_min(set), min);
            ck_assert_int_eq(wr_minset_pop(set), min);
            in[min] = false;
        }
    }
    for (int64_t min; (min = smallest(in, range)) >= 0; in[min] = false)
        ck_assert_int_eq(wr_minset_pop(set), min);
    ck_assert(wr_minset_empty(set));
    free(in);
}

START_TEST(gives_back_the_smallest)
{
    const int64_t ranges[] = {1, 2, 63, 64, 65, 4095, 4096, 4097, 262144, 262145};
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        struct wr_minset set;
        struct wr_error err = {0};
        ck_ok(wr_minset_init(&set, ranges[i], &err), err);
        exercise(&set, ranges[i], &rng);
        for (size_t j = 0; j < i; j++) {
            wr_minset_narrow(&set, ranges[j]);
            exercise(&set, ranges[j], &rng);
        }
        wr_minset_release(&set);
    }
}
END_TEST

START_TEST(reaches_the_largest_id)
{
    struct wr_minset set;
    struct wr_error err = {0};
    ck_ok(wr_minset_init(&set, INT64_C(1) << 32, &err), err);
    wr_minset_add(&set, UINT32_MAX);
    wr_minset_add(&set, UINT32_MAX - 64);
    ck_assert_uint_eq(wr_minset_pop(&set), UINT32_MAX - 64);
    ck_assert_uint_eq(wr_minset_pop(&set), UINT32_MAX);
    ck_assert(wr_minset_empty(&set));
    wr_minset_release(&set);
}
END_TEST

unit_main("minset", gives_back_the_smallest, reaches_the_largest_id)
