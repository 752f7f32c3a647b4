/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_MODETREE_H
#define WR_DATA_MODETREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/*
 * The mode tree of a hierarchical tensor factorization. Level 0 are the leaves, a node for each
 * mode; a node of the next level pools some nodes of the level before, each of which belongs to
 * one; the last level has one node, the root. There are always two levels at least. A node is known
 * by its level and its number in it. Owned by the caller; release with wr_modetree_release.
 *
 * Source: arXiv:2201.11729, section 3 and appendix
 */
struct wr_modetree {
    int order, arity;
    int levels;
    int *nodes;       /* levels: nodes of each */
    int *first;       /* levels: where the nodes of each are in child_start */
    int *child_start; /* a node's children are child[child_start[i]] .. child[child_start[i+1]-1] */
    int *child;       /* numbers in the level before, ascending */
};

/* Which nodes a node pools, of m on a level, with arity a. */
enum wr_tree_pattern {
    WR_TREE_ADJACENT, /* node j: a j, a j + 1, ..., a j + a - 1 */
    WR_TREE_HALF,     /* j, j + c, j + 2 c, ...; c = ceil(m / a) */
    WR_TREE_SQUARE    /* a q x q block of the sqrt(m) x sqrt(m) grid, row-major; a = q^2 */
};

/*
 * wr_modetree_init - the tree over the modes of a tensor. Where the arity does not divide a level
 * the last nodes, or blocks at the border of the grid, have fewer children.
 *
 * order   in   at least 1
 * arity   in   at least 2
 * Errors  WR_EINVAL arity below 2; square, when order or arity is not a square; WR_ENOMEM
 */
enum wr_status wr_modetree_init(struct wr_modetree *t, int order, int arity,
                                enum wr_tree_pattern pattern, struct wr_error *err);
void wr_modetree_release(struct wr_modetree *t);

/* The children of a node of level 1 or above: *count numbers in the level before. */
static inline const int *wr_modetree_children(const struct wr_modetree *t, int level, int node,
                                              int *count)
{
    int i = t->first[level] + node;
    *count = t->child_start[i + 1] - t->child_start[i];
    return t->child + t->child_start[i];
}

/* below[n] becomes whether mode n, from 0, is the node or below it; order of them. */
void wr_modetree_modes(const struct wr_modetree *t, int level, int node, bool *below);

#endif
