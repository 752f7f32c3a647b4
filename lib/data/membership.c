/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/membership.h"

#include <stdlib.h>

struct wr_membership wr_membership_take(uint32_t *graph, int64_t vertices)
{
    int64_t largest = -1;
    for (int64_t v = 0; v < vertices; v++)
        largest = graph[v] > largest ? graph[v] : largest;
    return (struct wr_membership){.vertices = vertices, .graphs = largest + 1, .graph = graph};
}

void wr_membership_release(struct wr_membership *m)
{
    free(m->graph);
    *m = (struct wr_membership){0};
}
