/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "complete-checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/checkpoint.h"
#include "io/number.h"

static const char content[] = "completion", best_array[] = "best";

/* Numbers of the state, in the order of the arrays `counts' and `sums'. */
enum { ITERATION, STEPS, BEST_ITERATION, COUNTS };
enum { AVERAGE, BEST, BEST_LOSS, PASS_LOSS, SUMS };

static enum wr_number number_type(const struct wr_factorization *m)
{
    return m->element == sizeof(double) ? WR_NUMBER_F64 : WR_NUMBER_F32;
}

/* What a model is, and what it is made of: `htf adjacent 2', `mode1 10 5'. */
enum { FACTOR_TEXT = 80 };

static void describe_model(const struct wr_factorization *m, char text[FACTOR_TEXT])
{
    snprintf(text, FACTOR_TEXT, "%s%s%s", m->class->name, m->variant[0] ? " " : "", m->variant);
}

static void describe_factor(const struct wr_factor *f, char key[32], char text[FACTOR_TEXT], int k)
{
    snprintf(key, 32, "factor%d", k + 1);
    snprintf(text, FACTOR_TEXT, "%s %lld x %lld", f->name, (long long)f->rows, (long long)f->cols);
}

/* The options that decide the steps to come, as they are written. */
enum { STEPS_TEXT = 256 };

static void describe_steps(const struct complete_options *o, char text[STEPS_TEXT])
{
    char lr[WR_DOUBLE_DIGITS], momentum[WR_DOUBLE_DIGITS], decay[WR_DOUBLE_DIGITS],
        delta[WR_DOUBLE_DIGITS];
    wr_format_double(lr, o->optimizer.lr);
    wr_format_double(momentum, o->optimizer.momentum);
    wr_format_double(decay, o->optimizer.weight_decay);
    wr_format_double(delta, o->loss.delta);
    int used = snprintf(text, STEPS_TEXT, "--lr=%s --momentum=%s --weight-decay=%s --loss=%s", lr,
                        momentum, decay, complete_loss_names[o->loss.kind]);
    if (o->loss.kind == WR_LOSS_HUBER)
        used += snprintf(text + used, STEPS_TEXT - (size_t)used, " --huber-delta=%s", delta);
    if (o->batch > 0)
        snprintf(text + used, STEPS_TEXT - (size_t)used, " --batch=%lld --seed=%llu",
                 (long long)o->batch, (unsigned long long)o->cli.seed);
}

/* --- writing ------------------------------------------------------------------------------- */

static enum wr_status put_settings(struct wr_checkpoint *c, const struct complete_options *o,
                                   const struct wr_factorization *m, struct wr_error *err)
{
    char key[32], text[STEPS_TEXT];
    describe_model(m, text);
    enum wr_status status = wr_checkpoint_put(c, "model", text, err);
    if (!status)
        status = wr_checkpoint_put(c, "precision", complete_precision_names[o->precision], err);
    if (!status)
        status =
            wr_checkpoint_put(c, "optimizer", complete_optimizer_names[o->optimizer.kind], err);
    describe_steps(o, text);
    if (!status)
        status = wr_checkpoint_put(c, "steps", text, err);
    if (!status)
        status = wr_checkpoint_put_int(c, "observations", m->count, err);
    if (!status)
        status = wr_checkpoint_put_int(c, "factors", m->factors, err);
    for (int k = 0; k < m->factors && !status; k++) {
        describe_factor(&m->factor[k], key, text, k);
        status = wr_checkpoint_put(c, key, text, err);
    }
    return status;
}

static enum wr_status write(const struct wr_checkpoint *c, const char *path, struct wr_error *err)
{
    struct wr_sink *sink;
    enum wr_status status = cli_sink_open(path, &sink, err);
    if (status)
        return status;
    wr_checkpoint_write(c, content, sink);
    return cli_sink_commit(sink, err);
}

enum wr_status complete_checkpoint_write(const struct complete_options *o,
                                         const struct wr_factorization *m,
                                         const struct wr_descent *d, struct wr_error *err)
{
    const int64_t counts[COUNTS] = {[ITERATION] = d->iteration,
                                    [STEPS] = d->optimizer.steps,
                                    [BEST_ITERATION] = d->best.iteration};
    const double sums[SUMS] = {[AVERAGE] = d->optimizer.average,
                               [BEST] = d->best.validation,
                               [BEST_LOSS] = d->best.loss,
                               [PASS_LOSS] = d->pass_loss};
    enum wr_number type = number_type(m);
    struct wr_checkpoint c = {0};
    enum wr_status status = put_settings(&c, o, m, err);
    if (!status)
        status = wr_checkpoint_put_array(&c, "counts", WR_NUMBER_I64, COUNTS, counts, err);
    if (!status)
        status = wr_checkpoint_put_array(&c, "sums", WR_NUMBER_F64, SUMS, sums, err);
    if (!status)
        status = wr_checkpoint_put_array(&c, "values", type, m->size, m->value, err);
    if (!status && d->optimizer.first)
        status = wr_checkpoint_put_array(&c, "first", type, m->size, d->optimizer.first, err);
    if (!status && d->optimizer.second)
        status = wr_checkpoint_put_array(&c, "second", type, m->size, d->optimizer.second, err);
    if (!status && d->best_value)
        status = wr_checkpoint_put_array(&c, best_array, type, m->size, d->best_value, err);
    if (!status)
        status = write(&c, o->checkpoint, err);
    wr_checkpoint_release(&c);
    return status;
}

/* --- reading ------------------------------------------------------------------------------- */

