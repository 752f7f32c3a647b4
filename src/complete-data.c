/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "complete-data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/npy.h"

/* What says the dimensions, for messages: `--dims', or the file of the observations. */
static const char *authority(const struct complete_options *o)
{
    return o->dims.order ? "--dims" : complete_input_name(o);
}

/* A tensor of another order or size. */
static enum wr_status disagree(const struct complete_data *d, const struct complete_options *o,
                               const char *path, int order, const int64_t *dim,
                               struct wr_error *err)
{
    char *theirs = tensor_dims_text(order, dim), *ours = tensor_dims_text(d->order, d->dim);
    enum wr_status status = theirs && ours ? wr_error_at(err, WR_EDATA, cli_input_name(path), 0,
                                                         "a tensor of %.100s, but %s has %.100s",
                                                         theirs, authority(o), ours)
                                           : wr_error_set(err, WR_ENOMEM, "out of memory");
    free(theirs);
    free(ours);
    return status;
}

/* The first entry outside the tensor. */
static enum wr_status check_inside(const struct complete_data *d, const struct complete_options *o,
                                   const char *path, const struct wr_observations *entries,
                                   struct wr_error *err)
{
    if (entries->order != d->order)
        return disagree(d, o, path, entries->order, entries->dim, err);
    for (int64_t i = 0; i < entries->count; i++)
        for (int n = 0; n < d->order; n++)
            if (wr_observations_at(entries, i)[n] >= d->dim[n])
                return wr_error_at(err, WR_EDATA, cli_input_name(path), 0,
                                   "index %d of entry %lld is %lld, but dimension %d of %s is %lld",
                                   n + 1, (long long)i + 1,
                                   (long long)wr_observations_at(entries, i)[n] + o->index_base,
                                   n + 1, authority(o), (long long)d->dim[n]);
    return WR_OK;
}

/* Entries with values, or coordinates alone, in the tensor of the observations. */
static enum wr_status read_entries(const struct complete_data *d, const struct complete_options *o,
                                   const char *path, bool coordinates, struct wr_observations *out,
                                   struct wr_error *err)
{
    int64_t any[WR_ORDER_MAX];
    struct wr_tensor_file_options file = {
        .index_base = o->index_base, .coordinates = coordinates, .tmp_dir = cli_tmp_dir()};
    if (!path)
        return WR_OK;
    for (int n = 0; n < d->order; n++)
        any[n] = (int64_t)WR_DIM_MAX - o->index_base;
    if (coordinates) { /* the reader has to know what is an index; the range is checked here */
        file.order = d->order;
        file.dim = any;
    }
    enum wr_status status = wr_observations_read(path, &file, out, err);
    if (!status)
        status = check_inside(d, o, path, out, err);
    if (!status)
        memcpy(out->dim, d->dim, (size_t)d->order * sizeof *d->dim);
    return status;
}

static enum wr_status read_truth(struct complete_data *d, const struct complete_options *o,
                                 struct wr_error *err)
{
    const struct wr_tensor_file_options file = {.index_base = o->index_base,
                                                .tmp_dir = cli_tmp_dir()};
    enum wr_status status = wr_tensor_read(o->truth, &file, &d->truth, err);
    if (status)
        return status;
    const struct wr_tensor *t = &d->truth;
    if (t->order != d->order || memcmp(t->dim, d->dim, (size_t)t->order * sizeof *t->dim) != 0)
        return disagree(d, o, o->truth, t->order, t->dim, err);
    return WR_OK;
}

/* --- measurements -------------------------------------------------------------------------- */

/* The numbers of an array, and its shape in words and, as far as it has two dimensions, in numbers.
 */
struct numbers {
    double *value;
    int rank;
    int64_t rows, cols; /* 1 when there is no such dimension */
    char shape[WR_NPY_SHAPE];
};

