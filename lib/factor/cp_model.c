/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/cp_kernels.h"

#include "base/blocks.h"
#include "base/compiler.h"
#include "factor/lanes.h"

enum { CHAIN_ROWS = 16, PREDICT_BLOCK = 256 };

enum wr_status WR_KERNEL(wr_cp_lay_out)(struct cp *cp, int order, const int64_t *dim, int64_t rank,
                                        struct wr_error *err)
{
    if (rank < 1 || rank > INT32_MAX)
        return wr_error_set(err, WR_EINVAL, "the rank is %lld, expected 1 to %d", (long long)rank,
                            INT32_MAX);
    cp->order = order;
    cp->rank = rank;
    cp->width = wr_lanes_width(rank);
    cp->stride = wr_lanes_stride(rank);
    enum wr_status status = WR_OK;
    for (int n = 0; n < order && !status; n++)
        status = wr_factorization_add(&cp->model, "mode", n + 1, dim[n], rank, cp->stride, err);
    return status ? status : wr_factorization_finish(&cp->model, err);
}

/* Every index of at->count observations: their rows of the factors multiplied, and summed. */
struct prediction {
    const struct cp *cp;
    const struct wr_observations *at;
    double *out;
};

static void predict_block(void *context, int64_t begin, int64_t end)
{
    const struct prediction *p = context;
    const struct cp *cp = p->cp;
    const wr_real *value = cp->model.value;
    for (int64_t i = begin; i < end; i++) {
        const uint32_t *index = wr_observations_at(p->at, i);
        wr_lanes total = {0};
        for (int64_t r = 0; r < cp->width; r += WR_LANES) {
            wr_lanes product = WR_LANES_AT(value + index[0] * cp->stride + r);
            for (int n = 1; n < cp->order; n++)
                product *=
                    WR_LANES_AT(value + cp->model.factor[n].offset + index[n] * cp->stride + r);
            total += product;
        }
        p->out[i] = (double)wr_lanes_sum(&total);
    }
}

enum wr_status WR_KERNEL(wr_cp_predict)(const struct wr_factorization *m,
                                        const struct wr_observations *at, double *out,
                                        struct wr_error *err)
{
    struct prediction p = {(const struct cp *)m, at, out};
    (void)err;
    wr_blocks_run(at->count, PREDICT_BLOCK, predict_block, &p);
    return WR_OK;
}

static void release(struct wr_factorization *m)
{
    struct cp *cp = (struct cp *)m;
    wr_forest_release(&cp->forest);
    wr_pair_matrix_release(&cp->matrix);
}

#define CP_CLASS(gradient)                                                            \
    {                                                                                 \
        "cp", gradient, WR_KERNEL(wr_cp_predict), wr_cp_measures, wr_cp_measure_name, \
            wr_cp_measure, release                                                    \
    }
static const struct wr_factorization_class halves_class = CP_CLASS(WR_KERNEL(wr_cp_halves));
static const struct wr_factorization_class gemm_class = CP_CLASS(WR_KERNEL(wr_cp_gemm));
static const struct wr_factorization_class chain_class = CP_CLASS(WR_KERNEL(wr_cp_chain));

/* Pool the modes: to two halves when their tuples are few beside the observations of a step, else
 * into short rows that shorten the chains. */
static enum wr_status plant(struct cp *cp, const struct wr_observations *o,
                            const struct wr_cp_options *options, struct wr_error *err)
{
    int64_t step = options->batch > 0 && options->batch < o->count ? options->batch : o->count;
    int64_t most =
        options->method == WR_CP_HALVES || options->method == WR_CP_GEMM ? o->count : step / 4 * 3;
    enum wr_status status = wr_forest_init(&cp->forest, o, most, err);
    if (status || cp->forest.tops <= 2)
        return status;
    wr_forest_release(&cp->forest);
    return wr_forest_init(&cp->forest, o, most < CHAIN_ROWS ? most : CHAIN_ROWS, err);
}

