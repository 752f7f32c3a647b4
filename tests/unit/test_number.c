/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <float.h>
#include <math.h>

#include "base/rng.h"
#include "io/number.h"

static bool u64(const char *text, uint64_t *value)
{
    return wr_parse_u64(text, strlen(text), value);
}

static bool i64(const char *text, int64_t *value)
{
    return wr_parse_i64(text, strlen(text), value);
}

static bool real(const char *text, double *value)
{
    return wr_parse_double(text, strlen(text), value);
}

START_TEST(integers_whole_or_refused)
{
    uint64_t u = 7;
    ck_assert(u64("0", &u) && u == 0);
    ck_assert(u64("00012", &u) && u == 12);
    ck_assert(u64("18446744073709551615", &u) && u == UINT64_MAX);
    static const char *const bad[] = {"",    "18446744073709551616", "3x", "-1", "+1", " 1", "1 ",
                                      "1.0", "99999999999999999999", "0x1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!u64(bad[i], &u), "%s", bad[i]);
    ck_assert_uint_eq(u, UINT64_MAX);
}
END_TEST

START_TEST(signed_limits)
{
    int64_t i;
    ck_assert(i64("-9223372036854775808", &i) && i == INT64_MIN);
    ck_assert(i64("9223372036854775807", &i) && i == INT64_MAX);
    ck_assert(!i64("9223372036854775808", &i));
    ck_assert(!i64("-9223372036854775809", &i));
    ck_assert(!i64("-", &i) && !i64("--1", &i));
}
END_TEST

START_TEST(reals_whole_and_finite)
{
    double d;
    ck_assert(real("-1.5e-3", &d) && d == -1.5e-3);
    ck_assert(real(".5", &d) && d == .5);
    ck_assert(real("4.9e-324", &d) && d > 0);
    static const char *const bad[] = {"",     "nan", "inf", "-inf", "1e999", "0x10",  "1.5x",
                                      "1e",   " 1",  "1 ",  "1,5",  "1e+-5", "1e++5", "1e5.5",
                                      "1..2", ".",   "-",   "--1",  "1e5e5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!real(bad[i], &d), "%s", bad[i]);
    ck_assert(!wr_parse_double("1\0002", 3, &d));
}
END_TEST

/* The short cut for short decimals gives what the C library gives, bit for bit. */
START_TEST(short_decimals_are_nearest)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 2, 0);
    for (int i = 0; i < unit_rounds(200000); i++) {
        char text[64];
        int digits = 1 + (int)wr_rng_below(&rng, 20), size = 0;
        if (wr_rng_below(&rng, 2))
            text[size++] = '-';
        int point = (int)wr_rng_below(&rng, 2 * (uint64_t)digits);
        for (int d = 0; d < digits; d++) {
            if (d == point)
                text[size++] = '.';
            text[size++] = (char)('0' + wr_rng_below(&rng, 10));
        }
        if (wr_rng_below(&rng, 2))
            size += snprintf(text + size, 8, "e%+d", (int)wr_rng_below(&rng, 60) - 30);
        text[size] = '\0';
        double value, want = strtod(text, NULL);
        ck_assert_msg(wr_parse_double(text, (size_t)size, &value), "%s", text);
        ck_assert_msg(memcmp(&value, &want, sizeof want) == 0, "%s: %a, not %a", text, value, want);
    }
}
END_TEST

