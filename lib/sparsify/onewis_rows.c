/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/onewis_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* An epoch spans degrees top - top / EPOCH .. top. Shorter ones merge more often, longer ones put
 * more vertices in the lists that are not candidates yet. */
enum { EPOCH = 16 };

static uint32_t epoch_bottom(uint32_t top)
{
    return top - top / EPOCH;
}

/* --- making the rows -------------------------------------------------------------------------- */

/* degree[v] of every vertex; the largest. */
static uint32_t count_degrees(const struct wr_graph *g, uint32_t *degree)
{
    uint32_t max = 0;
    for (int64_t e = 0; e < g->m; e++)
        degree[wr_edge_v(g->edge[e])]++;
    for (int64_t v = 0; v < g->n; v++) {
        degree[v] += (uint32_t)(g->first[v + 1] - g->first[v]);
        if (degree[v] > max)
            max = degree[v];
    }
    return max;
}

static enum wr_status plan_epochs(struct wr_rows *rows, struct wr_error *err)
{
    for (uint32_t top = rows->max_degree; top > 0; top = epoch_bottom(top) - 1)
        rows->epochs++;
    rows->epoch_top = wr_alloc(rows->epochs, sizeof *rows->epoch_top, err);
    rows->epoch_start = wr_calloc(rows->epochs + 1, sizeof *rows->epoch_start, err);
    if (!rows->epoch_top || !rows->epoch_start)
        return WR_ENOMEM;
    int64_t k = 0;
    for (uint32_t top = rows->max_degree; top > 0; top = epoch_bottom(top) - 1)
        rows->epoch_top[k++] = top;
    return WR_OK;
}

/* epoch[d] of the degrees d >= 1. */
static void label_degrees(const struct wr_rows *rows, uint32_t *epoch)
{
    for (int64_t k = 0; k < rows->epochs; k++)
        for (uint32_t d = rows->epoch_top[k]; d >= epoch_bottom(rows->epoch_top[k]); d--)
            epoch[d] = (uint32_t)k;
}

/* Sort the vertices by epoch, stably: rank[v] and, the other way, id. */
static enum wr_status rank_vertices(struct wr_rows *rows, const uint32_t *degree, uint32_t n,
                                    uint32_t *rank, struct wr_error *err)
{
    enum wr_status status = WR_ENOMEM;
    uint32_t *epoch = wr_alloc((int64_t)rows->max_degree + 1, sizeof *epoch, err);
    uint32_t *next = wr_alloc(rows->epochs, sizeof *next, err);
    if (!epoch || !next)
        goto out;
    label_degrees(rows, epoch);
    for (uint32_t v = 0; v < n; v++)
        if (degree[v] > 0)
            rows->epoch_start[epoch[degree[v]] + 1]++;
    for (int64_t k = 0; k < rows->epochs; k++) {
        next[k] = rows->epoch_start[k];
        rows->epoch_start[k + 1] += next[k];
    }
    for (uint32_t v = 0; v < n; v++)
        if (degree[v] > 0) {
            rank[v] = next[epoch[degree[v]]]++;
            rows->id[rank[v]] = v;
        }
    status = WR_OK;
out:
    free(epoch);
    free(next);
    return status;
}

/* Every edge goes into the row of its younger end, the one of larger rank. Edges ascend by (u, v),
 * so that a row x receives first the neighbours u < x and then those above, both ascending. */
static void fill_rows(struct wr_rows *rows, const struct wr_graph *g, const uint32_t *rank)
{
    for (int64_t e = 0; e < g->m; e++) {
        uint32_t u = rank[wr_edge_u(g->edge[e])], v = rank[wr_edge_v(g->edge[e])];
        struct wr_row *younger = &rows->row[u > v ? u : v];
        rows->adj[younger->start + younger->end++] = u > v ? v : u;
    }
    for (uint32_t r = 0; r < rows->count; r++)
        rows->row[r].at = rows->row[r].end;
}

static enum wr_status alloc_rows(struct wr_rows *rows, int64_t m, struct wr_error *err)
{
    int64_t count = rows->count;
    rows->row = wr_calloc(count + 1, sizeof *rows->row, err);
    rows->adj = wr_alloc(2 * m + count, sizeof *rows->adj, err);
    rows->by_id = wr_alloc(count, sizeof *rows->by_id, err);
    rows->place = wr_alloc(count, sizeof *rows->place, err);
    rows->mark = wr_calloc(count / 32 + 1, sizeof *rows->mark, err);
    rows->scratch = wr_alloc((int64_t)rows->max_degree + 1, sizeof *rows->scratch, err);
    if (!rows->row || !rows->adj || !rows->by_id || !rows->place || !rows->mark || !rows->scratch)
        return WR_ENOMEM;
    return WR_OK;
}

static void lay_rows(struct wr_rows *rows, const uint32_t *degree)
{
    int64_t start = 0;
    for (uint32_t r = 0; r < rows->count; r++) {
        rows->row[r].start = start;
        rows->row[r].degree = degree[rows->id[r]];
        start += (int64_t)rows->row[r].degree + 1;
    }
    rows->row[rows->count].start = start;
}

