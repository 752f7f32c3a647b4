/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/cp_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

/* The norms of the largest components, largest first. */

int wr_cp_measures(const struct wr_factorization *m, int top)
{
    return m->factor[0].cols < top ? (int)m->factor[0].cols : top;
}

void wr_cp_measure_name(const struct wr_factorization *m, int top, int i, char name[32])
{
    (void)m;
    (void)top;
    snprintf(name, 32, "norm%d", i + 1);
}

enum wr_status wr_cp_measure(const struct wr_factorization *m, int top, double *out,
                             struct wr_error *err)
{
    int64_t rank = m->factor[0].cols;
    double *norm = wr_alloc(2 * rank, sizeof *norm, err);
    if (!norm)
        return WR_ENOMEM;
    for (int64_t r = 0; r < rank; r++)
        norm[r] = 1;
    for (int n = 0; n < m->factors; n++)
        wr_factorization_multiply_norms(m, n, norm + rank, norm);
    wr_factorization_sort_norms(norm, rank);
    for (int i = 0; i < wr_cp_measures(m, top); i++)
        out[i] = norm[i];
    free(norm);
    return WR_OK;
}