/* Text goes to the nearest float, not to the float nearest to the nearest double. */
START_TEST(floats_are_nearest)
{
    static const char *const halfway[] = {
        "1.000000059604644775390625",         /* a tie, to even */
        "1.00000005960464477539062500000001", /* just above: the double is the tie */
        "1.00000017881393432617187499999999", /* just below another one */
        "16777217.0000000000000000000001",     "7.0064923216240854e-46",
        "2.1019476964872256063e-45",           "1.1754943157898258e-38",
        "3.40282346638528859811704183484e+38", "3.4028235677973366e38",
    };
    struct wr_rng rng;
    wr_rng_init(&rng, 5, 0);
    for (size_t i = 0; i < sizeof halfway / sizeof *halfway; i++) {
        float f = 7, want = strtof(halfway[i], NULL);
        bool good = wr_parse_float(halfway[i], strlen(halfway[i]), &f);
        ck_assert_msg(good == (isfinite(want) != 0) && (!good || f == want), "%s", halfway[i]);
    }
    for (int i = 0; i < unit_rounds(200000); i++) {
        char text[64];
        union {
            uint32_t bits;
            float value;
        } x = {wr_rng_u32(&rng)};
        int digits = 1 + (int)wr_rng_below(&rng, 12);
        float f = 7;
        int size = snprintf(text, sizeof text, "%.*g", digits, (double)x.value);
        float want = strtof(text, NULL);
        bool good = wr_parse_float(text, (size_t)size, &f);
        ck_assert_msg(good == (isfinite(want) != 0), "%s", text);
        ck_assert_msg(!good || memcmp(&f, &want, sizeof f) == 0, "%s: %a, not %a", text, (double)f,
                      (double)want);
    }
    static const char *const bad[] = {"", "nan", "inf", "1e39", "-1e39", "0x1", "1e", "1 "};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        float f;
        ck_assert_msg(!wr_parse_float(bad[i], strlen(bad[i]), &f), "%s", bad[i]);
    }
}
END_TEST

START_TEST(formatting_round_trips)
{
    char text[WR_DOUBLE_DIGITS];
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int i = 0; i < unit_rounds(20000); i++) {
        union {
            uint64_t bits;
            double value;
        } x = {wr_rng_u64(&rng)};
        if (!isfinite(x.value))
            continue;
        double back;
        int size = wr_format_double(text, x.value);
        ck_assert_int_lt(size, WR_DOUBLE_DIGITS);
        ck_assert(wr_parse_double(text, (size_t)size, &back) && back == x.value);
    }
    wr_format_double(text, 0.1);
    ck_assert_str_eq(text, "0.1");
    wr_format_float(text, 0.1f);
    ck_assert_str_eq(text, "0.1");
    wr_format_double(text, -DBL_MAX);
    ck_assert_str_eq(text, "-1.7976931348623157e+308");
    ck_assert_ptr_eq(wr_format_u64(text, UINT64_MAX), text + 20);
    ck_assert_mem_eq(text, "18446744073709551615", 20);
}
END_TEST

/* The plain way: more and more digits until the text reads back. */
static void plain(char *out, double value, bool single)
{
    for (int precision = single ? 6 : 15; precision <= 17; precision++) {
        snprintf(out, WR_DOUBLE_DIGITS, "%.*g", precision, value);
        if (single ? strtof(out, NULL) == (float)value : strtod(out, NULL) == value)
            return;
    }
}

static void check_shortest(double value)
{
    char text[WR_DOUBLE_DIGITS], want[WR_DOUBLE_DIGITS];
    plain(want, value, false);
    ck_assert_int_eq(wr_format_double(text, value), (int)strlen(want));
    ck_assert_str_eq(text, want);
    plain(want, (float)value, true);
    ck_assert_int_eq(wr_format_float(text, (float)value), (int)strlen(want));
    ck_assert_str_eq(text, want);
}

START_TEST(formatting_is_shortest)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 2, 0);
    for (int i = 0; i < unit_rounds(10000); i++) {
        double decade = pow(10, (double)wr_rng_below(&rng, 26) - 7);
        double value = (2 * wr_rng_uniform(&rng) - 1) * decade;
        check_shortest(value);
        check_shortest((float)value);
        check_shortest(rint(value));
        check_shortest(rint(value / decade * 1e5) / 1e5 * decade);
    }
    for (int e = -30; e < 60; e++) { /* the gap below a power of 2 is half of that above */
        double power = ldexp(1, e);
        check_shortest(power);
        check_shortest(nextafter(power, 0));
        check_shortest(nextafter(power, INFINITY));
        check_shortest(nextafterf((float)power, 0));
        check_shortest(nextafterf((float)power, INFINITY));
    }
    for (int e = -8; e < 20; e++) {
        double power = pow(10, e);
        check_shortest(power);
        check_shortest(nextafter(power, 0));
        check_shortest(-nextafter(power, INFINITY));
    }
    check_shortest(0.0);
    check_shortest(-0.0);
}
END_TEST

unit_main("number", integers_whole_or_refused, signed_limits, reals_whole_and_finite,
          short_decimals_are_nearest, floats_are_nearest, formatting_round_trips,
          formatting_is_shortest)
