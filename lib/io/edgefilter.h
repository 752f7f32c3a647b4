/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_EDGEFILTER_H
#define WR_IO_EDGEFILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/edgeset.h"
#include "io/input.h"
#include "io/sink.h"

/*
 * wr_edgelist_filter - write a text edge list minus the lines of some edges.
 *
 * Lines that stay are the same bytes in the same order. `Edges: M` in a comment that says
 * `Nodes: N` before it becomes the number of edge lines that follow the comment.
 *
 * input       in   what wr_edgelist_read has read to the end, with its text kept
 * removed     in   edges whose lines go, copies in either direction too; self-loops stay
 * add_header  in   begin with SNAP's four-line header
 * sink        out  its errors are found now or by wr_sink_finish
 * lines       out  edge lines written
 * Errors      WR_EIO, also when the file has changed since it was read; WR_ENOMEM
 * Cost        two passes over the text; O(log degree) time and one bit per line. The output does
 *             not depend on the number of threads
 */
enum wr_status wr_edgelist_filter(struct wr_input *input, const struct wr_edgeset *removed,
                                  bool add_header, struct wr_sink *sink, int64_t *lines,
                                  struct wr_error *err);

#endif
