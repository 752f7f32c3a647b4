/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/number.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool wr_parse_u64(const char *text, size_t size, uint64_t *value)
{
    uint64_t v = 0;
    if (size == 0)
        return false;
    for (size_t i = 0; i < size; i++) {
        unsigned digit = (unsigned)text[i] - '0';
        if (digit > 9 || __builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, digit, &v))
            return false;
    }
    *value = v;
    return true;
}

bool wr_parse_i64(const char *text, size_t size, int64_t *value)
{
    bool negative = size > 0 && text[0] == '-';
    uint64_t magnitude;
    if (!wr_parse_u64(text + negative, size - negative, &magnitude))
        return false;
    if (magnitude > (uint64_t)INT64_MAX + negative)
        return false;
    *value = (int64_t)(negative ? -magnitude : magnitude);
    return true;
}

/* The digits at *at as one integer, a point among them skipped; *exponent: minus the number of
 * digits behind the point. False when there is no digit or the integer may exceed 2^53. */
static bool scan_mantissa(const char **at, const char *end, uint64_t *mantissa, int *exponent)
{
    const char *p = *at, *point = NULL;
    uint64_t m = 0;
    int digits = 0;
    for (; p < end; p++) {
        unsigned digit = (unsigned)*p - '0';
        if (digit <= 9) {
            m = 10 * m + digit; /* 19 digits fit; more are turned down below */
            digits++;
        } else if (*p == '.' && !point) {
            point = p;
        } else {
            break;
        }
    }
    *exponent = point ? (int)(point + 1 - p) : 0;
    *mantissa = m;
    *at = p;
    return digits > 0 && digits <= 19 && m <= UINT64_C(1) << 53;
}

/*
 * Most decimals are an integer m <= 2^53 times 10^k with |k| <= 22. Both are doubles, so that one
 * multiplication or division gives the nearest double. False when the text is not of this kind.
 * Source: W. D. Clinger, "How to Read Floating Point Numbers Accurately", PLDI 1990.
 */
static bool parse_short(const char *text, size_t size, double *value)
{
    static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const char *p = text, *end = text + size;
    uint64_t mantissa;
    int64_t written = 0;
    int exponent;
    bool negative = p < end && *p == '-';
    p += negative;
    if (FLT_EVAL_METHOD != 0 || !scan_mantissa(&p, end, &mantissa, &exponent))
        return false;
    if (p < end) {
        if (*p != 'e' && *p != 'E')
            return false;
        p += p + 1 < end && p[1] == '+' ? 2 : 1;
        if ((p < end && *p == '-' && p[-1] == '+') ||
            !wr_parse_i64(p, (size_t)(end - p), &written) || written < -99 || written > 99)
            return false;
    }
    exponent += (int)written;
    if (exponent < -22 || exponent > 22)
        return false;
    double v = (double)mantissa;
    v = exponent < 0 ? v / ten[-exponent] : v * ten[exponent];
    *value = negative ? -v : v;
    return true;
}

/* strtod also reads blanks, "nan", "inf" and hexadecimal: only these characters may come in. */
static bool only_decimal(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!strchr("0123456789+-.eE", text[i]) || text[i] == '\0')
            return false;
    return size > 0;
}

/* The longest double has some 770 digits, all but the first 17 of which nobody writes. */
enum { LONGEST = 512 };

/* Copy a decimal number and end it by a 0, as strtod wants it. */
static bool copy_decimal(const char *text, size_t size, char copy[LONGEST])
{
    if (size >= LONGEST || !only_decimal(text, size))
        return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    return true;
}

bool wr_parse_double(const char *text, size_t size, double *value)
{
    char copy[LONGEST], *end;
    if (parse_short(text, size, value))
        return true;
    if (!copy_decimal(text, size, copy))
        return false;
    double v = strtod(copy, &end);
    if (end != copy + size || !isfinite(v))
        return false;
    *value = v;
    return true;
}

/* Whether rounding a text to double and that to float may differ from rounding the text to float:
 * when the double is halfway between two floats, or among the floats of less precision. */
static bool rounds_twice(double v)
{
    const uint64_t half = UINT64_C(1) << (DBL_MANT_DIG - FLT_MANT_DIG - 1);
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return (bits & (2 * half - 1)) == half || (v != 0 && fabs(v) < (double)FLT_MIN);
}

bool wr_parse_float(const char *text, size_t size, float *value)
{
    char copy[LONGEST];
    double v;
    if (!wr_parse_double(text, size, &v) || fabs(v) >= 0x1p128)
        return false;
    float f = (float)v;
    if (rounds_twice(v) && copy_decimal(text, size, copy))
        f = strtof(copy, NULL);
    if (!isfinite(f))
        return false;
    *value = f;
    return true;
}