static enum wr_status read_numbers(const char *path, struct numbers *out, struct wr_error *err)
{
    struct wr_npy a;
    enum wr_status status = wr_npy_open(&a, path, cli_tmp_dir(), err);
    if (status)
        return status;
    out->rank = a.rank;
    out->rows = a.rank > 0 ? a.shape[0] : 1;
    out->cols = a.rank > 1 ? a.shape[1] : 1;
    (void)wr_npy_shape(&a, out->shape);
    out->value = wr_alloc(a.count, sizeof *out->value, err);
    status = out->value ? WR_OK : WR_ENOMEM;
    if (!status)
        wr_npy_read_double(&a, out->value);
    for (int64_t i = 0; i < a.count && !status; i++)
        if (!isfinite(out->value[i]))
            status =
                wr_error_at(err, WR_EDATA, cli_input_name(path), 0,
                            "number %lld is not finite, expected a finite one", (long long)i + 1);
    wr_npy_close(&a);
    return status;
}

static enum wr_status check_measurements(const struct complete_options *o, const struct numbers *x,
                                         const struct numbers *y, struct wr_error *err)
{
    int64_t row = 0;
    for (int n = 0; n < o->dims.order; n++)
        row += o->dims.dim[n];
    if (x->rank != 2 || x->cols != row)
        return wr_error_at(err, WR_EDATA, cli_input_name(o->sensing), 0,
                           "an array of shape %s, expected rows of %lld numbers, the sum of --dims",
                           x->shape, (long long)row);
    if (y->rank != 1 || y->rows != x->rows)
        return wr_error_at(err, WR_EDATA, cli_input_name(o->targets), 0,
                           "an array of shape %s, but %s has %lld measurements", y->shape,
                           cli_input_name(o->sensing), (long long)x->rows);
    if (y->rows == 0)
        return wr_error_at(err, WR_EDATA, cli_input_name(o->sensing), 0,
                           "there are no measurements");
    return WR_OK;
}

static enum wr_status read_measurements(struct complete_data *d, const struct complete_options *o,
                                        struct wr_error *err)
{
    struct numbers x = {0}, y = {0};
    d->order = o->dims.order;
    d->dim = o->dims.dim;
    enum wr_status status = read_numbers(o->sensing, &x, err);
    if (!status)
        status = read_numbers(o->targets, &y, err);
    if (!status)
        status = check_measurements(o, &x, &y, err);
    d->x = x.value;
    d->y = y.value;
    d->measurements = y.rows;
    return status ? status : wr_observations_init(&d->observed, d->order, d->dim, 0, true, err);
}

/* --- all of it ----------------------------------------------------------------------------- */

static enum wr_status read_observed(struct complete_data *d, const struct complete_options *o,
                                    struct wr_error *err)
{
    const struct wr_tensor_file_options file = {.index_base = o->index_base,
                                                .order = o->dims.order,
                                                .dim = o->dims.order ? o->dims.dim : NULL,
                                                .tmp_dir = cli_tmp_dir()};
    enum wr_status status = wr_observations_read(o->cli.input, &file, &d->observed, err);
    d->order = d->observed.order;
    d->dim = d->observed.dim;
    return status;
}

enum wr_status complete_data_read(struct complete_data *d, const struct complete_options *o,
                                  struct wr_error *err)
{
    *d = (struct complete_data){.order = 0};
    enum wr_status status = o->sensing ? read_measurements(d, o, err) : read_observed(d, o, err);
    if (!status)
        status = read_entries(d, o, o->val, false, &d->val, err);
    if (!status)
        status = read_entries(d, o, o->test, false, &d->test, err);
    if (!status)
        status = read_entries(d, o, o->at, true, &d->at, err);
    if (!status && o->truth)
        status = read_truth(d, o, err);
    return status;
}

void complete_data_release(struct complete_data *d)
{
    wr_observations_release(&d->observed);
    wr_observations_release(&d->val);
    wr_observations_release(&d->test);
    wr_observations_release(&d->at);
    wr_tensor_release(&d->truth);
    free(d->x);
    free(d->y);
}
