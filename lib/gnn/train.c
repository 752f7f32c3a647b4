/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"

/* The streams of the orders of graphs: away from those of parameters and dropout. */
static const uint64_t order_stream = UINT64_C(0x7401) << 48;

static int64_t rows_of(const struct wr_gnn_input *in)
{
    return in->graphs ? in->graphs : in->vertices;
}

static size_t value_size(const struct wr_trainer *t)
{
    return (size_t)t->model.net.numbers * sizeof *t->best;
}

void wr_trainer_release(struct wr_trainer *t)
{
    wr_model_release(&t->model);
    wr_batch_release(&t->batch);
    wr_optimizer_release(&t->optimizer);
    free(t->graph);
    free(t->best);
    *t = (struct wr_trainer){.all = NULL};
}

enum wr_status wr_trainer_init(struct wr_trainer *t, const struct wr_model_options *options,
                               const struct wr_gnn_input *all, int64_t batch, struct wr_error *err)
{
    struct wr_gnn_room room = wr_gnn_input_room(all);
    enum wr_status status = WR_OK;
    *t = (struct wr_trainer){.all = all};
    if (batch > 0 && batch < all->graphs) {
        t->graphs_per_step = batch;
        t->graph = wr_alloc(all->graphs, sizeof *t->graph, err);
        status = t->graph ? wr_batch_init(&t->batch, all, batch, err) : WR_ENOMEM;
        room = t->batch.room;
    }
    if (!status)
        status = wr_model_init(&t->model, options, &room, err);
    if (!status && !(t->best = wr_alloc(t->model.net.numbers, sizeof *t->best, err)))
        status = WR_ENOMEM;
    if (status)
        wr_trainer_release(t);
    return status;
}

/* --- evaluation ---------------------------------------------------------------------------- */

static void forward_on(struct wr_trainer *t, const struct wr_gnn_input *in, bool training)
{
    const struct wr_pass pass = {training, t->seed, t->steps};
    wr_model_bind(&t->model, in);
    wr_model_forward(&t->model, &pass);
}

/* Choose count graphs from position begin of the list. */
static void choose(struct wr_trainer *t, int64_t begin, int64_t count)
{
    int64_t chosen = count - begin < t->graphs_per_step ? count - begin : t->graphs_per_step;
    wr_batch_choose(&t->batch, t->all, t->graph + begin, chosen);
}

/* A pass over everything, as it is used after training: scores of all parts and, unless NULL,
 * probabilities. */
static void evaluate(struct wr_trainer *t, struct wr_score sum[WR_PARTS], wr_real *probability)
{
    int64_t rows = rows_of(t->all), classes = t->model.logits->cols;
    int64_t step = t->graphs_per_step ? t->graphs_per_step : rows;
    for (int part = 0; part < WR_PARTS; part++)
        sum[part] = (struct wr_score){0};
    for (int64_t g = 0; t->graph && g < rows; g++)
        t->graph[g] = (uint32_t)g;
    for (int64_t begin = 0; begin < rows; begin += step) {
        int64_t count = rows - begin < step ? rows - begin : step;
        if (t->graphs_per_step)
            choose(t, begin, rows);
        forward_on(t, t->graphs_per_step ? &t->batch.input : t->all, false);
        for (int part = 0; part < WR_PARTS; part++)
            wr_score_add(&sum[part], &t->model.score[part]);
        if (probability)
            memcpy(probability + begin * classes, t->model.probability->value,
                   (size_t)(count * classes) * sizeof *probability);
    }
}

static double accuracy(const struct wr_score *s)
{
    return s->count ? (double)s->correct / (double)s->count : (double)NAN;
}

static double mean_loss(const struct wr_score *s)
{
    return s->count ? s->loss / (double)s->count : (double)NAN;
}

static struct wr_fit fit_of(const struct wr_score score[WR_PARTS])
{
    const struct wr_score *train = &score[WR_PART_TRAIN], *val = &score[WR_PART_VAL];
    return (struct wr_fit){
        .train_loss = mean_loss(train),
        .val_loss = mean_loss(val),
        .train_acc = accuracy(train),
        .val_acc = accuracy(val),
        .test_acc = accuracy(&score[WR_PART_TEST]),
        .val_correct = val->correct,
        .val_count = val->count,
    };
}

void wr_trainer_score(struct wr_trainer *t, struct wr_fit *fit)
{
    struct wr_score score[WR_PARTS];
    evaluate(t, score, NULL);
    *fit = fit_of(score);
}

void wr_trainer_predict(struct wr_trainer *t, wr_real *probability)
{
    struct wr_score score[WR_PARTS];
    evaluate(t, score, probability);
}

/* --- steps --------------------------------------------------------------------------------- */

/* Against the gradient at the last forward pass. */
static void descend(struct wr_trainer *t)
{
    const struct wr_pass pass = {true, t->seed, t->steps};
    wr_model_backward(&t->model, &pass);
    WR_REAL(wr_optimizer_step)(&t->optimizer, t->model.net.value, t->model.net.grad);
    t->steps++;
}

