/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_METIS_H
#define WR_IO_METIS_H

#include <stdint.h>

#include "base/error.h"
#include "data/edgeset.h"
#include "data/graph.h"
#include "io/input.h"
#include "io/sink.h"
#include "io/weights.h"

/*
 * METIS graph files: a header `vertices edges [fmt [ncon]]`, then one line for each vertex with
 * its neighbours, counted from 1; % comments. A simple undirected graph: every edge stands in the
 * rows of both its ends. Sizes and weights of vertices are read over; edge weights are positive
 * integers.
 *
 * Source: G. Karypis, METIS 5.1.0 manual, section 4.1.1.
 */

/*
 * wr_metis_read - the edges of a file.
 *
 * pairs   out  every edge once, u < v, ascending; untouched on failure
 * Errors  WR_EDATA with name and line: a malformed header or row; more or fewer rows or edges
 *         than the header promises; a vertex out of range, its own neighbour, or listed twice;
 *         an edge that stands in one row only or with two weights; no edge weights with
 *         WR_WEIGHTS_REQUIRE. WR_EIO; WR_ENOMEM
 * Cost    O(n + m) time when rows are ascending, O(m log m) else; 8 n + 16 m bytes, 8 n + 32 m
 *         with weights
 */
enum wr_status wr_metis_read(struct wr_input *input, enum wr_weights weights,
                             struct wr_pairs *pairs, struct wr_error *err);

/* Write a text that wr_metis_read has accepted minus the neighbours that the edges in removed
 * are; the number of edges in the header is updated, all else stays. *edges: how many are
 * left. */
void wr_metis_filter(struct wr_span text, const struct wr_edgeset *removed, struct wr_sink *sink,
                     int64_t *edges);

/* Write an undirected graph, with its weights if it has any. Errors: WR_EDATA when a weight is
 * not a positive integer; WR_ENOMEM. */
enum wr_status wr_metis_write(const struct wr_graph *g, struct wr_sink *sink, struct wr_error *err);

#endif
