/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_BOUNDARY_H
#define WR_SPARSIFY_BOUNDARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/csr.h"

/*
 * The boundary C_I of a partition (I, V \ I): the vertices, on both sides, with an edge that
 * crosses. One struct serves many partitions, one after another; a thread needs its own.
 * Source: arXiv:2211.16494, section 3.
 */
struct wr_boundary {
    const struct wr_csr *csr; /* not owned */
    int64_t size;
    uint32_t *vertex;       /* size vertices, in no particular order */
    uint8_t *state;         /* n: WR_INSIDE when in I, WR_BOUNDARY when in C_I */
    const uint32_t *subset; /* I, not owned */
    int64_t subset_size;
};

enum { WR_INSIDE = 1, WR_BOUNDARY = 2 };

/* Memory 5 n bytes; release with wr_boundary_release. Errors: WR_ENOMEM. */
enum wr_status wr_boundary_init(struct wr_boundary *b, const struct wr_csr *csr,
                                struct wr_error *err);
void wr_boundary_release(struct wr_boundary *b);

/* Find the boundary of a subset of size distinct vertices, which must live until the next call.
 * Cost: the edges at the subset. */
void wr_boundary_find(struct wr_boundary *b, const uint32_t *subset, int64_t size);

static inline bool wr_boundary_inside(const struct wr_boundary *b, uint32_t v)
{
    return b->state[v] & WR_INSIDE;
}

#endif
