/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "complete-trials.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "gen/observe.h"

/* What a trial is compared with. */
struct comparison {
    struct complete_training *t;
    double zero_loss;             /* of predicting 0 on the validation entries */
    struct wr_observations probe; /* without validation entries */
    double *predictions, *before; /* there */
    void *kept;                   /* the parameters of the trial before, */
    enum wr_descent_end end;      /* and how it ended */
    struct wr_descent_point last, written;
};

static enum wr_status draw_probe(struct comparison *c, struct wr_error *err)
{
    const struct complete_data *d = c->t->d;
    int64_t size, count = COMPLETE_TRIALS_ENTRIES;
    if (wr_dims_size(d->order, d->dim, &size) && size < count)
        count = size;
    enum wr_status status =
        wr_gen_entries(d->order, d->dim, count, c->t->o->cli.seed, &c->probe, err);
    if (status)
        return status;
    c->predictions = wr_calloc(2 * count, sizeof *c->predictions, err);
    if (!c->predictions)
        return WR_ENOMEM;
    c->before = c->predictions + count;
    return WR_OK;
}

static enum wr_status prepare(struct comparison *c, struct wr_error *err)
{
    const struct wr_observations *val = &c->t->d->val;
    const struct wr_factorization *m = c->t->m;
    c->kept = wr_alloc(m->size, m->element, err);
    if (!c->kept)
        return WR_ENOMEM;
    if (val->order == 0)
        return draw_probe(c, err);
    double *zero = wr_calloc(val->count, sizeof *zero, err);
    if (!zero)
        return WR_ENOMEM;
    c->zero_loss = wr_loss_mean(&m->loss, zero, val->value, val->count);
    free(zero);
    return WR_OK;
}

static void comparison_release(struct comparison *c)
{
    wr_observations_release(&c->probe);
    free(c->predictions);
    free(c->kept);
}

/* a relative to b, where nothing is no part of anything. */
static double share(double a, double b)
{
    return a == 0 ? 0 : a / b;
}

/* How far the predictions have moved since the trial before. */
static enum wr_status prediction_change(struct comparison *c, double *change, struct wr_error *err)
{
    double moved = 0, norm = 0;
    memcpy(c->before, c->predictions, (size_t)c->probe.count * sizeof *c->before);
    enum wr_status status = c->t->m->class->predict(c->t->m, &c->probe, c->predictions, err);
    if (status)
        return status;
    for (int64_t i = 0; i < c->probe.count; i++) {
        moved = hypot(moved, c->predictions[i] - c->before[i]);
        norm = hypot(norm, c->predictions[i]);
    }
    *change = share(moved, norm);
    return WR_OK;
}

static enum wr_status record(struct comparison *c, struct complete_trials *trials, double std,
                             struct wr_error *err)
{
    double change = 0;
    struct complete_trial *now = &trials->trial[trials->count];
    const struct wr_descent_point *point = &c->t->written;
    *now = (struct complete_trial){std, point->iteration, point->loss, point->validation, NAN};
    enum wr_status status = WR_OK;
    if (c->t->d->val.order > 0)
        change = share(fabs(point->validation - c->written.validation), c->zero_loss);
    else
        status = prediction_change(c, &change, err);
    if (trials->count > 0)
        now->change = change;
    trials->chosen = trials->count++;
    return status;
}

/* Whether the descent has not come as far as in the trial before. */
static bool is_stuck(const struct comparison *c)
{
    return c->t->end != WR_DESCENT_TOLERANCE && c->t->last.loss > 2 * c->last.loss;
}

static void keep(struct comparison *c)
{
    const struct wr_factorization *m = c->t->m;
    memcpy(c->kept, m->value, (size_t)m->size * m->element);
    c->end = c->t->end;
    c->last = c->t->last;
    c->written = c->t->written;
}

static void go_back(struct comparison *c, struct complete_trials *trials)
{
    const struct wr_factorization *m = c->t->m;
    memcpy(m->value, c->kept, (size_t)m->size * m->element);
    c->t->end = c->end;
    c->t->last = c->last;
    c->t->written = c->written;
    trials->chosen--;
}

enum wr_status complete_trials_run(struct complete_trials *trials, struct complete_training *t,
                                   struct wr_error *err)
{
    struct comparison c = {.t = t};
    double std = t->o->init_std;
    *trials = (struct complete_trials){.count = 0};
    enum wr_status status = prepare(&c, err);
    while (!status && trials->count < COMPLETE_TRIALS) {
        if (t->log)
            wr_sink_printf(t->log, "# init_std %g\n", std);
        status = complete_training_draw(t, std, err);
        if (!status)
            status = complete_training_run(t, err);
        if (!status)
            status = record(&c, trials, std, err);
        if (status)
            break;
        if (t->end == WR_DESCENT_STOPPED ||
            trials->trial[trials->chosen].change < COMPLETE_TRIALS_CHANGE)
            break;
        if (trials->count > 1 && is_stuck(&c)) {
            go_back(&c, trials);
            break;
        }
        keep(&c);
        std /= 2;
    }
    comparison_release(&c);
    return status;
}

void complete_trials_log(const struct complete_trials *trials, struct wr_sink *log)
{
    wr_sink_string(log, "# init_std\titerations\tloss\tval_loss\tchange\n");
    for (int i = 0; i < trials->count; i++) {
        const struct complete_trial *t = &trials->trial[i];
        const double numbers[] = {t->loss, t->validation, t->change};
        wr_sink_printf(log, "# %g\t%lld", t->init_std, (long long)t->iterations);
        for (int k = 0; k < 3; k++) {
            wr_sink_write(log, "\t", 1);
            wr_sink_double(log, numbers[k]);
        }
        wr_sink_string(log, i == trials->chosen ? "\tchosen\n" : "\n");
    }
}

void complete_trials_say(const struct complete_trials *trials, struct cli *cli)
{
    for (int i = 0; i < trials->count; i++) {
        const struct complete_trial *t = &trials->trial[i];
        cli_say(cli, "--init-std=%g: %lld iterations, loss %.3g, change %.3g%s", t->init_std,
                (long long)t->iterations, t->loss, t->change,
                i == trials->chosen ? ": chosen" : "");
    }
}

void complete_trials_report(const struct complete_trials *trials, struct json *j)
{
    struct json rows[COMPLETE_TRIALS] = {{0}};
    for (int i = 0; i < trials->count; i++) {
        const struct complete_trial *t = &trials->trial[i];
        json_double(&rows[i], "init_std", t->init_std);
        json_int(&rows[i], "iterations", t->iterations);
        json_double(&rows[i], "loss", t->loss);
        json_double(&rows[i], "val_loss", t->validation);
        json_double(&rows[i], "change", t->change);
    }
    json_array(j, "trials", rows, trials->count);
    json_double(j, "init_std", trials->trial[trials->chosen].init_std);
    for (int i = 0; i < trials->count; i++)
        json_release(&rows[i]);
}
