/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/alloc.h"

START_TEST(sizes_that_overflow_are_refused)
{
    struct wr_error err = {0};
    ck_assert_ptr_null(wr_alloc(INT64_MAX, 16, &err));
    ck_assert_int_eq(err.status, WR_ENOMEM);
    err = (struct wr_error){0};
    ck_assert_ptr_null(wr_calloc(-1, 1, &err));
    ck_assert_int_eq(err.status, WR_ENOMEM);
}
END_TEST

START_TEST(empty_arrays_exist)
{
    struct wr_error err = {0};
    void *array = wr_alloc(0, 8, &err);
    ck_assert_ptr_nonnull(array);
    free(array);
}
END_TEST

START_TEST(growing_keeps_what_is_there)
{
    struct wr_error err = {0};
    uint64_t *array = NULL;
    ck_ok(wr_grow(&array, 2, sizeof *array, &err), err);
    array[0] = 5;
    array[1] = 6;
    ck_ok(wr_grow(&array, 3 << 20, sizeof *array, &err), err);
    ck_assert_uint_eq(array[0], 5);
    ck_assert_uint_eq(array[1], 6);
    uint64_t *before = array;
    ck_assert_int_eq(wr_grow(&array, INT64_MAX, 16, &err), WR_ENOMEM);
    ck_assert_ptr_eq(array, before);
    free(array);
}
END_TEST

START_TEST(calloc_is_zero)
{
    unsigned char *array = wr_calloc(5 << 20, 1, NULL);
    ck_assert_ptr_nonnull(array);
    int any = 0;
    for (int i = 0; i < 5 << 20; i++)
        any |= array[i];
    ck_assert_int_eq(any, 0);
    free(array);
}
END_TEST

/* Small and large; the sanitizers see to the memory behind. */
START_TEST(lanes_are_aligned)
{
    for (int64_t count = 1; count <= 3 << 20; count *= 3) {
        float *array = wr_calloc_lanes(count, sizeof *array, NULL);
        ck_assert_ptr_nonnull(array);
        ck_assert_uint_eq((uintptr_t)array % 64, 0);
        for (int64_t i = 0; i < count + 16; i++)
            ck_assert(array[i] == 0);
        free(array);
    }
    ck_assert_ptr_null(wr_calloc_lanes(INT64_MAX, 16, NULL));
    ck_assert_ptr_null(wr_calloc_lanes(INT64_MAX / 4, 4, NULL));
}
END_TEST

unit_main("alloc", sizes_that_overflow_are_refused, empty_arrays_exist, growing_keeps_what_is_there,
          calloc_is_zero, lanes_are_aligned)
