/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BENCH_ONEWIS_HEAP_H
#define BENCH_ONEWIS_HEAP_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"

/*
 * bench_onewis_heap - the peer of wr_onewis_order: the same order by a lazy binary heap.
 *
 * The textbook way. Keys only fall, so an entry that comes to the top is looked at again: if its
 * key is still true it is the largest, else it goes back with its new key. O(log m) per look;
 * but a removal makes the keys of all edges at both ends stale, so that on graphs with hubs an
 * edge is looked at hundreds of times.
 *
 * g       in   undirected graph; ties to the smallest (u, v)
 * order   out  m edge words
 * Errors  WR_ENOMEM; WR_EINTERRUPT when progress says so
 */
enum wr_status bench_onewis_heap(const struct wr_graph *g, const struct wr_progress *progress,
                                 uint64_t *order, struct wr_error *err);

#endif
