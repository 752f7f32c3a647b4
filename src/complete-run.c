/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "complete-run.h"

#include <stdio.h>
#include <stdlib.h>

#include "complete-log.h"
#include "complete-out.h"
#include "complete-train.h"
#include "complete-trials.h"
#include "factor-files.h"
#include "interrupt.h"

/* In the order of enum wr_descent_end. */
static const char *const end_names[] = {"iterations", "tolerance", "patience", "interrupted"};

/* What a run works on. */
struct work {
    struct complete_options *o;
    struct complete_data data;
    struct complete_training training;
    struct complete_trials trials; /* count 0: none */
    struct complete_errors errors;
    struct wr_sink *out, *log, **factors;
    int64_t entries; /* written */
};

static enum wr_status open_outputs(struct work *w, struct wr_error *err)
{
    struct complete_options *o = w->o;
    enum wr_status status = cli_open(&o->cli, o->cli.output, &w->out, err);
    if (!status && o->log)
        status = cli_open(&o->cli, o->log, &w->log, err);
    return status;
}

static enum wr_status prepare(struct work *w, const struct complete_kind *kind,
                              struct wr_error *err)
{
    struct complete_options *o = w->o;
    cli_phase(&o->cli, "reading");
    enum wr_status status = complete_data_read(&w->data, o, err);
    if (!status)
        status = complete_out_check(o, &w->data, err);
    if (!status)
        status = complete_training_init(&w->training, o, kind, &w->data, err);
    if (!status && o->factors)
        status = factor_files_open(&o->cli, o->factors, w->training.m, &w->factors, err);
    if (status || !w->log)
        return status;
    w->training.log = w->log;
    complete_log_header(w->training.m, &w->data, o->top, w->log);
    return WR_OK;
}

static enum wr_status train(struct work *w, struct wr_error *err)
{
    struct complete_training *t = &w->training;
    interrupt_catch();
    if (!w->o->init_auto) {
        enum wr_status status = complete_training_start(t, err);
        return status ? status : complete_training_run(t, err);
    }
    enum wr_status status = complete_trials_run(&w->trials, t, err);
    if (!status && w->log)
        complete_trials_log(&w->trials, w->log);
    return status;
}

/* --- results ------------------------------------------------------------------------------- */

static void settle(const struct work *w)
{
    const struct complete_training *t = &w->training;
    struct cli *cli = &w->o->cli;
    if (t->end == WR_DESCENT_STOPPED)
        cli_outcome(cli, CLI_INTERRUPTED, "interrupted after iteration %lld",
                    (long long)t->last.iteration);
    else if (w->o->strict && t->end != WR_DESCENT_TOLERANCE)
        cli_outcome(cli, CLI_UNSETTLED, "the loss is %g after iteration %lld, not below %g",
                    t->last.loss, (long long)t->last.iteration, w->o->tolerance);
}

static enum wr_status write_results(struct work *w, struct wr_error *err)
{
    const struct complete_training *t = &w->training;
    enum wr_status status = complete_score(&w->training.score, &w->errors, err);
    if (!status && w->factors)
        status = factor_files_write(t->m, w->factors, err);
    return status ? status
                  : complete_out_write(w->o, t->kind, t->m, &w->data, w->out, &w->entries, err);
}

/* Without the padding between them. */
static int64_t parameters(const struct wr_factorization *m)
{
    int64_t count = 0;
    for (int k = 0; k < m->factors; k++)
        count += m->factor[k].rows * m->factor[k].cols;
    return count;
}

static void report_input(struct work *w)
{
    struct json *j = &w->o->cli.report_input;
    const struct complete_data *d = &w->data;
    char *dims = tensor_dims_text(d->order, d->dim);
    json_string(j, "file", w->o->sensing ? w->o->sensing : w->o->cli.input);
    json_int(j, "order", d->order);
    json_string(j, "dims", dims);
    json_int(j, w->o->sensing ? "measurements" : "observations", complete_data_count(d));
    if (d->val.order > 0)
        json_int(j, "val", d->val.count);
    if (d->test.order > 0)
        json_int(j, "test", d->test.count);
    free(dims);
}

