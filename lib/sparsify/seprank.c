/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/seprank.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

double wr_seprank_upper(double walk_index, bool one_sided, enum wr_task task, double width)
{
    if (one_sided || width == 1)
        return 0;
    return log(width) * (4 * walk_index + (task == WR_TASK_GRAPH));
}

double wr_seprank_lower(double rho, int64_t depth, enum wr_task task, double rank_width)
{
    if (rho == 0)
        return 0;
    if (depth == 1) /* alpha = D'^(1 / rho), or D' and rho = 1 */
        return task == WR_TASK_GRAPH ? log(rank_width) : log(rank_width) * rho;
    /* alpha = (D' - 1) / rho + 1; the product tends to D' - 1 as rho grows */
    return isinf(rho) ? rank_width - 1 : rho * log1p((rank_width - 1) / rho);
}

enum wr_status wr_admissible_init(struct wr_admissible *a, const struct wr_csr *csr,
                                  struct wr_error *err)
{
    struct wr_admissible made = {.csr = csr};
    made.walks = wr_alloc(csr->n, sizeof *made.walks, err);
    made.cover[0] = wr_calloc(csr->n, sizeof *made.cover[0], err);
    made.cover[1] = wr_calloc(csr->n, sizeof *made.cover[1], err);
    made.chosen = wr_alloc(csr->n, sizeof *made.chosen, err);
    made.order = wr_alloc(csr->n, sizeof *made.order, err);
    if (!made.walks || !made.cover[0] || !made.cover[1] || !made.chosen || !made.order) {
        wr_admissible_release(&made);
        return WR_ENOMEM;
    }
    *a = made;
    return WR_OK;
}

void wr_admissible_release(struct wr_admissible *a)
{
    free(a->walks);
    free(a->cover[0]);
    free(a->cover[1]);
    free(a->chosen);
    free(a->order);
    *a = (struct wr_admissible){0};
}

/* Closed neighbours of u, u first: number 0 .. degree. */
static uint32_t closed_neighbour(const struct wr_csr *csr, uint32_t u, int64_t i)
{
    return i == 0 ? u : csr->col[csr->row[u] + i - 1];
}

/* The walks that C gains when x joins its side's set; negative when C would not be admissible:
 * some vertex of C would have two closed neighbours on a side. */
static double gain(const struct wr_admissible *a, uint32_t x, bool side)
{
    double sum = 0;
    for (int64_t i = 0; i <= wr_csr_degree(a->csr, x); i++) {
        uint32_t y = closed_neighbour(a->csr, x, i);
        uint32_t mine = a->cover[side][y], other = a->cover[!side][y];
        if (mine ? other > 0 : other > 1)
            return -1;
        if (other == 1)
            sum += a->walks[y];
    }
    return sum;
}

/* Let x join its side's set (by 1), or leave it again (by -1). */
static void join(struct wr_admissible *a, uint32_t x, bool side, int by)
{
    for (int64_t i = 0; i <= wr_csr_degree(a->csr, x); i++)
        a->cover[side][closed_neighbour(a->csr, x, i)] += (uint32_t)by;
    if (by > 0)
        a->chosen[a->chosen_count++] = x;
    else
        a->chosen_count--;
}

/* Bring one closed neighbour of k on the given side into the side's set; false when none may
 * join. Of equal gains the vertex of largest degree is taken: the other side has more to meet it
 * in. */
static bool choose(struct wr_admissible *a, const struct wr_boundary *b, uint32_t k, bool side)
{
    double best_gain = -1;
    int64_t best_degree = -1;
    uint32_t best = 0;
    int tries = 0;
    for (int64_t i = 0; i <= wr_csr_degree(a->csr, k) && tries < WR_TRIES; i++) {
        uint32_t x = closed_neighbour(a->csr, k, i);
        if (wr_boundary_inside(b, x) != side)
            continue;
        tries++;
        double g = gain(a, x, side);
        int64_t degree = wr_csr_degree(a->csr, x);
        if (g < 0 || g < best_gain || (g == best_gain && degree <= best_degree))
            continue;
        best_gain = g;
        best_degree = degree;
        best = x;
    }
    if (best_gain < 0)
        return false;
    join(a, best, side, 1);
    return true;
}

/* Bring k into C if it can be. */
static void include(struct wr_admissible *a, const struct wr_boundary *b, uint32_t k)
{
    bool have_in = a->cover[1][k] > 0, have_out = a->cover[0][k] > 0;
    if (!have_in && !choose(a, b, k, true))
        return;
    if (!have_out && !choose(a, b, k, false) && !have_in)
        join(a, a->chosen[a->chosen_count - 1], true, -1);
}

static int by_descending_walks(const void *x, const void *y, void *walks)
{
    const double *w = walks;
    uint32_t u = *(const uint32_t *)x, v = *(const uint32_t *)y;
    if (w[u] != w[v])
        return w[u] < w[v] ? 1 : -1;
    return (u > v) - (u < v);
}

double wr_admissible_search(struct wr_admissible *a, const struct wr_boundary *b)
{
    double sum = 0;
    for (int64_t i = 0; i < b->size; i++)
        a->order[i] = b->vertex[i];
    qsort_r(a->order, (size_t)b->size, sizeof *a->order, by_descending_walks, a->walks);
    for (int64_t i = 0; i < b->size && a->walks[a->order[i]] > 0; i++)
        include(a, b, a->order[i]);
    for (int64_t i = 0; i < b->size; i++)
        if (a->cover[0][b->vertex[i]] && a->cover[1][b->vertex[i]])
            sum += a->walks[b->vertex[i]];
    while (a->chosen_count > 0) {
        uint32_t x = a->chosen[a->chosen_count - 1];
        join(a, x, wr_boundary_inside(b, x), -1);
    }
    return sum;
}
