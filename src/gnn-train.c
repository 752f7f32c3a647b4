/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "gnn-data.h"
#include "gnn-model.h"
#include "gnn-options.h"
#include "gnn-results.h"
#include "gnn-ugs.h"
#include "interrupt.h"

#include "base/alloc.h"
#include "gnn/train.h"

/* What a run works on. */
struct work {
    struct gnn_options *o;
    struct gnn_data data;
    struct gnn_saved saved; /* what --load has read, or what --save writes */
    struct wr_trainer trainer;
    struct gnn_subject subject;

    struct gnn_run *run;
    int64_t runs;        /* done */
    int64_t best;        /* the first with the highest validation accuracy */
    wr_real *best_value; /* its numbers, which the runs after it overwrite in the network */

    struct wr_progress progress;
    struct timespec start; /* of the current run */
    struct wr_sink *out, *log, *save, *predict, *ugs_order;
};

static void work_release(struct work *w)
{
    wr_trainer_release(&w->trainer);
    gnn_data_release(&w->data);
    wr_checkpoint_release(&w->saved.checkpoint);
    free(w->run);
    free(w->best_value);
}

static enum wr_status open_outputs(struct work *w, struct wr_error *err)
{
    struct gnn_options *o = w->o;
    enum wr_status status = cli_open(&o->cli, o->cli.output, &w->out, err);
    if (!status && o->log)
        status = cli_open(&o->cli, o->log, &w->log, err);
    if (!status && o->save)
        status = cli_open(&o->cli, o->save, &w->save, err);
    if (!status && o->predict)
        status = cli_open(&o->cli, o->predict, &w->predict, err);
    if (!status && o->ugs.order)
        status = cli_open(&o->cli, o->ugs.order, &w->ugs_order, err);
    return status;
}

static enum wr_status build(struct work *w, struct wr_error *err)
{
    struct gnn_options *o = w->o;
    enum wr_status status = WR_OK;
    if (o->load) {
        status = gnn_model_read(&w->saved, o->load, err);
        if (!status)
            status = gnn_model_adopt(&w->saved, o, err);
        if (!status && o->split.none)
            cli_warn(&o->cli,
                     "accuracies are not known: the model in %s was trained on a split "
                     "from a file, and --split is not given",
                     o->load);
    }
    if (!status)
        status = gnn_data_read(&w->data, o, o->load ? &w->saved : NULL, err);
    if (status)
        return status;
    o->model.classes = w->data.classes;
    status = wr_trainer_init(&w->trainer, &o->model, &w->data.input, o->batch, err);
    if (!status && o->load)
        status = gnn_model_set(&w->saved, &w->trainer.model.net, err);
    w->subject = (struct gnn_subject){.model = &o->model,
                                      .vertices = w->data.vertices,
                                      .edges = w->data.edges,
                                      .parameters = w->trainer.model.net.weights};
    return status;
}

/* --- runs ---------------------------------------------------------------------------------- */

static bool watch_epoch(void *context, int64_t epoch, const struct wr_fit *fit)
{
    struct work *w = context;
    if (w->log)
        gnn_log_row(w->runs + 1, epoch, fit, seconds_since(&w->start), w->log);
    return wr_progress_step(&w->progress, w->runs * w->o->train.epochs + epoch,
                            w->o->runs * w->o->train.epochs) &&
           !interrupt_noted();
}

static uint64_t seed_of(const struct work *w, int64_t run)
{
    return w->o->cli.seed + (uint64_t)run;
}

static uint64_t split_seed_of(const struct work *w, int64_t run)
{
    return gnn_is_given(w->o, GNN_SPLIT_SEED) ? w->o->split_seed : seed_of(w, run);
}

/* The first run's split and parameters. */
static enum wr_status order_edges(struct work *w, struct wr_error *err)
{
    enum wr_status status = gnn_data_split(&w->data, w->o, split_seed_of(w, 0), err);
    return status ? status : gnn_ugs_order(w->o, &w->data, seed_of(w, 0), w->ugs_order, err);
}

