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

/* Norms are multiplied factor by factor, not square by square: squares underflow sooner. */
static void multiply_norms(const struct wr_factorization *m, const struct wr_factor *f,
                           double *square, double *norm)
{
    for (int64_t r = 0; r < f->cols; r++)
        square[r] = 0;
    for (int64_t i = 0; i < f->rows; i++)
        for (int64_t r = 0; r < f->cols; r++) {
            double x = wr_factorization_at(m, f->offset + i * f->stride + r);
            square[r] += x * x;
        }
    for (int64_t r = 0; r < f->cols; r++)
        norm[r] *= sqrt(square[r]);
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
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
        multiply_norms(m, &m->factor[n], norm + rank, norm);
    qsort(norm, (size_t)rank, sizeof *norm, descending);
    for (int i = 0; i < wr_cp_measures(m, top); i++)
        out[i] = norm[i];
    free(norm);
    return WR_OK;
}
