/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_EDGEARRAY_H
#define WR_IO_EDGEARRAY_H

#include <stdint.h>

#include "base/error.h"
#include "data/edgeset.h"
#include "data/graph.h"
#include "io/input.h"
#include "io/sink.h"

/* Edges as an .npy array of integers, of shape (2, M), PyTorch Geometric's edge_index, or (M, 2);
 * (2, 2) is taken for (2, M). */

/*
 * wr_edgearray_read - the pairs of an array.
 *
 * text    in   the whole file
 * name    in   of the file, for messages
 * pairs   out  n is the largest id + 1; untouched on failure
 * Errors  WR_EDATA: as wr_npy_parse; another shape or type; an id that is negative or too
 *         large, with its index; WR_ENOMEM
 * Cost    O(M) time, 8 M bytes
 */
enum wr_status wr_edgearray_read(struct wr_span text, const char *name, struct wr_pairs *pairs,
                                 struct wr_error *err);

/* Write an array that wr_edgearray_read has accepted minus the edges in removed: of the same
 * type, order and (up to M) shape. *edges: how many are left. Errors: WR_ENOMEM. */
enum wr_status wr_edgearray_filter(struct wr_span text, const struct wr_edgeset *removed,
                                   struct wr_sink *sink, int64_t *edges, struct wr_error *err);

/* Write pairs as an array of 64-bit integers of shape (2, count). */
void wr_edgearray_write(const struct wr_pairs *pairs, struct wr_sink *sink);

#endif
