/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/resistance.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "data/components.h"
#include "linalg/laplacian.h"
#include "linalg/projection.h"

/* Operations that an exact computation may always take, */
#define EXACT_OPERATIONS 2e10
/* and per edge, over the square of epsilon: what takes about as long as the projection. */
#define EXACT_OPERATIONS_PER_EDGE 5e3

static enum wr_status weights_differ(struct wr_error *err)
{
    return wr_error_set(err, WR_ENUMERIC,
                        "the weights of a component differ by too many orders of magnitude for "
                        "effective resistances in double precision");
}

/* scaled = the weights of each component times the power of two that brings the largest into
 * [0.5, 1): leverages do not change, sums no longer overflow. */
static enum wr_status scale_weights(const struct wr_graph *g, const struct wr_components *c,
                                    double *scaled, struct wr_error *err)
{
    enum wr_status status = WR_OK;
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
        if (!(scaled[e] >= DBL_MIN))
            status = WR_ENUMERIC;
    }
    free(largest);
    return status ? weights_differ(err) : WR_OK;
}

/* The leverages of a component of n vertices sum to n - 1 (Foster's theorem): errors that matter
 * show there. Sums may be wrong by absolute + relative n. */
static enum wr_status check_sums(const struct wr_graph *g, const struct wr_components *c,
                                 const double *leverage, double absolute, double relative,
                                 struct wr_error *err)
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
    for (uint32_t i = 0; i < c->count && !status; i++) {
        excess[i] -= vertices[i] - 1;
        if (!(fabs(excess[i]) <= absolute + relative * vertices[i]))
            status = weights_differ(err);
    }
out:
    free(excess);
    free(vertices);
    return status;
}

/* Leverages from the resistances under the scaled weights. */
static enum wr_status leverages_exactly(const struct wr_graph *g, const double *weight,
                                        const struct wr_components *c, struct wr_laplacian *l,
                                        const struct wr_progress *progress, double *leverage,
                                        struct wr_error *err)
{
    enum wr_status status = wr_laplacian_resistances(l, progress, leverage, err);
    if (status)
        return status;
    for (int64_t e = 0; weight && e < g->m; e++)
        leverage[e] *= weight[e];
    if ((status = check_sums(g, c, leverage, 1e-3, 1e-9, err)))
        return status;
    /* within rounding errors of (0, 1] */
    for (int64_t e = 0; e < g->m; e++)
        leverage[e] = fmin(fmax(leverage[e], 0), 1);
    return WR_OK;
}

/* Estimates from the scaled weights, each within epsilon. */
static enum wr_status leverages_within(const struct wr_graph *g, const double *weight,
                                       const struct wr_components *c,
                                       const struct wr_leverage_options *opt,
                                       const struct wr_progress *progress, double *leverage,
                                       struct wr_error *err)
{
    enum wr_status status =
        wr_project_leverages(g, weight, opt->epsilon, opt->seed, progress, leverage, err);
    return status ? status : check_sums(g, c, leverage, 1e-3, opt->epsilon, err);
}

/* Exactly if that is affordable, else by projection. */
static enum wr_status compute(const struct wr_graph *g, const double *weight,
                              const struct wr_components *c, const struct wr_leverage_options *opt,
                              const struct wr_progress *progress, double *leverage,
                              struct wr_error *err)
{
    double limit = INFINITY;
    if (opt->epsilon > 0)
        limit = fmax(EXACT_OPERATIONS,
                     EXACT_OPERATIONS_PER_EDGE * (double)g->m / (opt->epsilon * opt->epsilon));
    struct wr_laplacian *l = wr_laplacian_new(g, weight, c, limit, err);
    if (!l)
        return WR_ENOMEM;
    enum wr_status status = WR_OK;
    bool affordable = wr_laplacian_operations(l) <= limit;
    if (affordable)
        status = leverages_exactly(g, weight, c, l, progress, leverage, err);
    wr_laplacian_free(l); /* the projection wants the memory */
    if (!affordable)
        status = leverages_within(g, weight, c, opt, progress, leverage, err);
    return status;
}

enum wr_status wr_leverages(const struct wr_graph *g, const struct wr_leverage_options *opt,
                            const struct wr_progress *progress, double *leverage,
                            struct wr_error *err)
{
    if (g->directed)
        return wr_error_set(err, WR_EINVAL, "effective resistances are of undirected graphs");
    if (!(opt->epsilon >= 0 && opt->epsilon < 1))
        return wr_error_set(err, WR_EINVAL, "a relative error of %g is not in [0, 1)",
                            opt->epsilon);
    if (g->m == 0)
        return WR_OK;
    enum wr_status status = WR_ENOMEM;
    struct wr_components c = {0};
    double *scaled = NULL;
    if (wr_components_init(&c, g, err))
        goto out;
    if (g->weight) {
        scaled = wr_alloc(g->m, sizeof *scaled, err);
        if (!scaled || (status = scale_weights(g, &c, scaled, err)))
            goto out;
    }
    status = compute(g, scaled, &c, opt, progress, leverage, err);
out:
    wr_components_release(&c);
    free(scaled);
    return status;
}
