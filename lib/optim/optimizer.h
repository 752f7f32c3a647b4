/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_OPTIM_OPTIMIZER_H
#define WR_OPTIM_OPTIMIZER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Gradient descent on a block of parameters. An optimizer knows nothing of what they mean: it
 * moves a vector against a gradient of the same length. Weight decay w is that of a penalty
 * w/2 ||x||^2: g below is the gradient + w x.
 */
enum wr_optimizer_kind {
    WR_OPTIMIZER_ADAPTIVE, /* one step size for all, after an average of ||g||^2 */
    WR_OPTIMIZER_GD,       /* v = momentum v + g, x -= lr v */
    WR_OPTIMIZER_ADAM,     /* betas 0.9, 0.999, epsilon 1e-8, bias corrected */
    WR_OPTIMIZERS
};

struct wr_optimizer_options {
    enum wr_optimizer_kind kind;
    double lr;
    double momentum; /* of gd, from 0 to below 1 */
    double weight_decay;
};

/*
 * All that a checkpoint must keep is steps, average and the moments. Release with
 * wr_optimizer_release.
 */
struct wr_optimizer {
    struct wr_optimizer_options options;
    int64_t size;
    size_t element;  /* bytes of a number: 4 or 8 */
    int64_t steps;   /* taken */
    double average;  /* adaptive: s, the running average of ||g||^2 */
    void *first;     /* size numbers: gd's velocity, adam's average of g; NULL: not used */
    void *second;    /* adam's average of g^2 */
    double *squares; /* adaptive: ||g||^2 of each block of parameters */
};

/*
 * wr_optimizer_init - an optimizer before its first step.
 *
 * size     in   parameters
 * element  in   4: they are float; 8: double
 * Errors   WR_EINVAL for a rate that is not positive and finite, a momentum outside [0, 1) or a
 *          negative decay; WR_ENOMEM. o is untouched then
 */
enum wr_status wr_optimizer_init(struct wr_optimizer *o, const struct wr_optimizer_options *options,
                                 int64_t size, size_t element, struct wr_error *err);
void wr_optimizer_release(struct wr_optimizer *o);

/*
 * wr_optimizer_step_f32, wr_optimizer_step_f64 - one step.
 *
 * value   in/out  size parameters
 * grad    in      their gradient, without weight decay
 * Cost    one pass, adaptive two; parallel on large blocks, the same bits for any number of threads
 * Source  adaptive: arXiv:2102.09972, experiments; arXiv:2005.06398 likewise;
 *         adam: D. P. Kingma, J. Ba, ICLR 2015
 */
void wr_optimizer_step_f32(struct wr_optimizer *o, float *value, const float *grad);
void wr_optimizer_step_f64(struct wr_optimizer *o, double *value, const double *grad);

enum { WR_OPTIMIZER_BLOCK = 16384 }; /* parameters per unit of parallel work */

#endif
