/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/laplacian.h"

#include <stdlib.h>
#include <suitesparse/cholmod.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "linalg/dense.h"
#include "linalg/selinv.h"

_Static_assert(sizeof(SuiteSparse_long) == sizeof(int64_t), "CHOLMOD's long integers are 64 bits");

/* Nested dissection costs more than minimum degree and pays off from here on (operations). */
#define TRY_DISSECTION 1e8
/* ... and has not been seen to need less than this fraction of its operations. */
#define DISSECTION_GAIN 0.3

struct wr_laplacian {
    const struct wr_graph *graph;
    const double *weight;
    int64_t order;   /* rows of M */
    int64_t *column; /* n: row and column of each vertex in M, -1 for a ground */
    cholmod_common common;
    cholmod_sparse *matrix;
    cholmod_factor *factor;
    double operations;
};

static double edge_weight(const struct wr_laplacian *l, int64_t e)
{
    return l->weight ? l->weight[e] : 1;
}

static enum wr_status cholmod_failed(const struct wr_laplacian *l, struct wr_error *err)
{
    if (l->common.status == CHOLMOD_NOT_POSDEF)
        return wr_error_set(err, WR_ENUMERIC,
                            "the weights of a component differ by too many orders of magnitude "
                            "for effective resistances in double precision");
    return wr_error_set(err, WR_ENOMEM, "out of memory for the factor of the graph Laplacian");
}

/* Number the vertices of M in ascending order, leaving out the vertex of most neighbours of each
 * component. */
static enum wr_status choose_grounds(struct wr_laplacian *l, const struct wr_components *c,
                                     struct wr_error *err)
{
    const struct wr_graph *g = l->graph;
    int64_t *degree = wr_calloc(g->n, sizeof *degree, err);
    uint32_t *ground = wr_alloc(c->count, sizeof *ground, err);
    if (!degree || !ground) {
        free(degree);
        free(ground);
        return WR_ENOMEM;
    }
    for (int64_t e = 0; e < g->m; e++) {
        degree[wr_edge_u(g->edge[e])]++;
        degree[wr_edge_v(g->edge[e])]++;
    }
    /* components are numbered by their smallest vertices: theirs are met first */
    uint32_t met = 0;
    for (uint32_t u = 0; u < g->n; u++) {
        uint32_t *best = &ground[c->label[u]];
        if (c->label[u] == met)
            *best = u, met++;
        else if (degree[u] > degree[*best])
            *best = u;
    }
    for (uint32_t u = 0; u < g->n; u++)
        l->column[u] = ground[c->label[u]] == u ? -1 : l->order++;
    free(degree);
    free(ground);
    return WR_OK;
}

/* M's lower triangle by columns. Edges are sorted by (u, v) and columns numbered in the order of
 * vertices, so that every column comes out ascending, its diagonal first. */
static void fill_matrix(const struct wr_laplacian *l)
{
    const struct wr_graph *g = l->graph;
    int64_t *start = l->matrix->p, *row = l->matrix->i, at = 0;
    double *value = l->matrix->x;
    for (uint32_t u = 0; u < g->n; u++) {
        int64_t j = l->column[u];
        if (j < 0)
            continue;
        start[j] = at;
        row[at] = j;
        value[at++] = 0;
        for (int64_t e = g->first[u]; e < g->first[u + 1]; e++) {
            int64_t i = l->column[wr_edge_v(g->edge[e])];
            if (i < 0)
                continue;
            row[at] = i;
            value[at++] = -edge_weight(l, e);
        }
    }
    start[l->order] = at;
    for (int64_t e = 0; e < g->m; e++) {
        int64_t i = l->column[wr_edge_u(g->edge[e])], j = l->column[wr_edge_v(g->edge[e])];
        if (i >= 0)
            value[start[i]] += edge_weight(l, e);
        if (j >= 0)
            value[start[j]] += edge_weight(l, e);
    }
}

/* The structure of the factor under one ordering; its operations in *operations. */
static cholmod_factor *analyze(struct wr_laplacian *l, int ordering, double *operations)
{
    l->common.nmethods = 1;
    l->common.method[0].ordering = ordering;
    cholmod_factor *factor = cholmod_l_analyze(l->matrix, &l->common);
    *operations = l->common.fl;
    return factor;
}

/* The better of minimum degree and nested dissection. */
static enum wr_status choose_ordering(struct wr_laplacian *l, double limit, struct wr_error *err)
{
    l->factor = analyze(l, CHOLMOD_AMD, &l->operations);
    if (!l->factor)
        return cholmod_failed(l, err);
    if (l->operations < TRY_DISSECTION || l->operations * DISSECTION_GAIN > limit)
        return WR_OK;
    double operations;
    cholmod_factor *other = analyze(l, CHOLMOD_METIS, &operations);
    if (!other)
        return cholmod_failed(l, err);
    if (operations < l->operations) {
        cholmod_factor *swap = l->factor;
        l->factor = other;
        other = swap;
        l->operations = operations;
    }
    cholmod_l_free_factor(&other, &l->common);
    return WR_OK;
}

