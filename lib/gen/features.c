/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/features.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "gen/stream.h"

static enum wr_status check(const struct wr_feature_model *m, struct wr_error *err)
{
    if (m->dim < 1 || m->classes < 0)
        return wr_error_set(err, WR_EINVAL, "there must be at least one feature");
    if (!(m->signal >= 0) || isinf(m->signal))
        return wr_error_set(err, WR_EINVAL, "the signal %g is not 0 or more", m->signal);
    if (m->kind == WR_FEATURE_BINARY && m->signal > 1)
        return wr_error_set(err, WR_EINVAL, "the signal %g of binary features is above 1",
                            m->signal);
    if (m->kind == WR_FEATURE_BINARY && !(m->density >= 0 && m->density <= 1))
        return wr_error_set(err, WR_EINVAL, "the density %g is not between 0 and 1", m->density);
    return WR_OK;
}

/* signal mu: a standard normal vector, scaled. */
static void draw_mean(const struct wr_feature_model *m, int64_t class, float *mean)
{
    struct wr_rng rng;
    double squares = 0;
    wr_draw_init(&rng, m->seed, WR_DRAW_CLASSES, class);
    for (int64_t j = 0; j < m->dim; j++) {
        mean[j] = (float)wr_rng_normal(&rng);
        squares += (double)mean[j] * mean[j];
    }
    double scale = squares > 0 ? m->signal / sqrt(squares) : 0;
    for (int64_t j = 0; j < m->dim; j++)
        mean[j] = (float)(scale * mean[j]);
}

enum wr_status wr_features_init(struct wr_features *f, const struct wr_feature_model *model,
                                struct wr_error *err)
{
    enum wr_status status = check(model, err);
    if (status)
        return status;
    float *mean = NULL;
    if (model->kind == WR_FEATURE_GAUSSIAN) {
        int64_t count;
        if (__builtin_mul_overflow(model->classes, model->dim, &count))
            count = INT64_MAX; /* which wr_alloc refuses */
        mean = wr_alloc(count, sizeof *mean, err);
        if (!mean)
            return WR_ENOMEM;
        for (int64_t c = 0; c < model->classes; c++)
            draw_mean(model, c, mean + c * model->dim);
    }
    *f = (struct wr_features){.model = *model, .mean = mean};
    return WR_OK;
}

void wr_features_release(struct wr_features *f)
{
    free(f->mean);
    *f = (struct wr_features){0};
}

/* mean + z; z by Box and Muller, both numbers of each pair. */
static void draw_gaussian(const float *mean, int64_t dim, struct wr_rng *rng, float *row)
{
    const double two_pi = 6.283185307179586477;
    for (int64_t j = 0; j < dim; j += 2) {
        double radius = sqrt(2 * wr_rng_exponential(rng));
        double angle = two_pi * wr_rng_uniform(rng);
        row[j] = (float)(mean[j] + radius * cos(angle));
        if (j + 1 < dim)
            row[j + 1] = (float)(mean[j + 1] + radius * sin(angle));
    }
}

/* A word of 32 bits below its threshold, p 2^32, with probability p. */
static void draw_binary(const struct wr_feature_model *m, int64_t class, struct wr_rng *rng,
                        float *row)
{
    double own = m->density * (1 + m->signal * (double)(m->classes - 1));
    uint64_t own_below = (uint64_t)(fmin(own, 1) * 0x1p32);
    uint64_t other_below = (uint64_t)(m->density * (1 - m->signal) * 0x1p32);
    int64_t next_own = class;
    for (int64_t j = 0; j < m->dim; j++) {
        uint64_t below = other_below;
        if (j == next_own) {
            below = own_below;
            next_own += m->classes;
        }
        row[j] = wr_rng_u32(rng) < below;
    }
}

struct drawn_rows {
    const struct wr_features *features;
    const uint32_t *label;
    int64_t first; /* vertex */
    float *rows;
};

static void draw_rows(void *context, int64_t begin, int64_t end)
{
    const struct drawn_rows *d = context;
    const struct wr_feature_model *m = &d->features->model;
    for (int64_t i = begin; i < end; i++) {
        int64_t class = d->label[i];
        float *row = d->rows + i * m->dim;
        assert(class < m->classes);
        struct wr_rng rng;
        wr_draw_init(&rng, m->seed, WR_DRAW_FEATURES, d->first + i);
        if (m->kind == WR_FEATURE_GAUSSIAN)
            draw_gaussian(d->features->mean + class * m->dim, m->dim, &rng, row);
        else
            draw_binary(m, class, &rng, row);
    }
}

void wr_features_rows(const struct wr_features *f, const uint32_t *label, int64_t begin,
                      int64_t end, float *rows)
{
    enum { BLOCK = 64 };
    wr_blocks_run(end - begin, BLOCK, draw_rows, &(struct drawn_rows){f, label, begin, rows});
}
