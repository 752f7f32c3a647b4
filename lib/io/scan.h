/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_SCAN_H
#define WR_IO_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/input.h"

/* The hot loops of the readers of numbers in columns. A text is given by a position, which moves
 * on, and its end. */

/* Blanks and tabs; a carriage return counts as one, so that CRLF needs no care. */
static inline const char *wr_scan_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

/*
 * The digits at *at, which moves behind them; false when there is none. A number past 2^32 is
 * left unfinished, with a value above UINT32_MAX: no reader wants it.
 */
static inline bool wr_scan_u32(const char **at, const char *end, uint64_t *value)
{
    const char *p = *at;
    uint64_t v = 0;
    for (unsigned digit; p < end && (digit = (unsigned)*p - '0') <= 9 && v <= UINT32_MAX; p++)
        v = 10 * v + digit;
    bool any = p > *at;
    *at = p;
    *value = v;
    return any;
}

/* The line at `at` without its newline; *next is where the line after it begins. */
static inline struct wr_span wr_scan_line(const char *at, const char *end, const char **next)
{
    const char *newline = __builtin_memchr(at, '\n', (size_t)(end - at));
    const char *stop = newline ? newline : end;
    *next = newline ? newline + 1 : end;
    return (struct wr_span){at, (size_t)(stop - at)};
}

/* The next word of [*at, end), blanks before it skipped; empty at the end. */
static inline struct wr_span wr_scan_word(const char **at, const char *end)
{
    const char *begin = wr_scan_blanks(*at, end), *p = begin;
    while (p < end && *p != ' ' && *p != '\t' && *p != '\r')
        p++;
    *at = p;
    return (struct wr_span){begin, (size_t)(p - begin)};
}

#endif