/* A setting that has to be what it is here. */
static enum wr_status expect(const struct wr_checkpoint *c, const struct complete_options *o,
                             const char *key, const char *here, enum wr_status otherwise,
                             struct wr_error *err)
{
    struct wr_span there;
    enum wr_status status = wr_checkpoint_text(c, key, &there, err);
    if (status || wr_span_is(there, here))
        return status;
    return wr_error_at(err, otherwise, o->resume, 0, "its %s is %.*s, here it is %s", key,
                       (int)(there.size < 100 ? there.size : 100), there.data, here);
}

static enum wr_status check_model(const struct wr_checkpoint *c, const struct complete_options *o,
                                  const struct wr_factorization *m, struct wr_error *err)
{
    char key[32], text[FACTOR_TEXT];
    describe_model(m, text);
    enum wr_status status = expect(c, o, "model", text, WR_EDATA, err);
    snprintf(text, sizeof text, "%d", m->factors);
    if (!status)
        status = expect(c, o, "factors", text, WR_EDATA, err);
    for (int k = 0; k < m->factors && !status; k++) {
        describe_factor(&m->factor[k], key, text, k);
        status = expect(c, o, key, text, WR_EDATA, err);
    }
    if (!status)
        status = expect(c, o, "precision", complete_precision_names[o->precision], WR_EINVAL, err);
    if (!status)
        status =
            expect(c, o, "optimizer", complete_optimizer_names[o->optimizer.kind], WR_EINVAL, err);
    return status;
}

static enum wr_status compare_steps(const struct wr_checkpoint *c, struct complete_options *o,
                                    const struct wr_factorization *m, struct wr_error *err)
{
    char here[STEPS_TEXT];
    struct wr_span there;
    int64_t observations = 0;
    describe_steps(o, here);
    enum wr_status status = wr_checkpoint_text(c, "steps", &there, err);
    if (!status)
        status = wr_checkpoint_int(c, "observations", 0, INT64_MAX, &observations, err);
    if (!status && !wr_span_is(there, here))
        cli_warn(&o->cli, "%s was made with %.*s, here it is %s", o->resume,
                 (int)(there.size < STEPS_TEXT ? there.size : STEPS_TEXT), there.data, here);
    if (!status && observations != m->count)
        cli_warn(&o->cli, "%s was made with %lld observations, here there are %lld", o->resume,
                 (long long)observations, (long long)m->count);
    return status;
}

static enum wr_status take_state(const struct wr_checkpoint *c, struct wr_factorization *m,
                                 struct wr_descent *d, struct wr_error *err)
{
    int64_t counts[COUNTS];
    double sums[SUMS];
    enum wr_number type = number_type(m);
    enum wr_status status = wr_checkpoint_numbers(c, "counts", WR_NUMBER_I64, COUNTS, counts, err);
    if (!status)
        status = wr_checkpoint_numbers(c, "sums", WR_NUMBER_F64, SUMS, sums, err);
    if (!status)
        status = wr_checkpoint_numbers(c, "values", type, m->size, m->value, err);
    if (!status && d->optimizer.first)
        status = wr_checkpoint_numbers(c, "first", type, m->size, d->optimizer.first, err);
    if (!status && d->optimizer.second)
        status = wr_checkpoint_numbers(c, "second", type, m->size, d->optimizer.second, err);
    if (status)
        return status;
    if (counts[ITERATION] < 0 || counts[STEPS] < 0 || counts[BEST_ITERATION] < 0)
        return wr_error_at(err, WR_EDATA, wr_input_name(c->input), 0, "an iteration before 0");
    d->iteration = counts[ITERATION];
    d->optimizer.steps = counts[STEPS];
    d->optimizer.average = sums[AVERAGE];
    d->best = (struct wr_descent_point){counts[BEST_ITERATION], sums[BEST_LOSS], sums[BEST]};
    d->pass_loss = sums[PASS_LOSS];
    return WR_OK;
}

static bool has_array(const struct wr_checkpoint *c, const char *name)
{
    for (int i = 0; i < c->arrays; i++)
        if (strcmp(c->array[i].name, name) == 0)
            return true;
    return false;
}

/* The parameters of the best point, or a search that begins here. */
static enum wr_status take_best(const struct wr_checkpoint *c, struct complete_options *o,
                                const struct wr_factorization *m, struct wr_descent *d,
                                struct wr_error *err)
{
    if (o->patience == 0)
        return WR_OK;
    if (!has_array(c, best_array)) {
        cli_warn(&o->cli, "%s was made without --patience; the best is sought from iteration %lld",
                 o->resume, (long long)d->iteration);
        d->best = (struct wr_descent_point){d->iteration, NAN, INFINITY};
        return WR_OK;
    }
    enum wr_status status = wr_descent_keep_best(d, m, err);
    return status
               ? status
               : wr_checkpoint_numbers(c, best_array, number_type(m), m->size, d->best_value, err);
}

enum wr_status complete_checkpoint_read(struct complete_options *o, struct wr_factorization *m,
                                        struct wr_descent *d, struct wr_error *err)
{
    struct wr_checkpoint c = {0};
    enum wr_status status = wr_checkpoint_read(&c, o->resume, content, cli_tmp_dir(), err);
    if (!status)
        status = check_model(&c, o, m, err);
    if (!status)
        status = compare_steps(&c, o, m, err);
    if (!status)
        status = take_state(&c, m, d, err);
    if (!status)
        status = take_best(&c, o, m, d, err);
    wr_checkpoint_release(&c);
    return status;
}