static enum wr_status build(struct wr_laplacian *l, const struct wr_components *c, double limit,
                            struct wr_error *err)
{
    wr_blas_one_thread();
    cholmod_l_start(&l->common);
    l->common.print = 0;
    l->common.supernodal = CHOLMOD_SUPERNODAL;
    l->column = wr_alloc(l->graph->n, sizeof *l->column, err);
    if (!l->column || choose_grounds(l, c, err))
        return WR_ENOMEM;
    size_t order = (size_t)l->order, entries = order + (size_t)l->graph->m;
    l->matrix =
        cholmod_l_allocate_sparse(order, order, entries, true, true, -1, CHOLMOD_REAL, &l->common);
    if (!l->matrix)
        return cholmod_failed(l, err);
    fill_matrix(l);
    return choose_ordering(l, limit, err);
}

struct wr_laplacian *wr_laplacian_new(const struct wr_graph *g, const double *weight,
                                      const struct wr_components *c, double limit,
                                      struct wr_error *err)
{
    struct wr_laplacian *l = wr_calloc(1, sizeof *l, err);
    if (!l)
        return NULL;
    l->graph = g;
    l->weight = weight;
    if (build(l, c, limit, err)) {
        wr_laplacian_free(l);
        return NULL;
    }
    return l;
}

void wr_laplacian_free(struct wr_laplacian *l)
{
    if (!l)
        return;
    cholmod_l_free_factor(&l->factor, &l->common);
    cholmod_l_free_sparse(&l->matrix, &l->common);
    cholmod_l_finish(&l->common);
    free(l->column);
    free(l);
}

double wr_laplacian_operations(const struct wr_laplacian *l)
{
    return l->operations;
}

/* column = each vertex's column in the factor, of the permuted matrix. */
static enum wr_status permute_columns(struct wr_laplacian *l, struct wr_error *err)
{
    const int64_t *permutation = l->factor->Perm;
    int64_t *place = wr_alloc(l->order, sizeof *place, err);
    if (!place)
        return WR_ENOMEM;
    for (int64_t k = 0; k < l->order; k++)
        place[permutation[k]] = k;
    for (uint32_t u = 0; u < l->graph->n; u++)
        if (l->column[u] >= 0)
            l->column[u] = place[l->column[u]];
    free(place);
    return WR_OK;
}

/* CHOLMOD's L by columns is U = L' by rows. */
static struct wr_supernodes supernodes_of(const cholmod_factor *factor, int64_t *owner)
{
    struct wr_supernodes f = {.n = (int64_t)factor->n,
                              .count = (int64_t)factor->nsuper,
                              .first = factor->super,
                              .column_at = factor->pi,
                              .value_at = factor->px,
                              .column = factor->s,
                              .value = factor->x,
                              .owner = owner};
    for (int64_t s = 0; s < f.count; s++)
        for (int64_t j = f.first[s]; j < f.first[s + 1]; j++)
            owner[j] = s;
    return f;
}

/* R = Z_uu + Z_vv - 2 Z_uv, Z = 0 at a ground */
static double resistance_of(const struct wr_supernodes *f, int64_t u, int64_t v)
{
    double uu = u < 0 ? 0 : wr_selected_entry(f, u, u);
    double vv = v < 0 ? 0 : wr_selected_entry(f, v, v);
    double uv = u < 0 || v < 0 ? 0 : wr_selected_entry(f, u, v);
    return uu + vv - 2 * uv;
}

struct inverted {
    const struct wr_graph *graph;
    const int64_t *column;
    const struct wr_supernodes *inverse;
    double *resistance;
};

static void read_resistances(void *context, int64_t begin, int64_t end)
{
    const struct inverted *i = context;
    for (int64_t e = begin; e < end; e++) {
        uint64_t edge = i->graph->edge[e];
        i->resistance[e] =
            resistance_of(i->inverse, i->column[wr_edge_u(edge)], i->column[wr_edge_v(edge)]);
    }
}

enum wr_status wr_laplacian_resistances(struct wr_laplacian *l, const struct wr_progress *progress,
                                        double *resistance, struct wr_error *err)
{
    enum wr_status status = WR_ENOMEM;
    int64_t *owner = wr_alloc(l->order, sizeof *owner, err);
    if (!owner || permute_columns(l, err))
        goto out;
    if (!cholmod_l_factorize(l->matrix, l->factor, &l->common) ||
        l->common.status == CHOLMOD_NOT_POSDEF) {
        status = cholmod_failed(l, err);
        goto out;
    }
    struct wr_supernodes f = supernodes_of(l->factor, owner);
    if ((status = wr_selected_inverse(&f, progress, err)))
        goto out;
    wr_blocks_run(l->graph->m, WR_BLOCK, read_resistances,
                  &(struct inverted){l->graph, l->column, &f, resistance});
out:
    free(owner);
    return status;
}
