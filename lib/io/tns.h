/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_TNS_H
#define WR_IO_TNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/observations.h"
#include "io/input.h"

/*
 * Observed entries in .tns text: a line `i_1 ... i_N value' each, words separated by blanks;
 * # and % begin comment lines. The dimensions come from the caller, or from what stands before the
 * first entry: a comment `# dims: 8 8 8' (or 8x8x8), or the two bare lines of the extended FROSTT
 * format, the order and the dimensions; otherwise they are the largest indices.
 *
 * Source: S. Smith et al., "FROSTT: The Formidable Repository of Open Sparse Tensors and Tools",
 * 2017; the extended format is that of ParTI!.
 */

struct wr_tns_options {
    int index_base;     /* of the indices in the file: 0 or 1 */
    int order;          /* of dim */
    const int64_t *dim; /* instead of the file's; NULL: the file's */
    bool coordinates;   /* the values may be missing, from all lines; so may all lines. Needs dim */
};

/*
 * wr_tns_read - the entries of a text, in its order.
 *
 * o       out  value is NULL when lines have none; untouched on failure
 * Errors  WR_EDATA with name and line: a malformed header; a line with another number of words; an
 *         index that is not an integer from index_base or passes its dimension; a value that is not
 *         finite; coordinates that stand there twice (both lines are named); no entry at all.
 *         WR_EIO; WR_ENOMEM
 * Cost    one pass with all threads and a sort; 4 N + 16 bytes per entry, 48 while it is sorted
 */
enum wr_status wr_tns_read(struct wr_input *input, const struct wr_tns_options *options,
                           struct wr_observations *o, struct wr_error *err);

#endif
