/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/number.h"

enum { LONGEST = 400 };

/* Our grammar is a part of strtod's: what we accept it reads whole, and as the same number. */
static void check_double(const char *text, size_t size)
{
    char copy[LONGEST + 1], written[WR_DOUBLE_DIGITS];
    double value, again;
    char *end;
    if (!wr_parse_double(text, size, &value))
        return;
    memcpy(copy, text, size);
    copy[size] = '\0';
    again = strtod(copy, &end);
    fuzz_check(end == copy + size && isfinite(value));
    fuzz_same_bytes(&value, &again, sizeof value);
    size = (size_t)wr_format_double(written, value);
    fuzz_check(wr_parse_double(written, size, &again) && again == value);
}

static void check_float(const char *text, size_t size)
{
    char copy[LONGEST + 1], written[WR_DOUBLE_DIGITS];
    float value, again;
    if (!wr_parse_float(text, size, &value))
        return;
    memcpy(copy, text, size);
    copy[size] = '\0';
    again = strtof(copy, NULL);
    fuzz_same_bytes(&value, &again, sizeof value);
    size = (size_t)wr_format_float(written, value);
    fuzz_check(wr_parse_float(written, size, &again) && again == value);
}

static void check_integer(const char *text, size_t size)
{
    char copy[LONGEST + 1], written[WR_U64_DIGITS];
    uint64_t value, again;
    int64_t negative;
    memcpy(copy, text, size);
    copy[size] = '\0';
    if (wr_parse_u64(text, size, &value)) {
        fuzz_check(value == strtoull(copy, NULL, 10));
        size_t digits = (size_t)(wr_format_u64(written, value) - written);
        fuzz_check(wr_parse_u64(written, digits, &again) && again == value);
    }
    if (wr_parse_i64(text, size, &negative))
        fuzz_check(negative == strtoll(copy, NULL, 10));
}

/* All double values are written and read back, too: the first eight bytes are one. */
static void check_bits(const uint8_t *data)
{
    char written[WR_DOUBLE_DIGITS];
    double value, again;
    memcpy(&value, data, sizeof value);
    if (!isfinite(value))
        return;
    size_t size = (size_t)wr_format_double(written, value);
    fuzz_check(wr_parse_double(written, size, &again));
    fuzz_same_bytes(&value, &again, sizeof value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > LONGEST)
        return 0;
    check_double((const char *)data, size);
    check_float((const char *)data, size);
    check_integer((const char *)data, size);
    if (size >= sizeof(double))
        check_bits(data);
    return 0;
}
