/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn-options.h"

#include <stdio.h>
#include <string.h>

#include "cli-args.h"

#include "data/graph.h"
#include "gnn/ugs.h"
#include "io/number.h"
#include "io/splitfile.h"

static const char doc[] =
    "Train a graph neural network to classify vertices, or graphs, and report its accuracy. FILE, "
    "or standard input, is the graph: an edge list (`u v [rest]`), a Matrix Market, METIS or .npy "
    "file, plain, gzip or zstd. The output is a table with a row per run."
    "\v"
    "Examples:\n"
    "  gnn-train -f features.svm edges.txt\n"
    "  wis-sparsify -k 30% edges.txt | gnn-train -f features.svm --runs=10\n"
    "  gnn-train -m gat -f x.npy -y labels.txt --split=split.txt --save=model edges.txt\n"
    "  gnn-train -f features.svm --load=model --predict=classes.tsv edges.txt\n"
    "  gnn-train -f features.svm --ugs-order=order.txt --epochs=0 edges.txt\n"
    "\n"
    "Exit status: 0 done, 1 bad data, I/O error or a loss that is not finite, 2 usage error, 3 "
    "with --strict a run that --epochs ended, 130 interrupted.";

enum {
    KEY_SPLIT = 0x100,
    KEY_SPLIT_SEED,
    KEY_GRAPHS,
    KEY_ROW_NORMALIZE,
    KEY_HEADS,
    KEY_DROPOUT,
    KEY_NORM,
    KEY_CLASSIFIER,
    KEY_LR,
    KEY_WEIGHT_DECAY,
    KEY_EPOCHS,
    KEY_PATIENCE,
    KEY_MIN_DELTA,
    KEY_BATCH,
    KEY_RUNS,
    KEY_STRICT,
    KEY_LOG,
    KEY_SAVE,
    KEY_LOAD,
    KEY_PREDICT,
    KEY_UGS_ORDER,
    KEY_UGS_L1,
    KEY_UGS_EPOCHS
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Data:", 1},
    {"features", 'f', "FILE", 0,
     "Features of the vertices, svmlight or .npy; required. They say how many vertices there are",
     1},
    {"labels", 'y', "FILE", 0,
     "Classes, one per line or .npy, -1: unlabelled; default: from svmlight features", 1},
    {"split", KEY_SPLIT, "FILE|T/V/T", 0,
     "train, val, test or none per line; or percentages of a random split (default 80/10/10)", 1},
    {"split-seed", KEY_SPLIT_SEED, "N", 0,
     "Seed of the random split of all runs (default: the seed of each run)", 1},
    {"graphs", KEY_GRAPHS, "FILE", 0,
     "Predict graphs: the number of the graph, from 0, of each vertex; labels and splits are then "
     "per graph",
     1},
    {"row-normalize", KEY_ROW_NORMALIZE, NULL, 0, "Divide each feature row by its sum", 1},
    {NULL, 0, NULL, 0, "Model:", 2},
    {"model", 'm', "MODEL", 0, "gcn (default), gin, gat, sage, resgcn, product or mlp", 2},
    {"layers", 'L', "N", 0, "Layers (default 3; resgcn 10)", 2},
    {"hidden", 'H', "N", 0,
     "Width of the hidden layers, of all heads together (default 64; resgcn 128)", 2},
    {"heads", KEY_HEADS, "N", 0, "Attention heads of gat (default 4)", 2},
    {"dropout", KEY_DROPOUT, "P", 0,
     "Probability to drop a number from a layer's input (default 0; resgcn 0.5)", 2},
    {"norm", KEY_NORM, "NORM", 0,
     "layer (default), batch (default of gin, resgcn) or none; not for product", 2},
    {"classifier", KEY_CLASSIFIER, "HOW", 0,
     "linear: a layer after the others (default); conv: the last layer maps to the classes", 2},
    {NULL, 0, NULL, 0, "Training:", 3},
    {"lr", KEY_LR, "R", 0, "Learning rate of Adam (default 5e-4)", 3},
    {"weight-decay", KEY_WEIGHT_DECAY, "W", 0,
     "Times the weights added to the gradient (default 1e-3)", 3},
    {"epochs", KEY_EPOCHS, "N", 0, "At most N epochs (default 10000)", 3},
    {"patience", KEY_PATIENCE, "N", 0,
     "Stop after N epochs without better validation accuracy (default 1000)", 3},
    {"min-delta", KEY_MIN_DELTA, "D", 0, "How much better, at least (default 1e-4)", 3},
    {"batch", KEY_BATCH, "N", 0, "Graphs per step, with --graphs (default: all)", 3},
    {"runs", KEY_RUNS, "K", 0, "K runs, with seeds from --seed on (default 1)", 3},
    {"strict", KEY_STRICT, NULL, 0, "Exit with 3 when --epochs ends a run before --patience", 3},
    {NULL, 0, NULL, 0, "Files:", 4},
    {"log", KEY_LOG, "FILE", 0, "A row for each epoch", 4},
    {"save", KEY_SAVE, "FILE", 0, "The model, of the run that is best on validation", 4},
    {"load", KEY_LOAD, "FILE", 0,
     "Evaluate a saved model; it is trained further only with --epochs", 4},
    {"predict", KEY_PREDICT, "FILE", 0, "Predicted class and probabilities of each vertex or graph",
     4},
    {NULL, 0, NULL, 0, "Edges:", 5},
    {"ugs-order", KEY_UGS_ORDER, "FILE", 0,
     "Learn a weight of each edge and write the order in which UGS removes edges, for wis-sparsify "
     "--from-order; gcn, gin and resgcn",
     5},
    {"ugs-l1", KEY_UGS_L1, "X", 0,
     "Times the sum of the weights' magnitudes is the penalty (default 1e-2)", 5},
    {"ugs-epochs", KEY_UGS_EPOCHS, "N", 0, "Epochs of each of the 20 rounds (default 200)", 5},
    {0}};

