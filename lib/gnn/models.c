/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/models.h"

#include <assert.h>

#include "gnn/ops.h"

const char *const wr_model_names[WR_MODELS] = {"gcn",    "gin",     "gat", "sage",
                                               "resgcn", "product", "mlp"};
const char *const wr_norm_names[WR_NORMS] = {"layer", "batch", "none"};

struct wr_model_options wr_model_defaults(enum wr_model_kind kind)
{
    struct wr_model_options o = {
        .kind = kind, .layers = 3, .hidden = 64, .heads = 4, .norm = WR_NORM_LAYER};
    if (kind == WR_MODEL_GIN || kind == WR_MODEL_RESGCN)
        o.norm = WR_NORM_BATCH;
    if (kind == WR_MODEL_PRODUCT)
        o.norm = WR_NORM_NONE;
    if (kind == WR_MODEL_RESGCN) {
        o.layers = 10;
        o.hidden = 128;
        o.dropout = 0.5;
    }
    return o;
}

enum wr_adjacency_kind wr_model_adjacency(enum wr_model_kind kind)
{
    static const enum wr_adjacency_kind adjacency[WR_MODELS] = {
        [WR_MODEL_GCN] = WR_ADJACENCY_GCN,    [WR_MODEL_GIN] = WR_ADJACENCY_SUM,
        [WR_MODEL_GAT] = WR_ADJACENCY_CLOSED, [WR_MODEL_SAGE] = WR_ADJACENCY_MEAN,
        [WR_MODEL_RESGCN] = WR_ADJACENCY_SUM, [WR_MODEL_PRODUCT] = WR_ADJACENCY_CLOSED,
        [WR_MODEL_MLP] = WR_ADJACENCY_NONE,
    };
    return adjacency[kind];
}

/* What the functions that write down a model share. */
struct builder {
    struct wr_net *net;
    const struct wr_gnn_input *in;
    const struct wr_gnn_room *room;
    const struct wr_model_options *o;
};

/* H W, H through dropout. NULL stands for the features (after a failure nothing is appended). */
static struct wr_var *linear(const struct builder *b, struct wr_var *h, int64_t out, bool bias)
{
    if (!h)
        return wr_op_input(b->net, b->in, b->room, out, bias, b->o->dropout);
    return wr_op_linear(b->net, wr_op_dropout(b->net, h, b->o->dropout), out, bias, NULL);
}

static struct wr_var *add_bias(const struct builder *b, struct wr_var *x)
{
    return wr_op_activate(b->net, x, (struct wr_activation){.bias = true});
}

/* X + b or, where batch norm would subtract b again, X; then normalised and through relu: layer
 * norm follows it, batch norm comes before. */
static struct wr_var *activate(const struct builder *b, struct wr_var *x)
{
    if (b->o->norm == WR_NORM_BATCH)
        return wr_op_batch_norm(b->net, x, true);
    const struct wr_activation what = {
        .bias = true, .relu = true, .layer_norm = b->o->norm == WR_NORM_LAYER};
    return wr_op_activate(b->net, x, what);
}

/*
 * Whether A H W, with the product by W from in to out columns, is (A H) W or A (H W). A costs its
 * entries times the columns that it is applied to, W the same either way: the narrower side is A's.
 * Features go through W first. Sparse ones would become denser by A; dense ones are usually wider
 * than layers, and A X is not kept between passes, as A's values, X and what dropout leaves of it
 * may change.
 */
static bool aggregates_first(const struct wr_var *h, int64_t out)
{
    return h && h->cols < out;
}

/* A H W, A the normalised adjacency with self-loops */
static struct wr_var *gcn(const struct builder *b, struct wr_var *h, int64_t out)
{
    if (!aggregates_first(h, out))
        return wr_op_neighbours(b->net, linear(b, h, out, false), &b->in->adjacency, b->room);
    h = wr_op_dropout(b->net, h, b->o->dropout);
    h = wr_op_neighbours(b->net, h, &b->in->adjacency, b->room);
    return wr_op_linear(b->net, h, out, false, NULL);
}

/* act(((1 + eps) H + A H) W) V: the sum commutes with W */
static struct wr_var *gin(const struct builder *b, struct wr_var *h, int64_t out)
{
    struct wr_var *sum =
        wr_op_combine(b->net, linear(b, h, b->o->hidden, false), &b->in->adjacency);
    return wr_op_linear(b->net, activate(b, sum), out, false, NULL);
}

/* Attention over H W; one head where it maps to the classes */
static struct wr_var *gat(const struct builder *b, struct wr_var *h, int64_t out, bool last)
{
    return wr_op_attention(b->net, linear(b, h, out, false), last ? 1 : b->o->heads,
                           &b->in->adjacency, b->room);
}

/* H W + A H V, A the mean over neighbours */
static struct wr_var *sage(const struct builder *b, struct wr_var *h, int64_t out)
{
    return wr_op_add(b->net, linear(b, h, out, false), gcn(b, h, out));
}

/* The product over closed neighbourhoods of H W */
static struct wr_var *product(const struct builder *b, struct wr_var *h, int64_t out)
{
    return wr_op_product(b->net, linear(b, h, out, false), WR_ROWS_VERTICES,
                         &b->in->adjacency.matrix, &b->in->adjacency.transpose);
}

