/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_RANKED_H
#define WR_LINALG_RANKED_H

#include <stdint.h>

#include "base/error.h"
#include "data/csr.h"

/*
 * An undirected graph whose vertices are renumbered by ascending (degree, id). A vertex has at
 * most sqrt(2 m) neighbours of higher number, so that looking for small subgraphs from the
 * vertex that is highest or lowest in them is cheap.
 */
struct wr_ranked {
    uint32_t n;
    int64_t *row;     /* n + 1 */
    int64_t *higher;  /* n: in row u, the first neighbour above u */
    uint32_t *col;    /* row[n] neighbours by their new numbers, ascending in every row */
    uint32_t *vertex; /* n: the old number */
};

/* Release with wr_ranked_release. Errors: WR_ENOMEM. Cost: O(n + m); 20 n + 8 m bytes. */
enum wr_status wr_ranked_init(struct wr_ranked *r, const struct wr_csr *csr, struct wr_error *err);
void wr_ranked_release(struct wr_ranked *r);

#endif
