/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ugs.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/sort.h"
#include "data/graph.h"
#include "gnn/edge_weights.h"
#include "gnn/train.h"

enum { ROUNDS = 20 }; /* at most: each prunes 5 % of the edges */

/* What one round trains. */
struct round {
    struct wr_graph graph; /* of the edges that are left */
    struct wr_adjacency adjacency;
    struct wr_edge_weights weights;
    struct wr_optimizer parameters, edges;
};

struct ugs {
    const struct wr_gnn_input *input;
    const struct wr_ugs_options *options;
    const struct wr_progress *progress;
    enum wr_adjacency_kind kind;
    struct wr_model model;
    struct round round;
    int64_t count;     /* edges that are left */
    uint64_t *edge;    /* count, ascending */
    uint64_t *key;     /* count: scratch */
    int64_t per_round; /* edges to prune */
    int64_t epochs;    /* of all rounds */
    struct wr_ugs_result result;
};

bool wr_ugs_supports(enum wr_model_kind kind)
{
    return kind == WR_MODEL_GCN || kind == WR_MODEL_GIN || kind == WR_MODEL_RESGCN;
}

/* --- a round ------------------------------------------------------------------------------- */

static void round_release(struct round *r)
{
    wr_optimizer_release(&r->edges);
    wr_optimizer_release(&r->parameters);
    wr_edge_weights_release(&r->weights);
    wr_adjacency_release(&r->adjacency);
    wr_graph_release(&r->graph);
    *r = (struct round){.graph = {.n = 0}};
}

static enum wr_status optimizers_init(struct ugs *u, struct wr_error *err)
{
    struct wr_optimizer_options options = u->options->optimizer;
    struct round *r = &u->round;
    enum wr_status status = wr_optimizer_init(&r->parameters, &options, u->model.net.weights,
                                              sizeof *u->model.net.value, err);
    options.weight_decay = 0;
    if (!status)
        status = wr_optimizer_init(&r->edges, &options, r->weights.count, sizeof *r->weights.weight,
                                   err);
    return status;
}

/* The graph of the edges that are left, with weights of 1, before a network that is new. */
static enum wr_status round_init(struct ugs *u, struct wr_error *err)
{
    struct round *r = &u->round;
    struct wr_gnn_input input = *u->input;
    enum wr_status status =
        wr_graph_from_edges(&r->graph, (uint32_t)input.vertices, u->edge, u->count, false, err);
    if (!status)
        status = wr_adjacency_init(&r->adjacency, &r->graph, input.vertices, u->kind, err);
    if (!status)
        status = wr_edge_weights_init(&r->weights, &r->adjacency, err);
    if (!status)
        status = optimizers_init(u, err);
    if (status)
        return status;
    input.adjacency = r->adjacency;
    wr_model_bind(&u->model, &input);
    wr_net_draw_params(&u->model.net, u->options->seed);
    u->result.rounds++;
    return WR_OK;
}

struct penalty {
    struct wr_edge_weights *weights;
    wr_real l1;
};

/* The subgradient of l1 |w| */
static void penalise(void *context, int64_t begin, int64_t end)
{
    const struct penalty *p = context;
    const wr_real *w = p->weights->weight;
    for (int64_t e = begin; e < end; e++)
        p->weights->grad[e] += w[e] > 0 ? p->l1 : w[e] < 0 ? -p->l1 : 0;
}

/* The loss of the last forward pass. */
static enum wr_status check_loss(const struct ugs *u, struct wr_error *err)
{
    const struct wr_score *train = &u->model.score[WR_PART_TRAIN];
    if (train->count == 0)
        return wr_error_set(err, WR_EDATA,
                            "there is nothing to learn edge weights from: no %s with a label is in "
                            "the training part",
                            u->input->graphs ? "graph" : "vertex");
    if (!isfinite(train->loss))
        return wr_train_not_finite("UGS epoch", u->result.epochs, u->options->optimizer.lr, err);
    return WR_OK;
}

static enum wr_status step(struct ugs *u, struct wr_error *err)
{
    const struct wr_pass pass = {true, u->options->seed, (uint64_t)u->result.epochs};
    struct round *r = &u->round;
    struct penalty penalty = {&r->weights, (wr_real)u->options->l1};
    wr_edge_weights_begin(&r->weights);
    wr_model_forward(&u->model, &pass);
    enum wr_status status = check_loss(u, err);
    if (status)
        return status;
    wr_model_backward(&u->model, &pass);
    wr_blocks_run(r->weights.count, WR_BLOCK, penalise, &penalty);
    WR_REAL(wr_optimizer_step)(&r->parameters, u->model.net.value, u->model.net.grad);
    WR_REAL(wr_optimizer_step)(&r->edges, r->weights.weight, r->weights.grad);
    u->result.epochs++;
    return WR_OK;
}

