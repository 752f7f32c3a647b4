/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/matrix_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "factor/rank.h"
#include "linalg/dense.h"

static int64_t sigmas(const struct matrix *mf)
{
    return mf->rows < mf->cols ? mf->rows : mf->cols;
}

static int shown(const struct matrix *mf, int top)
{
    return sigmas(mf) < top ? (int)sigmas(mf) : top;
}

/* After the tracked entries and the singular values. */
static const char *const summaries[] = {"effective_rank", "nuclear", "frobenius", "spectral"};
enum { SUMMARIES = sizeof summaries / sizeof *summaries };

int wr_matrix_measures(const struct wr_factorization *m, int top)
{
    const struct matrix *mf = (const struct matrix *)m;
    return mf->tracked + shown(mf, top) + SUMMARIES;
}

void wr_matrix_measure_name(const struct wr_factorization *m, int top, int i, char name[32])
{
    const struct matrix *mf = (const struct matrix *)m;
    int sigma = i - mf->tracked;
    if (sigma < 0)
        snprintf(name, 32, "w_%u_%u", mf->track[2 * i] + 1, mf->track[2 * i + 1] + 1);
    else if (sigma < shown(mf, top))
        snprintf(name, 32, "sigma%d", sigma + 1);
    else
        snprintf(name, 32, "%s", summaries[sigma - shown(mf, top)]);
}

static void summarize(const double *s, int64_t count, double *out)
{
    double sum = 0, square = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += s[i];
        square = hypot(square, s[i]);
    }
    out[0] = wr_effective_rank(s, count);
    out[1] = sum;
    out[2] = square;
    out[3] = s[0];
}

enum wr_status wr_matrix_measure(const struct wr_factorization *m, int top, double *out,
                                 struct wr_error *err)
{
    const struct matrix *mf = (const struct matrix *)m;
    int64_t count = sigmas(mf);
    double *w = wr_alloc(mf->rows * mf->cols + count, sizeof *w, err);
    if (!w)
        return WR_ENOMEM;
    double *s = w + mf->rows * mf->cols;
    enum wr_status status = wr_matrix_product(m, w, err);
    for (int i = 0; !status && i < mf->tracked; i++)
        *out++ = w[mf->track[2 * i] * mf->cols + mf->track[2 * i + 1]];
    if (!status)
        status = wr_singular_values(mf->rows, mf->cols, w, s, err);
    for (int i = 0; !status && i < shown(mf, top); i++)
        *out++ = s[i];
    if (!status)
        summarize(s, count, out);
    free(w);
    return status;
}
