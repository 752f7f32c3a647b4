/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/onewis_internal.h"

#include <stdlib.h>

#include "base/alloc.h"

/* An edge in the heap with the key that it had when it was last looked at. */
struct entry {
    uint64_t key;
    int64_t edge; /* position in the tie order */
};

static uint64_t key_of(uint64_t edge, const uint32_t *degree)
{
    uint32_t du = degree[wr_edge_u(edge)], dv = degree[wr_edge_v(edge)];
    return du < dv ? wr_arc(du, dv) : wr_arc(dv, du);
}

static bool before(struct entry a, struct entry b)
{
    return a.key != b.key ? a.key > b.key : a.edge < b.edge;
}

static void sift_down(struct entry *heap, int64_t size, int64_t hole, struct entry entry)
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

static void count_degrees(const struct wr_graph *g, uint32_t *degree)
{
    for (int64_t e = 0; e < g->m; e++) {
        if (!g->directed)
            degree[wr_edge_u(g->edge[e])]++;
        degree[wr_edge_v(g->edge[e])]++;
    }
}

/* Keys only fall, so an entry whose key is still true when it comes to the top is the largest:
 * all others are at most what the heap says of them. */
static enum wr_status pop_in_order(struct entry *heap, uint32_t *degree, const uint64_t *edge,
                                   const struct wr_graph *g, int64_t count, uint64_t *order,
                                   const struct wr_progress *progress)
{
    enum { STEP = 1 << 16 };
    int64_t size = g->m;
    for (int64_t done = 0; done < count;) {
        struct entry top = heap[0];
        uint64_t e = edge[top.edge], key = key_of(e, degree);
        if (key != top.key) {
            top.key = key;
            sift_down(heap, size, 0, top);
            continue;
        }
        if (done % STEP == 0 && !wr_progress_step(progress, done, count))
            return WR_EINTERRUPT;
        order[done++] = e;
        if (!g->directed)
            degree[wr_edge_u(e)]--;
        degree[wr_edge_v(e)]--;
        sift_down(heap, size - 1, 0, heap[size - 1]);
        size--;
    }
    return WR_OK;
}

enum wr_status wr_onewis_lazy(const struct wr_graph *g, const uint64_t *edge, int64_t count,
                              uint64_t *order, const struct wr_progress *progress,
                              struct wr_error *err)
{
    enum wr_status status = WR_ENOMEM;
    uint32_t *degree = wr_calloc(g->n, sizeof *degree, err);
    struct entry *heap = wr_alloc(g->m, sizeof *heap, err);
    if (!degree || !heap)
        goto out;
    count_degrees(g, degree);
    for (int64_t e = 0; e < g->m; e++)
        heap[e] = (struct entry){key_of(edge[e], degree), e};
    for (int64_t e = g->m / 2; e-- > 0;)
        sift_down(heap, g->m, e, heap[e]);
    status = pop_in_order(heap, degree, edge, g, count, order, progress);
    if (status)
        wr_error_set(err, status, "interrupted");
out:
    free(heap);
    free(degree);
    return status;
}
