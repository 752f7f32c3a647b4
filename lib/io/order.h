/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_ORDER_H
#define WR_IO_ORDER_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"
#include "io/sink.h"

/* Removal orders as text: one edge per line, `u<TAB>v`, first removed first. */

void wr_order_write(const uint64_t *order, int64_t count, struct wr_sink *sink);

/*
 * wr_order_read - read the removal order of all edges of g.
 *
 * path    in   NULL or "-": standard input
 * order   out  g->m words; undefined on error
 * Errors  WR_EDATA with name and line: a malformed line, an edge that g does not have or that
 *         stood before, an order that ends before every edge of g is in it; WR_EIO; WR_ENOMEM
 * Cost    O(m log degree) time, 8 m bytes on top of the order
 */
enum wr_status wr_order_read(const char *path, const struct wr_graph *g, uint64_t *order,
                             struct wr_error *err);

#endif
