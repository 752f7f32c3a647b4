/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_NUMBER_H
#define WR_IO_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Numbers are read whole or refused, in the C locale. A text is given by its bounds; these
 * functions accept nothing but the number: no blanks, no sign on an unsigned number, no rest.
 */

/* Decimal digits; false when there is anything else or the value does not fit. */
bool wr_parse_u64(const char *text, size_t size, uint64_t *value);

/* The same with an optional minus sign. */
bool wr_parse_i64(const char *text, size_t size, int64_t *value);

/* A finite decimal number such as -1.5e-3; NaN, infinities and hexadecimal are refused, and so
 * is a value that overflows. */
bool wr_parse_double(const char *text, size_t size, double *value);

/* The same, to the nearest float. */
bool wr_parse_float(const char *text, size_t size, float *value);

enum {
    WR_U64_DIGITS = 20,   /* characters of the longest uint64_t */
    WR_DOUBLE_DIGITS = 32 /* room for any double, with the final 0 */
};

/* Write value in decimal at out (no final 0); the end of what was written. */
char *wr_format_u64(char *out, uint64_t value);

/* The shortest decimal form that reads back equal, 0-terminated; its length. Precision: of a
 * double, or of a float when the value is one. */
int wr_format_double(char out[WR_DOUBLE_DIGITS], double value);
int wr_format_float(char out[WR_DOUBLE_DIGITS], float value);

#endif
