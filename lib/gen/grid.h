/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_GRID_H
#define WR_GEN_GRID_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/*
 * wr_gen_grid - the rectangular grid: vertex r cols + c is in row r and column c, and is joined to
 * the next in its row and in its column.
 *
 * g       out  release with wr_graph_release; untouched on failure
 * Errors  WR_EINVAL more than 2^32 - 1 vertices; WR_ENOMEM
 * Cost    O(rows cols) time
 */
enum wr_status wr_gen_grid(uint32_t rows, uint32_t cols, struct wr_graph *g, struct wr_error *err);

#endif
