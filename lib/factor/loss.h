/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_LOSS_H
#define WR_FACTOR_LOSS_H

#include <math.h>
#include <stdint.h>

#include "base/error.h"

/* l(z) of the difference z = prediction - observation; a model is fitted to the mean of l. */
enum wr_loss_kind {
    WR_LOSS_L2,    /* z^2 */
    WR_LOSS_L1,    /* |z|; the slope at 0 is 0 */
    WR_LOSS_HUBER, /* z^2/2 up to |z| = delta, delta |z| - delta^2/2 beyond */
    WR_LOSSES
};

struct wr_loss {
    enum wr_loss_kind kind;
    double delta; /* of Huber, positive */
};

/* WR_EINVAL for a threshold that is not positive and finite. */
enum wr_status wr_loss_check(const struct wr_loss *loss, struct wr_error *err);

/* l(z), and its derivative. */
static inline double wr_loss_at(const struct wr_loss *loss, double z, double *slope)
{
    double size = fabs(z), sign = (z > 0) - (z < 0);
    if (loss->kind == WR_LOSS_L1) {
        *slope = isnan(z) ? z : sign;
        return size;
    }
    if (loss->kind == WR_LOSS_HUBER && size > loss->delta) {
        *slope = sign * loss->delta;
        return loss->delta * size - loss->delta * loss->delta / 2;
    }
    double scale = loss->kind == WR_LOSS_L2 ? 2 : 1;
    *slope = scale * z;
    return scale / 2 * z * z;
}

/*
 * wr_loss_slopes_f32, wr_loss_slopes_f64 - losses of predictions, and their gradient.
 *
 * x        in/out  count predictions, then l'(x - y) share
 * y        in      count observations
 * share    in      1 / number of observations in the mean
 * partial  -       wr_loss_partials(count) numbers of scratch
 * Result   the sum of l(x - y), the same for any number of threads
 */
int64_t wr_loss_partials(int64_t count);
double wr_loss_slopes_f32(const struct wr_loss *loss, float *x, const float *y, int64_t count,
                          double share, double *partial);
double wr_loss_slopes_f64(const struct wr_loss *loss, double *x, const double *y, int64_t count,
                          double share, double *partial);

/* The mean of l(x - y), in order; count >= 1. */
double wr_loss_mean(const struct wr_loss *loss, const double *x, const double *y, int64_t count);

enum { WR_LOSS_BLOCK = 4096 };

#endif
