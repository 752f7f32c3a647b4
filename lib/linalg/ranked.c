/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/ranked.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/sort.h"
#include "data/graph.h"

/* vertex: old numbers by ascending (degree, id); rank: its inverse. */
static enum wr_status rank_vertices(const struct wr_csr *csr, uint32_t *vertex, uint32_t *rank,
                                    struct wr_error *err)
{
    enum wr_status status = WR_ENOMEM;
    uint64_t *key = wr_alloc(csr->n, sizeof *key, err);
    if (!key)
        return status;
    for (uint32_t v = 0; v < csr->n; v++)
        key[v] = wr_arc((uint32_t)wr_csr_degree(csr, v), v);
    if ((status = wr_sort_u64(key, csr->n, err)))
        goto out;
    for (uint32_t r = 0; r < csr->n; r++) {
        vertex[r] = wr_edge_v(key[r]);
        rank[vertex[r]] = r;
    }
out:
    free(key);
    return status;
}

/* Going through the vertices by rank and appending each to its neighbours' rows leaves every row
 * ascending; what is in row u when u's turn comes is below u. */
static void fill(struct wr_ranked *r, const struct wr_csr *csr, const uint32_t *rank, int64_t *next)
{
    r->row[0] = 0;
    for (uint32_t u = 0; u < r->n; u++) {
        next[u] = r->row[u];
        r->row[u + 1] = r->row[u] + wr_csr_degree(csr, r->vertex[u]);
    }
    for (uint32_t u = 0; u < r->n; u++) {
        uint32_t old = r->vertex[u];
        r->higher[u] = next[u];
        for (int64_t e = csr->row[old]; e < csr->row[old + 1]; e++)
            r->col[next[rank[csr->col[e]]]++] = u;
    }
}

enum wr_status wr_ranked_init(struct wr_ranked *r, const struct wr_csr *csr, struct wr_error *err)
{
    int64_t n = csr->n;
    struct wr_ranked made = {.n = csr->n};
    enum wr_status status = WR_ENOMEM;
    uint32_t *rank = wr_alloc(n, sizeof *rank, err);
    int64_t *next = wr_alloc(n, sizeof *next, err);
    made.row = wr_alloc(n + 1, sizeof *made.row, err);
    made.higher = wr_alloc(n, sizeof *made.higher, err);
    made.col = wr_alloc(csr->row[n], sizeof *made.col, err);
    made.vertex = wr_alloc(n, sizeof *made.vertex, err);
    if (!rank || !next || !made.row || !made.higher || !made.col || !made.vertex)
        goto out;
    if ((status = rank_vertices(csr, made.vertex, rank, err)))
        goto out;
    fill(&made, csr, rank, next);
    *r = made;
    made = (struct wr_ranked){0};
out:
    wr_ranked_release(&made);
    free(rank);
    free(next);
    return status;
}

void wr_ranked_release(struct wr_ranked *r)
{
    free(r->row);
    free(r->higher);
    free(r->col);
    free(r->vertex);
    *r = (struct wr_ranked){0};
}
