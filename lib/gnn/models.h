/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_MODELS_H
#define WR_GNN_MODELS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "gnn/input.h"
#include "gnn/loss.h"
#include "gnn/net.h"

enum wr_model_kind {
    WR_MODEL_GCN,
    WR_MODEL_GIN,
    WR_MODEL_GAT,
    WR_MODEL_SAGE,
    WR_MODEL_RESGCN,
    WR_MODEL_PRODUCT,
    WR_MODEL_MLP,
    WR_MODELS
};

enum wr_norm { WR_NORM_LAYER, WR_NORM_BATCH, WR_NORM_NONE, WR_NORMS };

/* The names on the command line, by enum. */
extern const char *const wr_model_names[WR_MODELS];
extern const char *const wr_norm_names[WR_NORMS];

struct wr_model_options {
    enum wr_model_kind kind;
    int layers;     /* >= 1 */
    int64_t hidden; /* width, after concatenating heads; >= 1 */
    int64_t heads;  /* of gat; divides hidden */
    double dropout; /* on every layer's input, in [0, 1) */
    enum wr_norm norm;
    bool conv; /* the last layer itself maps to the classes, instead of a linear one after it */
    int64_t classes; /* >= 1 */
};

/* What gnn-train takes without options; classes is 0. */
struct wr_model_options wr_model_defaults(enum wr_model_kind kind);

/* The matrix that wr_gnn_input_init has to prepare for a model. */
enum wr_adjacency_kind wr_model_adjacency(enum wr_model_kind kind);

/* A network for classification. It refers to itself: it must not be moved. */
struct wr_model {
    struct wr_net net;
    struct wr_gnn_input input;    /* a copy of what is bound; the arrays are the caller's */
    struct wr_var *logits;        /* vertices or graphs x classes */
    struct wr_var *probability;   /* the same after the softmax */
    const struct wr_score *score; /* WR_PARTS of them, of the last forward pass */
    bool edge_weights;            /* their gradients are gathered */
};

/*
 * wr_model_init - build a model; release with wr_model_release. Then bind an input and draw or
 * load parameters (wr_net_draw_params(&model->net, seed)).
 *
 * model   out  undefined on failure, needs no release
 * Errors  WR_EINVAL for options out of range; WR_ENOMEM
 */
enum wr_status wr_model_init(struct wr_model *model, const struct wr_model_options *options,
                             const struct wr_gnn_room *room, struct wr_error *err);
void wr_model_release(struct wr_model *model);

/* What the next passes read; within the room, edges with weights only if it is for them. The arrays
 * stay the caller's. */
void wr_model_bind(struct wr_model *model, const struct wr_gnn_input *input);

/*
 * A forward pass leaves logits, probabilities and the scores of all parts; a backward pass after
 * it the gradient of the mean cross-entropy over the training rows. When net.varies is false the
 * training pass serves for validation and test as well. Nothing is allocated.
 */
static inline void wr_model_forward(struct wr_model *model, const struct wr_pass *pass)
{
    wr_net_forward(&model->net, pass);
}

static inline void wr_model_backward(struct wr_model *model, const struct wr_pass *pass)
{
    wr_net_backward(&model->net, pass);
}

#endif
