/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_SVMLIGHT_H
#define WR_IO_SVMLIGHT_H

#include <stdint.h>

#include "base/error.h"
#include "data/feature_matrix.h"
#include "data/labels.h"
#include "io/input.h"
#include "io/sink.h"

/*
 * Features in svmlight's (libsvm's) text: a line per vertex, `label index:value ...`, indices from
 * 1 ascending, absent ones 0.
 *
 * Source: T. Joachims, SVMlight, "How to use", https://www.cs.cornell.edu/people/tj/svm_light/
 */

/*
 * wr_svmlight_read - read all of an input.
 *
 * Labels are classes from 0, also written as +1 or 3.0, or -1; `qid:N` behind the label and
 * comments from # are passed over, lines of nothing but a comment too. A blank line is an error,
 * as in libsvm: a vertex that had lost its line would shift all that follow.
 *
 * x       out  sparse, a row per line, as many columns as the largest index; the caller may raise
 *              x->cols, the columns that come with it are 0
 * labels  out  one per line
 *              Release both; untouched on failure
 * Errors  WR_EDATA at the first malformed line; as wr_input_next; WR_ENOMEM
 * Cost    one pass on all threads; 8 bytes per entry and 12 per row, twice that for a moment when
 *         the length of the text is not known beforehand
 */
enum wr_status wr_svmlight_read(struct wr_input *input, struct wr_feature_matrix *x,
                                struct wr_labels *labels, struct wr_error *err);

/* Write the line of one vertex; row holds dim values. */
void wr_svmlight_write_row(int64_t label, const float *row, int64_t dim, struct wr_sink *sink);

#endif
