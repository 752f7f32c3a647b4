/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/descent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/rng.h"

enum { SMALL = 1 << 14, SMALL_STEPS = 256 }; /* small models: steps between calls of progress */

#define ORDER_STREAMS (UINT64_C(1) << 32) /* after the streams that draw parameters */

struct run {
    struct wr_descent *d;
    struct wr_factorization *m;
    const struct wr_descent_options *options;
    int64_t batch, batches; /* observations per step; steps per pass, 1 when a step takes all */
    uint32_t *order;        /* of the observations in this pass, NULL when a step takes all */
    int64_t pass;           /* which pass the order is of, -1 before the first */
    double batch_loss;      /* sum of the losses of the current batch */
    void *kept;             /* parameters of iteration kept_at, whose loss was finite */
    int64_t kept_at;
    double *scratch;       /* predictions for validation, */
    enum wr_status status; /* and what went wrong with them */
    struct wr_error *err;
};

enum wr_status wr_descent_init(struct wr_descent *d, const struct wr_factorization *m,
                               const struct wr_optimizer_options *optimizer, struct wr_error *err)
{
    struct wr_optimizer o;
    enum wr_status status = wr_optimizer_init(&o, optimizer, m->size, m->element, err);
    if (!status)
        *d = (struct wr_descent){.optimizer = o, .best = {0, NAN, INFINITY}};
    return status;
}

void wr_descent_release(struct wr_descent *d)
{
    wr_optimizer_release(&d->optimizer);
    free(d->best_value);
    d->best_value = NULL;
}

/* --- the best point -------------------------------------------------------------------------- */

enum wr_status wr_descent_keep_best(struct wr_descent *d, const struct wr_factorization *m,
                                    struct wr_error *err)
{
    if (!d->best_value)
        d->best_value = wr_alloc(m->size, m->element, err);
    return d->best_value ? WR_OK : WR_ENOMEM;
}

static void note_best(struct wr_descent *d, const struct wr_factorization *m,
                      const struct wr_descent_point *point)
{
    d->best = *point;
    if (d->best_value)
        memcpy(d->best_value, m->value, (size_t)m->size * m->element);
}

void wr_descent_take_best(const struct wr_descent *d, struct wr_factorization *m,
                          struct wr_descent_point *last)
{
    if (!d->best_value || !isfinite(d->best.validation) || last->validation <= d->best.validation)
        return;
    memcpy(m->value, d->best_value, (size_t)m->size * m->element);
    *last = d->best;
}

/* --- a run ----------------------------------------------------------------------------------- */

static enum wr_status start(struct run *r, struct wr_error *err)
{
    const struct wr_descent_options *o = r->options;
    if (o->iterations < 0 || o->batch < 0 || o->patience < 0 || o->log_every < 0)
        return wr_error_set(err, WR_EINVAL,
                            "iterations, batch, patience and log interval cannot be negative");
    r->batch = o->batch > 0 && o->batch < r->m->count ? o->batch : r->m->count;
    r->batches = wr_block_count(r->m->count, r->batch);
    r->pass = -1;
    r->kept_at = -1;
    r->kept = wr_alloc(r->m->size, r->m->element, err);
    r->scratch = wr_alloc(o->validation ? o->validation->count : 0, sizeof *r->scratch, err);
    if (r->batches > 1)
        r->order = wr_alloc(r->m->count, sizeof *r->order, err);
    if (!r->kept || !r->scratch || (!r->order && r->batches > 1))
        return WR_ENOMEM;
    return o->validation && o->patience > 0 ? wr_descent_keep_best(r->d, r->m, err) : WR_OK;
}

/* The order of observations in a pass: a stream of the seed for each. */
static void shuffle(struct run *r, int64_t pass)
{
    struct wr_rng rng;
    wr_rng_init(&rng, r->options->seed, ORDER_STREAMS + (uint64_t)pass);
    for (int64_t i = 0; i < r->m->count; i++)
        r->order[i] = (uint32_t)i;
    for (int64_t i = r->m->count - 1; i > 0; i--) {
        int64_t j = (int64_t)wr_rng_below(&rng, (uint64_t)i + 1);
        uint32_t swap = r->order[i];
        r->order[i] = r->order[j];
        r->order[j] = swap;
    }
    r->pass = pass;
}

static double loss_of_all(const struct run *r)
{
    return r->m->class->gradient(r->m, NULL, 0);
}

/* Loss and gradient of the step from d->iteration. */
static double differentiate(struct run *r)
{
    if (r->batches == 1)
        return loss_of_all(r);
    int64_t pass = r->d->iteration / r->batches, step = r->d->iteration % r->batches;
    if (pass != r->pass)
        shuffle(r, pass);
    if (step == 0)
        r->d->pass_loss = 0;
    int64_t begin = step * r->batch, count = wr_block_end(begin, r->batch, r->m->count) - begin;
    double loss = r->m->class->gradient(r->m, r->order + begin, count);
    r->batch_loss = loss * (double)count;
    return loss;
}

/* Whether the loss is known to be below the tolerance: that of this iteration, or the mean of the
 * pass that is just complete. */
