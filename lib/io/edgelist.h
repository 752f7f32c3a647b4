/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_EDGELIST_H
#define WR_IO_EDGELIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"
#include "io/edgeparse.h"
#include "io/input.h"
#include "io/sink.h"

/* Text edge lists: `u v [rest of line]`, comments, and the `Nodes: N Edges: M` of SNAP in them. */

struct wr_edgelist_options {
    int64_t nodes;     /* at least this many vertices */
    int weight_column; /* from 3; 0: none */
    int64_t distinct;  /* leave out copies, without weights, whenever so many pairs are there; 0:
                          keep all */
    enum wr_edgeparse how; /* for tests; all of them read the same */
};

/*
 * wr_edgelist_read - read all of input.
 *
 * has_header  out  whether a comment says Nodes: N, N all the vertices there are
 * Errors      as wr_graph_file_read; the first malformed line in file order is the one reported
 * Cost        8 bytes per line (16 with weights); of a stream, whose length is not known
 *             beforehand, twice that for a moment. With `distinct' about 32 bytes for each of so
 *             many pairs, or for each distinct one, however many lines there are
 */
enum wr_status wr_edgelist_read(struct wr_input *input, const struct wr_edgelist_options *options,
                                struct wr_pairs *pairs, bool *has_header, struct wr_error *err);

/* Write pairs as they are, with loops and copies, after a `# Nodes: N Edges: M` line, and weights
 * if there are any. progress: of lines; a caller that stops it leaves the list incomplete. */
void wr_edgelist_write_pairs(const struct wr_pairs *pairs, const struct wr_progress *progress,
                             struct wr_sink *sink);

#endif
