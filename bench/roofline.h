/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BENCH_ROOFLINE_H
#define BENCH_ROOFLINE_H

#include <stdbool.h>

/*
 * What this machine can do, measured with as many threads as wr_threads() says: the best of several
 * tries each.
 */

/* Operations per second of multiplying and adding in registers, two of each lane's. */
double bench_peak_flops(bool single);

/* Bytes per second of a = b + s c with arrays that no cache holds; three numbers each. 0 without
 * the memory for it. */
double bench_triad(void);

#endif
