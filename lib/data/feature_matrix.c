/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/feature_matrix.h"

#include <stdlib.h>

#include "base/alloc.h"

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

enum wr_status wr_feature_matrix_transpose(struct wr_feature_matrix *transpose,
                                           const struct wr_feature_matrix *x, struct wr_error *err)
{
    struct wr_feature_matrix t = {.rows = x->cols, .cols = x->rows};
    int64_t entries = x->row[x->rows];
    int64_t *next = wr_calloc(t.rows + 1, sizeof *next, err);
    t.row = wr_calloc(t.rows + 1, sizeof *t.row, err);
    t.col = wr_alloc(entries, sizeof *t.col, err);
    t.value = wr_alloc(entries, sizeof *t.value, err);
    if (!next || !t.row || !t.col || !t.value) {
        free(next);
        wr_feature_matrix_release(&t);
        return WR_ENOMEM;
    }
    for (int64_t k = 0; k < entries; k++)
        t.row[(int64_t)x->col[k] + 1]++;
    for (int64_t j = 0; j < t.rows; j++)
        next[j + 1] = t.row[j + 1] += t.row[j];
    for (int64_t i = 0; i < x->rows; i++) {
        for (int64_t k = x->row[i]; k < x->row[i + 1]; k++) {
            int64_t at = next[x->col[k]]++;
            t.col[at] = (uint32_t)i;
            t.value[at] = x->value[k];
        }
    }
    free(next);
    *transpose = t;
    return WR_OK;
}
