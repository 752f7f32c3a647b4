/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/resistance.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "data/components.h"
#include "linalg/laplacian.h"

/* How far the leverages of a component of n vertices may sum from n - 1. */
static double sum_tolerance(double n)
{
    return 1e-3 + 1e-9 * n;
}

/* scaled = the weights of each component times the power of two that brings the largest into
 * [0.5, 1): leverages do not change, sums no longer overflow. */
static enum wr_status scale_weights(const struct wr_graph *g, const struct wr_components *c,
                                    double *scaled, struct wr_error *err)
{
    double *largest = wr_calloc(c->count, sizeof *largest, err);
    if (!largest)
        return WR_ENOMEM;
    for (int64_t e = 0; e < g->m; e++) {
        double *most = &largest[c->label[wr_edge_u(g->edge[e])]];
        *most = fmax(*most, g->weight[e]);
    }
    for (int64_t e = 0; e < g->m; e++) {
        int exponent;
        frexp(largest[c->label[wr_edge_u(g->edge[e])]], &exponent);
        scaled[e] = ldexp(g->weight[e], -exponent);
    }
    free(largest);
    return WR_OK;
}

/* The leverages of a component sum to its vertices less one (Foster's theorem): rounding errors
 * that matter show there. */
static enum wr_status check_sums(const struct wr_graph *g, const struct wr_components *c,
                                 const double *leverage, struct wr_error *err)
{
    double *excess = wr_calloc(c->count, sizeof *excess, err);
    double *vertices = wr_calloc(c->count, sizeof *vertices, err);
    enum wr_status status = excess && vertices ? WR_OK : WR_ENOMEM;
    if (status)
        goto out;
    for (uint32_t u = 0; u < g->n; u++)
        vertices[c->label[u]]++;
    for (int64_t e = 0; e < g->m; e++)
        excess[c->label[wr_edge_u(g->edge[e])]] += leverage[e];
    for (uint32_t i = 0; i < c->count; i++) {
        excess[i] -= vertices[i] - 1;
        if (!(fabs(excess[i]) <= sum_tolerance(vertices[i]))) {
            status = wr_error_set(err, WR_ENUMERIC,
                                  "effective resistances are wrong in double precision: the "
                                  "weights differ by too many orders of magnitude");
            goto out;
        }
    }
out:
    free(excess);
    free(vertices);
    return status;
}

/* By Cholesky factorization: leverages from the resistances under the scaled weights. */
static enum wr_status leverages_exactly(const struct wr_graph *g, const double *weight,
                                        const struct wr_components *c, double *leverage,
                                        const struct wr_progress *progress, struct wr_error *err)
{
    struct wr_laplacian *l = wr_laplacian_new(g, weight, c, INFINITY, err);
    if (!l)
        return WR_ENOMEM;
    enum wr_status status = wr_laplacian_resistances(l, leverage, progress, err);
    wr_laplacian_free(l);
    if (status)
        return status;
    for (int64_t e = 0; weight && e < g->m; e++)
        leverage[e] *= weight[e];
    if ((status = check_sums(g, c, leverage, err)))
        return status;
    /* within rounding errors of (0, 1] */
    for (int64_t e = 0; e < g->m; e++)
        leverage[e] = fmin(fmax(leverage[e], 0), 1);
    return WR_OK;
}

enum wr_status wr_leverages(const struct wr_graph *g, double *leverage,
                            const struct wr_progress *progress, struct wr_error *err)
{
    if (g->directed)
        return wr_error_set(err, WR_EINVAL, "effective resistances are of undirected graphs");
    if (g->m == 0)
        return WR_OK;
    enum wr_status status = WR_ENOMEM;
    struct wr_components c = {0};
    double *scaled = NULL;
    if (wr_components_init(&c, g, err))
        goto out;
    if (g->weight) {
        scaled = wr_alloc(g->m, sizeof *scaled, err);
        if (!scaled || scale_weights(g, &c, scaled, err))
            goto out;
    }
    status = leverages_exactly(g, scaled, &c, leverage, progress, err);
out:
    wr_components_release(&c);
    free(scaled);
    return status;
}
