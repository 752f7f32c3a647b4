/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_FOREST_INTERNAL_H
#define WR_FACTOR_FOREST_INTERNAL_H

#include "factor/forest.h"

/* What the makers of forests share. */

/* Where the items of each of `groups` groups begin (groups + 1), and the items by group in order:
 * a counting sort. Item i is in group of[i * step]. */
void wr_forest_group(const uint32_t *of, int64_t step, int64_t count, int64_t groups,
                     int64_t *begin, uint32_t *item);

/* Modes alone, each a top. Errors: WR_ENOMEM; f is to be released then too. */
enum wr_status wr_forest_start(struct wr_forest *f, const struct wr_observations *o,
                               struct wr_error *err);

/* The uses of the rows of a pool's children. Errors: WR_ENOMEM. */
enum wr_status wr_forest_connect(struct wr_forest *f, const struct wr_pool_node *parent,
                                 struct wr_error *err);

/* Close the gaps of columns whose top is -1. */
void wr_forest_compact(struct wr_forest *f);

/* Children of a pool: 2, or 1 of a copy. */
static inline int wr_pool_children(const struct wr_pool_node *pool)
{
    return pool->child[1] < 0 ? 1 : 2;
}

#endif
