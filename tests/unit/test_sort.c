/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/rng.h"
#include "base/sort.h"

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

START_TEST(agrees_with_qsort)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 200; round++) {
        int64_t count = (int64_t)wr_rng_below(&rng, 3000);
        uint64_t mask = wr_rng_u64(&rng) & wr_rng_u64(&rng);
        uint64_t *a = malloc(8 * (size_t)count + 8), *b = malloc(8 * (size_t)count + 8);
        for (int64_t i = 0; i < count; i++)
            a[i] = b[i] = wr_rng_u64(&rng) & mask;
        struct wr_error err = {0};
        ck_ok(wr_sort_u64(a, count, &err), err);
        qsort(b, (size_t)count, 8, compare);
        if (count)
            ck_assert_mem_eq(a, b, (size_t)count * 8);
        free(a);
        free(b);
    }
}
END_TEST

START_TEST(sorted_keys_stay)
{
    uint64_t a[] = {1, 3, 3, UINT64_MAX}, want[] = {1, 3, 3, UINT64_MAX};
    struct wr_error err = {0};
    ck_ok(wr_sort_u64(a, 4, &err), err);
    ck_assert_mem_eq(a, want, sizeof want);
    ck_ok(wr_sort_u64(a, 1, &err), err);
    ck_ok(wr_sort_u64(NULL, 0, &err), err);
}
END_TEST

START_TEST(unique_keeps_one_of_each)
{
    uint64_t a[] = {1, 1, 2, 5, 5, 5, 9};
    ck_assert_int_eq(wr_unique_u64(a, 7), 4);
    ck_assert(a[0] == 1 && a[1] == 2 && a[2] == 5 && a[3] == 9);
    ck_assert_int_eq(wr_unique_u64(a, 0), 0);
}
END_TEST

unit_main("sort", agrees_with_qsort, sorted_keys_stay, unique_keeps_one_of_each)
