/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "complete-out.h"

#include <stdlib.h>

#include "complete-slabs.h"

#include "base/alloc.h"
#include "io/npy.h"

enum wr_status complete_out_check(const struct complete_options *o, const struct complete_data *d,
                                  struct wr_error *err)
{
    int64_t size;
    if (o->at)
        return WR_OK;
    if (!wr_dims_size(d->order, d->dim, &size) || size > TENSOR_MOST_ENTRIES)
        return wr_error_set(err, WR_EINVAL,
                            "the tensor has more than 10^8 entries; --at=FILE writes those at the "
                            "coordinates in FILE");
    if (o->format == WR_TENSOR_NPY && d->order > WR_NPY_RANK)
        return wr_error_set(err, WR_EINVAL, "a tensor of order %d, but .npy has at most %d",
                            d->order, WR_NPY_RANK);
    return WR_OK;
}

static enum wr_status write_at(const struct complete_options *o, const struct wr_factorization *m,
                               struct wr_observations *at, struct wr_sink *out,
                               struct wr_error *err)
{
    double *value = wr_alloc(at->count, sizeof *value, err);
    if (!value)
        return WR_ENOMEM;
    free(at->value);
    at->value = value;
    enum wr_status status = m->class->predict(m, at, value, err);
    return status ? status : wr_observations_write(at, o->index_base, out, err);
}

static enum wr_status write_whole(struct complete_options *o, const struct complete_kind *kind,
                                  const struct wr_factorization *m, const struct complete_data *d,
                                  struct wr_sink *out, struct wr_error *err)
{
    struct wr_progress progress = cli_progress(&o->cli, "writing", "entries");
    struct wr_tensor_writer w;
    struct complete_slabs slabs;
    enum wr_status status = complete_slabs_init(&slabs, kind, m, d->order, d->dim, err);
    if (!status)
        status = wr_tensor_writer_begin(&w, o->format, o->index_base, d->order, d->dim, out, err);
    while (!status && !wr_sink_failed(out) && !(status = complete_slabs_next(&slabs, err)) &&
           slabs.count > 0) {
        status = wr_tensor_writer_put(&w, slabs.value, slabs.count, err);
        (void)wr_progress_step(&progress, slabs.begin + slabs.count, slabs.size);
    }
    complete_slabs_release(&slabs);
    return status;
}

enum wr_status complete_out_write(struct complete_options *o, const struct complete_kind *kind,
                                  const struct wr_factorization *m, struct complete_data *d,
                                  struct wr_sink *out, int64_t *entries, struct wr_error *err)
{
    *entries = d->at.count;
    if (o->at)
        return write_at(o, m, &d->at, out, err);
    (void)wr_dims_size(d->order, d->dim, entries);
    return write_whole(o, kind, m, d, out, err);
}
