/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/number.h"

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

/* strtod also reads blanks, "nan", "inf" and hexadecimal: only these characters may come in. */
static bool only_decimal(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!strchr("0123456789+-.eE", text[i]) || text[i] == '\0')
            return false;
    return size > 0;
}

bool wr_parse_double(const char *text, size_t size, double *value)
{
    char copy[512]; /* strtod wants a final 0; the longest double has some 770 digits, all but
                       the first 17 of which nobody writes */
    if (size >= sizeof copy || !only_decimal(text, size))
        return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    char *end;
    double v = strtod(copy, &end);
    if (end != copy + size || !isfinite(v))
        return false;
    *value = v;
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

int wr_format_double(char out[WR_DOUBLE_DIGITS], double value)
{
    int size = 0;
    for (int precision = 15; precision <= 17; precision++) {
        size = snprintf(out, WR_DOUBLE_DIGITS, "%.*g", precision, value);
        if (strtod(out, NULL) == value)
            break;
    }
    return size;
}

int wr_format_float(char out[WR_DOUBLE_DIGITS], float value)
{
    int size = 0;
    for (int precision = 6; precision <= 9; precision++) {
        size = snprintf(out, WR_DOUBLE_DIGITS, "%.*g", precision, (double)value);
        if (strtof(out, NULL) == value)
            break;
    }
    return size;
}
