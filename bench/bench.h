/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/* What the benchmarks share: clocks, medians, memory, graphs. */

/* What main does first: obey the environment's OMP_NUM_THREADS and WALKRANK_CPU, as the tools. */
void bench_begin(void);

/* Wall-clock seconds from some beginning. */
double bench_now(void);

/* The median of count >= 1 numbers, which are sorted. */
double bench_median(double *values, int count);

/* Bytes of memory that this process has resident now; 0 where it cannot be told. */
int64_t bench_resident(void);

/* Begin to watch the peak of bench_resident, and what it has been since. 0 where it cannot be
 * told. */
void bench_peak_reset(void);
int64_t bench_peak(void);

/* The undirected graph in a file of a format that the tools read by themselves. Release with
 * wr_graph_release. */
enum wr_status bench_graph_read(const char *path, struct wr_graph *g, struct wr_error *err);

#endif
