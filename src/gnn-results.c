/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn-results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "io/number.h"

static void put_int(struct wr_sink *out, int64_t value)
{
    wr_sink_u64(out, (uint64_t)value);
    wr_sink_write(out, "\t", 1);
}

/* A score and what separates it from the next; - where there was nothing to score. */
static void put_score(struct wr_sink *out, double score, const char *end)
{
    if (isfinite(score))
        wr_sink_double(out, score);
    else
        wr_sink_write(out, "-", 1);
    wr_sink_string(out, end);
}

static void put_fit(struct wr_sink *out, const struct wr_fit *fit, const char *end)
{
    put_score(out, fit->train_loss, "\t");
    put_score(out, fit->train_acc, "\t");
    put_score(out, fit->val_acc, "\t");
    put_score(out, fit->test_acc, end);
}

void gnn_table_header(struct wr_sink *out)
{
    wr_sink_string(out, "run\tseed\tmodel\tlayers\thidden\tvertices\tedges\tparameters\tepochs\t"
                        "best_epoch\ttrain_loss\ttrain_acc\tval_acc\ttest_acc\n");
}

void gnn_table_row(const struct gnn_subject *s, int64_t number, const struct gnn_run *run,
                   struct wr_sink *out)
{
    put_int(out, number);
    wr_sink_u64(out, run->seed);
    wr_sink_printf(out, "\t%s\t", wr_model_names[s->model->kind]);
    put_int(out, s->model->layers);
    put_int(out, s->model->hidden);
    put_int(out, s->vertices);
    put_int(out, s->edges);
    put_int(out, s->parameters);
    put_int(out, run->result.epochs);
    put_int(out, run->result.best_epoch);
    put_fit(out, &run->result.best, "\n");
}

void gnn_log_header(struct wr_sink *log)
{
    wr_sink_string(log, "run\tepoch\tloss\ttrain_acc\tval_acc\ttest_acc\tseconds\n");
}

void gnn_log_row(int64_t run, int64_t epoch, const struct wr_fit *fit, double seconds,
                 struct wr_sink *log)
{
    put_int(log, run);
    put_int(log, epoch);
    put_fit(log, fit, "\t");
    wr_sink_printf(log, "%.6f\n", seconds);
}

static int64_t largest(const wr_real *p, int64_t classes)
{
    int64_t best = 0;
    for (int64_t j = 1; j < classes; j++)
        if (p[j] > p[best])
            best = j;
    return best;
}

void gnn_predictions_write(const char *kind, const wr_real *probability, int64_t rows,
                           int64_t classes, struct wr_sink *out)
{
    wr_sink_printf(out, "%s\tpredicted", kind);
    for (int64_t j = 0; j < classes; j++)
        wr_sink_printf(out, "\tp%lld", (long long)j);
    for (int64_t i = 0; i < rows && !wr_sink_failed(out); i++) {
        const wr_real *p = probability + i * classes;
        wr_sink_write(out, "\n", 1);
        wr_sink_u64(out, (uint64_t)i);
        wr_sink_write(out, "\t", 1);
        wr_sink_u64(out, (uint64_t)largest(p, classes));
        for (int64_t j = 0; j < classes; j++) {
            char text[WR_DOUBLE_DIGITS];
            wr_sink_write(out, "\t", 1);
            wr_sink_write(out, text, (size_t)wr_format_float(text, (float)p[j]));
        }
    }
    wr_sink_write(out, "\n", 1);
}

static void report_run(struct json *j, int64_t number, const struct gnn_run *run)
{
    const struct wr_train_result *r = &run->result;
    json_int(j, "run", number);
    json_uint(j, "seed", run->seed);
    json_int(j, "epochs", r->epochs);
    json_int(j, "best_epoch", r->best_epoch);
    json_string(j, "end",
                r->settled       ? "patience"
                : r->diverged    ? "not finite"
                : r->interrupted ? "interrupted"
                                 : "epochs");
    json_double(j, "train_loss", r->best.train_loss);
    json_double(j, "train_acc", r->best.train_acc);
    json_double(j, "val_acc", r->best.val_acc);
    json_double(j, "test_acc", r->best.test_acc);
    json_double(j, "seconds", run->seconds);
}

enum wr_status gnn_report_runs(const struct gnn_run *run, int64_t count, struct json *results,
                               struct wr_error *err)
{
    struct json *rows = wr_calloc(count, sizeof *rows, err);
    if (!rows)
        return WR_ENOMEM;
    for (int64_t i = 0; i < count; i++)
        report_run(&rows[i], i + 1, &run[i]);
    json_array(results, "runs", rows, (int)count);
    for (int64_t i = 0; i < count; i++)
        json_release(&rows[i]);
    free(rows);
    return WR_OK;
}

enum { SCORE_TEXT = 128 };

static void describe_one(char text[SCORE_TEXT], const struct gnn_run *run)
{
    const struct wr_train_result *r = &run->result;
    char accuracy[32] = "unknown"; /* without a test part */
    if (!isnan(r->best.test_acc))
        snprintf(accuracy, sizeof accuracy, "%.4f", r->best.test_acc);
    snprintf(text, SCORE_TEXT, "%s at epoch %lld of %lld", accuracy, (long long)r->best_epoch,
             (long long)r->epochs);
}

static void describe_several(char text[SCORE_TEXT], const struct gnn_run *run, int64_t count)
{
    double mean = 0, squares = 0;
    for (int64_t i = 0; i < count; i++)
        mean += run[i].result.best.test_acc / (double)count;
    for (int64_t i = 0; i < count; i++)
        squares += pow(run[i].result.best.test_acc - mean, 2);
    if (isnan(mean))
        snprintf(text, SCORE_TEXT, "of %lld runs unknown", (long long)count);
    else
        snprintf(text, SCORE_TEXT, "of %lld runs %.4f, standard deviation %.4f", (long long)count,
                 mean, sqrt(squares / (double)(count - 1)));
}

void gnn_summarise(struct cli *cli, const struct gnn_subject *s, const struct gnn_run *run,
                   int64_t count)
{
    char score[SCORE_TEXT];
    if (count == 0)
        return;
    if (count == 1)
        describe_one(score, run);
    else
        describe_several(score, run, count);
    cli_summary(cli,
                "%lld vertices, %lld edges, %s with %lld parameters: test accuracy %s, in %.2f s",
                (long long)s->vertices, (long long)s->edges, wr_model_names[s->model->kind],
                (long long)s->parameters, score, count == 1 ? run->seconds : cli_seconds(cli));
}