static enum wr_status choose(struct cp *cp, const struct wr_cp_options *options,
                             struct wr_error *err)
{
    const struct wr_forest *f = &cp->forest;
    bool halves = f->tops == 2 && options->batch <= 0;
    cp->method = options->method;
    if (cp->method == WR_CP_CHOOSE && halves) {
        double pairs = (double)f->node[f->top[0]].rows * (double)f->node[f->top[1]].rows;
        cp->method = pairs <= 1.5 * (double)f->count ? WR_CP_GEMM : WR_CP_HALVES;
    } else if (cp->method == WR_CP_CHOOSE) {
        cp->method = WR_CP_CHAIN;
    }
    if (cp->method != WR_CP_CHAIN && !halves)
        return wr_error_set(err, WR_EINVAL, "the modes cannot be halved");
    cp->model.class = cp->method == WR_CP_HALVES ? &halves_class
                      : cp->method == WR_CP_GEMM ? &gemm_class
                                                 : &chain_class;
    return WR_OK;
}

/* Rows of the modes are the parameters; those of pools are the model's own. */
static enum wr_status make_rows(struct cp *cp, struct wr_error *err)
{
    struct wr_factorization *m = &cp->model;
    wr_real *value = m->value, *grad = m->grad;
    cp->rows = wr_factorization_own(m, cp->forest.nodes, sizeof *cp->rows, err);
    for (int i = 0; cp->rows && i < cp->forest.nodes; i++) {
        struct cp_rows *rows = &cp->rows[i];
        if (i < cp->order) {
            *rows = (struct cp_rows){value + m->factor[i].offset, grad + m->factor[i].offset};
            continue;
        }
        int64_t size;
        if (__builtin_mul_overflow(cp->forest.node[i].rows, cp->stride, &size))
            size = INT64_MAX;
        rows->value = wr_factorization_own(m, size, sizeof *rows->value, err);
        rows->grad = rows->value ? wr_factorization_own(m, size, sizeof *rows->grad, err) : NULL;
        if (!rows->grad)
            return WR_ENOMEM;
    }
    return cp->rows ? WR_OK : WR_ENOMEM;
}

/* What each method works in. */
static enum wr_status make_room(struct cp *cp, struct wr_error *err)
{
    struct wr_factorization *m = &cp->model;
    const struct wr_forest *f = &cp->forest;
    if (cp->method == WR_CP_CHAIN)
        return WR_KERNEL(wr_cp_chain_init)(cp, err);
    enum wr_status status = wr_pair_matrix_init(&cp->matrix, f, err);
    if (status)
        return status;
    cp->x = wr_factorization_own(m, m->count, sizeof *cp->x, err);
    int64_t strips = cp->method == WR_CP_HALVES ? cp_strips(cp) - 1 : 0;
    cp->strip_x = wr_factorization_own(m, strips * m->count, sizeof *cp->strip_x, err);
    int64_t dense = cp->method == WR_CP_GEMM
                        ? f->node[f->top[0]].rows * wr_lanes_stride(f->node[f->top[1]].rows)
                        : 0;
    cp->dense = wr_factorization_own(m, dense, sizeof *cp->dense, err);
    cp->partial = wr_factorization_own(m, wr_loss_partials(m->count), sizeof *cp->partial, err);
    return cp->x && cp->strip_x && cp->dense && cp->partial ? WR_OK : WR_ENOMEM;
}

static enum wr_status copy_values(struct cp *cp, const double *value, struct wr_error *err)
{
    struct wr_factorization *m = &cp->model;
    cp->y = wr_factorization_own(m, m->count, sizeof *cp->y, err);
    if (!cp->y)
        return WR_ENOMEM;
    for (int64_t k = 0; k < m->count; k++)
        cp->y[k] = (wr_real)value[cp->matrix.where ? cp->matrix.where[k] : k];
    return WR_OK;
}

enum wr_status WR_REAL(wr_cp_new)(const struct wr_observations *o,
                                  const struct wr_cp_options *options, const struct wr_loss *loss,
                                  struct wr_factorization **out, struct wr_error *err)
{
    enum wr_status status = wr_factorization_check(o, loss, err);
    if (status)
        return status;
    struct cp *cp = wr_factorization_new(&chain_class, sizeof *cp, loss, sizeof(wr_real), err);
    if (!cp)
        return WR_ENOMEM;
    cp->model.count = o->count;
    status = WR_KERNEL(wr_cp_lay_out)(cp, o->order, o->dim, options->rank, err);
    if (!status)
        status = plant(cp, o, options, err);
    if (!status)
        status = choose(cp, options, err);
    if (!status)
        status = make_rows(cp, err);
    if (!status)
        status = make_room(cp, err);
    if (!status)
        status = copy_values(cp, o->value, err);
    if (status)
        wr_factorization_free(&cp->model);
    else
        *out = &cp->model;
    return status;
}
