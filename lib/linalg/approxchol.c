/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/approxchol.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "base/rng.h"

#define NONE INT64_MAX

/* An edge of the graph that is left, in the list of the end that is eliminated first. */
struct link {
    int64_t next;
    uint32_t other; /* the other end, by elimination order */
    double weight;
};

/* A neighbour of the vertex being eliminated. */
struct spoke {
    uint32_t vertex;
    double weight;
    double heavier; /* sum of the weights of the spokes after this one */
};

struct elimination {
    struct wr_approx_cholesky *f;
    struct link *link; /* m: there are never more */
    int64_t *head;     /* n: first link of each vertex, by elimination order */
    int64_t unused;    /* links that are free again, by next */
    struct spoke *spoke;
    uint32_t *place; /* n: 1 + place of a vertex in spoke, 0 when it is not there */
    struct wr_rng rng;
};

/* Vertices by ascending degree: few neighbours leave little to approximate. */
static enum wr_status choose_order(uint32_t *vertex, const struct wr_csr *a, struct wr_error *err)
{
    int64_t *start = wr_calloc((int64_t)a->n + 1, sizeof *start, err);
    if (!start)
        return WR_ENOMEM;
    for (uint32_t u = 0; u < a->n; u++)
        start[wr_csr_degree(a, u) + 1]++;
    for (uint32_t d = 0; d < a->n; d++)
        start[d + 1] += start[d];
    for (uint32_t u = 0; u < a->n; u++)
        vertex[start[wr_csr_degree(a, u)]++] = u;
    free(start);
    return WR_OK;
}

static void push(struct elimination *x, int64_t at, uint32_t a, uint32_t b, double weight)
{
    uint32_t first = a < b ? a : b, other = a < b ? b : a;
    x->link[at] = (struct link){.next = x->head[first], .other = other, .weight = weight};
    x->head[first] = at;
}

/* Every edge into the list of its earlier end; place serves as the inverse of vertex. */
static void fill_lists(struct elimination *x, const struct wr_network *net)
{
    const struct wr_csr *a = &net->adjacency;
    for (uint32_t k = 0; k < a->n; k++) {
        x->place[x->f->vertex[k]] = k;
        x->head[k] = NONE;
    }
    int64_t at = 0;
    for (uint32_t u = 0; u < a->n; u++)
        for (int64_t i = a->row[u]; i < a->row[u + 1]; i++)
            if (u < a->col[i])
                push(x, at++, x->place[u], x->place[a->col[i]], net->weight ? net->weight[i] : 1);
    memset(x->place, 0, a->n * sizeof *x->place);
    x->unused = NONE;
}

static int compare_spokes(const void *a, const void *b)
{
    const struct spoke *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    return x->vertex < y->vertex ? -1 : x->vertex > y->vertex;
}

/* Turn the links of vertex k into spokes, parallel ones added, by ascending weight; the sum of
 * the weights in *total. The links become unused. */
static uint32_t collect(struct elimination *x, uint32_t k, double *total)
{
    uint32_t count = 0;
    for (int64_t at = x->head[k], next; at != NONE; at = next) {
        struct link *link = &x->link[at];
        uint32_t *place = &x->place[link->other];
        if (*place == 0) {
            x->spoke[count++] = (struct spoke){.vertex = link->other};
            *place = count;
        }
        x->spoke[*place - 1].weight += link->weight;
        next = link->next;
        link->next = x->unused;
        x->unused = at;
    }
    qsort(x->spoke, count, sizeof *x->spoke, compare_spokes);
    *total = 0;
    for (uint32_t i = count; i-- > 0;) {
        x->spoke[i].heavier = *total;
        *total += x->spoke[i].weight;
        x->place[x->spoke[i].vertex] = 0;
    }
    return count;
}

static enum wr_status append_row(struct wr_approx_cholesky *f, uint32_t k,
                                 const struct spoke *spoke, uint32_t count, double total,
                                 struct wr_error *err)
{
    int64_t at = f->first[k], end = at + count;
    if (end > f->capacity) {
        int64_t capacity = 2 * end;
        if (wr_grow(&f->column, capacity, sizeof *f->column, err) ||
            wr_grow(&f->value, capacity, sizeof *f->value, err))
            return WR_ENOMEM;
        f->capacity = capacity;
    }
    for (uint32_t i = 0; i < count; i++) {
        f->column[at + i] = spoke[i].vertex;
        f->value[at + i] = spoke[i].weight / total;
    }
    f->diagonal[k] = total;
    f->first[k + 1] = end;
    return WR_OK;
}

