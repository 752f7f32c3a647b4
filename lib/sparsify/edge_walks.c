/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/edge_walks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum wr_status wr_edge_walks_init(struct wr_edge_walks *w, const struct wr_shrinking *graph,
                                  int steps, struct wr_error *err)
{
    assert(steps < WR_MAX_DEPTH);
    struct wr_edge_walks made = {.graph = graph, .steps = steps};
    made.end = wr_alloc(steps + 1, sizeof *made.end, err);
    made.vertex = wr_alloc(graph->n, sizeof *made.vertex, err);
    made.place = wr_alloc(graph->n, sizeof *made.place, err);
    made.walk = wr_alloc(graph->n, (size_t)(steps + 1) * sizeof *made.walk, err);
    if (!made.end || !made.vertex || !made.place || !made.walk) {
        wr_edge_walks_release(&made);
        return WR_ENOMEM;
    }
    for (uint32_t v = 0; v < graph->n; v++)
        made.place[v] = WR_OUTSIDE;
    *w = made;
    return WR_OK;
}

void wr_edge_walks_release(struct wr_edge_walks *w)
{
    free(w->end);
    free(w->vertex);
    free(w->place);
    free(w->walk);
    *w = (struct wr_edge_walks){0};
}

static struct wr_walk_pair *walks_of(const struct wr_edge_walks *w, int64_t i)
{
    return w->walk + i * (w->steps + 1);
}

static void enter(struct wr_edge_walks *w, uint32_t v)
{
    w->place[v] = (uint32_t)w->size;
    w->vertex[w->size] = v;
    memset(walks_of(w, w->size), 0, (size_t)(w->steps + 1) * sizeof *w->walk);
    w->size++;
}

static void start(struct wr_edge_walks *w, uint32_t u, uint32_t v)
{
    for (int64_t i = 0; i < w->size; i++)
        w->place[w->vertex[i]] = WR_OUTSIDE;
    w->size = 0;
    w->u = u;
    w->v = v;
    enter(w, u);
    enter(w, v);
    walks_of(w, 0)[0].p = 1;
    walks_of(w, 1)[0].q = 1;
    w->end[0] = 2;
}

static void add(struct wr_walk_pair *to, struct wr_walk_pair walks)
{
    to->p += walks.p;
    to->q += walks.q;
}

/* Walks of j steps from those of j - 1, by their last step; grows the ball to radius j. */
static void push(struct wr_edge_walks *w, uint32_t e, int j)
{
    const struct wr_shrinking *g = w->graph;
    for (int64_t i = 0; i < w->end[j - 1]; i++) {
        uint32_t s = w->vertex[i];
        struct wr_walk_pair walks = walks_of(w, i)[j - 1];
        add(&walks_of(w, i)[j], walks);
        for (int64_t k = g->row[s], end = k + g->length[s]; k < end; k++) {
            if (g->edge[k] == WR_DEAD || g->edge[k] == e)
                continue;
            if (w->place[g->col[k]] == WR_OUTSIDE)
                enter(w, g->col[k]);
            add(&walks_of(w, w->place[g->col[k]])[j], walks);
        }
    }
    w->end[j] = w->size;
}

/* The same for the first `count` vertices of the ball only, which stays as it is. */
static void pull(struct wr_edge_walks *w, uint32_t e, int j, int64_t count)
{
    const struct wr_shrinking *g = w->graph;
    for (int64_t i = 0; i < count; i++) {
        uint32_t t = w->vertex[i];
        struct wr_walk_pair walks = walks_of(w, i)[j - 1];
        for (int64_t k = g->row[t], end = k + g->length[t]; k < end; k++) {
            if (g->edge[k] == WR_DEAD || g->edge[k] == e || w->place[g->col[k]] == WR_OUTSIDE)
                continue;
            add(&walks, walks_of(w, w->place[g->col[k]])[j - 1]);
        }
        walks_of(w, i)[j] = walks;
    }
}

struct wr_walk_pair wr_edge_walks_crossing(const struct wr_edge_walks *w, int64_t i, int j)
{
    /* by the last time the walk, read from its end at u or v, crosses e: x steps in all of the
     * graph, the crossing, y steps without e */
    const struct wr_walk_pair *walks = walks_of(w, i);
    struct wr_walk_pair sum = walks[j];
    for (int x = 0, y = j - 1; y >= 0; x++, y--) {
        sum.p += w->uu[x] * walks[y].q + w->uv[x] * walks[y].p;
        sum.q += w->vv[x] * walks[y].p + w->uv[x] * walks[y].q;
    }
    return sum;
}

wr_walkcount wr_edge_walks_lost(const struct wr_edge_walks *w, int64_t i, int64_t target, int steps)
{
    const struct wr_walk_pair *before = walks_of(w, i);
    wr_walkcount lost = 0;
    for (int a = 0, b = steps - 1; b >= 0; a++, b--) {
        if (before[a].p == 0 && before[a].q == 0)
            continue;
        struct wr_walk_pair after = wr_edge_walks_crossing(w, target, b);
        lost += before[a].p * after.q + before[a].q * after.p;
    }
    return lost;
}

wr_walkcount wr_edge_walks_lost_anywhere(const struct wr_edge_walks *w, int64_t i,
                                         const wr_walkcount *total, int steps)
{
    const struct wr_walk_pair *before = walks_of(w, i);
    wr_walkcount lost = 0;
    for (int a = 0, b = steps - 1; b >= 0; a++, b--) {
        const wr_walkcount *h = total + (int64_t)b * w->graph->n;
        lost += before[a].p * h[w->v] + before[a].q * h[w->u];
    }
    return lost;
}

/* Walks among the ends of e, which wr_edge_walks_crossing wants for fewer steps. */
static void close_walks(struct wr_edge_walks *w)
{
    for (int j = 0; j <= w->steps; j++) {
        struct wr_walk_pair from_u = wr_edge_walks_crossing(w, 0, j);
        w->uu[j] = from_u.p;
        w->uv[j] = from_u.q;
        w->vv[j] = wr_edge_walks_crossing(w, 1, j).q;
    }
}

void wr_edge_walks_find(struct wr_edge_walks *w, uint32_t e, uint32_t u, uint32_t v, int radius)
{
    start(w, u, v);
    for (int j = 1; j <= w->steps; j++) {
        if (j <= radius)
            push(w, e, j);
        else
            pull(w, e, j, w->end[w->steps - j]);
    }
    close_walks(w);
}
