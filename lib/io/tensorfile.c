/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/tensorfile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "io/input.h"
#include "io/name.h"
#include "io/npy.h"
#include "io/number.h"
#include "io/tns.h"

/* --- arrays -------------------------------------------------------------------------------- */

static enum wr_status check_shape(const struct wr_npy *a, const char *name,
                                  const struct wr_tensor_file_options *options,
                                  struct wr_error *err)
{
    if (a->rank == 0 || a->count == 0)
        return wr_error_at(err, WR_EDATA, name, 0,
                           "an array without entries or dimensions, expected a tensor");
    if (options->dim && a->rank != options->order)
        return wr_error_at(err, WR_EDATA, name, 0, "an array of order %d, expected %d", a->rank,
                           options->order);
    for (int n = 0; n < a->rank; n++)
        if (a->shape[n] > WR_DIM_MAX)
            return wr_error_at(err, WR_EDATA, name, 0, "dimension %d is %lld, expected at most %u",
                               n + 1, (long long)a->shape[n], WR_DIM_MAX);
        else if (options->dim && a->shape[n] != options->dim[n])
            return wr_error_at(err, WR_EDATA, name, 0, "dimension %d is %lld, expected %lld", n + 1,
                               (long long)a->shape[n], (long long)options->dim[n]);
    return WR_OK;
}

static enum wr_status check_finite(const struct wr_tensor *t, const char *name, int index_base,
                                   struct wr_error *err)
{
    uint32_t index[WR_NPY_RANK];
    char place[WR_NPY_RANK * (WR_U64_DIGITS + 1) + 1];
    int64_t i = 0;
    while (i < t->size && isfinite(t->value[i]))
        i++;
    if (i == t->size)
        return WR_OK;
    wr_dims_index(t->order, t->dim, i, index);
    for (int n = 0, size = 0; n < t->order; n++)
        size += snprintf(place + size, sizeof place - (size_t)size, " %llu",
                         (unsigned long long)index[n] + (unsigned)index_base);
    return wr_error_at(err, WR_EDATA, name, 0, "entry%s is %s, expected a finite number", place,
                       isnan(t->value[i]) ? "NaN" : "infinite");
}

static enum wr_status read_array(struct wr_input *input,
                                 const struct wr_tensor_file_options *options, struct wr_tensor *t,
                                 struct wr_error *err)
{
    const char *name = wr_input_name(input);
    struct wr_tensor made = {0};
    struct wr_npy a;
    struct wr_span text;
    enum wr_status status = wr_input_keep(input, options->tmp_dir, err);
    if (status || (status = wr_input_all(input, &text, err)) ||
        (status = wr_npy_parse(&a, text, name, err)) ||
        (status = check_shape(&a, name, options, err)) ||
        (status = wr_tensor_init(&made, a.rank, a.shape, err)))
        return status;
    wr_npy_read_double(&a, made.value);
    status = check_finite(&made, name, options->index_base, err);
    if (status)
        wr_tensor_release(&made);
    else
        *t = made;
    return status;
}

/* --- files --------------------------------------------------------------------------------- */

static enum wr_status read_text(struct wr_input *input,
                                const struct wr_tensor_file_options *options,
                                struct wr_observations *o, struct wr_error *err)
{
    const struct wr_tns_options how = {.index_base = options->index_base,
                                       .order = options->order,
                                       .dim = options->dim,
                                       .coordinates = options->coordinates};
    return wr_tns_read(input, &how, o, err);
}

enum wr_status wr_observations_read(const char *path, const struct wr_tensor_file_options *options,
                                    struct wr_observations *o, struct wr_error *err)
{
    struct wr_input *input = NULL;
    struct wr_tensor t = {0};
    enum wr_status status = wr_input_open(&input, path, &(struct wr_input_options){0}, err);
    if (status)
        return status;
    bool array = wr_npy_recognise(wr_input_head(input));
    if (array && options->coordinates)
        status = wr_error_at(err, WR_EDATA, wr_input_name(input), 0,
                             "an .npy array, expected lines of coordinates");
    else if (!array)
        status = read_text(input, options, o, err);
    else if (!(status = read_array(input, options, &t, err)))
        status = wr_tensor_observe_all(&t, o, err);
    wr_tensor_release(&t);
    wr_input_close(input);
    return status;
}