static enum wr_status train(struct ugs *u, struct wr_error *err)
{
    for (int64_t epoch = 0; epoch < u->options->epochs && !u->result.interrupted; epoch++) {
        enum wr_status status = step(u, err);
        if (status)
            return status;
        u->result.interrupted = !wr_progress_step(u->progress, u->result.epochs, u->epochs);
    }
    return WR_OK;
}

/* --- all rounds ---------------------------------------------------------------------------- */

/* The edges that are left, ascending by |w|, those of equal ones as words: a stable sort, and what
 * is not negative compares as its bits do. */
static enum wr_status rank(struct ugs *u, struct wr_error *err)
{
    for (int64_t e = 0; e < u->count; e++) {
        double magnitude = fabs((double)u->round.weights.weight[e]);
        memcpy(&u->key[e], &magnitude, sizeof magnitude);
    }
    return wr_sort_u64_with(u->key, u->edge, u->count, err);
}

/* The first `pruned' edges of the ranking go to order; the others are left, ascending. */
static enum wr_status prune(struct ugs *u, int64_t pruned, uint64_t *order, struct wr_error *err)
{
    enum wr_status status = rank(u, err);
    if (status)
        return status;
    memcpy(order, u->edge, (size_t)pruned * sizeof *order);
    u->count -= pruned;
    memmove(u->edge, u->edge + pruned, (size_t)u->count * sizeof *u->edge);
    return wr_sort_u64(u->edge, u->count, err);
}

/* The words of all edges, ascending, and how many of them go in each round. */
static enum wr_status take_edges(struct ugs *u, struct wr_error *err)
{
    const struct wr_adjacency *a = &u->input->adjacency;
    u->count = wr_adjacency_edges(a, NULL);
    u->per_round = wr_block_count(u->count, ROUNDS); /* m / 20, rounded up */
    int64_t rounds = u->count ? wr_block_count(u->count, u->per_round) : 0;
    if (__builtin_mul_overflow(rounds, u->options->epochs, &u->epochs))
        return wr_error_set(err, WR_EINVAL, "more epochs than can be counted");
    u->edge = wr_alloc(u->count, sizeof *u->edge, err);
    u->key = wr_alloc(u->count, sizeof *u->key, err);
    int64_t *entry = wr_alloc(u->count, sizeof *entry, err);
    if (!u->edge || !u->key || !entry) {
        free(entry);
        return WR_ENOMEM;
    }
    wr_adjacency_edges(a, entry);
    for (int64_t e = 0; e < u->count; e++) /* (u, v): its reverse is in column u */
        u->edge[e] = wr_arc(a->col[a->reverse[entry[e]]], a->col[entry[e]]);
    free(entry);
    return WR_OK;
}

static enum wr_status run_rounds(struct ugs *u, uint64_t *order, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    while (!status && u->count > 0) {
        status = round_init(u, err);
        if (!status)
            status = train(u, err);
        bool last = u->count <= u->per_round || u->result.interrupted;
        int64_t pruned = last ? u->count : u->per_round;
        if (!status)
            status = prune(u, pruned, order, err);
        order += pruned;
        round_release(&u->round);
    }
    return status;
}

enum wr_status wr_ugs_order(const struct wr_gnn_input *input, const struct wr_model_options *model,
                            const struct wr_ugs_options *options,
                            const struct wr_progress *progress, uint64_t *order,
                            struct wr_ugs_result *result, struct wr_error *err)
{
    assert(wr_ugs_supports(model->kind) && options->epochs >= 1);
    struct ugs u = {.input = input,
                    .options = options,
                    .progress = progress,
                    .kind = wr_model_adjacency(model->kind)};
    struct wr_gnn_room room = wr_gnn_input_room(input);
    room.edge_weights = true;
    enum wr_status status = wr_model_init(&u.model, model, &room, err);
    if (status)
        return status;
    status = take_edges(&u, err);
    if (!status)
        status = run_rounds(&u, order, err);
    if (!status)
        *result = u.result;
    free(u.edge);
    free(u.key);
    wr_model_release(&u.model);
    return status;
}
