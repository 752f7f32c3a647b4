/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_INTEGERS_H
#define WR_IO_INTEGERS_H

#include <stdint.h>

#include "base/error.h"

/*
 * A list of integers, one for each vertex or graph: text with one per line, where blank lines are
 * skipped and # begins a comment, or an .npy array of one dimension, told by its first bytes.
 */

struct wr_integers_rule {
    int64_t least, most; /* what they may be; within the limits of int32_t or of uint32_t */
    const char *is_not;  /* for the message about another one: `'-2' is not IS_NOT` */
};

/*
 * wr_integers_read - read a whole file.
 *
 * path    in   NULL or "-": standard input
 * value   out  count integers, negative ones as two's complement, so that the array may be read as
 *              int32_t; the caller frees; both are untouched on failure
 * Errors  WR_EDATA with the line or the index: not an integer, not within the rule, more than one
 *         on a line, an array of another type or shape; as wr_input_open and wr_input_next;
 *         WR_ENOMEM
 */
enum wr_status wr_integers_read(const char *path, const struct wr_integers_rule *rule,
                                int64_t *count, uint32_t **value, struct wr_error *err);

#endif
