/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/matrix_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "linalg/dense.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* W_k ... W_1 from W_{k-1} ... W_1 */
static void product_step(const struct wr_factorization *m, int k, int64_t cols, const double *layer,
                         const double *from, double *to)
{
    const struct wr_factor *f = &m->factor[k];
    wr_gemm_f64(f->rows, cols, f->cols, 1, (struct wr_operand_f64){layer, f->cols, false},
                (struct wr_operand_f64){from, cols, false}, 0, to, cols);
}

enum wr_status wr_matrix_product(const struct wr_factorization *m, double *w, struct wr_error *err)
{
    const struct matrix *mf = (const struct matrix *)m;
    int64_t h = least(mf->rows, mf->cols), widest = mf->rows + mf->cols;
    int64_t inner = h * mf->cols, size = h * widest;
    double *work = wr_alloc(2 * inner + size, sizeof *work, err);
    if (!work)
        return WR_ENOMEM;
    double *from = work, *to = work + inner, *layer = work + 2 * inner;
    int last = m->factors - 1;
    wr_factorization_factor_get(m, 0, last == 0 ? w : from);
    for (int k = 1; k <= last; k++) {
        wr_factorization_factor_get(m, k, layer);
        product_step(m, k, mf->cols, layer, from, k == last ? w : to);
        double *swap = from;
        from = to;
        to = swap;
    }
    free(work);
    return WR_OK;
}

static enum wr_status predict(const struct wr_factorization *m, const struct wr_observations *at,
                              double *out, struct wr_error *err)
{
    const struct matrix *mf = (const struct matrix *)m;
    double *w = wr_alloc(mf->rows * mf->cols, sizeof *w, err);
    enum wr_status status = w ? wr_matrix_product(m, w, err) : WR_ENOMEM;
    for (int64_t i = 0; !status && i < at->count; i++) {
        const uint32_t *index = wr_observations_at(at, i);
        out[i] = w[index[0] * mf->cols + index[1]];
    }
    free(w);
    return status;
}

static const struct wr_factorization_class classes[] = {
    [WR_PRECISION_DOUBLE] = {"matrix", wr_matrix_gradient_f64, predict, wr_matrix_measures,
                             wr_matrix_measure_name, wr_matrix_measure, NULL},
    [WR_PRECISION_SINGLE] = {"matrix", wr_matrix_gradient_f32, predict, wr_matrix_measures,
                             wr_matrix_measure_name, wr_matrix_measure, NULL},
};

static enum wr_status check(const struct wr_observations *o,
                            const struct wr_matrix_options *options, const struct wr_loss *loss,
                            struct wr_error *err)
{
    if (o->order != 2)
        return wr_error_set(err, WR_EINVAL, "the order is %d, a matrix has order 2", o->order);
    if (options->depth < 1 || options->depth > WR_MATRIX_DEPTH_MAX)
        return wr_error_set(err, WR_EINVAL, "the depth is %d, expected 1 to %d", options->depth,
                            WR_MATRIX_DEPTH_MAX);
    for (int i = 0; i < options->tracked; i++)
        if (options->track[2 * i] >= o->dim[0] || options->track[2 * i + 1] >= o->dim[1])
            return wr_error_set(err, WR_EINVAL, "the entry %u,%u to track is not in the matrix",
                                options->track[2 * i] + 1, options->track[2 * i + 1] + 1);
    return wr_factorization_check(o, loss, err);
}

static enum wr_status add_layers(struct matrix *mf, int depth, struct wr_error *err)
{
    int64_t h = least(mf->rows, mf->cols);
    enum wr_status status = WR_OK;
    for (int k = 0; k < depth && !status; k++) {
        int64_t rows = k == depth - 1 ? mf->rows : h, cols = k == 0 ? mf->cols : h;
        status = wr_factorization_add(&mf->model, "layer", k + 1, rows, cols, cols, err);
    }
    return status ? status : wr_factorization_finish(&mf->model, err);
}

static enum wr_status make_room(struct matrix *mf, int tracked, struct wr_error *err)
{
    struct wr_factorization *m = &mf->model;
    int64_t size;
    if (__builtin_mul_overflow(mf->rows, mf->cols, &size))
        return wr_error_set(err, WR_ENOMEM, "the matrix has too many entries");
    mf->tracked = tracked;
    mf->track = wr_factorization_own(m, 2 * (int64_t)tracked, sizeof *mf->track, err);
    mf->place = wr_factorization_own(m, m->count, sizeof *mf->place, err);
    mf->y = wr_factorization_own(m, 2 * m->count, m->element, err);
    mf->x = wr_factorization_own(m, m->count, m->element, err);
    mf->partial = wr_factorization_own(m, wr_loss_partials(m->count), sizeof *mf->partial, err);
    mf->slopes[0] = wr_factorization_own(m, size, m->element, err);
    mf->slopes[1] = wr_factorization_own(m, size, m->element, err);
    mf->product = wr_factorization_own(m, m->factors, sizeof *mf->product, err);
    if (!mf->track || !mf->place || !mf->y || !mf->x || !mf->partial || !mf->slopes[0] ||
        !mf->slopes[1] || !mf->product)
        return WR_ENOMEM;
    mf->product[0] = m->value;
    for (int k = 1; k < m->factors; k++) {
        mf->product[k] = wr_factorization_own(m, m->factor[k].rows * mf->cols, m->element, err);
        if (!mf->product[k])
            return WR_ENOMEM;
    }
    return WR_OK;
}

static void copy(struct matrix *mf, const struct wr_observations *o)
{
    for (int64_t i = 0; i < o->count; i++) {
        const uint32_t *index = wr_observations_at(o, i);
        mf->place[i] = index[0] * mf->cols + index[1];
        if (mf->model.element == sizeof(double))
            ((double *)mf->y)[i] = o->value[i];
        else
            ((float *)mf->y)[i] = (float)o->value[i];
    }
}

enum wr_status wr_matrix_new(const struct wr_observations *o,
                             const struct wr_matrix_options *options, const struct wr_loss *loss,
                             struct wr_factorization **out, struct wr_error *err)
{
    enum wr_status status = check(o, options, loss, err);
    if (status)
        return status;
    bool single = options->precision == WR_PRECISION_SINGLE;
    struct matrix *mf = wr_factorization_new(&classes[options->precision], sizeof *mf, loss,
                                             single ? sizeof(float) : sizeof(double), err);
    if (!mf)
        return WR_ENOMEM;
    mf->model.count = o->count;
    mf->rows = o->dim[0];
    mf->cols = o->dim[1];
    status = add_layers(mf, options->depth, err);
    if (!status)
        status = make_room(mf, options->tracked, err);
    if (status) {
        wr_factorization_free(&mf->model);
        return status;
    }
    copy(mf, o);
    memcpy(mf->track, options->track ? options->track : mf->track,
           2 * (size_t)options->tracked * sizeof *mf->track);
    *out = &mf->model;
    return WR_OK;
}
