/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_DESCENT_H
#define WR_FACTOR_DESCENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/observations.h"
#include "factor/factorization.h"
#include "optim/optimizer.h"

/*
 * Gradient descent for every factorization: it sees a block of parameters, a loss and a gradient.
 * Iteration t is the state after t steps; iteration 0 is before the first.
 */

enum wr_descent_end {
    WR_DESCENT_ITERATIONS, /* as many as were asked for */
    WR_DESCENT_TOLERANCE,  /* the loss is below the tolerance */
    WR_DESCENT_PATIENCE,   /* the validation loss has not improved for long */
    WR_DESCENT_STOPPED     /* by the caller, or by an error */
};

/* What is logged, and where a descent is. */
struct wr_descent_point {
    int64_t iteration;
    double loss;       /* mean over all observations */
    double validation; /* mean loss on the validation observations; NaN without */
};

struct wr_descent_options {
    int64_t iterations; /* in all, those before a resumed state included */
    double tolerance;   /* stop when the loss is below; 0: never */
    int64_t batch;      /* observations per step; 0 or all: every one */
    uint64_t seed;      /* of the order of observations in each pass over them */
    const struct wr_observations *validation; /* NULL: none */
    int64_t patience;  /* iterations without a better validation loss; 0: any number. It is
                          looked at when points are logged. With it the best parameters are kept */
    int64_t log_every; /* iterations; the first and the last are logged too. 0: only these */
    /* Called with each logged point; false stops. NULL: nothing is called. */
    bool (*log)(void *context, const struct wr_factorization *m,
                const struct wr_descent_point *point);
    void *context;
};

/*
 * The state of a descent: with the parameters of the model all that a checkpoint keeps. The order
 * of observations depends on the seed and the iteration alone. Release with wr_descent_release.
 */
struct wr_descent {
    struct wr_optimizer optimizer;
    int64_t iteration;
    struct wr_descent_point best; /* of the smallest validation loss so far; infinite before one */
    void *best_value;             /* the parameters there; NULL: not kept */
    double pass_loss; /* of the observations that this pass has taken so far, their sum */
};

enum wr_status wr_descent_init(struct wr_descent *d, const struct wr_factorization *m,
                               const struct wr_optimizer_options *optimizer, struct wr_error *err);
void wr_descent_release(struct wr_descent *d);

/* Make room for the parameters of the best point, as a run with patience does when there is none.
 * Errors: WR_ENOMEM. */
enum wr_status wr_descent_keep_best(struct wr_descent *d, const struct wr_factorization *m,
                                    struct wr_error *err);

/*
 * wr_descent_take_best - make the parameters those of the best point, if they were kept and *last
 * is not as good. The descent cannot go on from there: its moments belong to the last point.
 *
 * m     in/out
 * last  in/out  where m is
 */
void wr_descent_take_best(const struct wr_descent *d, struct wr_factorization *m,
                          struct wr_descent_point *last);

/*
 * wr_descent_run - train until something ends it.
 *
 * d         in/out  goes on from d->iteration, and ends there
 * m         in/out  its parameters
 * progress  in      NULL: silent. Called after every step of a large model, a few hundred of a
 *                   small one; stopping keeps the state after the current step
 * end       out     why it ended
 * last      out     the last point
 * Errors    WR_EINTERRUPT after a stop; WR_ENUMERIC when the loss left the finite numbers: the
 *           model is as it was at d->iteration, when all was finite, at most WR_DESCENT_KEEP
 *           steps before (the optimizer's moments are not); WR_ENOMEM; WR_EINVAL a
 *           negative option. d, m and last are valid then too
 * Cost      a batch of all observations evaluates the loss once per iteration; smaller ones
 *           evaluate it over all observations when points are logged, and in between take the
 *           mean of the last pass for the tolerance
 */
enum wr_status wr_descent_run(struct wr_descent *d, struct wr_factorization *m,
                              const struct wr_descent_options *options,
                              const struct wr_progress *progress, enum wr_descent_end *end,
                              struct wr_descent_point *last, struct wr_error *err);

enum { WR_DESCENT_KEEP = 16 }; /* steps between two copies of the parameters */

#endif
