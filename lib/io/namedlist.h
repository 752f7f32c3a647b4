/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_NAMEDLIST_H
#define WR_IO_NAMEDLIST_H

#include "base/error.h"
#include "data/graph.h"
#include "io/input.h"
#include "io/vertexnames.h"

/*
 * wr_namedlist_read - read a text edge list whose vertices are any words.
 *
 * Words are separated by blanks, tabs or commas; a line whose first word begins with # or % is a
 * comment. Vertices are numbered in order of appearance. `Nodes: N' in a comment means nothing:
 * vertices that appear nowhere have no name.
 *
 * weight_column  in   from 3; 0: none
 * pairs, names   out  untouched on failure
 * Errors         WR_EDATA with name and line: a line with one word, no positive weight where one
 *                is expected; WR_EIO; WR_ENOMEM
 * Cost           O(length) expected time; 8 bytes per line, 16 with weights, and the names
 */
enum wr_status wr_namedlist_read(struct wr_input *input, int weight_column, struct wr_pairs *pairs,
                                 struct wr_names *names, struct wr_error *err);

#endif
