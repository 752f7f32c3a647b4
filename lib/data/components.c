/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/components.h"

#include <stdlib.h>

#include "base/alloc.h"

/* The root of u's tree; every other vertex on the way is hung on its grandparent. */
static uint32_t find_root(uint32_t *parent, uint32_t u)
{
    while (parent[u] != u) {
        parent[u] = parent[parent[u]];
        u = parent[u];
    }
    return u;
}

/* The smaller root wins, so that parents never exceed their children. */
static void unite(uint32_t *parent, uint32_t u, uint32_t v)
{
    uint32_t a = find_root(parent, u), b = find_root(parent, v);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}

/* Turn parents into labels in place: a parent comes before its children, and is a label by then. */
static uint32_t number_trees(uint32_t *parent, uint32_t n)
{
    uint32_t count = 0;
    for (uint32_t u = 0; u < n; u++)
        parent[u] = parent[u] == u ? count++ : parent[parent[u]];
    return count;
}

enum wr_status wr_components_init(struct wr_components *c, const struct wr_graph *g,
                                  struct wr_error *err)
{
    uint32_t *parent = wr_alloc(g->n, sizeof *parent, err);
    if (!parent)
        return WR_ENOMEM;
    for (uint32_t u = 0; u < g->n; u++)
        parent[u] = u;
    for (int64_t e = 0; e < g->m; e++)
        unite(parent, wr_edge_u(g->edge[e]), wr_edge_v(g->edge[e]));
    uint32_t count = number_trees(parent, g->n);
    *c = (struct wr_components){.n = g->n, .count = count, .label = parent};
    return WR_OK;
}

void wr_components_release(struct wr_components *c)
{
    free(c->label);
    *c = (struct wr_components){0};
}
