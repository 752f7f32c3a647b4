/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/shrinking.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"

/* The number of every edge of g in the list edge. */
static uint32_t *number_edges(const struct wr_graph *g, const uint64_t *edge, struct wr_error *err)
{
    uint32_t *number = wr_alloc(g->m, sizeof *number, err);
    for (int64_t e = 0; number && e < g->m; e++)
        number[edge == g->edge ? e : wr_graph_find(g, edge[e])] = (uint32_t)e;
    return number;
}

enum wr_status wr_shrinking_init(struct wr_shrinking *s, const struct wr_graph *g,
                                 const uint64_t *edge, struct wr_error *err)
{
    assert(g->m < WR_DEAD);
    enum wr_status status = WR_ENOMEM;
    struct wr_shrinking made = {.n = g->n};
    struct wr_csr csr = {0};
    uint32_t *number = number_edges(g, edge, err);
    if (!number || wr_csr_init(&csr, g, WR_CSR_BOTH, true, err))
        goto out;
    made.length = wr_alloc(g->n, sizeof *made.length, err);
    made.degree = wr_alloc(g->n, sizeof *made.degree, err);
    made.edge = wr_alloc(2 * g->m, sizeof *made.edge, err);
    if (!made.length || !made.degree || !made.edge)
        goto out;
    for (uint32_t u = 0; u < g->n; u++)
        made.length[u] = made.degree[u] = (uint32_t)wr_csr_degree(&csr, u);
    for (int64_t i = 0; i < 2 * g->m; i++)
        made.edge[i] = number[csr.id[i]];
    made.row = csr.row;
    made.col = csr.col;
    csr.row = NULL;
    csr.col = NULL;
    *s = made;
    made = (struct wr_shrinking){0};
    status = WR_OK;
out:
    wr_shrinking_release(&made);
    wr_csr_release(&csr);
    free(number);
    return status;
}

void wr_shrinking_release(struct wr_shrinking *s)
{
    free(s->row);
    free(s->length);
    free(s->degree);
    free(s->col);
    free(s->edge);
    *s = (struct wr_shrinking){0};
}

/* First position in from .. end - 1 whose neighbour is v or more: steps that double, then
 * bisection, so that a nearby one is found fast. */
static int64_t gallop(const uint32_t *col, int64_t from, int64_t end, uint32_t v)
{
    int64_t step = 1;
    while (from + step <= end && col[from + step - 1] < v) {
        from += step;
        step *= 2;
    }
    int64_t to = from + step - 1 < end ? from + step - 1 : end;
    while (from < to) {
        int64_t middle = from + (to - from) / 2;
        if (col[middle] < v)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static void drop_dead_entries(struct wr_shrinking *s, uint32_t u)
{
    int64_t begin = s->row[u], kept = begin;
    for (int64_t i = begin; i < begin + s->length[u]; i++) {
        s->col[kept] = s->col[i];
        s->edge[kept] = s->edge[i];
        kept += s->edge[i] != WR_DEAD;
    }
    s->length[u] = (uint32_t)(kept - begin);
}

static void remove_entry(struct wr_shrinking *s, uint32_t u, uint32_t v)
{
    int64_t at = gallop(s->col, s->row[u], s->row[u] + s->length[u], v);
    assert(s->col[at] == v && s->edge[at] != WR_DEAD);
    s->edge[at] = WR_DEAD;
    s->degree[u]--;
    if (s->length[u] - s->degree[u] > s->length[u] / 4)
        drop_dead_entries(s, u);
}

void wr_shrinking_remove(struct wr_shrinking *s, uint32_t u, uint32_t v)
{
    remove_entry(s, u, v);
    remove_entry(s, v, u);
}

int64_t wr_shrinking_common(const struct wr_shrinking *s, uint32_t u, uint32_t v, int64_t most,
                            struct wr_common *common)
{
    const uint32_t *col = s->col, *edge = s->edge;
    int64_t i = s->row[u], i_end = i + s->length[u];
    int64_t j = s->row[v], j_end = j + s->length[v];
    int64_t found = 0;
    while (found < most && i < i_end && j < j_end) {
        if (col[i] < col[j]) {
            i = gallop(col, i + 1, i_end, col[j]);
        } else if (col[i] > col[j]) {
            j = gallop(col, j + 1, j_end, col[i]);
        } else {
            if (edge[i] != WR_DEAD && edge[j] != WR_DEAD)
                common[found++] = (struct wr_common){col[i], edge[i], edge[j]};
            i++;
            j++;
        }
    }
    return found;
}
