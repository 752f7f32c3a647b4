/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <gmp.h>
#include <math.h>

#include "base/rng.h"
#include "data/counts.h"

START_TEST(text_of_known_numbers)
{
    struct wr_counts c;
    struct wr_error err = {0};
    ck_ok(wr_counts_init(&c, 4, 2, &err), err);
    wr_counts_set_u128(&c, 1, UINT64_MAX);
    wr_counts_set_u128(&c, 2, (unsigned __int128)1 << 64);
    wr_counts_set_u128(&c, 3, ~(unsigned __int128)0);
    const char *const want[] = {"0", "18446744073709551615", "18446744073709551616",
                                "340282366920938463463374607431768211455"};
    const int64_t bits[] = {0, 64, 65, 128};
    char text[64];
    ck_assert_uint_le(wr_counts_text_size(&c), sizeof text);
    for (int64_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(wr_counts_text(&c, i, text), strlen(want[i]));
        ck_assert_str_eq(text, want[i]);
        ck_assert_int_eq(wr_counts_bits(&c, i), bits[i]);
    }
    ck_assert_int_eq(wr_counts_max_bits(&c), 128);
    ck_assert_double_eq(wr_counts_double(&c, 2), 0x1p64);
    wr_counts_release(&c);
}
END_TEST

START_TEST(widening_keeps_the_numbers)
{
    struct wr_counts c;
    struct wr_error err = {0};
    ck_ok(wr_counts_init(&c, 3, 1, &err), err);
    c.limb[0] = 7;
    c.limb[2] = UINT64_MAX;
    ck_ok(wr_counts_widen(&c, 3, &err), err);
    const uint64_t want[] = {7, 0, 0, 0, 0, 0, UINT64_MAX, 0, 0};
    ck_assert_mem_eq(c.limb, want, sizeof want);
    ck_assert_int_eq(wr_counts_bits(&c, 2), 64);
    wr_counts_release(&c);
    ck_assert_int_eq(wr_counts_init(&c, INT64_MAX / 2, 4, &err), WR_ENOMEM);
}
END_TEST

/* sum += x y on random numbers of 1 to 5 limbs, against GMP's integers. */
START_TEST(products_add_up)
{
    struct wr_rng rng;
    struct wr_error err = {0};
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 300; round++) {
        struct wr_counts c, sum;
        uint64_t product[10];
        int64_t limbs = 1 + (int64_t)wr_rng_below(&rng, 5);
        mpz_t x, y, want;
        char *text, expected[256];
        ck_ok(wr_counts_init(&c, 2, limbs, &err), err);
        ck_ok(wr_counts_init(&sum, 1, 2 * limbs + 1, &err), err);
        for (int64_t i = 0; i < 2 * limbs; i++)
            c.limb[i] = wr_rng_below(&rng, 4) ? wr_rng_u64(&rng) : UINT64_MAX;
        mpz_roinit_n(x, (const mp_limb_t *)wr_counts_at(&c, 0), limbs);
        mpz_roinit_n(y, (const mp_limb_t *)wr_counts_at(&c, 1), limbs);
        mpz_init(want);
        for (int i = 0; i < 3; i++) {
            wr_limbs_add_product(sum.limb, sum.limbs, wr_counts_at(&c, 0), wr_counts_at(&c, 1),
                                 limbs, product);
            mpz_addmul(want, x, y);
        }
        text = malloc(wr_counts_text_size(&sum));
        wr_counts_text(&sum, 0, text);
        ck_assert_uint_lt(mpz_sizeinbase(want, 10), sizeof expected);
        ck_assert_str_eq(text, mpz_get_str(expected, 10, want));
        ck_assert_double_eq_tol(wr_counts_double(&sum, 0) / mpz_get_d(want), 1, 1e-15);
        free(text);
        mpz_clear(want);
        wr_counts_release(&c);
        wr_counts_release(&sum);
    }
}
END_TEST

START_TEST(too_large_for_a_double)
{
    struct wr_counts c;
    struct wr_error err = {0};
    ck_ok(wr_counts_init(&c, 1, 17, &err), err);
    c.limb[16] = 1; /* 2^1024 */
    ck_assert(isinf(wr_counts_double(&c, 0)));
    wr_counts_release(&c);
}
END_TEST

unit_main("counts", text_of_known_numbers, widening_keeps_the_numbers, products_add_up,
          too_large_for_a_double)
