/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_CHANGES_H
#define WR_SPARSIFY_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* A number of walks, less than WR_WALKCOUNT_LIMIT. */
typedef unsigned __int128 wr_walkcount;
#define WR_WALKCOUNT_LIMIT ((wr_walkcount)1 << 126)

/*
 * What a removal changes: the multiset of pairs (old walk index, new walk index), as the function
 * S(x) = (new values equal to x) - (old values equal to x). The sorted tuple of all walk indices
 * after removing e is larger than after removing f exactly when S_e(x) < S_f(x) at the smallest x
 * where they differ, so that the tuples are never formed.
 *
 * Fill with wr_changes_clear and wr_changes_add; then wr_changes_order once, and wr_changes_next
 * gives the x with S(x) != 0 in ascending order. Owned by the caller, who sees to the room.
 */
struct wr_changes {
    int64_t count;
    wr_walkcount *item; /* 2 x for a new value x, 2 x + 1 for an old one; a min-heap once ordered */
};

struct wr_change {
    wr_walkcount value; /* x */
    int64_t net;        /* S(x), not 0 */
};

/* Room for so many pairs, 32 bytes each; release with wr_changes_release. Errors: WR_ENOMEM. */
enum wr_status wr_changes_init(struct wr_changes *c, int64_t pairs, struct wr_error *err);
void wr_changes_release(struct wr_changes *c);

static inline void wr_changes_clear(struct wr_changes *c)
{
    c->count = 0;
}

static inline void wr_changes_add(struct wr_changes *c, wr_walkcount old, wr_walkcount new)
{
    c->item[c->count++] = old << 1 | 1;
    c->item[c->count++] = new << 1;
}

/* O(count). */
void wr_changes_order(struct wr_changes *c);

/* The next change, removed; false when there is none. O(log count) for every value passed. */
bool wr_changes_next(struct wr_changes *c, struct wr_change *change);

#endif