/* One layer without bias and activation. */
static struct wr_var *convolve(const struct builder *b, struct wr_var *h, int64_t out, bool last)
{
    switch (b->o->kind) {
    case WR_MODEL_GCN:
        return gcn(b, h, out);
    case WR_MODEL_GIN:
        return gin(b, h, out);
    case WR_MODEL_GAT:
        return gat(b, h, out, last);
    case WR_MODEL_SAGE:
        return sage(b, h, out);
    case WR_MODEL_PRODUCT:
        return product(b, h, out);
    default:
        return linear(b, h, out, false);
    }
}

/* What follows a hidden layer. Gin has normalised inside; the product network is multilinear. */
static struct wr_var *finish(const struct builder *b, struct wr_var *x)
{
    const struct wr_activation relu = {.bias = true, .relu = true};
    if (b->o->kind == WR_MODEL_PRODUCT)
        return x;
    return b->o->kind == WR_MODEL_GIN ? wr_op_activate(b->net, x, relu) : activate(b, x);
}

/* The mean over the vertices of each graph, or the product; for graph prediction. */
static struct wr_var *readout(const struct builder *b, struct wr_var *h)
{
    if (b->room->graphs == 0)
        return h;
    if (b->o->kind == WR_MODEL_PRODUCT)
        return wr_op_product(b->net, h, WR_ROWS_GRAPHS, &b->in->all, &b->in->all_t);
    return wr_op_aggregate(b->net, h, WR_ROWS_GRAPHS, &b->in->mean, &b->in->mean_t);
}

/* Most models: layers one after the other. The product network has no bias. */
static struct wr_var *plain(const struct builder *b)
{
    const bool biased = b->o->kind != WR_MODEL_PRODUCT;
    struct wr_var *h = NULL;
    for (int l = b->o->conv; l < b->o->layers; l++)
        h = finish(b, convolve(b, h, b->o->hidden, false));
    if (!b->o->conv)
        return linear(b, readout(b, h), b->o->classes, biased);
    h = convolve(b, h, b->o->classes, true);
    return readout(b, biased ? add_bias(b, h) : h);
}

/* Aggregate, then W and bias; plus base. */
static struct wr_var *residual_conv(const struct builder *b, struct wr_var *h, int64_t out,
                                    struct wr_var *base)
{
    h = wr_op_softmax_aggregate(b->net, h, &b->in->adjacency);
    return wr_op_linear(b->net, h, out, true, base);
}

/* The "res+" blocks of DeeperGCN, section 3.3: h + conv(dropout(relu(norm(h)))), after a linear
 * encoder and a first layer without them. */
static struct wr_var *residual(const struct builder *b)
{
    const struct wr_model_options *o = b->o;
    int last = o->layers - o->conv; /* hidden layers */
    struct wr_var *h = wr_op_input(b->net, b->in, b->room, o->hidden, true, 0);
    for (int l = 0; l < last; l++) {
        struct wr_var *in = l ? wr_op_dropout(b->net, activate(b, h), o->dropout) : h;
        h = residual_conv(b, in, o->hidden, l ? h : NULL);
    }
    h = activate(b, h);
    if (!o->conv)
        return linear(b, readout(b, h), o->classes, true);
    return readout(b, residual_conv(b, wr_op_dropout(b->net, h, o->dropout), o->classes, NULL));
}

static enum wr_status check(const struct wr_model_options *o, struct wr_error *err)
{
    if (o->layers < 1 || o->hidden < 1 || o->classes < 1)
        return wr_error_set(err, WR_EINVAL, "layers, widths and classes are at least 1");
    if (!(o->dropout >= 0 && o->dropout < 1))
        return wr_error_set(err, WR_EINVAL, "dropout %g is not in [0, 1)", o->dropout);
    if (o->kind == WR_MODEL_GAT && (o->heads < 1 || o->hidden % o->heads != 0))
        return wr_error_set(err, WR_EINVAL, "%lld heads do not divide the width %lld",
                            (long long)o->heads, (long long)o->hidden);
    return WR_OK;
}

enum wr_status wr_model_init(struct wr_model *model, const struct wr_model_options *options,
                             const struct wr_gnn_room *room, struct wr_error *err)
{
    enum wr_status status = check(options, err);
    if (status)
        return status;
    *model = (struct wr_model){.edge_weights = room->edge_weights};
    wr_net_init(&model->net, room->vertices, room->graphs);
    const struct builder b = {&model->net, &model->input, room, options};
    model->logits = options->kind == WR_MODEL_RESGCN ? residual(&b) : plain(&b);
    if (model->logits)
        model->logits->kept = true;
    model->probability =
        wr_op_cross_entropy(&model->net, model->logits, &model->input, &model->score);
    if (model->probability)
        model->probability->kept = true;
    status = wr_net_finish(&model->net, err);
    if (status)
        wr_model_release(model);
    return status;
}

void wr_model_release(struct wr_model *model)
{
    wr_net_release(&model->net);
}

void wr_model_bind(struct wr_model *model, const struct wr_gnn_input *input)
{
    assert(input->vertices <= model->net.capacity[WR_ROWS_VERTICES] &&
           input->graphs <= model->net.capacity[WR_ROWS_GRAPHS]);
    assert(model->edge_weights || !input->adjacency.weights);
    model->input = *input;
    model->net.rows[WR_ROWS_VERTICES] = input->vertices;
    model->net.rows[WR_ROWS_GRAPHS] = input->graphs;
}
