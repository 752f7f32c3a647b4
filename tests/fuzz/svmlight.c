/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include "io/svmlight.h"

static void same(const struct wr_feature_matrix *a, const struct wr_feature_matrix *b)
{
    fuzz_check(a->rows == b->rows && a->cols == b->cols);
    fuzz_same_bytes(a->row, b->row, (size_t)(a->rows + 1) * sizeof *a->row);
    fuzz_same_bytes(a->col, b->col, (size_t)a->row[a->rows] * sizeof *a->col);
    fuzz_same_bytes(a->value, b->value, (size_t)a->row[a->rows] * sizeof *a->value);
}

static void check_columns(const struct wr_feature_matrix *x)
{
    for (int64_t i = 0; i < x->rows; i++)
        for (int64_t k = x->row[i]; k < x->row[i + 1]; k++) {
            fuzz_check(x->col[k] < x->cols);
            fuzz_check(k == x->row[i] || x->col[k - 1] < x->col[k]);
        }
}

static enum wr_status read_file(struct wr_feature_matrix *x, struct wr_labels *labels,
                                struct wr_error *err)
{
    struct wr_input *input;
    enum wr_status status =
        wr_input_open(&input, "features.svm", &(struct wr_input_options){0}, err);
    if (status)
        return status;
    status = wr_svmlight_read(input, x, labels, err);
    wr_input_close(input);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wr_feature_matrix x[FUZZ_WAYS];
    struct wr_labels labels[FUZZ_WAYS];
    struct wr_error err[FUZZ_WAYS] = {{0}};
    for (int i = 0; i < FUZZ_WAYS; i++) {
        fuzz_file(data, size, fuzz_ways[i]);
        fuzz_status(read_file(&x[i], &labels[i], &err[i]), &err[i]);
    }
    fuzz_same_error(&err[0], &err[1]);
    if (err[0].status)
        return 0;
    same(&x[0], &x[1]);
    check_columns(&x[0]);
    fuzz_check(labels[0].count == x[0].rows && labels[1].count == x[1].rows);
    fuzz_same_bytes(labels[0].label, labels[1].label, (size_t)x[0].rows * sizeof(int32_t));
    for (int i = 0; i < FUZZ_WAYS; i++) {
        wr_feature_matrix_normalize_rows(&x[i]);
        wr_feature_matrix_release(&x[i]);
        wr_labels_release(&labels[i]);
    }
    return 0;
}