const char *const gnn_option_names[GNN_GIVEN] = {
    "model",        "layers",        "hidden", "heads",     "dropout",   "norm",
    "classifier",   "row-normalize", "epochs", "patience",  "min-delta", "lr",
    "weight-decay", "split-seed",    "ugs-l1", "ugs-epochs"};

const char *const gnn_classifier_names[] = {"linear", "conv", NULL};

/* Words for cli_choice, which wants a NULL at the end. */
static int choose(struct argp_state *state, const char *option, const char *arg,
                  const char *const names[], int count)
{
    const char *words[WR_MODELS + 1] = {NULL};
    memcpy(words, names, (size_t)count * sizeof *names);
    return cli_choice(state, option, arg, words);
}

static void give(struct gnn_options *o, enum gnn_given option)
{
    o->given |= 1u << option;
}

/* What -m has changed by default, where nothing else was said. */
static void take_model_defaults(struct gnn_options *o)
{
    struct wr_model_options model = wr_model_defaults(o->model.kind);
    if (gnn_is_given(o, GNN_LAYERS))
        model.layers = o->model.layers;
    if (gnn_is_given(o, GNN_HIDDEN))
        model.hidden = o->model.hidden;
    if (gnn_is_given(o, GNN_HEADS))
        model.heads = o->model.heads;
    if (gnn_is_given(o, GNN_DROPOUT))
        model.dropout = o->model.dropout;
    if (gnn_is_given(o, GNN_NORM))
        model.norm = o->model.norm;
    model.conv = o->model.conv;
    o->model = model;
}

