/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/edgeparse.h"

#include <endian.h>
#include <string.h>

#include "data/graph.h"

enum {
    MAX_DIGITS = 10,   /* of WR_MAX_VERTEX */
    LINE = 32,         /* bytes in which two ids and what ends them have room */
    SCALAR_LINES = 16, /* lines that the vector loop leaves to the scalar one when it stops */
    ALL_LINES = INT32_MAX
};

bool wr_edgeparse_supported(enum wr_edgeparse how)
{
    return how != WR_EDGEPARSE_AVX512 || wr_edgeparse_avx512_supported();
}

enum wr_edgeparse wr_edgeparse_best(enum wr_edgeparse how)
{
    if (how != WR_EDGEPARSE_AUTO)
        return how;
    return wr_edgeparse_avx512_supported() ? WR_EDGEPARSE_AVX512 : WR_EDGEPARSE_SCALAR;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

/* The value of 8 digits, one per byte, the first in the lowest byte: neighbours are joined to 4
 * numbers below 100, these to 2 below 10000, these to the value. Each multiplication adds a
 * digit's weight times itself to its higher neighbour, where the sum is picked up by the shift. */
static uint32_t join_digits(uint64_t digits)
{
    digits = digits * (1 + (10 << 8)) >> 8 & UINT64_C(0x00ff00ff00ff00ff);
    digits = digits * (1 + (100 << 16)) >> 16 & UINT64_C(0x0000ffff0000ffff);
    return (uint32_t)(digits * (1 + (UINT64_C(10000) << 32)) >> 32);
}

/* Digits at p, up to MAX_DIGITS of them, as *value; how many, 0 when they are none or too many.
 * Reads 8 bytes at least. */
static int take_digits(const char *p, uint64_t *value)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    word = le64toh(word) ^ UINT64_C(0x3030303030303030); /* digits become 0 to 9 */
    /* the high bit of a byte is set when adding 0x76 carries into it, from 10 on, or it was set.
     * A carry out of a byte spoils only those behind the first that is no digit. */
    uint64_t others = ((word + UINT64_C(0x7676767676767676)) | word) & UINT64_C(0x8080808080808080);
    if (others) {
        int bits = __builtin_ctzll(others) & ~7; /* 8 times the number of digits */
        /* zeros shifted in below are leading zeros */
        *value = bits ? join_digits(word << (64 - bits)) : 0;
        return bits / 8;
    }
    int digits = 8;
    for (*value = join_digits(word); digits <= MAX_DIGITS && is_digit(p[digits]); digits++)
        *value = 10 * *value + (uint64_t)(p[digits] - '0');
    return digits <= MAX_DIGITS ? digits : 0;
}

/* The start of the next line when p is at what may follow the second id: the end of the line or
 * a separator and anything; else NULL. */
static const char *line_end(const char *p, const char *end)
{
    if (*p == '\n')
        return p + 1;
    if (*p == '\r')
        return p[1] == '\n' ? p + 2 : NULL;
    if (!is_blank(*p))
        return NULL;
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    return newline ? newline + 1 : NULL;
}

/* `u v`, one separator between them, nothing before them, up to `lines` times. */
static int64_t parse_scalar(const char **at, const char *end, int lines, uint64_t *keys)
{
    int64_t count = 0;
    for (const char *p = *at; end - p >= LINE && count < lines; *at = p) {
        uint64_t u, v;
        int digits = take_digits(p, &u);
        if (digits == 0 || !is_blank(p[digits]))
            break;
        p += digits + 1;
        digits = take_digits(p, &v);
        if (digits == 0 || u > WR_MAX_VERTEX || v > WR_MAX_VERTEX)
            break;
        if (!(p = line_end(p + digits, end)))
            break;
        keys[count++] = wr_arc((uint32_t)u, (uint32_t)v);
    }
    return count;
}

int64_t wr_edgeparse(enum wr_edgeparse how, const char **at, const char *end, uint64_t *keys)
{
    if (how == WR_EDGEPARSE_CAREFUL)
        return 0;
    if (how == WR_EDGEPARSE_SCALAR)
        return parse_scalar(at, end, ALL_LINES, keys);
    int64_t count = 0, more;
    do {
        count += wr_edgeparse_avx512(at, end, keys + count);
        more = parse_scalar(at, end, SCALAR_LINES, keys + count);
        count += more;
    } while (more == SCALAR_LINES);
    return count;
}
