/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_TNSLINE_H
#define WR_IO_TNSLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/dims.h"
#include "io/span.h"

/* One line of a .tns file. */

enum { WR_TNS_PROBLEM = 256 };

/* What the lines of a file are like. */
struct wr_tnsform {
    int order;
    int base;        /* of the indices: 0 or 1 */
    bool has_value;  /* a value stands behind the indices */
    int64_t *limit;  /* order: indices, from 0, are below; the caller's */
    bool dims_known; /* the limits are dimensions, not those of the format */
};

enum wr_tnsline { WR_TNS_ENTRY, WR_TNS_OTHER, WR_TNS_BAD };

/*
 * wr_tnsline_parse - an entry, a comment (# or %), a blank line or a bad line.
 *
 * line    in   with or without its newline or CRLF
 * index   out  order indices from 0
 * value   out  untouched when there is none
 */
enum wr_tnsline wr_tnsline_parse(struct wr_span line, const struct wr_tnsform *form,
                                 uint32_t *index, double *value);

/* What is wrong with a bad line, and what was expected. */
void wr_tnsline_explain(struct wr_span line, const struct wr_tnsform *form,
                        char problem[WR_TNS_PROBLEM]);

/* Whether it is a comment or blank. */
bool wr_tnsline_is_other(struct wr_span line);

int64_t wr_tnsline_words(struct wr_span line);

/*
 * wr_tnsline_dims - the dimensions of a header: words separated by blanks, or one word
 * such as 8x8x8.
 *
 * dim     out  WR_ORDER_MAX of room; *order are filled
 * Result  false, and problem says why, when they are not dimensions
 */
bool wr_tnsline_dims(struct wr_span text, int *order, int64_t *dim, char problem[WR_TNS_PROBLEM]);

/* What follows `# dims:' in a comment; data is NULL for any other line. */
struct wr_span wr_tnsline_dims_comment(struct wr_span line);

#endif
