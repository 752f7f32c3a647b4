/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_MTX_H
#define WR_IO_MTX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/edgeset.h"
#include "data/graph.h"
#include "io/input.h"
#include "io/sink.h"
#include "io/weights.h"

/*
 * Matrix Market coordinate files: a graph by its adjacency matrix. Square; pattern, integer or
 * real; general or symmetric. An entry is an edge whatever its value, zero included.
 *
 * Source: R. F. Boisvert, R. Pozo, K. A. Remington, "The Matrix Market Exchange Formats: Initial
 * Design", NISTIR 5935, 1996.
 */

/* Whether these first bytes of a file are a Matrix Market banner. */
bool wr_mtx_recognise(struct wr_span head);

/*
 * wr_mtx_read - the entries of a file as pairs (row, column), counted from 0, in file order.
 *
 * pairs      out  n is the order of the matrix; untouched on failure
 * symmetric  out  an entry stands for its mirror image too
 * Errors     WR_EDATA with name and line: a malformed banner, size or entry line; another kind
 *            of matrix; an index out of range; more or fewer entries than the size line
 *            promises; a missing or non-positive value with WR_WEIGHTS_REQUIRE. WR_EIO; WR_ENOMEM
 * Cost       one pass; 8 bytes per entry, 16 with weights
 */
enum wr_status wr_mtx_read(struct wr_input *input, enum wr_weights weights, struct wr_pairs *pairs,
                           bool *symmetric, struct wr_error *err);

/* Write a text that wr_mtx_read has accepted minus the entries of the edges in removed; all
 * other lines stay as they are but for the number of entries in the size line. *entries: how
 * many are left. Errors: WR_ENOMEM. */
enum wr_status wr_mtx_filter(struct wr_span text, const struct wr_edgeset *removed,
                             struct wr_sink *sink, int64_t *entries, struct wr_error *err);

/* Write pairs as a matrix: pattern, integer where all weights are integers, else real. With
 * symmetric every pair goes below the diagonal. */
void wr_mtx_write(const struct wr_pairs *pairs, bool symmetric, struct wr_sink *sink);

#endif
