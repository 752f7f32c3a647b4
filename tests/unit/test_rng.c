/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>
#include <stdbool.h>

#include "base/rng.h"

/* Known answers published with the Random123 library (kat_vectors, philox4x32 10). */
START_TEST(philox_known_answers)
{
    static const struct {
        uint32_t counter[4], key[2], want[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t out[4];
        wr_philox4x32(cases[i].counter, cases[i].key, out);
        ck_assert_mem_eq(out, cases[i].want, sizeof out);
    }
}
END_TEST

/* The stream is part of the interface: a change here changes users' results. */
START_TEST(stream_is_fixed)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 0, 0);
    ck_assert_uint_eq(wr_rng_u32(&rng), 0x6627e8d5);
    ck_assert_uint_eq(wr_rng_u64(&rng), UINT64_C(0xbc57ac4ce169c58d));
    ck_assert_uint_eq(wr_rng_u32(&rng), 0x9b00dbd8);
}
END_TEST

START_TEST(streams_and_seeds_differ)
{
    struct wr_rng a, b, c;
    wr_rng_init(&a, 1, 0);
    wr_rng_init(&b, 1, 1);
    wr_rng_init(&c, 2, 0);
    uint64_t x = wr_rng_u64(&a), y = wr_rng_u64(&b), z = wr_rng_u64(&c);
    ck_assert(x != y && y != z && x != z);
}
END_TEST

/* Also across the carry of the block number, and with any words left of a block. */
START_TEST(fill_continues_the_stream)
{
    enum { WORDS = 1000 };
    for (int skip = 0; skip < 6; skip++) {
        struct wr_rng one, many;
        wr_rng_init(&one, 6, 7);
        one.counter[0] = UINT32_MAX - 20;
        many = one;
        uint32_t want[WORDS], got[WORDS];
        for (int i = 0; i < WORDS; i++)
            want[i] = wr_rng_u32(&one);
        wr_rng_fill_u32(&many, got, skip);
        wr_rng_fill_u32(&many, got + skip, WORDS - 100);
        wr_rng_fill_u32(&many, got + skip + WORDS - 100, 100 - skip);
        ck_assert_mem_eq(got, want, sizeof want);
        ck_assert_uint_eq(wr_rng_u64(&many), wr_rng_u64(&one));
    }
}
END_TEST

START_TEST(below_is_uniform)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 3, 0);
    int seen[7] = {0};
    for (int i = 0; i < 70000; i++)
        seen[wr_rng_below(&rng, 7)]++;
    double chi2 = 0;
    for (int i = 0; i < 7; i++)
        chi2 += (seen[i] - 10000.0) * (seen[i] - 10000.0) / 10000.0;
    ck_assert_double_lt(chi2, 22.5); /* 99.9 % quantile, 6 degrees of freedom */
    ck_assert_uint_eq(wr_rng_below(&rng, 1), 0);
}
END_TEST

START_TEST(normal_has_its_moments)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 4, 0);
    enum { DRAWS = 200000 };
    double sum = 0, squares = 0, fourth = 0;
    for (int i = 0; i < DRAWS; i++) {
        double x = wr_rng_normal(&rng);
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
    }
    ck_assert_double_lt(fabs(sum / DRAWS), 0.01);
    ck_assert_double_lt(fabs(squares / DRAWS - 1), 0.02);
    ck_assert_double_lt(fabs(fourth / DRAWS - 3), 0.12);
}
END_TEST

START_TEST(shuffle_permutes)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 5, 0);
    uint64_t a[100];
    bool seen[100] = {false};
    int moved = 0;
    for (uint64_t i = 0; i < 100; i++)
        a[i] = i;
    wr_rng_shuffle_u64(&rng, a, 100);
    for (uint64_t i = 0; i < 100; i++) {
        ck_assert(a[i] < 100 && !seen[a[i]]);
        seen[a[i]] = true;
        moved += a[i] != i;
    }
    ck_assert_int_gt(moved, 80);
    wr_rng_shuffle_u64(&rng, a, 0);
}
END_TEST

unit_main("rng", philox_known_answers, stream_is_fixed, streams_and_seeds_differ,
          fill_continues_the_stream, below_is_uniform, normal_has_its_moments, shuffle_permutes)
