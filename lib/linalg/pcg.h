/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_PCG_H
#define WR_LINALG_PCG_H

#include <stdint.h>

#include "base/error.h"
#include "linalg/approxchol.h"
#include "linalg/network.h"

/*
 * wr_pcg_solve - solve L X = B for WR_COLUMNS right-hand sides by preconditioned conjugate
 * gradients, each column with steps of its own.
 *
 * net        in      L is its Laplacian (n x n)
 * f          in      preconditioner; NULL: the diagonal of L
 * tolerance  in      stop when every column's residual, in the norm of the preconditioner, is
 *                    below this fraction of its norm at X = 0
 * limit      in      ... or after this many iterations
 * b          in/out  B, whose columns sum to 0 in every component; the residual on return
 * x          out     one solution per column: constants per component are not fixed
 * work       -       3 n rows (2 n with f == NULL) of scratch
 * Returns    whether every column has converged
 * Cost       per iteration one product with L and one with the preconditioner, on the calling
 *            thread
 */
bool wr_pcg_solve(const struct wr_network *net, const struct wr_approx_cholesky *f,
                  double tolerance, int limit, struct wr_row *b, struct wr_row *x,
                  struct wr_row *work);

#endif