/* The spoke j > i that `point`, uniform over the sum of the weights after i, falls into. */
static uint32_t choose_spoke(const struct spoke *spoke, uint32_t i, uint32_t count, double point)
{
    uint32_t low = i + 1, high = count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (spoke[middle].heavier <= point)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Eliminating a star of weights w_1 .. w_c leaves a clique with w_i w_j / total between i and j.
 * In its place every i is joined to one j > i, drawn in proportion to w_j, with the weight of all
 * its edges to later ones, w_i (w_{i+1} + .. + w_c) / total. */
static void sample_clique(struct elimination *x, uint32_t count, double total)
{
    for (uint32_t i = 0; i + 1 < count; i++) {
        const struct spoke *spoke = &x->spoke[i];
        double point = wr_rng_uniform(&x->rng) * spoke->heavier;
        uint32_t j = choose_spoke(x->spoke, i, count, point);
        int64_t at = x->unused;
        x->unused = x->link[at].next;
        push(x, at, spoke->vertex, x->spoke[j].vertex, spoke->weight * (spoke->heavier / total));
    }
}

static enum wr_status eliminate_all(struct elimination *x, struct wr_error *err)
{
    for (uint32_t k = 0; k < x->f->n; k++) {
        double total;
        uint32_t count = collect(x, k, &total);
        if (append_row(x->f, k, x->spoke, count, total, err))
            return WR_ENOMEM;
        sample_clique(x, count, total);
    }
    return WR_OK;
}

enum wr_status wr_approx_cholesky_init(struct wr_approx_cholesky *f, const struct wr_network *net,
                                       uint64_t seed, struct wr_error *err)
{
    enum wr_status status = WR_ENOMEM;
    int64_t n = net->adjacency.n, m = net->adjacency.row[n] / 2;
    struct wr_approx_cholesky made = {.n = net->adjacency.n};
    struct elimination x = {.f = &made};
    made.vertex = wr_alloc(n, sizeof *made.vertex, err);
    made.diagonal = wr_alloc(n, sizeof *made.diagonal, err);
    made.first = wr_calloc(n + 1, sizeof *made.first, err);
    x.link = wr_alloc(m, sizeof *x.link, err);
    x.head = wr_alloc(n, sizeof *x.head, err);
    x.spoke = wr_alloc(n, sizeof *x.spoke, err);
    x.place = wr_alloc(n, sizeof *x.place, err);
    if (!made.vertex || !made.diagonal || !made.first || !x.link || !x.head || !x.spoke ||
        !x.place || choose_order(made.vertex, &net->adjacency, err))
        goto out;
    fill_lists(&x, net);
    wr_rng_init(&x.rng, seed, 0);
    if (!(status = eliminate_all(&x, err))) {
        *f = made;
        made = (struct wr_approx_cholesky){0};
    }
out:
    wr_approx_cholesky_release(&made);
    free(x.link);
    free(x.head);
    free(x.spoke);
    free(x.place);
    return status;
}

void wr_approx_cholesky_release(struct wr_approx_cholesky *f)
{
    free(f->vertex);
    free(f->diagonal);
    free(f->first);
    free(f->column);
    free(f->value);
    *f = (struct wr_approx_cholesky){0};
}

WR_CLONES static void solve(const struct wr_approx_cholesky *f, const struct wr_row *b,
                            struct wr_row *x, struct wr_row *y)
{
    memset(y, 0, f->n * sizeof *y);
    for (uint32_t k = 0; k < f->n; k++) { /* U' y = b, U = I - V: V_kj y_k goes to every y_j */
        struct wr_row sum = y[k];
        for (int c = 0; c < WR_COLUMNS; c++)
            sum.c[c] += b[f->vertex[k]].c[c];
        y[k] = sum;
        for (int64_t i = f->first[k]; i < f->first[k + 1]; i++)
            for (int c = 0; c < WR_COLUMNS; c++)
                y[f->column[i]].c[c] += f->value[i] * sum.c[c];
    }
    for (uint32_t k = f->n; k-- > 0;) { /* U x = D^+ y */
        double inverse = f->diagonal[k] > 0 ? 1 / f->diagonal[k] : 0;
        struct wr_row sum;
        for (int c = 0; c < WR_COLUMNS; c++)
            sum.c[c] = inverse * y[k].c[c];
        for (int64_t i = f->first[k]; i < f->first[k + 1]; i++)
            for (int c = 0; c < WR_COLUMNS; c++)
                sum.c[c] += f->value[i] * y[f->column[i]].c[c];
        y[k] = x[f->vertex[k]] = sum;
    }
}

void wr_approx_cholesky_solve(const struct wr_approx_cholesky *f, const struct wr_row *b,
                              struct wr_row *x, struct wr_row *work)
{
    solve(f, b, x, work);
}
