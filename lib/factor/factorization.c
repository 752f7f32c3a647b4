/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/factorization.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cacheline.h"
#include "base/rng.h"

enum { ENTRIES = 1 << 14 }; /* whose coordinates are written down at a time */

void *wr_factorization_new(const struct wr_factorization_class *class, size_t size,
                           const struct wr_loss *loss, size_t element, struct wr_error *err)
{
    struct wr_factorization *m = wr_calloc(1, size, err);
    if (m)
        *m = (struct wr_factorization){.class = class, .loss = *loss, .element = element};
    return m;
}

void wr_factorization_free(struct wr_factorization *m)
{
    if (!m)
        return;
    if (m->class->release)
        m->class->release(m);
    for (int i = 0; i < m->owneds; i++)
        free(m->owned[i]);
    free(m->owned);
    free(m->factor);
    free(m);
}

void *wr_factorization_own(struct wr_factorization *m, int64_t count, size_t size,
                           struct wr_error *err)
{
    int64_t bytes;
    if (__builtin_mul_overflow(count, (int64_t)size, &bytes) || bytes > INT64_MAX - WR_CACHE_LINE)
        bytes = INT64_MAX - WR_CACHE_LINE; /* refused */
    void *memory = NULL;
    if (!wr_grow(&m->owned, m->owneds + 1, sizeof *m->owned, err))
        memory = wr_calloc(bytes + WR_CACHE_LINE, 1, err);
    if (!memory)
        return NULL;
    m->owned[m->owneds++] = memory;
    return wr_cache_line_in(memory);
}

enum wr_status wr_factorization_add(struct wr_factorization *m, const char *name, int number,
                                    int64_t rows, int64_t cols, int64_t stride,
                                    struct wr_error *err)
{
    int64_t size, end;
    if (__builtin_mul_overflow(rows, stride, &size) || __builtin_add_overflow(m->size, size, &end))
        return wr_error_set(err, WR_ENOMEM, "a factor of %lld x %lld numbers is too large",
                            (long long)rows, (long long)cols);
    enum wr_status status = wr_grow(&m->factor, m->factors + 1, sizeof *m->factor, err);
    if (status)
        return status;
    struct wr_factor *f = &m->factor[m->factors++];
    *f = (struct wr_factor){.rows = rows, .cols = cols, .stride = stride, .offset = m->size};
    if (number < 0)
        snprintf(f->name, sizeof f->name, "%s", name);
    else
        snprintf(f->name, sizeof f->name, "%s%d", name, number);
    m->size = end;
    return WR_OK;
}

enum wr_status wr_factorization_finish(struct wr_factorization *m, struct wr_error *err)
{
    m->value = wr_factorization_own(m, m->size, m->element, err);
    m->grad = m->value ? wr_factorization_own(m, m->size, m->element, err) : NULL;
    return m->grad ? WR_OK : WR_ENOMEM;
}

static void set(struct wr_factorization *m, int64_t i, double x)
{
    if (m->element == sizeof(double))
        ((double *)m->value)[i] = x;
    else
        ((float *)m->value)[i] = (float)x;
}

void wr_factorization_draw(struct wr_factorization *m, double mean, double std, uint64_t seed)
{
    for (int k = 0; k < m->factors; k++) {
        const struct wr_factor *f = &m->factor[k];
        struct wr_rng rng;
        wr_rng_init(&rng, seed, (uint64_t)k);
        for (int64_t i = 0; i < f->rows; i++)
            for (int64_t j = 0; j < f->cols; j++)
                set(m, f->offset + i * f->stride + j, mean + std * wr_rng_normal(&rng));
    }
}

void wr_factorization_factor_get(const struct wr_factorization *m, int factor, double *out)
{
    const struct wr_factor *f = &m->factor[factor];
    for (int64_t i = 0; i < f->rows; i++)
        for (int64_t j = 0; j < f->cols; j++)
            out[i * f->cols + j] = wr_factorization_at(m, f->offset + i * f->stride + j);
}

void wr_factorization_factor_set(struct wr_factorization *m, int factor, const double *in)
{
    const struct wr_factor *f = &m->factor[factor];
    for (int64_t i = 0; i < f->rows; i++)
        for (int64_t j = 0; j < f->cols; j++)
            set(m, f->offset + i * f->stride + j, in[i * f->cols + j]);
}

/* Norms are multiplied factor by factor, not square by square: squares underflow sooner. */
void wr_factorization_multiply_norms(const struct wr_factorization *m, int factor, double *square,
                                     double *norm)
{
    const struct wr_factor *f = &m->factor[factor];
    for (int64_t r = 0; r < f->cols; r++)
        square[r] = 0;
    for (int64_t i = 0; i < f->rows; i++)
        for (int64_t r = 0; r < f->cols; r++) {
            double x = wr_factorization_at(m, f->offset + i * f->stride + r);
            square[r] += x * x;
        }
    for (int64_t r = 0; r < f->cols; r++)
        norm[r] *= sqrt(square[r]);
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

void wr_factorization_sort_norms(double *norm, int64_t count)
{
    qsort(norm, (size_t)count, sizeof *norm, descending);
}

enum wr_status wr_factorization_mean_loss(const struct wr_factorization *m,
                                          const struct wr_observations *other, double *scratch,
                                          double *loss, struct wr_error *err)
{
    enum wr_status status = m->class->predict(m, other, scratch, err);
    if (!status)
        *loss = wr_loss_mean(&m->loss, scratch, other->value, other->count);
    return status;
}

enum wr_status wr_factorization_entries(const struct wr_factorization *m, int order,
                                        const int64_t *dim, int64_t begin, int64_t count,
                                        double *out, struct wr_error *err)
{
    struct wr_observations o;
    int64_t block = count < ENTRIES ? count : ENTRIES;
    if (count == 0)
        return WR_OK;
    enum wr_status status = wr_observations_init(&o, order, dim, block, false, err);
    if (status)
        return status;
    uint32_t *next = o.index; /* in the place of the first coordinates of a block */
    wr_dims_index(order, dim, begin, next);
    for (int64_t done = 0; done < count && !status; done += o.count) {
        o.count = count - done < block ? count - done : block;
        for (int64_t i = 1; i < o.count; i++) {
            uint32_t *index = o.index + i * order;
            memcpy(index, index - order, (size_t)order * sizeof *index);
            wr_dims_next(order, dim, index);
        }
        status = m->class->predict(m, &o, out + done, err);
        memmove(next, o.index + (o.count - 1) * order, (size_t)order * sizeof *next);
        wr_dims_next(order, dim, next);
    }
    wr_observations_release(&o);
    return status;
}

enum wr_status wr_factorization_check(const struct wr_observations *o, const struct wr_loss *loss,
                                      struct wr_error *err)
{
    if (o->count < 1)
        return wr_error_set(err, WR_EINVAL, "there are no observations");
    if (o->count > UINT32_MAX)
        return wr_error_set(err, WR_EINVAL, "more than %u observations", UINT32_MAX);
    for (int64_t i = 0; i < o->count; i++) {
        if (!isfinite(o->value[i]))
            return wr_error_set(err, WR_EDATA, "observation %lld is %g", (long long)i + 1,
                                o->value[i]);
        for (int n = 0; n < o->order; n++)
            if (wr_observations_at(o, i)[n] >= o->dim[n])
                return wr_error_set(err, WR_EDATA, "index %d of observation %lld is out of range",
                                    n + 1, (long long)i + 1);
    }
    return wr_loss_check(loss, err);
}