/* One run: what a model is made of, or a loaded one as it is. */
static enum wr_status train(struct work *w, struct gnn_run *run, struct wr_error *err)
{
    const struct wr_train_watch watch = {watch_epoch, w};
    struct wr_train_options options = w->o->train;
    struct wr_trainer *t = &w->trainer;
    options.seed = run->seed;
    enum wr_status status = gnn_data_split(&w->data, w->o, split_seed_of(w, w->runs), err);
    if (status)
        return status;
    if (!w->o->load)
        wr_net_draw_params(&t->model.net, run->seed);
    if (gnn_trains(w->o))
        return wr_trainer_run(t, &options, &watch, &run->result, err);
    wr_trainer_score(t, &run->result.best);
    return WR_OK;
}

/* Keep the numbers of the best run, which the next run overwrites. */
static enum wr_status keep_best(struct work *w, struct wr_error *err)
{
    const struct wr_net *net = &w->trainer.model.net;
    const struct wr_fit *fit = &w->run[w->runs].result.best, *best = &w->run[w->best].result.best;
    if (w->runs > 0 && !(fit->val_acc > best->val_acc))
        return WR_OK;
    if (!w->best_value)
        w->best_value = wr_alloc(net->numbers, sizeof *w->best_value, err);
    if (!w->best_value)
        return WR_ENOMEM;
    memcpy(w->best_value, net->value, (size_t)net->numbers * sizeof *w->best_value);
    w->best = w->runs;
    return WR_OK;
}

/* A run and its row; *go_on: whether the next one may follow. */
static enum wr_status do_run(struct work *w, bool *go_on, struct wr_error *err)
{
    struct wr_error local = {0};
    enum wr_status status = wr_grow(&w->run, w->runs + 1, sizeof *w->run, err);
    if (status)
        return status;
    struct gnn_run *run = &w->run[w->runs];
    *run = (struct gnn_run){.seed = seed_of(w, w->runs)};
    clock_gettime(CLOCK_MONOTONIC, &w->start);
    status = train(w, run, &local);
    run->seconds = seconds_since(&w->start);
    if (status == WR_ENUMERIC) { /* what was learned before is still worth having */
        cli_outcome(&w->o->cli, 1, "run %lld: %s", (long long)w->runs + 1, local.message);
    } else if (status) {
        *err = local;
        return status;
    }
    gnn_table_row(&w->subject, w->runs + 1, run, w->out);
    status = keep_best(w, err);
    *go_on = !run->result.diverged && !run->result.interrupted;
    w->runs++;
    return status;
}

static enum wr_status do_runs(struct work *w, struct wr_error *err)
{
    struct cli *cli = &w->o->cli;
    bool go_on = true;
    enum wr_status status = WR_OK;
    gnn_table_header(w->out);
    if (w->log)
        gnn_log_header(w->log);
    w->progress = cli_progress(cli, gnn_trains(w->o) ? "training" : "evaluating", "epochs");
    do {
        status = do_run(w, &go_on, err);
    } while (!status && go_on && !interrupt_noted() && w->runs < w->o->runs);
    if (status)
        return status;
    const struct wr_train_result *last = &w->run[w->runs - 1].result;
    if (last->interrupted || (interrupt_noted() && w->runs < w->o->runs))
        cli_outcome(cli, CLI_INTERRUPTED, "interrupted in run %lld, after epoch %lld",
                    (long long)w->runs, (long long)last->epochs);
    return WR_OK;
}

/* --- results ------------------------------------------------------------------------------- */

static void check_settled(struct work *w)
{
    for (int64_t i = 0; i < w->runs && w->o->strict; i++)
        if (!w->run[i].result.settled)
            cli_outcome(&w->o->cli, CLI_UNSETTLED,
                        "run %lld ended after %lld epochs, before %lld of them had been without "
                        "improvement",
                        (long long)i + 1, (long long)w->run[i].result.epochs,
                        (long long)w->o->train.patience);
}

