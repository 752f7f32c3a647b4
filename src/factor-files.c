/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor-files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/npy.h"

static char *path_of(const char *prefix, const char *name, struct wr_error *err)
{
    size_t size = strlen(prefix) + strlen(name) + sizeof "..npy";
    char *path = wr_alloc((int64_t)size, 1, err);
    if (path)
        snprintf(path, size, "%s.%s.npy", prefix, name);
    return path;
}

/* --- writing ------------------------------------------------------------------------------- */

enum wr_status factor_files_open(struct cli *cli, const char *prefix,
                                 const struct wr_factorization *m, struct wr_sink ***sinks,
                                 struct wr_error *err)
{
    struct wr_sink **opened = wr_calloc(m->factors, sizeof *opened, err);
    enum wr_status status = opened ? WR_OK : WR_ENOMEM;
    for (int k = 0; k < m->factors && !status; k++) {
        char *path = path_of(prefix, m->factor[k].name, err);
        status = path ? cli_open_made(cli, path, &opened[k], err) : WR_ENOMEM;
        free(path);
    }
    if (status)
        free(opened);
    else
        *sinks = opened;
    return status;
}

enum wr_status factor_files_write(const struct wr_factorization *m, struct wr_sink *const *sinks,
                                  struct wr_error *err)
{
    for (int k = 0; k < m->factors; k++) {
        const struct wr_factor *f = &m->factor[k];
        double *value = wr_alloc(f->rows * f->cols, sizeof *value, err);
        if (!value)
            return WR_ENOMEM;
        wr_factorization_factor_get(m, k, value);
        wr_npy_write('f', sizeof *value, 2, (int64_t[]){f->rows, f->cols}, value, sinks[k]);
        free(value);
    }
    return WR_OK;
}

/* --- reading ------------------------------------------------------------------------------- */

static enum wr_status load(const struct wr_npy *a, const char *path, struct wr_factorization *m,
                           int k, struct wr_error *err)
{
    const struct wr_factor *f = &m->factor[k];
    char shape[WR_NPY_SHAPE];
    if (a->rank != 2 || a->shape[0] != f->rows || a->shape[1] != f->cols)
        return wr_error_at(err, WR_EDATA, path, 0, "an array of shape %s, expected (%lld, %lld)",
                           wr_npy_shape(a, shape), (long long)f->rows, (long long)f->cols);
    double *value = wr_alloc(a->count, sizeof *value, err);
    if (!value)
        return WR_ENOMEM;
    wr_npy_read_double(a, value);
    int64_t i = 0;
    while (i < a->count && isfinite(value[i]))
        i++;
    if (i == a->count)
        wr_factorization_factor_set(m, k, value);
    free(value);
    return i == a->count ? WR_OK
                         : wr_error_at(err, WR_EDATA, path, 0,
                                       "entry %lld %lld is not finite, expected a finite number",
                                       (long long)(i / f->cols) + 1, (long long)(i % f->cols) + 1);
}

enum wr_status factor_files_load(const char *prefix, struct wr_factorization *m,
                                 struct wr_error *err)
{
    enum wr_status status = WR_OK;
    for (int k = 0; k < m->factors && !status; k++) {
        struct wr_npy a;
        char *path = path_of(prefix, m->factor[k].name, err);
        status = path ? wr_npy_open(&a, path, cli_tmp_dir(), err) : WR_ENOMEM;
        if (!status) {
            status = load(&a, path, m, k, err);
            wr_npy_close(&a);
        }
        free(path);
    }
    return status;
}

enum wr_status factor_files_shape(const char *prefix, const char *name, int64_t shape[2],
                                  struct wr_error *err)
{
    struct wr_npy a;
    char text[WR_NPY_SHAPE], *path = path_of(prefix, name, err);
    enum wr_status status = path ? wr_npy_open(&a, path, cli_tmp_dir(), err) : WR_ENOMEM;
    if (!status) {
        if (a.rank == 2)
            memcpy(shape, a.shape, 2 * sizeof *shape);
        else
            status = wr_error_at(err, WR_EDATA, path, 0, "an array of shape %s, expected a matrix",
                                 wr_npy_shape(&a, text));
        wr_npy_close(&a);
    }
    free(path);
    return status;
}