/* Distinct entries are all entries when there are as many. */
static enum wr_status check_complete(const struct wr_observations *o, const char *name,
                                     struct wr_error *err)
{
    int64_t size;
    if (!wr_dims_size(o->order, o->dim, &size))
        return wr_error_at(err, WR_EDATA, name, 0,
                           "%lld entries of a tensor that has more than 2^63, expected all",
                           (long long)o->count);
    if (size != o->count)
        return wr_error_at(err, WR_EDATA, name, 0,
                           "%lld of %lld entries are missing, expected a complete tensor",
                           (long long)(size - o->count), (long long)size);
    return WR_OK;
}

enum wr_status wr_tensor_read(const char *path, const struct wr_tensor_file_options *options,
                              struct wr_tensor *t, struct wr_error *err)
{
    struct wr_input *input = NULL;
    struct wr_observations o = {0};
    enum wr_status status = wr_input_open(&input, path, &(struct wr_input_options){0}, err);
    if (status)
        return status;
    if (wr_npy_recognise(wr_input_head(input)))
        status = read_array(input, options, t, err);
    else if (!(status = read_text(input, options, &o, err)) &&
             !(status = check_complete(&o, wr_input_name(input), err)))
        status = wr_tensor_zero_fill(t, &o, err);
    wr_observations_release(&o);
    wr_input_close(input);
    return status;
}

/* --- writing ------------------------------------------------------------------------------- */

enum wr_tensor_format wr_tensor_format_of(const char *path)
{
    return path && wr_name_ends(path, ".npy") ? WR_TENSOR_NPY : WR_TENSOR_TNS;
}

static void write_dims(int order, const int64_t *dim, struct wr_sink *sink)
{
    wr_sink_string(sink, "# dims:");
    for (int n = 0; n < order; n++) {
        wr_sink_write(sink, " ", 1);
        wr_sink_u64(sink, (uint64_t)dim[n]);
    }
    wr_sink_write(sink, "\n", 1);
}

static void write_entry(int order, const uint32_t *index, int index_base, const double *value,
                        struct wr_sink *sink)
{
    for (int n = 0; n < order; n++) {
        if (n > 0)
            wr_sink_write(sink, " ", 1);
        wr_sink_u64(sink, (uint64_t)index[n] + (uint64_t)index_base);
    }
    if (value) {
        wr_sink_write(sink, " ", 1);
        wr_sink_double(sink, *value);
    }
    wr_sink_write(sink, "\n", 1);
}

enum wr_status wr_tensor_writer_begin(struct wr_tensor_writer *w, enum wr_tensor_format format,
                                      int index_base, int order, const int64_t *dim,
                                      struct wr_sink *sink, struct wr_error *err)
{
    enum wr_status status = wr_dims_check(order, dim, err);
    if (status)
        return status;
    if (format == WR_TENSOR_NPY && order > WR_NPY_RANK)
        return wr_error_set(err, WR_EINVAL, "a tensor of order %d, but .npy has at most %d", order,
                            WR_NPY_RANK);
    memset(w, 0, sizeof *w);
    w->format = format;
    w->index_base = index_base;
    w->order = order;
    w->dim = dim;
    w->sink = sink;
    if (format == WR_TENSOR_NPY) {
        struct wr_npy header = {.kind = 'f', .size = sizeof(double), .version = 1, .rank = order};
        memcpy(header.shape, dim, (size_t)order * sizeof *dim);
        wr_npy_write_header(&header, sink);
    } else {
        write_dims(order, dim, sink);
    }
    return WR_OK;
}

void wr_tensor_writer_put(struct wr_tensor_writer *w, const double *value, int64_t count)
{
    if (w->format == WR_TENSOR_NPY) {
        wr_sink_write(w->sink, value, (size_t)count * sizeof *value);
        return;
    }
    for (int64_t i = 0; i < count && !wr_sink_failed(w->sink); i++) {
        write_entry(w->order, w->index, w->index_base, &value[i], w->sink);
        wr_dims_next(w->order, w->dim, w->index);
    }
}

enum wr_status wr_tensor_write(const struct wr_tensor *t, enum wr_tensor_format format,
                               int index_base, struct wr_sink *sink, struct wr_error *err)
{
    struct wr_tensor_writer w;
    enum wr_status status =
        wr_tensor_writer_begin(&w, format, index_base, t->order, t->dim, sink, err);
    if (!status)
        wr_tensor_writer_put(&w, t->value, t->size);
    return status;
}

void wr_observations_write(const struct wr_observations *o, int index_base, struct wr_sink *sink)
{
    write_dims(o->order, o->dim, sink);
    for (int64_t i = 0; i < o->count && !wr_sink_failed(sink); i++)
        write_entry(o->order, wr_observations_at(o, i), index_base, o->value ? &o->value[i] : NULL,
                    sink);
}
