/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_MEMBERSHIP_H
#define WR_DATA_MEMBERSHIP_H

#include <stdint.h>

/* For graph prediction: which graph each vertex belongs to. A graph may have no vertices. Who
 * owns the array releases it, perhaps with wr_membership_release. */
struct wr_membership {
    int64_t vertices;
    int64_t graphs;  /* above every number in graph */
    uint32_t *graph; /* vertices: the number of its graph, from 0 */
};

/* An array from wr_alloc or wr_grow, which is the membership's from now on; as many graphs as its
 * largest number + 1. */
struct wr_membership wr_membership_take(uint32_t *graph, int64_t vertices);

void wr_membership_release(struct wr_membership *m);

#endif