static enum wr_status predict(struct work *w, struct wr_error *err)
{
    int64_t rows = w->data.rows, classes = w->data.classes, size;
    if (__builtin_mul_overflow(rows, classes, &size))
        size = INT64_MAX; /* wr_alloc refuses it */
    wr_real *probability = wr_alloc(size, sizeof *probability, err);
    if (!probability)
        return WR_ENOMEM;
    wr_trainer_predict(&w->trainer, probability);
    gnn_predictions_write(w->o->graphs ? "graph" : "vertex", probability, rows, classes,
                          w->predict);
    free(probability);
    return WR_OK;
}

static enum wr_status save(struct work *w, struct wr_error *err)
{
    const struct gnn_options *o = w->o;
    const struct wr_net *net = &w->trainer.model.net;
    const struct gnn_saved saved = {.model = o->model,
                                    .features = w->data.input.x.cols,
                                    .graphs = o->graphs != NULL,
                                    .row_normalize = o->row_normalize,
                                    .random_split = !o->split.file && !o->split.none,
                                    .shares = o->split.shares,
                                    .split_seed = split_seed_of(w, w->best)};
    return gnn_model_write(&saved, net->value, net->numbers, w->save, err);
}

static enum wr_status report(struct work *w, struct wr_error *err)
{
    struct cli *cli = &w->o->cli;
    struct json *j = &cli->report_input;
    gnn_report_options(w->o);
    json_string(j, "file", cli->input);
    json_int(j, "vertices", w->data.vertices);
    json_int(j, "edges", w->data.edges);
    json_int(j, "features", w->data.input.x.cols);
    json_int(j, "classes", w->data.classes);
    if (w->o->graphs)
        json_int(j, "graphs", w->data.rows);
    json_string(&cli->report_output, "file", cli->output);
    json_int(&cli->report_results, "parameters", w->subject.parameters);
    json_int(&cli->report_results, "best_run", w->best + 1);
    return gnn_report_runs(w->run, w->runs, &cli->report_results, err);
}

static enum wr_status work_through(struct work *w, struct wr_error *err)
{
    const struct wr_net *net = &w->trainer.model.net;
    enum wr_status status = open_outputs(w, err);
    if (!status)
        status = build(w, err);
    interrupt_catch();
    if (!status && w->ugs_order)
        status = order_edges(w, err);
    if (!status)
        status = do_runs(w, err);
    if (status)
        return status;
    check_settled(w);
    memcpy(net->value, w->best_value, (size_t)net->numbers * sizeof *net->value);
    if (w->save)
        status = save(w, err);
    if (!status && w->predict)
        status = predict(w, err);
    if (!status && w->o->cli.report)
        status = report(w, err);
    if (!status)
        gnn_summarise(&w->o->cli, &w->subject, w->run, w->runs);
    return status;
}

static enum wr_status run(struct gnn_options *o, struct wr_error *err)
{
    struct work w = {.o = o};
    enum wr_status status = work_through(&w, err);
    work_release(&w);
    return status;
}

int main(int argc, char **argv)
{
    struct gnn_options o = {
        .cli.takes_file = true,
        .split = {.shares = {.train = 80, .val = 10, .test = 10}},
        .model = wr_model_defaults(WR_MODEL_GCN),
        .train = {.epochs = 10000,
                  .patience = 1000,
                  .min_delta = 1e-4,
                  .optimizer = {.kind = WR_OPTIMIZER_ADAM, .lr = 5e-4, .weight_decay = 1e-3}},
        .runs = 1,
        .ugs = {.l1 = 1e-2, .epochs = 200}};
    struct wr_error err = {0};
    cli_parse(&o.cli, &gnn_argp, argc, argv, &o);
    return cli_finish(&o.cli, run(&o, &err), &err);
}
