/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/csr.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/radix.h"

/*
 * Edges are sorted by u. To have them by v as well they are partitioned into buckets, each a
 * range of v that fits a core's cache, and each bucket is sorted by counting, a bucket to a
 * thread. Both steps are stable, so that the u of a row ascend. In a row of an undirected graph
 * come the u < v first, then, copied from the edges of v, the larger neighbours.
 */

enum {
    BUCKET = 1 << 15, /* entries that a bucket should have on average */
    BLOCK = 1 << 16,  /* rows that are copied at a time */
    BUCKETS = 1 << WR_RADIX_BITS
};

struct builder {
    const struct wr_graph *g;
    bool outgoing;       /* rows have the v of edges u v, too */
    struct wr_csr csr;   /* what is being made */
    struct wr_keyed arc; /* edges by bucket of v; payload: their ids, or NULL */
    int shift;           /* v >> shift is its bucket */
    int64_t start[BUCKETS + 1];
    int64_t *next; /* place of the next entry of every row */
};

/* How many bits of v number the buckets, and how many are left inside a bucket. */
static int choose_buckets(const struct wr_graph *g, int *shift)
{
    int vertex_bits = 1, bits = 0;
    while (vertex_bits < 32 && g->n > UINT32_C(1) << vertex_bits)
        vertex_bits++;
    while (bits < WR_RADIX_BITS && bits < vertex_bits && g->m >> bits > BUCKET)
        bits++;
    *shift = vertex_bits - bits;
    return bits;
}

/* Where the rows of vertices begin .. end - 1 are, of which the bucket's arcs are the incoming
 * ones. Before it row[v + 1] is their number, after it the end of row v. */
static void place_rows(struct builder *b, int64_t begin, int64_t end, int64_t incoming)
{
    int64_t *row = b->csr.row;
    for (int64_t v = begin; v < end; v++) {
        b->next[v] = incoming + (b->outgoing ? b->g->first[v] : 0);
        incoming += row[v + 1];
        row[v + 1] = incoming + (b->outgoing ? b->g->first[v + 1] : 0);
    }
}

static inline void put(struct builder *b, uint32_t v, uint32_t neighbour, int64_t id)
{
    int64_t at = b->next[v]++;
    b->csr.col[at] = neighbour;
    if (b->csr.id)
        b->csr.id[at] = id;
}

static void fill_incoming(struct builder *b, int64_t begin, int64_t end)
{
    const uint64_t *arc = b->arc.key;
    const int64_t *id = b->arc.payload;
    for (int64_t i = begin; i < end; i++)
        put(b, wr_edge_v(arc[i]), wr_edge_u(arc[i]), id ? id[i] : i);
}

static void fill_outgoing(struct builder *b, int64_t begin, int64_t end)
{
    const struct wr_graph *g = b->g;
    for (int64_t u = begin; u < end; u++)
        for (int64_t e = g->first[u]; e < g->first[u + 1]; e++)
            put(b, (uint32_t)u, wr_edge_v(g->edge[e]), e);
}

static void fill_bucket(void *context, int64_t bucket, int64_t past)
{
    struct builder *b = context;
    (void)past;
    int64_t n = b->g->n, begin = bucket << b->shift, end = (bucket + 1) << b->shift;
    begin = begin < n ? begin : n;
    end = end < n ? end : n;
    int64_t *count = b->csr.row + 1; /* of these rows only: nobody else writes there */
    for (int64_t i = b->start[bucket]; i < b->start[bucket + 1]; i++)
        count[wr_edge_v(b->arc.key[i])]++;
    place_rows(b, begin, end, b->start[bucket]);
    fill_incoming(b, b->start[bucket], b->start[bucket + 1]);
    if (b->outgoing)
        fill_outgoing(b, begin, end);
}

/* Rows of the incoming arcs, and with b->outgoing of the outgoing ones as well. */
static enum wr_status build_by_head(struct builder *b, bool ids, struct wr_error *err)
{
    const struct wr_graph *g = b->g;
    int bits = choose_buckets(g, &b->shift);
    b->next = wr_alloc(g->n, sizeof *b->next, err);
    if (!b->next)
        return WR_ENOMEM;
    if (bits == 0) { /* one bucket: the edges as they are */
        b->arc.key = g->edge;
        b->start[1] = g->m;
        fill_bucket(b, 0, 1);
        return WR_OK;
    }
    b->arc.key = wr_alloc(g->m, sizeof *b->arc.key, err);
    b->arc.payload = ids ? wr_alloc(g->m, sizeof(int64_t), err) : NULL;
    enum wr_status status = WR_ENOMEM;
    if (b->arc.key && (!ids || b->arc.payload))
        status = wr_radix_partition((struct wr_keyed){g->edge, NULL}, g->m, b->shift, bits, b->arc,
                                    b->start, err);
    if (!status)
        wr_blocks_run(INT64_C(1) << bits, 1, fill_bucket, b);
    free(b->arc.key);
    free(b->arc.payload);
    return status;
}

/* Rows of the outgoing arcs are the edges as they are. */
static void copy_edges(void *context, int64_t begin, int64_t end)
{
    struct builder *b = context;
    for (int64_t e = begin; e < end; e++) {
        b->csr.col[e] = wr_edge_v(b->g->edge[e]);
        if (b->csr.id)
            b->csr.id[e] = e;
    }
}

static void build_by_tail(struct builder *b)
{
    for (int64_t u = 0; u <= b->g->n; u++)
        b->csr.row[u] = b->g->first[u];
    wr_blocks_run(b->g->m, BLOCK, copy_edges, b);
}

enum wr_status wr_csr_init(struct wr_csr *csr, const struct wr_graph *g, enum wr_csr_side side,
                           bool ids, struct wr_error *err)
{
    assert(g->directed == (side != WR_CSR_BOTH));
    struct builder b = {.g = g, .outgoing = side == WR_CSR_BOTH, .csr.n = g->n};
    int64_t entries = side == WR_CSR_BOTH ? 2 * g->m : g->m;
    enum wr_status status = WR_OK;
    b.csr.row = wr_calloc((int64_t)g->n + 1, sizeof *b.csr.row, err);
    b.csr.col = wr_alloc(entries, sizeof *b.csr.col, err);
    b.csr.id = ids ? wr_alloc(entries, sizeof *b.csr.id, err) : NULL;
    if (!b.csr.row || !b.csr.col || (ids && !b.csr.id))
        status = WR_ENOMEM;
    else if (side == WR_CSR_OUT)
        build_by_tail(&b);
    else
        status = build_by_head(&b, ids, err);
    free(b.next);
    if (status)
        wr_csr_release(&b.csr);
    else
        *csr = b.csr;
    return status;
}

void wr_csr_release(struct wr_csr *csr)
{
    free(csr->row);
    free(csr->col);
    free(csr->id);
    *csr = (struct wr_csr){0};
}