/* An option without effect is a misunderstanding. */
static void check_model(struct argp_state *state, const struct gnn_options *o)
{
    const char *name = wr_model_names[o->model.kind];
    if (gnn_is_given(o, GNN_HEADS) && o->model.kind != WR_MODEL_GAT)
        cli_refuse(state, "--heads is not used by --model=%s; --model=gat uses it", name);
    if (gnn_is_given(o, GNN_NORM) && o->model.kind == WR_MODEL_PRODUCT)
        cli_refuse(state, "--norm is not used by --model=product; the other models use it");
    if (o->model.kind == WR_MODEL_GAT && o->model.hidden % o->model.heads != 0)
        cli_refuse(state, "--heads=%lld does not divide --hidden=%lld", (long long)o->model.heads,
                   (long long)o->model.hidden);
    if (o->model.dropout >= 1)
        cli_refuse(state, "--dropout: 1 drops everything, expected less");
}

static void check_training(struct argp_state *state, const struct gnn_options *o)
{
    if (o->load && o->runs > 1)
        cli_refuse(state, "--load and --runs exclude each other");
    if (o->cli.seed > UINT64_MAX - (uint64_t)(o->runs - 1))
        cli_refuse(state, "--runs=%lld from --seed=%llu on: the last seed is beyond %llu",
                   (long long)o->runs, (unsigned long long)o->cli.seed,
                   (unsigned long long)UINT64_MAX);
    if (o->batch && !o->graphs)
        cli_refuse(state, "--batch is a number of graphs: it goes with --graphs");
    if (o->split.file && gnn_is_given(o, GNN_SPLIT_SEED))
        cli_refuse(state, "--split-seed goes with a random split, not with --split=%s",
                   o->split.file);
    if (gnn_trains(o))
        return;
    for (int i = GNN_PATIENCE; i <= GNN_WEIGHT_DECAY; i++)
        if (gnn_is_given(o, (enum gnn_given)i))
            cli_refuse(state, "--%s has no effect: --load trains further only with --epochs",
                       gnn_option_names[i]);
    if (o->strict)
        cli_refuse(state, "--strict has no effect: --load trains further only with --epochs");
}

static void check_ugs(struct argp_state *state, const struct gnn_options *o)
{
    for (int i = GNN_UGS_L1; i <= GNN_UGS_EPOCHS && !o->ugs.order; i++)
        if (gnn_is_given(o, (enum gnn_given)i))
            cli_refuse(state, "--%s has no effect without --ugs-order", gnn_option_names[i]);
    if (!o->ugs.order)
        return;
    if (o->load)
        cli_refuse(state, "--load and --ugs-order exclude each other: UGS draws its parameters");
    if (!wr_ugs_supports(o->model.kind))
        cli_refuse(state,
                   "--ugs-order is not supported by --model=%s; --model=gcn, gin and resgcn "
                   "support it",
                   wr_model_names[o->model.kind]);
    if (o->runs > 1)
        cli_refuse(state, "--ugs-order is one order, of one run: it excludes --runs");
    if (o->batch)
        cli_refuse(state, "--ugs-order takes all graphs in every step: it excludes --batch");
}

static void check_inputs(struct argp_state *state, const struct gnn_options *o)
{
    const char *const inputs[] = {o->cli.input,  o->features, o->labels,
                                  o->split.file, o->graphs,   o->load};
    cli_check_inputs(state, inputs, sizeof inputs / sizeof *inputs,
                     "the graph, --features, --labels, --split, --graphs and --load");
    if (o->graphs && !o->labels && gnn_trains(o))
        cli_refuse(state, "--graphs needs --labels, with a line for each graph");
}

static void check(struct argp_state *state, struct gnn_options *o)
{
    if (!o->features)
        cli_refuse(state, "--features is required");
    take_model_defaults(o);
    if (!o->load)
        check_model(state, o);
    check_training(state, o);
    check_ugs(state, o);
    check_inputs(state, o);
}

/* Percentages, or else the name of a file. */
static void take_split(struct argp_state *state, struct gnn_options *o, const char *arg)
{
    o->split_text = arg;
    o->split.file = NULL;
    if (wr_split_shares_parse(arg, &o->split.shares))
        return;
    if (arg[0] != '/' && strchr(arg, '/') && strspn(arg, "0123456789./") == strlen(arg))
        cli_refuse(state,
                   "--split: '%s' are not three percentages whose sum is at most 100, such "
                   "as 80/10/10",
                   arg);
    o->split.file = arg;
}