enum wr_status wr_rows_init(struct wr_rows *rows, const struct wr_graph *g, struct wr_error *err)
{
    struct wr_rows made = {0};
    enum wr_status status = WR_ENOMEM;
    uint32_t *degree = wr_calloc(g->n, sizeof *degree, err);
    uint32_t *rank = wr_alloc(g->n, sizeof *rank, err);
    made.id = wr_alloc(g->n, sizeof *made.id, err);
    if (!degree || !rank || !made.id)
        goto out;
    made.max_degree = count_degrees(g, degree);
    if (plan_epochs(&made, err) || rank_vertices(&made, degree, g->n, rank, err))
        goto out;
    made.count = made.epoch_start[made.epochs];
    if (alloc_rows(&made, g->m, err))
        goto out;
    lay_rows(&made, degree);
    fill_rows(&made, g, rank);
    *rows = made;
    status = WR_OK;
out:
    if (status)
        wr_rows_release(&made);
    free(degree);
    free(rank);
    return status;
}

void wr_rows_release(struct wr_rows *rows)
{
    free(rows->row);
    free(rows->adj);
    free(rows->id);
    free(rows->place);
    free(rows->by_id);
    free(rows->mark);
    free(rows->scratch);
    free(rows->epoch_top);
    free(rows->epoch_start);
    *rows = (struct wr_rows){0};
}

/* --- losing edges ----------------------------------------------------------------------------- */

static bool is_full(const struct wr_row *x)
{
    return x[0].start + x->at == x[1].start;
}

void wr_rows_tidy(struct wr_rows *rows, uint32_t v)
{
    struct wr_row *x = &rows->row[v];
    uint32_t *list = rows->adj + x->start, *log = list + x->end, *fresh = log + x->lost;
    uint32_t left = 0, entering = x->at - x->end - x->lost;
    for (uint32_t i = 0; i < x->lost; i++)
        wr_bit_set(rows->mark, log[i]);
    for (uint32_t i = x->begin; i < x->end; i++) {
        uint32_t w = list[i];
        list[left] = w;
        left += !wr_bit(rows->mark, w);
    }
    for (uint32_t i = 0; i < x->lost; i++)
        wr_bit_clear(rows->mark, log[i]);
    memmove(list + left, fresh, entering * sizeof *list);
    x->begin = 0;
    x->end = left;
    x->lost = 0;
    x->at = left + entering;
}

void wr_rows_lose(struct wr_rows *rows, uint32_t v, uint32_t w)
{
    struct wr_row *x = &rows->row[v];
    if (is_full(x) || x->lost > (x->end - x->begin) / 4)
        wr_rows_tidy(rows, v);
    rows->adj[x->start + x->at++] = w;
    x->lost++;
}

bool wr_rows_has_lost(const struct wr_rows *rows, uint32_t v, uint32_t w)
{
    const struct wr_row *x = &rows->row[v];
    const uint32_t *log = rows->adj + x->start + x->end;
    bool found = false;
    for (uint32_t i = 0; i < x->lost; i++) /* all of it: no branches */
        found |= log[i] == w;
    return found;
}

/* --- admission -------------------------------------------------------------------------------- */

/* Put every vertex of the epoch at the end of the rows of its older neighbours. */
static void enter_lists(struct wr_rows *rows, uint32_t first, uint32_t end)
{
    for (uint32_t w = first; w < end; w++) {
        const struct wr_row *x = &rows->row[w];
        for (uint32_t i = 0; i < x->end; i++) {
            uint32_t v = rows->adj[x->start + i];
            struct wr_row *older = &rows->row[v];
            if (is_full(older))
                wr_rows_tidy(rows, v);
            rows->adj[older->start + older->at++] = w;
        }
    }
}

/* Merge the ranks first .. end - 1 into by_id, from the back. */
static void extend_by_id(struct wr_rows *rows, uint32_t first, uint32_t end)
{
    uint32_t old = first, to = end;
    for (uint32_t fresh = end; fresh > first;) {
        bool take_old = old > 0 && rows->id[rows->by_id[old - 1]] > rows->id[fresh - 1];
        rows->by_id[--to] = take_old ? rows->by_id[--old] : --fresh;
    }
    for (uint32_t i = 0; i < end; i++)
        rows->place[rows->by_id[i]] = i;
}

/* Merge what has come behind the list of x and its log into the list, from the back. */
static void merge_fresh(struct wr_rows *rows, struct wr_row *x)
{
    uint32_t *list = rows->adj + x->start, *log = rows->scratch, *fresh = log + x->lost;
    const uint32_t *place = rows->place;
    uint32_t old = x->end, left = x->at - x->end - x->lost, to = x->end + left;
    memcpy(log, list + x->end, (x->lost + left) * sizeof *list);
    x->end = to;
    memcpy(list + to, log, x->lost * sizeof *list);
    while (left > 0 && old > x->begin) {
        uint32_t a = list[old - 1], b = fresh[left - 1];
        bool take_old = place[a] > place[b];
        list[--to] = take_old ? a : b;
        old -= take_old;
        left -= !take_old;
    }
    memcpy(list + x->begin, fresh, left * sizeof *list);
}

void wr_rows_admit(struct wr_rows *rows, uint32_t level)
{
    while (rows->epoch < rows->epochs && rows->epoch_top[rows->epoch] >= level) {
        uint32_t first = rows->epoch_start[rows->epoch], end = rows->epoch_start[rows->epoch + 1];
        rows->epoch++;
        if (first == end)
            continue;
        enter_lists(rows, first, end);
        extend_by_id(rows, first, end);
        for (uint32_t v = 0; v < end; v++)
            if (rows->row[v].at > rows->row[v].end + rows->row[v].lost)
                merge_fresh(rows, &rows->row[v]);
        rows->admitted = end;
    }
}
