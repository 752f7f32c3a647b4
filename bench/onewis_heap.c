/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "onewis_heap.h"

#include <stdlib.h>

#include "base/alloc.h"

/* An edge with the key that it had when it was last looked at. */
struct entry {
    uint64_t key;
    uint64_t edge;
};

static uint64_t key_of(uint64_t edge, const uint32_t *degree)
{
    uint32_t du = degree[wr_edge_u(edge)], dv = degree[wr_edge_v(edge)];
    return du < dv ? wr_arc(du, dv) : wr_arc(dv, du); /* (min, max) */
}

static bool before(struct entry a, struct entry b)
{
    return a.key != b.key ? a.key > b.key : a.edge < b.edge;
}

/* Let `entry` sink from the hole at the top or, in building the heap, below. */
static void sink(struct entry *heap, int64_t size, int64_t hole, struct entry entry)
{
    for (int64_t child; (child = 2 * hole + 1) < size; hole = child) {
        if (child + 1 < size && before(heap[child + 1], heap[child]))
            child++;
        if (!before(heap[child], entry))
            break;
        heap[hole] = heap[child];
    }
    heap[hole] = entry;
}

static void build(struct entry *heap, uint32_t *degree, const struct wr_graph *g)
{
    for (int64_t e = 0; e < g->m; e++) {
        degree[wr_edge_u(g->edge[e])]++;
        degree[wr_edge_v(g->edge[e])]++;
    }
    for (int64_t e = 0; e < g->m; e++)
        heap[e] = (struct entry){key_of(g->edge[e], degree), g->edge[e]};
    for (int64_t e = g->m / 2; e-- > 0;)
        sink(heap, g->m, e, heap[e]);
}

/* False when interrupted. */
static bool run(struct entry *heap, uint32_t *degree, int64_t size,
                const struct wr_progress *progress, uint64_t *order)
{
    enum { STEP = 1 << 10 };
    for (int64_t done = 0, total = size; size > 0;) {
        struct entry top = heap[0];
        uint64_t key = key_of(top.edge, degree);
        if (key != top.key) {
            top.key = key;
            sink(heap, size, 0, top);
            continue;
        }
        if (done % STEP == 0 && !wr_progress_step(progress, done, total))
            return false;
        order[done++] = top.edge;
        degree[wr_edge_u(top.edge)]--;
        degree[wr_edge_v(top.edge)]--;
        size--;
        sink(heap, size, 0, heap[size]);
    }
    return true;
}

enum wr_status bench_onewis_heap(const struct wr_graph *g, const struct wr_progress *progress,
                                 uint64_t *order, struct wr_error *err)
{
    enum wr_status status = WR_ENOMEM;
    uint32_t *degree = wr_calloc(g->n, sizeof *degree, err);
    struct entry *heap = wr_alloc(g->m, sizeof *heap, err);
    if (!degree || !heap)
        goto out;
    build(heap, degree, g);
    status = run(heap, degree, g->m, progress, order)
                 ? WR_OK
                 : wr_error_set(err, WR_EINTERRUPT, "interrupted");
out:
    free(heap);
    free(degree);
    return status;
}
