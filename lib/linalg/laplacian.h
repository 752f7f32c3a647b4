/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_LAPLACIAN_H
#define WR_LINALG_LAPLACIAN_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/components.h"
#include "data/graph.h"

/*
 * The grounded Laplacian M of a weighted graph: D - A without the row and column of one vertex
 * per component, its ground, the one with the most neighbours. M is positive definite, and with
 * Z = M^-1 (0 at a ground) the effective resistance between the ends of an edge {u, v} is
 * Z_uu + Z_vv - 2 Z_uv. Factored by CHOLMOD's supernodal Cholesky.
 */
struct wr_laplacian;

/*
 * wr_laplacian_new - choose an ordering and find the structure of the factor.
 *
 * g       in   undirected; must outlive the result
 * weight  in   m positive weights, or NULL: all 1; must outlive the result
 * c       in   the components of g
 * limit   in   operations above which the factorization is not worth it: no second ordering is
 *              tried when the first is far beyond
 * Returns NULL on failure: WR_ENOMEM. Free with wr_laplacian_free.
 * Cost    nearly linear time (approximate minimum degree, then perhaps nested dissection);
 *         about 100 bytes per vertex and edge
 */
struct wr_laplacian *wr_laplacian_new(const struct wr_graph *g, const double *weight,
                                      const struct wr_components *c, double limit,
                                      struct wr_error *err);

void wr_laplacian_free(struct wr_laplacian *l);

/* Floating-point operations that the factorization will take. */
double wr_laplacian_operations(const struct wr_laplacian *l);

/*
 * wr_laplacian_resistances - effective resistances by factorization and selected inverse.
 *
 * l           in/out  the factor is used up: call once
 * resistance  out     m effective resistances; undefined on error
 * Errors      WR_ENUMERIC when M is singular in double precision, which weights that differ by
 *             too many orders of magnitude can cause; WR_ENOMEM; WR_EINTERRUPT
 * Cost        three times wr_laplacian_operations; 8 bytes per entry of the factor. The result
 *             does not depend on the thread count.
 */
enum wr_status wr_laplacian_resistances(struct wr_laplacian *l, const struct wr_progress *progress,
                                        double *resistance, struct wr_error *err);

#endif
