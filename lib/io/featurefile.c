/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/featurefile.h"

#include <math.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "io/input.h"
#include "io/npy.h"
#include "io/svmlight.h"

static enum wr_status check_finite(const struct wr_feature_matrix *x, const char *name,
                                   struct wr_error *err)
{
    int64_t count = x->rows * x->cols;
    for (int64_t i = 0; i < count; i++) {
        wr_real value = x->dense[i];
        if (!isfinite(value))
            return wr_error_at(err, WR_EDATA, name, 0,
                               "the value at row %lld and column %lld, counted from 0, is %s in "
                               "single precision, expected a finite number",
                               (long long)(i / x->cols), (long long)(i % x->cols),
                               isnan(value) ? "nan"
                               : value < 0  ? "-inf"
                                            : "inf");
    }
    return WR_OK;
}

/* Rows without columns, and columns without rows, take no bytes: a header can promise any number of
 * them, for which others would allocate. */
enum { MOST_WITHOUT_BYTES = 1 << 16 };

static bool promises_too_much(const struct wr_npy *a)
{
    return a->count == 0 && (a->shape[0] > MOST_WITHOUT_BYTES || a->shape[1] > MOST_WITHOUT_BYTES);
}

static enum wr_status take_matrix(const struct wr_npy *a, const char *name,
                                  struct wr_feature_matrix *x, struct wr_error *err)
{
    char shape[WR_NPY_SHAPE];
    if (a->rank != 2)
        return wr_error_at(err, WR_EDATA, name, 0,
                           "an array of shape %s, expected two dimensions, a row per vertex",
                           wr_npy_shape(a, shape));
    if (promises_too_much(a))
        return wr_error_at(err, WR_EDATA, name, 0,
                           "an array of shape %s has no elements, expected at most %d rows or "
                           "columns then",
                           wr_npy_shape(a, shape), MOST_WITHOUT_BYTES);
    struct wr_feature_matrix made = {.rows = a->shape[0], .cols = a->shape[1]};
    made.dense = wr_alloc(a->count, sizeof *made.dense, err);
    if (!made.dense)
        return WR_ENOMEM;
    wr_npy_read_float(a, made.dense);
    enum wr_status status = check_finite(&made, name, err);
    if (status)
        wr_feature_matrix_release(&made);
    else
        *x = made;
    return status;
}

static enum wr_status read_matrix(struct wr_input *input, const char *tmp_dir,
                                  struct wr_feature_matrix *x, struct wr_error *err)
{
    struct wr_span text;
    struct wr_npy a;
    enum wr_status status = wr_input_keep(input, tmp_dir, err);
    if (!status)
        status = wr_input_all(input, &text, err);
    if (!status)
        status = wr_npy_parse(&a, text, wr_input_name(input), err);
    return status ? status : take_matrix(&a, wr_input_name(input), x, err);
}

enum wr_status wr_feature_file_read(const char *path, const char *tmp_dir,
                                    struct wr_feature_matrix *x, struct wr_labels *labels,
                                    struct wr_error *err)
{
    struct wr_input *input;
    enum wr_status status = wr_input_open(&input, path, &(struct wr_input_options){0}, err);
    if (status)
        return status;
    if (wr_npy_recognise(wr_input_head(input))) {
        status = read_matrix(input, tmp_dir, x, err);
        if (!status)
            *labels = (struct wr_labels){0};
    } else {
        status = wr_svmlight_read(input, x, labels, err);
    }
    wr_input_close(input);
    return status;
}