static enum wr_status report(struct work *w, struct wr_error *err)
{
    struct complete_options *o = w->o;
    const struct complete_training *t = &w->training;
    struct json *j = &o->cli.report_results, measures = {0};
    t->kind->report(o, &o->cli.report_options);
    complete_report_options(o);
    report_input(w);
    json_string(&o->cli.report_output, "file", o->cli.output);
    json_int(&o->cli.report_output, "entries", w->entries);
    json_int(j, "parameters", parameters(t->m));
    json_int(j, "iterations", t->last.iteration);
    if (o->patience > 0)
        json_int(j, "best_iteration", t->written.iteration);
    json_string(j, "end", end_names[t->end]);
    json_double(j, "loss", t->written.loss);
    if (w->data.val.order > 0)
        json_double(j, "val_loss", t->written.validation);
    if (w->data.test.order > 0)
        json_double(j, "test_mse", w->errors.test);
    if (w->data.truth.order > 0) {
        json_double(j, "reconstruction", w->errors.reconstruction);
        json_double(j, "zero_fill", t->score.zero_fill);
    }
    if (w->trials.count > 0)
        complete_trials_report(&w->trials, j);
    enum wr_status status = complete_report_measures(t->m, o->top, &measures, err);
    json_object(j, "measures", &measures);
    json_release(&measures);
    return status;
}

/* `; name value', where there is one. */
static int append(char *text, size_t size, int used, const char *name, double value)
{
    return used + snprintf(text + used, size - (size_t)used, "; %s %.4g", name, value);
}

/* What was written, and of how many iterations it is the best. */
static int describe(const struct work *w, char *text, size_t size)
{
    const struct complete_training *t = &w->training;
    char best[64] = "";
    if (w->o->patience > 0)
        snprintf(best, sizeof best, ", the best of %lld", (long long)t->last.iteration);
    return snprintf(
        text, size,
        "order %d, %lld %s, %lld parameters: loss %.4g after %lld iterations%s (%s) in %.2f s",
        w->data.order, (long long)complete_data_count(&w->data),
        w->o->sensing ? "measurements" : "observations", (long long)parameters(t->m),
        t->written.loss, (long long)t->written.iteration, best, end_names[t->end],
        cli_seconds(&w->o->cli));
}

static void summarize(struct work *w)
{
    const struct complete_training *t = &w->training;
    struct cli *cli = &w->o->cli;
    char text[512];
    if (w->trials.count > 0)
        complete_trials_say(&w->trials, cli);
    int used = describe(w, text, sizeof text);
    if (w->data.val.order > 0)
        used = append(text, sizeof text, used, "validation loss", t->written.validation);
    if (w->data.test.order > 0)
        used = append(text, sizeof text, used, "mean squared error on --test", w->errors.test);
    if (w->data.truth.order > 0) {
        used = append(text, sizeof text, used, "reconstruction error", w->errors.reconstruction);
        snprintf(text + used, sizeof text - (size_t)used, ", %.4g for filling with 0",
                 t->score.zero_fill);
    }
    cli_summary(cli, "%s", text);
}

static enum wr_status work_through(struct work *w, const struct complete_kind *kind,
                                   struct wr_error *err)
{
    enum wr_status status = open_outputs(w, err);
    if (!status)
        status = prepare(w, kind, err);
    if (!status)
        status = train(w, err);
    if (status)
        return status;
    settle(w);
    status = write_results(w, err);
    if (!status && w->o->cli.report)
        status = report(w, err);
    if (!status)
        summarize(w);
    return status;
}

enum wr_status complete_run(struct complete_options *o, const struct complete_kind *kind,
                            struct wr_error *err)
{
    struct work w = {.o = o};
    enum wr_status status = work_through(&w, kind, err);
    complete_training_release(&w.training);
    complete_data_release(&w.data);
    free(w.factors);
    return status;
}
