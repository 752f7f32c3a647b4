/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_EDGELIST_H
#define WR_IO_EDGELIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/edgeset.h"
#include "data/graph.h"
#include "io/input.h"
#include "io/sink.h"

/* Text edge lists: `u v [rest of line]`, comments, and the `Nodes: N Edges: M` of SNAP in them. */

struct wr_edgelist_options {
    int64_t nodes;     /* at least this many vertices */
    int weight_column; /* from 3; 0: none */
};

/* Read all of input. has_header: whether a comment says Nodes: N. Errors as
 * wr_graph_file_read. */
enum wr_status wr_edgelist_read(struct wr_input *input, const struct wr_edgelist_options *options,
                                struct wr_pairs *pairs, bool *has_header, struct wr_error *err);

/*
 * Write the text of an edge list that wr_edgelist_read has accepted, minus the lines of the edges
 * in removed; the number of edge lines written. `Edges: M` in a comment becomes the number of
 * edge lines that follow it. add_header: begin with SNAP's four-line header.
 */
int64_t wr_edgelist_filter(struct wr_span text, const struct wr_edgeset *removed, bool add_header,
                           struct wr_sink *sink);

/* Write a graph as an edge list with a `# Nodes: N Edges: M` line, and weights if it has any. */
void wr_edgelist_write(const struct wr_graph *g, struct wr_sink *sink);

/* The same of pairs as they are, with loops and copies. progress: of lines; a caller that stops it
 * leaves the list incomplete. */
void wr_edgelist_write_pairs(const struct wr_pairs *pairs, const struct wr_progress *progress,
                             struct wr_sink *sink);

#endif