static bool tolerable(const struct run *r, double loss)
{
    if (r->batches > 1) {
        if ((r->d->iteration + 1) % r->batches != 0)
            return false;
        loss = (r->d->pass_loss + r->batch_loss) / (double)r->m->count;
    }
    return loss < r->options->tolerance;
}

static void step(struct run *r)
{
    if (r->m->element == sizeof(double))
        wr_optimizer_step_f64(&r->d->optimizer, r->m->value, r->m->grad);
    else
        wr_optimizer_step_f32(&r->d->optimizer, r->m->value, r->m->grad);
    r->d->pass_loss += r->batch_loss;
    r->d->iteration++;
}

static void keep(struct run *r)
{
    if (r->kept_at >= 0 && r->d->iteration % WR_DESCENT_KEEP != 0)
        return;
    memcpy(r->kept, r->m->value, (size_t)r->m->size * r->m->element);
    r->kept_at = r->d->iteration;
}

static enum wr_status fail(struct run *r, struct wr_error *err)
{
    int64_t at = r->d->iteration;
    if (r->kept_at < 0)
        return wr_error_set(err, WR_ENUMERIC,
                            "the loss is not finite at iteration %lld, before any step: the "
                            "observed values or the first parameters are too large",
                            (long long)at);
    memcpy(r->m->value, r->kept, (size_t)r->m->size * r->m->element);
    r->d->iteration = r->kept_at;
    return wr_error_set(err, WR_ENUMERIC,
                        "the loss is not finite at iteration %lld; try --lr smaller than %g",
                        (long long)at, r->d->optimizer.options.lr);
}

static bool due(const struct run *r)
{
    int64_t every = r->options->log_every;
    return r->d->iteration == 0 || (every > 0 && r->d->iteration % every == 0);
}

/* The point of this iteration, and what it means for patience; false: enough. The last point may
 * come between two that are due: it decides nothing, a descent that goes on from there is the same
 * as one that was not cut. */
static bool look(struct run *r, double loss, struct wr_descent_point *last, bool *patient)
{
    const struct wr_descent_options *o = r->options;
    struct wr_descent *d = r->d;
    *last = (struct wr_descent_point){d->iteration, loss, NAN};
    if (o->validation && o->validation->count > 0) {
        r->status =
            wr_factorization_mean_loss(r->m, o->validation, r->scratch, &last->validation, r->err);
        if (r->status)
            return false;
        if (due(r) && last->validation < d->best.validation)
            note_best(d, r->m, last);
        *patient = o->patience == 0 || d->iteration - d->best.iteration < o->patience;
    }
    return !o->log || o->log(o->context, r->m, last);
}

/* Why it is over at this iteration, before its step; -1: it is not. */
static int over(const struct run *r, double loss)
{
    if (tolerable(r, loss))
        return WR_DESCENT_TOLERANCE;
    return r->d->iteration >= r->options->iterations ? WR_DESCENT_ITERATIONS : -1;
}

static bool stopped(const struct run *r, const struct wr_progress *progress)
{
    bool small = r->batch < SMALL && r->m->size < SMALL && r->batch * r->m->size < SMALL;
    if (small && r->d->iteration % SMALL_STEPS != 0)
        return false;
    return !wr_progress_step(progress, r->d->iteration, r->options->iterations);
}

static enum wr_status descend(struct run *r, const struct wr_progress *progress,
                              enum wr_descent_end *end, struct wr_descent_point *last,
                              struct wr_error *err)
{
    bool halt = false, patient = true;
    for (;;) {
        bool log = due(r);
        /* the gradient of the batch comes last: it is the one to step along */
        double all = log && r->batches > 1 ? loss_of_all(r) : 0, loss = differentiate(r);
        if (!isfinite(loss) || !isfinite(all))
            return fail(r, err);
        keep(r);
        int why = halt ? WR_DESCENT_STOPPED : over(r, loss);
        if (r->batches == 1)
            all = loss;
        else if (why >= 0 && !log)
            all = loss_of_all(r);
        if ((log || why >= 0) && !look(r, all, last, &patient) && why < 0)
            why = WR_DESCENT_STOPPED;
        if (why < 0 && !patient)
            why = WR_DESCENT_PATIENCE;
        if (why >= 0) {
            *end = (enum wr_descent_end)why;
            if (r->status)
                return r->status;
            return *end == WR_DESCENT_STOPPED ? wr_error_set(err, WR_EINTERRUPT, "interrupted")
                                              : WR_OK;
        }
        step(r);
        halt = stopped(r, progress);
    }
}

enum wr_status wr_descent_run(struct wr_descent *d, struct wr_factorization *m,
                              const struct wr_descent_options *options,
                              const struct wr_progress *progress, enum wr_descent_end *end,
                              struct wr_descent_point *last, struct wr_error *err)
{
    struct run r = {.d = d, .m = m, .options = options, .err = err};
    *end = WR_DESCENT_STOPPED;
    *last = (struct wr_descent_point){d->iteration, NAN, NAN};
    enum wr_status status = start(&r, err);
    if (!status)
        status = descend(&r, progress, end, last, err);
    free(r.kept);
    free(r.order);
    free(r.scratch);
    return status;
}
