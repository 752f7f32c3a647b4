/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/feature_matrix.h"

#include <stdlib.h>

void wr_feature_matrix_release(struct wr_feature_matrix *x)
{
    free(x->dense);
    free(x->row);
    free(x->col);
    free(x->value);
    *x = (struct wr_feature_matrix){0};
}

static void normalize(wr_real *value, int64_t count)
{
    double sum = 0;
    for (int64_t k = 0; k < count; k++)
        sum += (double)value[k];
    for (int64_t k = 0; k < count && sum != 0; k++)
        value[k] = (wr_real)((double)value[k] / sum);
}

void wr_feature_matrix_normalize_rows(struct wr_feature_matrix *x)
{
    for (int64_t i = 0; i < x->rows; i++) {
        if (x->dense)
            normalize(x->dense + i * x->cols, x->cols);
        else
            normalize(x->value + x->row[i], x->row[i + 1] - x->row[i]);
    }
}
