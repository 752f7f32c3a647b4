/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/modetree.h"

#include <stdlib.h>

#include "base/alloc.h"

static int divide_up(int a, int b)
{
    return a / b + (a % b != 0);
}

/* The square root of a square, else 0. */
static int root_of(int square)
{
    for (int q = 1; q <= square / q; q++)
        if (q * q == square)
            return q;
    return 0;
}

/* How many nodes pool m nodes. */
static int parents(int m, int arity, enum wr_tree_pattern pattern)
{
    if (pattern != WR_TREE_SQUARE)
        return divide_up(m, arity);
    int side = divide_up(root_of(m), root_of(arity));
    return side * side;
}

/* The node that pools node i of m. */
static int parent_of(int i, int m, int arity, enum wr_tree_pattern pattern)
{
    if (pattern == WR_TREE_ADJACENT)
        return i / arity;
    if (pattern == WR_TREE_HALF)
        return i % divide_up(m, arity);
    int side = root_of(m), q = root_of(arity);
    return i / side / q * divide_up(side, q) + i % side / q;
}

/* The levels, and where their nodes are; the number of all nodes. */
static int count_nodes(struct wr_modetree *t, enum wr_tree_pattern pattern)
{
    int m = t->order, all = 0;
    for (t->levels = 0;; m = parents(m, t->arity, pattern)) {
        t->nodes[t->levels] = m;
        t->first[t->levels++] = all;
        all += m;
        if (m == 1 && t->levels > 1)
            return all;
    }
}

/* Fill in the children of a level's nodes: they are sorted by their parent, each parent's
 * ascending. Those of the levels before end at t->child_start[first[level]]. */
static void add_children(struct wr_modetree *t, int level, enum wr_tree_pattern pattern)
{
    int m = t->nodes[level - 1], *start = t->child_start + t->first[level];
    int next = start[0];
    for (int node = 0; node < t->nodes[level]; node++) {
        for (int i = 0; i < m; i++)
            if (parent_of(i, m, t->arity, pattern) == node)
                t->child[next++] = i;
        start[node + 1] = next;
    }
}

enum wr_status wr_modetree_init(struct wr_modetree *t, int order, int arity,
                                enum wr_tree_pattern pattern, struct wr_error *err)
{
    enum { LEVELS = 33 }; /* an arity of 2 halves 2^31 modes at most 31 times */
    struct wr_modetree made = {.order = order, .arity = arity};
    if (order < 1 || arity < 2)
        return wr_error_set(err, WR_EINVAL,
                            "a tree of %d modes with arity %d, expected at least 1 "
                            "and 2",
                            order, arity);
    if (pattern == WR_TREE_SQUARE && (!root_of(order) || !root_of(arity)))
        return wr_error_set(err, WR_EINVAL,
                            "a square tree of %d modes with arity %d, expected two "
                            "squares such as 16 and 4",
                            order, arity);
    made.nodes = wr_alloc(LEVELS, sizeof *made.nodes, err);
    made.first = wr_alloc(LEVELS, sizeof *made.first, err);
    /* every level but the first has fewer nodes than the one before, or is the only other one */
    int all = made.nodes && made.first ? count_nodes(&made, pattern) : 0;
    made.child_start = all ? wr_calloc((int64_t)all + 1, sizeof *made.child_start, err) : NULL;
    made.child = all ? wr_alloc(all, sizeof *made.child, err) : NULL;
    if (!made.child_start || !made.child) {
        wr_modetree_release(&made);
        return WR_ENOMEM;
    }
    for (int level = 1; level < made.levels; level++)
        add_children(&made, level, pattern);
    *t = made;
    return WR_OK;
}

void wr_modetree_release(struct wr_modetree *t)
{
    free(t->nodes);
    free(t->first);
    free(t->child_start);
    free(t->child);
    *t = (struct wr_modetree){0};
}

static void mark(const struct wr_modetree *t, int level, int node, bool *below)
{
    int count;
    if (level == 0) {
        below[node] = true;
        return;
    }
    const int *child = wr_modetree_children(t, level, node, &count);
    for (int i = 0; i < count; i++)
        mark(t, level - 1, child[i], below);
}

void wr_modetree_modes(const struct wr_modetree *t, int level, int node, bool *below)
{
    for (int n = 0; n < t->order; n++)
        below[n] = false;
    mark(t, level, node, below);
}
