/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/csr.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"

/* Whether an arc u -> v appears in row u, in row v, or both. */
static bool enters_u(enum wr_csr_side side)
{
    return side != WR_CSR_IN;
}

static bool enters_v(enum wr_csr_side side)
{
    return side != WR_CSR_OUT;
}

static void count_entries(const struct wr_graph *g, enum wr_csr_side side, int64_t *row)
{
    for (int64_t e = 0; e < g->m; e++) {
        if (enters_u(side))
            row[(int64_t)wr_edge_u(g->edge[e]) + 1]++;
        if (enters_v(side))
            row[(int64_t)wr_edge_v(g->edge[e]) + 1]++;
    }
    for (int64_t u = 0; u < g->n; u++)
        row[u + 1] += row[u];
}

/* Edges are sorted by (u, v), so that filling "v's row gets u" first and "u's row gets v" second
 * leaves every row ascending: all u < v of row v come before the larger neighbours. */
static void fill(struct wr_csr *csr, const struct wr_graph *g, enum wr_csr_side side, int64_t *next)
{
    for (int64_t u = 0; u < g->n; u++)
        next[u] = csr->row[u];
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 0 ? !enters_v(side) : !enters_u(side))
            continue;
        for (int64_t e = 0; e < g->m; e++) {
            uint32_t u = wr_edge_u(g->edge[e]), v = wr_edge_v(g->edge[e]);
            int64_t at = next[pass == 0 ? v : u]++;
            csr->col[at] = pass == 0 ? u : v;
            if (csr->id)
                csr->id[at] = e;
        }
    }
}

enum wr_status wr_csr_init(struct wr_csr *csr, const struct wr_graph *g, enum wr_csr_side side,
                           bool ids, struct wr_error *err)
{
    assert(g->directed == (side != WR_CSR_BOTH));
    struct wr_csr made = {.n = g->n};
    int64_t entries = side == WR_CSR_BOTH ? 2 * g->m : g->m;
    int64_t *next = wr_alloc(g->n, sizeof *next, err);
    made.row = wr_calloc((int64_t)g->n + 1, sizeof *made.row, err);
    made.col = wr_alloc(entries, sizeof *made.col, err);
    made.id = ids ? wr_alloc(entries, sizeof *made.id, err) : NULL;
    if (!next || !made.row || !made.col || (ids && !made.id)) {
        free(next);
        wr_csr_release(&made);
        return WR_ENOMEM;
    }
    count_entries(g, side, made.row);
    fill(&made, g, side, next);
    free(next);
    *csr = made;
    return WR_OK;
}

void wr_csr_release(struct wr_csr *csr)
{
    free(csr->row);
    free(csr->col);
    free(csr->id);
    *csr = (struct wr_csr){0};
}
