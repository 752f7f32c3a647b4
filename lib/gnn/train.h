/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_TRAIN_H
#define WR_GNN_TRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "gnn/input.h"
#include "gnn/models.h"
#include "optim/optimizer.h"

/*
 * Training of a model on an input: gradient descent on the cross-entropy of the training rows,
 * with early stopping on the accuracy of the validation rows.
 *
 * Epoch e is one step (a step per mini-batch of graphs) from the weights of epoch e - 1; epoch 0
 * is what training begins with. The scores of an epoch are those of its weights, from a pass
 * without dropout.
 */
struct wr_train_options {
    int64_t epochs;   /* at most */
    int64_t patience; /* stop after so many epochs without improvement on validation; >= 1 */
    double min_delta; /* that an improvement is at least, in accuracy */
    struct wr_optimizer_options optimizer;
    uint64_t seed; /* of dropout and mini-batches */
};

/* How well the weights of an epoch do; NaN for a part without labelled rows. */
struct wr_fit {
    double train_loss; /* mean cross-entropy */
    double val_loss;
    double train_acc, val_acc, test_acc; /* from 0 to 1 */
    int64_t val_correct, val_count;
};

struct wr_train_result {
    int64_t epochs;     /* done */
    int64_t best_epoch; /* whose weights were kept */
    struct wr_fit best; /* its scores */
    bool settled;       /* ended by early stopping */
    bool interrupted;
    bool diverged; /* ended by a loss that is not finite */
};

/* Told of every epoch, from 0; false ends the training after it. epoch NULL: nobody is told. */
struct wr_train_watch {
    bool (*epoch)(void *context, int64_t epoch, const struct wr_fit *fit);
    void *context;
};

/* A model with what its training needs. Refers to itself: it must not be moved. */
struct wr_trainer {
    struct wr_model model;
    const struct wr_gnn_input *all;
    int64_t graphs_per_step; /* 0: everything at once */
    struct wr_batch batch;
    uint32_t *graph; /* a batch's graphs come from here */
    wr_real *best;   /* the values of the network at the best epoch */
    struct wr_optimizer optimizer;
    uint64_t seed, steps; /* of the passes */
};

/*
 * wr_trainer_init - build a model for an input; then draw or set its parameters, t->model.net.
 *
 * t        out  release with wr_trainer_release; needs none on failure
 * all      in   the caller's; must outlive t. Labels and parts may change between runs
 * batch    in   graphs per step, for graph prediction; 0: everything at once
 * Errors   as wr_model_init
 */
enum wr_status wr_trainer_init(struct wr_trainer *t, const struct wr_model_options *options,
                               const struct wr_gnn_input *all, int64_t batch, struct wr_error *err);
void wr_trainer_release(struct wr_trainer *t);

/*
 * wr_trainer_run - train from the parameters that are set, to those of the best epoch.
 *
 * The best epoch is that with the highest validation accuracy, among equals that with the lowest
 * validation loss; the last one when there are no validation rows. Nothing is allocated between
 * epochs.
 *
 * result  out  also after WR_ENUMERIC
 * Errors  WR_EDATA when there are no training rows; WR_EINVAL as wr_optimizer_init; WR_ENUMERIC
 *         when the loss leaves the finite numbers: the parameters are those of the best epoch
 *         before; WR_ENOMEM
 */
enum wr_status wr_trainer_run(struct wr_trainer *t, const struct wr_train_options *options,
                              const struct wr_train_watch *watch, struct wr_train_result *result,
                              struct wr_error *err);

/* The scores of the parameters that are set. */
void wr_trainer_score(struct wr_trainer *t, struct wr_fit *fit);

/* The probabilities of the classes, vertices or graphs x classes. */
void wr_trainer_predict(struct wr_trainer *t, wr_real *probability);

/* WR_ENUMERIC: the loss is not finite in this epoch, a number of those that `what' names; 0: before
 * any step. */
enum wr_status wr_train_not_finite(const char *what, int64_t epoch, double lr,
                                   struct wr_error *err);

#endif