char *wr_format_u64(char *out, uint64_t value)
{
    char digits[WR_U64_DIGITS];
    char *p = digits + sizeof digits;
    do {
        *--p = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    size_t size = (size_t)(digits + sizeof digits - p);
    memcpy(out, p, size);
    return out + size;
}

/* value = m 2^-q, m an integer of `bits` bits, and the power of ten of its first digit. */
struct binary {
    uint64_t m;
    int bits, q;
    int first; /* 10^first <= value < 10^(first + 1) */
};

/* The first `precision` digits of b, rounded to the nearest (ties to even), as an integer of
 * *decimals decimals. False when it does not read back as b.
 *
 * With k decimals the value is m 5^k / 2^(q - k), and 128 bits hold m 5^k. An integer r / 10^k
 * reads back when it is less than half a unit of m away: 2 |r 2^(q - k) - m 5^k| < 5^k, or half of
 * that downwards from a power of 2. Both sides are never equal, 5^k being odd. */
static bool round_digits(const struct binary *b, int precision, uint64_t *digits, int *decimals)
{
    static const uint64_t five[] = {1,
                                    5,
                                    25,
                                    125,
                                    625,
                                    3125,
                                    15625,
                                    78125,
                                    390625,
                                    1953125,
                                    9765625,
                                    48828125,
                                    244140625,
                                    1220703125,
                                    6103515625,
                                    30517578125,
                                    152587890625,
                                    762939453125,
                                    3814697265625,
                                    19073486328125,
                                    95367431640625};
    int k = precision - 1 - b->first, shift = b->q - k;
    unsigned __int128 exact = (unsigned __int128)b->m * five[k];
    *decimals = k;
    if (shift <= 0) {
        *digits = (uint64_t)(exact << -shift);
        return true;
    }
    unsigned __int128 r = exact >> shift, rest = exact - (r << shift);
    unsigned __int128 half = (unsigned __int128)1 << (shift - 1);
    bool up = rest > half || (rest == half && (r & 1));
    bool narrow = !up && b->m == UINT64_C(1) << (b->bits - 1);
    *digits = (uint64_t)r + up;
    unsigned __int128 away = up ? 2 * half - rest : rest;
    return (narrow ? 4 : 2) * away < five[k];
}

/* digits / 10^decimals without needless zeros; the length. */
static int write_decimal(char *out, uint64_t digits, int decimals)
{
    while (decimals > 0 && digits % 10 == 0) {
        digits /= 10;
        decimals--;
    }
    char *end = out + WR_DOUBLE_DIGITS - 2, *p = end; /* 0, the point and 20 decimals fit */
    for (; digits > 0 || decimals >= 0; digits /= 10, decimals--) {
        *--p = (char)('0' + digits % 10);
        if (decimals == 1)
            *--p = '.';
    }
    memmove(out, p, (size_t)(end - p));
    out[end - p] = '\0';
    return (int)(end - p);
}

/*
 * The shortest form of a value from 10^-4 to 10^least, by integers. `least` digits are always
 * exact in the type, `most` always enough. 0 when the value is not in the range.
 */
static int format_short(char *out, double value, int bits, int least, int most)
{
    static const double ten[] = {1e-4, 1e-3, 1e-2, 1e-1, 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,
                                 1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    struct binary b = {.bits = bits, .first = -4};
    double size = fabs(value);
    if (!(size >= ten[0] && size < ten[least + 4]))
        return 0;
    while (size >= ten[b.first + 5])
        b.first++;
    int exponent;
    b.m = (uint64_t)ldexp(frexp(size, &exponent), bits);
    b.q = bits - exponent;
    int sign = value < 0, decimals;
    uint64_t digits;
    for (int precision = least; !round_digits(&b, precision, &digits, &decimals); precision++)
        assert(precision < most);
    out[0] = '-';
    return sign + write_decimal(out + sign, digits, decimals);
}

int wr_format_double(char out[WR_DOUBLE_DIGITS], double value)
{
    int size = format_short(out, value, DBL_MANT_DIG, 15, 17);
    if (size)
        return size;
    for (int precision = 15; precision <= 17; precision++) {
        size = snprintf(out, WR_DOUBLE_DIGITS, "%.*g", precision, value);
        if (strtod(out, NULL) == value)
            break;
    }
    return size;
}

int wr_format_float(char out[WR_DOUBLE_DIGITS], float value)
{
    int size = format_short(out, (double)value, FLT_MANT_DIG, 6, 9);
    if (size)
        return size;
    for (int precision = 6; precision <= 9; precision++) {
        size = snprintf(out, WR_DOUBLE_DIGITS, "%.*g", precision, (double)value);
        if (strtof(out, NULL) == value)
            break;
    }
    return size;
}
