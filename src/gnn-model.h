/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GNN_MODEL_H
#define GNN_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "gnn-options.h"

#include "base/error.h"
#include "gnn/net.h"
#include "io/checkpoint.h"
#include "io/sink.h"

/* A trained model as a file: a checkpoint of what it is and its numbers. */
struct gnn_saved {
    struct wr_model_options model;
    int64_t features;   /* of a vertex */
    bool graphs;        /* it predicts graphs */
    bool row_normalize; /* its features are */
    bool random_split;  /* it was trained on a random split: */
    struct wr_split_shares shares;
    uint64_t split_seed;
    struct wr_checkpoint checkpoint; /* of one that was read */
};

/* Read the settings; release with wr_checkpoint_release(&saved->checkpoint), also after an error.
 * Errors: as wr_checkpoint_read; WR_EDATA when the settings make no sense. */
enum wr_status gnn_model_read(struct gnn_saved *saved, const char *path, struct wr_error *err);

/* The settings become the options. Errors: WR_EINVAL when an option that was given says otherwise,
 * naming both. */
enum wr_status gnn_model_adopt(const struct gnn_saved *saved, struct gnn_options *o,
                               struct wr_error *err);

/* The numbers become the network's. Errors: WR_EDATA when it has others. */
enum wr_status gnn_model_set(const struct gnn_saved *saved, const struct wr_net *net,
                             struct wr_error *err);

/* Write a model; value: net.numbers of them. Errors: WR_ENOMEM; those of the sink stay there. */
enum wr_status gnn_model_write(const struct gnn_saved *saved, const wr_real *value, int64_t numbers,
                               struct wr_sink *sink, struct wr_error *err);

#endif
