/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/tensorfile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
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

/* --- lines, formatted by all threads ------------------------------------------------------- */

enum { TURN = 32, BLOCK_BYTES = 64 << 10 }; /* blocks between two writes, and about their size */

/* Entries to be written: listed, or consecutive ones. */
struct lines {
    int order, index_base;
    const int64_t *dim;
    int64_t first;         /* number of the first entry, when they are consecutive */
    const uint32_t *index; /* count x order; NULL: they are consecutive */
    const double *value;   /* count; NULL: there are none */
    int64_t begin;         /* of this turn */
    int64_t block;         /* entries of a block */
    size_t room;           /* bytes of a block at most */
    char *text;            /* TURN x room */
    size_t used[TURN];
};

static char *format_entry(char *p, const struct lines *l, const uint32_t *index,
                          const double *value)
{
    for (int n = 0; n < l->order; n++) {
        if (n > 0)
            *p++ = ' ';
        p = wr_format_u64(p, (uint64_t)index[n] + (uint64_t)l->index_base);
    }
    if (value) {
        *p++ = ' ';
        p += wr_format_double(p, *value);
    }
    *p++ = '\n';
    return p;
}

static void format_block(void *context, int64_t begin, int64_t end)
{
    struct lines *l = context;
    int64_t slot = begin / l->block;
    char *text = l->text + slot * (int64_t)l->room, *p = text;
    uint32_t index[WR_ORDER_MAX];
    if (!l->index)
        wr_dims_index(l->order, l->dim, l->first + l->begin + begin, index);
    for (int64_t i = l->begin + begin; i < l->begin + end; i++) {
        const double *value = l->value ? &l->value[i] : NULL;
        p = format_entry(p, l, l->index ? l->index + i * l->order : index, value);
        if (!l->index)
            wr_dims_next(l->order, l->dim, index);
    }
    l->used[slot] = (size_t)(p - text);
}

static enum wr_status write_lines(struct lines *l, int64_t count, struct wr_sink *sink,
                                  struct wr_error *err)
{
    size_t line = (size_t)l->order * (WR_U64_DIGITS + 1) + WR_DOUBLE_DIGITS + 1;
    l->block = 1 + (int64_t)(BLOCK_BYTES / line);
    l->room = (size_t)l->block * line;
    l->text = wr_alloc(TURN, l->room, err);
    if (!l->text)
        return WR_ENOMEM;
    for (l->begin = 0; l->begin < count && !wr_sink_failed(sink); l->begin += TURN * l->block) {
        int64_t turn = wr_block_end(l->begin, TURN * l->block, count) - l->begin;
        wr_blocks_run(turn, l->block, format_block, l);
        for (int64_t slot = 0; slot < wr_block_count(turn, l->block); slot++)
            wr_sink_write(sink, l->text + slot * (int64_t)l->room, l->used[slot]);
    }
    free(l->text);
    return WR_OK;
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
    *w = (struct wr_tensor_writer){format, index_base, order, dim, sink, 0};
    if (format == WR_TENSOR_NPY) {
        struct wr_npy header = {.kind = 'f', .size = sizeof(double), .version = 1, .rank = order};
        memcpy(header.shape, dim, (size_t)order * sizeof *dim);
        wr_npy_write_header(&header, sink);
    } else {
        write_dims(order, dim, sink);
    }
    return WR_OK;
}

enum wr_status wr_tensor_writer_put(struct wr_tensor_writer *w, const double *value, int64_t count,
                                    struct wr_error *err)
{
    struct lines lines = {.order = w->order,
                          .index_base = w->index_base,
                          .dim = w->dim,
                          .first = w->next,
                          .value = value};
    w->next += count;
    if (w->format == WR_TENSOR_TNS)
        return write_lines(&lines, count, w->sink, err);
    wr_sink_write(w->sink, value, (size_t)count * sizeof *value);
    return WR_OK;
}

enum wr_status wr_observations_write(const struct wr_observations *o, int index_base,
                                     struct wr_sink *sink, struct wr_error *err)
{
    struct lines lines = {
        .order = o->order, .index_base = index_base, .index = o->index, .value = o->value};
    write_dims(o->order, o->dim, sink);
    return write_lines(&lines, o->count, sink, err);
}
