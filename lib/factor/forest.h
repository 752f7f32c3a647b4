/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_FOREST_H
#define WR_FACTOR_FOREST_H

#include <stdint.h>

#include "base/error.h"
#include "data/modetree.h"
#include "data/observations.h"

/*
 * Products of factors are formed once per distinct tuple of indices, not once per observation.
 * Neighbouring modes are pooled in pairs, and the pairs again, as long as the distinct tuples are
 * few; what cannot be pooled further are the tops. A node has a row for each distinct tuple: of a
 * mode each index, of a pool the product of a row of either child, or a copy of the only one's.
 */
struct wr_pool_node {
    int child[2];   /* nodes; child[0] -1: this is a mode; child[1] -1: a copy of one child */
    int64_t rows;   /* distinct tuples */
    uint32_t *pair; /* of a pool, rows x 2: the rows of its children */
    int64_t *use;   /* of a child, rows + 1: where the uses of each row begin in `by` */
    uint32_t *by;   /* the rows of the parent that use it */
};

struct wr_forest {
    int nodes, tops;
    struct wr_pool_node *node; /* modes first, children before parents */
    int *top;
    int64_t count;
    uint32_t *row; /* count x tops: the rows of each observation */
};

/*
 * wr_forest_init - pool the modes of observations.
 *
 * o        in   count >= 1
 * most     in   rows that a pool may have; 0: no pools
 * Errors   WR_ENOMEM; f is untouched then
 * Cost     a pass over the observations per mode and level
 */
enum wr_status wr_forest_init(struct wr_forest *f, const struct wr_observations *o, int64_t most,
                              struct wr_error *err);
void wr_forest_release(struct wr_forest *f);

/*
 * wr_forest_init_tree - pool the modes along a mode tree up to two tops: the children of the root,
 * or products of them. A node with more than two children is made of several pools, one with a
 * single child is a copy. For order 1 the second top is a node without modes that has one row.
 *
 * o        in   count >= 1
 * at       out  the forest's node for each of the tree's below the root: tree->first[root] numbers
 * Errors   WR_ENOMEM; f is untouched then
 * Cost     two counting sorts of the observations per pool
 */
enum wr_status wr_forest_init_tree(struct wr_forest *f, const struct wr_observations *o,
                                   const struct wr_modetree *tree, int *at, struct wr_error *err);

/*
 * The observations as a sparse matrix, rows of the first top by rows of the second: by rows, with
 * ascending columns, and by columns.
 */
struct wr_pair_matrix {
    int64_t *row;      /* rows + 1 */
    uint32_t *col;     /* count */
    uint32_t *where;   /* count: which observation each entry is */
    int64_t *col_from; /* cols + 1 */
    uint32_t *col_row; /* count: the row of each entry, by columns */
    uint32_t *entry;   /* count: which entry by rows it is */
};

/* Of a forest with two tops. Errors: WR_ENOMEM. */
enum wr_status wr_pair_matrix_init(struct wr_pair_matrix *a, const struct wr_forest *f,
                                   struct wr_error *err);
void wr_pair_matrix_release(struct wr_pair_matrix *a);

/* The same in two steps: room for at most so many, then again and again the observations. */
enum wr_status wr_pair_matrix_room(struct wr_pair_matrix *a, int64_t rows, int64_t cols,
                                   int64_t count, struct wr_error *err);
void wr_pair_matrix_fill(struct wr_pair_matrix *a, const struct wr_forest *f);

/*
 * What of a forest with two tops some of its observations need: a forest of the same nodes, whose
 * pools have only the rows that occur below these observations. Release with
 * wr_forest_part_release.
 */
struct wr_forest_part {
    struct wr_forest forest; /* count: observations taken */
    const struct wr_forest *whole;
    int64_t most;
    uint32_t **row;   /* of pools: the row of the whole forest that each row is */
    uint32_t **local; /* of pools: the row that each row of the whole forest has become */
};

/* Room for at most `most` observations at a time; whole is not copied. Errors: WR_ENOMEM. */
enum wr_status wr_forest_part_init(struct wr_forest_part *p, const struct wr_forest *whole,
                                   int64_t most, struct wr_error *err);
void wr_forest_part_release(struct wr_forest_part *p);

/* Take 1 <= count <= most observations, those at positions, which may repeat; NULL: the ones from
 * first on. Rows are numbered in the order in which they are met. */
void wr_forest_part_take(struct wr_forest_part *p, const uint32_t *positions, int64_t first,
                         int64_t count);

#endif
