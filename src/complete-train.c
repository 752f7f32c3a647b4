/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "complete-train.h"

#include "complete-checkpoint.h"
#include "complete-log.h"
#include "factor-files.h"
#include "interrupt.h"

enum wr_status complete_training_init(struct complete_training *t, struct complete_options *o,
                                      const struct complete_kind *kind,
                                      const struct complete_data *d, struct wr_error *err)
{
    *t = (struct complete_training){.o = o, .kind = kind, .d = d, .kept = -1};
    enum wr_status status = kind->make(o, d, &t->m, err);
    if (status) /* also of the dimensions that there is no memory for */
        wr_error_in(err, complete_input_name(o));
    if (!status)
        status = complete_score_init(&t->score, kind, t->m, d, err);
    return status ? status : wr_descent_init(&t->descent, t->m, &o->optimizer, err);
}

void complete_training_release(struct complete_training *t)
{
    wr_descent_release(&t->descent);
    complete_score_release(&t->score);
    wr_factorization_free(t->m);
}

enum wr_status complete_training_draw(struct complete_training *t, double std, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    if (t->kind->draw)
        status = t->kind->draw(t->o, std, t->m, err);
    else
        wr_factorization_draw(t->m, t->o->init_mean, std, t->o->cli.seed);
    if (status)
        return status;
    wr_descent_release(&t->descent);
    t->descent = (struct wr_descent){.iteration = 0};
    return wr_descent_init(&t->descent, t->m, &t->o->optimizer, err);
}

enum wr_status complete_training_start(struct complete_training *t, struct wr_error *err)
{
    if (t->o->resume)
        return complete_checkpoint_read(t->o, t->m, &t->descent, err);
    if (t->o->load)
        return factor_files_load(t->o->load, t->m, err);
    return complete_training_draw(t, t->o->init_std, err);
}

/* --- the descent --------------------------------------------------------------------------- */

static enum wr_status log_point(struct complete_training *t, const struct wr_descent_point *point)
{
    struct complete_errors errors;
    if (!t->log)
        return WR_OK;
    enum wr_status status = complete_score(&t->score, &errors, &t->why);
    if (!status)
        status = complete_log_row(t->m, t->d, t->o->top, point, &errors, t->score.zero_fill,
                                  cli_seconds(&t->o->cli), t->log, &t->why);
    return status;
}

/* What happens at each logged point. */
static bool watch_point(void *context, const struct wr_factorization *m,
                        const struct wr_descent_point *point)
{
    struct complete_training *t = context;
    t->status = log_point(t, point);
    if (!t->status && t->o->checkpoint) {
        t->status = complete_checkpoint_write(t->o, m, &t->descent, &t->why);
        t->kept = point->iteration;
    }
    return !t->status;
}

/* Between two steps. */
static bool watch_step(void *context, int64_t done, int64_t total)
{
    struct complete_training *t = context;
    return wr_progress_step(&t->bar, done, total) && !interrupt_noted();
}

/* What to do about a loss that is not finite. */
static enum wr_status explain(const struct complete_training *t, const struct wr_error *why,
                              struct wr_error *err)
{
    if (why->status == WR_ENUMERIC && t->kept >= 0)
        return wr_error_set(err, why->status, "%.300s; %.150s holds iteration %lld", why->message,
                            t->o->checkpoint, (long long)t->kept);
    *err = *why;
    return why->status;
}

enum wr_status complete_training_run(struct complete_training *t, struct wr_error *err)
{
    const struct complete_options *o = t->o;
    const struct wr_descent_options options = {.iterations = o->iterations,
                                               .tolerance = o->tolerance,
                                               .batch = o->batch,
                                               .seed = o->cli.seed,
                                               .validation =
                                                   t->d->val.order > 0 ? &t->d->val : NULL,
                                               .patience = o->patience,
                                               .log_every = o->log_every,
                                               .log = watch_point,
                                               .context = t};
    const struct wr_progress progress = {watch_step, t};
    struct wr_error why = {0};
    t->bar = cli_progress(&t->o->cli, "training", "iterations");
    enum wr_status status =
        wr_descent_run(&t->descent, t->m, &options, &progress, &t->end, &t->last, &why);
    if (t->status) {
        *err = t->why;
        return t->status;
    }
    if (status && status != WR_EINTERRUPT)
        return explain(t, &why, err);
    t->written = t->last;
    if (o->patience > 0)
        wr_descent_take_best(&t->descent, t->m, &t->written);
    return WR_OK;
}