/* The training graphs to the front of the list, in the order of this epoch; how many. */
static int64_t shuffle_training(struct wr_trainer *t, int64_t epoch)
{
    struct wr_rng rng;
    int64_t count = 0;
    for (int64_t g = 0; g < t->all->graphs; g++)
        if (t->all->part[g] == WR_PART_TRAIN && t->all->label[g] >= 0)
            t->graph[count++] = (uint32_t)g;
    wr_rng_init(&rng, t->seed, order_stream | (uint64_t)epoch);
    for (int64_t i = count - 1; i > 0; i--) {
        int64_t j = (int64_t)wr_rng_below(&rng, (uint64_t)i + 1);
        uint32_t g = t->graph[i];
        t->graph[i] = t->graph[j];
        t->graph[j] = g;
    }
    return count;
}

static void step_through_batches(struct wr_trainer *t, int64_t epoch)
{
    int64_t count = shuffle_training(t, epoch);
    for (int64_t begin = 0; begin < count; begin += t->graphs_per_step) {
        choose(t, begin, count);
        forward_on(t, &t->batch.input, true);
        descend(t);
    }
}

/* One epoch. Where training passes are evaluations, the forward pass of the step was the
 * evaluation of the epoch before. */
static void step(struct wr_trainer *t, int64_t epoch)
{
    if (t->graphs_per_step) {
        step_through_batches(t, epoch);
        return;
    }
    if (t->model.net.varies)
        forward_on(t, t->all, true);
    descend(t);
}

/* --- a run --------------------------------------------------------------------------------- */

/* Early stopping. */
struct memory {
    struct wr_fit reference; /* of the last improvement by min_delta */
    int64_t waited;          /* epochs since */
};

static bool is_better(const struct wr_fit *fit, const struct wr_fit *best)
{
    if (fit->val_count == 0 || fit->val_correct > best->val_correct)
        return true;
    return fit->val_correct == best->val_correct && fit->val_loss < best->val_loss;
}

static bool improves(const struct wr_fit *fit, const struct wr_fit *before, double min_delta)
{
    int64_t more = fit->val_correct - before->val_correct;
    return more > 0 && (double)more / (double)fit->val_count >= min_delta;
}

static void keep(struct wr_trainer *t, struct wr_train_result *result, int64_t epoch,
                 const struct wr_fit *fit)
{
    result->best_epoch = epoch;
    result->best = *fit;
    memcpy(t->best, t->model.net.value, value_size(t));
}

/* Take note of the scores of an epoch; whether to go on. */
static bool judge(struct wr_trainer *t, const struct wr_train_options *o, struct memory *m,
                  int64_t epoch, const struct wr_fit *fit, struct wr_train_result *result)
{
    bool first = epoch == 0;
    result->epochs = epoch;
    result->diverged = !isfinite(fit->train_loss);
    if (first || (!result->diverged && is_better(fit, &result->best)))
        keep(t, result, epoch, fit);
    m->waited++;
    if (first || improves(fit, &m->reference, o->min_delta)) {
        m->reference = *fit;
        m->waited = 0;
    }
    result->settled = !result->diverged && fit->val_count > 0 && m->waited >= o->patience;
    return !result->settled && !result->diverged;
}

static void run_epochs(struct wr_trainer *t, const struct wr_train_options *o,
                       const struct wr_train_watch *watch, struct wr_train_result *result)
{
    struct memory memory = {.waited = 0};
    for (int64_t epoch = 0; epoch <= o->epochs; epoch++) {
        struct wr_fit fit;
        if (epoch > 0)
            step(t, epoch);
        wr_trainer_score(t, &fit);
        bool wanted = !watch->epoch || watch->epoch(watch->context, epoch, &fit);
        bool go_on = judge(t, o, &memory, epoch, &fit, result);
        result->interrupted = go_on && !wanted && epoch < o->epochs;
        if (!go_on || !wanted)
            break;
    }
}

static enum wr_status check(const struct wr_trainer *t, struct wr_error *err)
{
    for (int64_t i = 0; i < rows_of(t->all); i++)
        if (t->all->part[i] == WR_PART_TRAIN && t->all->label[i] >= 0)
            return WR_OK;
    return wr_error_set(err, WR_EDATA,
                        "there is nothing to train on: no %s with a label is in "
                        "the training part",
                        t->all->graphs ? "graph" : "vertex");
}

enum wr_status wr_train_not_finite(const char *what, int64_t epoch, double lr, struct wr_error *err)
{
    if (epoch == 0)
        return wr_error_set(err, WR_ENUMERIC,
                            "the loss is not finite before any step: features or parameters are "
                            "too large");
    return wr_error_set(err, WR_ENUMERIC,
                        "the loss is not finite in %s %lld; try --lr smaller than %g", what,
                        (long long)epoch, lr);
}

enum wr_status wr_trainer_run(struct wr_trainer *t, const struct wr_train_options *options,
                              const struct wr_train_watch *watch, struct wr_train_result *result,
                              struct wr_error *err)
{
    const struct wr_net *net = &t->model.net;
    enum wr_status status = check(t, err);
    wr_optimizer_release(&t->optimizer);
    if (!status)
        status = wr_optimizer_init(&t->optimizer, &options->optimizer, net->weights,
                                   sizeof *net->value, err);
    if (status)
        return status;
    t->seed = options->seed;
    t->steps = 0;
    *result = (struct wr_train_result){0};
    run_epochs(t, options, watch, result);
    memcpy(net->value, t->best, value_size(t));
    return result->diverged
               ? wr_train_not_finite("epoch", result->epochs, options->optimizer.lr, err)
               : WR_OK;
}
