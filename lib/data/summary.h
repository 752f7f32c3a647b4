/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_SUMMARY_H
#define WR_DATA_SUMMARY_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/* What a list of pairs is, as an undirected graph. */
struct wr_summary {
    uint32_t n;                 /* vertices */
    int64_t lines;              /* pairs */
    int64_t edges;              /* distinct, without self-loops */
    int64_t duplicates;         /* pairs that repeat an edge, in either direction */
    int64_t reciprocal;         /* edges that are there in both directions */
    int64_t self_loops;         /* pairs (u, u) */
    uint32_t isolated;          /* vertices without an edge */
    uint32_t components;        /* an isolated vertex is one */
    uint32_t largest_component; /* vertices in it */
    int64_t degree_min, degree_max;
    double degree_median, degree_mean; /* 0 without vertices */
};

/*
 * wr_summary_init - count all that.
 *
 * pairs   in/out  consumed, also on failure; weights play no part
 * Errors  WR_ENOMEM; s is untouched then
 * Cost    O(n + count) time; peak memory 16 bytes per pair and 24 per vertex
 */
enum wr_status wr_summary_init(struct wr_summary *s, struct wr_pairs *pairs, struct wr_error *err);

#endif
