/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/shrinking.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"

static enum wr_status allocate(struct wr_shrinking *s, uint32_t n, int64_t m, struct wr_error *err)
{
    s->n = n;
    s->row = wr_calloc((int64_t)n + 1, sizeof *s->row, err);
    s->length = wr_calloc(n, sizeof *s->length, err);
    s->degree = wr_calloc(n, sizeof *s->degree, err);
    s->mark = wr_alloc(n, sizeof *s->mark, err);
    s->col = wr_alloc(2 * m, sizeof *s->col, err);
    s->edge = wr_alloc(2 * m, sizeof *s->edge, err);
    return s->row && s->length && s->degree && s->mark && s->col && s->edge ? WR_OK : WR_ENOMEM;
}

static void append(struct wr_shrinking *s, uint32_t u, uint32_t v, uint32_t e)
{
    int64_t at = s->row[u] + s->length[u]++;
    s->col[at] = v;
    s->edge[at] = e;
}

/* Rows in the order of the edges, in `unsorted`; then every vertex, ascending, is appended to the
 * rows of its neighbours, which leaves them ascending. */
static void fill_rows(struct wr_shrinking *s, struct wr_shrinking *unsorted, const uint64_t *edge,
                      int64_t m)
{
    for (uint32_t e = 0; e < m; e++) {
        s->row[(int64_t)wr_edge_u(edge[e]) + 1]++;
        s->row[(int64_t)wr_edge_v(edge[e]) + 1]++;
    }
    for (int64_t u = 0; u < s->n; u++)
        s->row[u + 1] += s->row[u];
    unsorted->row = s->row;
    for (uint32_t e = 0; e < m; e++) {
        append(unsorted, wr_edge_u(edge[e]), wr_edge_v(edge[e]), e);
        append(unsorted, wr_edge_v(edge[e]), wr_edge_u(edge[e]), e);
    }
    for (uint32_t u = 0; u < s->n; u++)
        for (int64_t k = s->row[u]; k < s->row[u + 1]; k++)
            append(s, unsorted->col[k], u, unsorted->edge[k]);
    for (uint32_t u = 0; u < s->n; u++) {
        s->degree[u] = s->length[u];
        s->mark[u] = WR_DEAD;
    }
}

enum wr_status wr_shrinking_init(struct wr_shrinking *s, uint32_t n, const uint64_t *edge,
                                 int64_t m, struct wr_error *err)
{
    assert(m < WR_DEAD);
    struct wr_shrinking made = {0}, unsorted = {.n = n};
    enum wr_status status = allocate(&made, n, m, err);
    unsorted.length = wr_calloc(n, sizeof *unsorted.length, err);
    unsorted.col = wr_alloc(2 * m, sizeof *unsorted.col, err);
    unsorted.edge = wr_alloc(2 * m, sizeof *unsorted.edge, err);
    if (!unsorted.length || !unsorted.col || !unsorted.edge)
        status = WR_ENOMEM;
    if (!status) {
        fill_rows(&made, &unsorted, edge, m);
        unsorted.row = NULL;
        *s = made;
        made = (struct wr_shrinking){0};
    }
    wr_shrinking_release(&made);
    wr_shrinking_release(&unsorted);
    return status;
}

void wr_shrinking_release(struct wr_shrinking *s)
{
    free(s->row);
    free(s->length);
    free(s->degree);
    free(s->col);
    free(s->edge);
    free(s->mark);
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

int64_t wr_shrinking_first_common(const struct wr_shrinking *s, uint32_t u, uint32_t v,
                                  int64_t most, struct wr_common *common)
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

/* Mark the neighbours of u with the edges to them, then look at those of v. No branch depends on
 * the graph, which is why this beats a merge of the two rows. */
static int64_t common_by_marks(struct wr_shrinking *s, uint32_t u, uint32_t v,
                               struct wr_common *common)
{
    const uint32_t *col = s->col, *edge = s->edge;
    uint32_t *mark = s->mark;
    int64_t found = 0;
    for (int64_t i = s->row[u], end = i + s->length[u]; i < end; i++)
        mark[col[i]] = edge[i];
    for (int64_t j = s->row[v], end = j + s->length[v]; j < end; j++) {
        uint32_t at_u = mark[col[j]];
        common[found] = (struct wr_common){col[j], at_u, edge[j]};
        found += at_u != WR_DEAD && edge[j] != WR_DEAD;
    }
    for (int64_t i = s->row[u], end = i + s->length[u]; i < end; i++)
        mark[col[i]] = WR_DEAD;
    return found;
}

int64_t wr_shrinking_common(struct wr_shrinking *s, uint32_t u, uint32_t v,
                            struct wr_common *common)
{
    enum {
        UNEVEN = 16
    }; /* from this ratio of lengths on, searching beats reading the longer row */
    int64_t most = s->degree[u] < s->degree[v] ? s->degree[u] : s->degree[v];
    if (s->length[u] / UNEVEN > s->length[v] || s->length[v] / UNEVEN > s->length[u])
        return wr_shrinking_first_common(s, u, v, most, common);
    return common_by_marks(s, u, v, common);
}