static error_t parse_data(int key, char *arg, struct argp_state *state)
{
    struct gnn_options *o = state->input;
    switch (key) {
    case 'f':
        o->features = arg;
        break;
    case 'y':
        o->labels = arg;
        break;
    case KEY_SPLIT:
        take_split(state, o, arg);
        break;
    case KEY_SPLIT_SEED:
        o->split_seed = cli_uint(state, "split-seed", arg, 0, UINT64_MAX);
        give(o, GNN_SPLIT_SEED);
        break;
    case KEY_GRAPHS:
        o->graphs = arg;
        break;
    case KEY_ROW_NORMALIZE:
        o->row_normalize = true;
        give(o, GNN_ROW_NORMALIZE);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t parse_model(int key, char *arg, struct argp_state *state)
{
    struct gnn_options *o = state->input;
    switch (key) {
    case 'm':
        o->model.kind = (enum wr_model_kind)choose(state, "model", arg, wr_model_names, WR_MODELS);
        give(o, GNN_MODEL);
        break;
    case 'L':
        o->model.layers = (int)cli_uint(state, "layers", arg, 1, 10000);
        give(o, GNN_LAYERS);
        break;
    case 'H':
        o->model.hidden = (int64_t)cli_uint(state, "hidden", arg, 1, 1 << 20);
        give(o, GNN_HIDDEN);
        break;
    case KEY_HEADS:
        o->model.heads = (int64_t)cli_uint(state, "heads", arg, 1, 1 << 20);
        give(o, GNN_HEADS);
        break;
    case KEY_DROPOUT:
        o->model.dropout = cli_double(state, "dropout", arg, 0, 1);
        give(o, GNN_DROPOUT);
        break;
    case KEY_NORM:
        o->model.norm = (enum wr_norm)choose(state, "norm", arg, wr_norm_names, WR_NORMS);
        give(o, GNN_NORM);
        break;
    case KEY_CLASSIFIER:
        o->model.conv = cli_choice(state, "classifier", arg, gnn_classifier_names) == 1;
        give(o, GNN_CLASSIFIER);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t parse_training(int key, char *arg, struct argp_state *state)
{
    struct gnn_options *o = state->input;
    switch (key) {
    case KEY_LR:
        o->train.optimizer.lr = cli_double(state, "lr", arg, 1e-12, 1e6);
        give(o, GNN_LR);
        break;
    case KEY_WEIGHT_DECAY:
        o->train.optimizer.weight_decay = cli_double(state, "weight-decay", arg, 0, 1e6);
        give(o, GNN_WEIGHT_DECAY);
        break;
    case KEY_EPOCHS:
        o->train.epochs = (int64_t)cli_uint(state, "epochs", arg, 0, 1000000000);
        give(o, GNN_EPOCHS);
        break;
    case KEY_PATIENCE:
        o->train.patience = (int64_t)cli_uint(state, "patience", arg, 1, 1000000000);
        give(o, GNN_PATIENCE);
        break;
    case KEY_MIN_DELTA:
        o->train.min_delta = cli_double(state, "min-delta", arg, 0, 1);
        give(o, GNN_MIN_DELTA);
        break;
    case KEY_BATCH:
        o->batch = (int64_t)cli_uint(state, "batch", arg, 1, UINT32_MAX);
        break;
    case KEY_RUNS:
        o->runs = (int64_t)cli_uint(state, "runs", arg, 1, 1000000);
        break;
    case KEY_STRICT:
        o->strict = true;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static void take_output(struct argp_state *state, const char **path, const char *arg)
{
    struct gnn_options *o = state->input;
    *path = arg;
    cli_claim(state, &o->cli, arg);
}

static error_t parse_ugs(int key, char *arg, struct argp_state *state)
{
    struct gnn_options *o = state->input;
    switch (key) {
    case KEY_UGS_ORDER:
        take_output(state, &o->ugs.order, arg);
        break;
    case KEY_UGS_L1:
        o->ugs.l1 = cli_double(state, "ugs-l1", arg, 0, 1e6);
        give(o, GNN_UGS_L1);
        break;
    case KEY_UGS_EPOCHS:
        o->ugs.epochs = (int64_t)cli_uint(state, "ugs-epochs", arg, 1, 1000000000);
        give(o, GNN_UGS_EPOCHS);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t parse_files(int key, char *arg, struct argp_state *state)
{
    struct gnn_options *o = state->input;
    switch (key) {
    case KEY_LOG:
        take_output(state, &o->log, arg);
        break;
    case KEY_SAVE:
        take_output(state, &o->save, arg);
        break;
    case KEY_LOAD:
        o->load = arg;
        break;
    case KEY_PREDICT:
        take_output(state, &o->predict, arg);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    static error_t (*const groups[])(int, char *, struct argp_state *) = {
        parse_data, parse_model, parse_training, parse_files, parse_ugs};
    struct gnn_options *o = state->input;
    error_t result = ARGP_ERR_UNKNOWN;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->cli;
        state->child_inputs[1] = &o->graph;
        return 0;
    case ARGP_KEY_SUCCESS:
        check(state, o);
        return 0;
    default:
        for (size_t i = 0; i < sizeof groups / sizeof *groups && result == ARGP_ERR_UNKNOWN; i++)
            result = groups[i](key, arg, state);
        return result;
    }
}

const struct argp gnn_argp = {options, parse, "[FILE]", doc, graph_children, NULL, NULL};

static void report_model(struct json *j, const struct gnn_options *o)
{
    const struct wr_model_options *model = &o->model;
    json_string(j, "model", wr_model_names[model->kind]);
    json_int(j, "layers", model->layers);
    json_int(j, "hidden", model->hidden);
    json_int(j, "heads", model->heads);
    json_double(j, "dropout", model->dropout);
    json_string(j, "norm", wr_norm_names[model->norm]);
    json_string(j, "classifier", gnn_classifier_names[model->conv]);
    json_bool(j, "row_normalize", o->row_normalize);
}

/* The split in force: a file, percentages, or none with a model that was trained on a file. */
static void report_split(struct json *j, const struct gnn_options *o)
{
    const struct wr_split_shares *s = &o->split.shares;
    char train[WR_DOUBLE_DIGITS], val[WR_DOUBLE_DIGITS], test[WR_DOUBLE_DIGITS];
    char shares[3 * WR_DOUBLE_DIGITS];
    wr_format_double(train, s->train);
    wr_format_double(val, s->val);
    wr_format_double(test, s->test);
    snprintf(shares, sizeof shares, "%s/%s/%s", train, val, test);
    json_string(j, "split", o->split.file || o->split.none ? o->split.file : shares);
    if (gnn_is_given(o, GNN_SPLIT_SEED))
        json_uint(j, "split_seed", o->split_seed);
}

void gnn_report_options(struct gnn_options *o)
{
    struct json *j = &o->cli.report_options;
    json_string(j, "features", o->features);
    json_string(j, "labels", o->labels);
    report_split(j, o);
    json_string(j, "graphs", o->graphs);
    graph_report_options(j, &o->graph);
    report_model(j, o);
    json_double(j, "lr", o->train.optimizer.lr);
    json_double(j, "weight_decay", o->train.optimizer.weight_decay);
    json_int(j, "epochs", o->train.epochs);
    json_int(j, "patience", o->train.patience);
    json_double(j, "min_delta", o->train.min_delta);
    json_int(j, "batch", o->batch);
    json_int(j, "runs", o->runs);
    json_bool(j, "strict", o->strict);
    json_string(j, "log", o->log);
    json_string(j, "save", o->save);
    json_string(j, "load", o->load);
    json_string(j, "predict", o->predict);
    json_string(j, "ugs_order", o->ugs.order);
    json_double(j, "ugs_l1", o->ugs.l1);
    json_int(j, "ugs_epochs", o->ugs.epochs);
}
