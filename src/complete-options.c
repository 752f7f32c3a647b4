/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "complete-options.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "cli-args.h"

enum { KEY = 0x200 }; /* argp's key of the first option */

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Data:", 10},
    {"dims", 'd', "IxJx...", 0, "Dimensions (default: of the header, or the largest indices)", 10},
    {"index-base", KEY + COMPLETE_INDEX_BASE, "B", 0, "Indices from 1 (default) or 0", 10},
    {"val", KEY + COMPLETE_VAL, "FILE", 0, "Entries to watch the loss on", 10},
    {"test", KEY + COMPLETE_TEST, "FILE", 0, "Entries to report the mean squared error on", 10},
    {"truth", KEY + COMPLETE_TRUTH, "FILE", 0,
     "The whole tensor, .tns or .npy: report the reconstruction error and that of filling with 0",
     10},
    {NULL, 0, NULL, 0, "Training:", 20},
    {"init-std", KEY + COMPLETE_INIT_STD, "S|auto", 0,
     "Standard deviation of the initial parameters; auto: halve it until the result stays", 20},
    {"init-mean", KEY + COMPLETE_INIT_MEAN, "M", 0, "Their mean (default 0)", 20},
    {"precision", KEY + COMPLETE_PRECISION, "P", 0, "double (default) or single", 20},
    {"loss", KEY + COMPLETE_LOSS, "LOSS", 0, "l2 (default), l1 or huber", 20},
    {"huber-delta", KEY + COMPLETE_HUBER_DELTA, "D", 0,
     "Where huber turns from square to linear (default 1)", 20},
    {"optimizer", KEY + COMPLETE_OPTIMIZER, "HOW", 0, "adaptive, gd or adam", 20},
    {"lr", KEY + COMPLETE_LR, "R", 0, "Learning rate (default 0.01)", 20},
    {"momentum", KEY + COMPLETE_MOMENTUM, "M", 0, "Of gd (default 0)", 20},
    {"weight-decay", KEY + COMPLETE_WEIGHT_DECAY, "W", 0,
     "Times the parameters added to the gradient (default 0)", 20},
    {"batch", KEY + COMPLETE_BATCH, "N", 0, "Observations per step (default: all)", 20},
    {"iterations", 'n', "N", 0, "At most N steps (default 1000000)", 20},
    {"tol", KEY + COMPLETE_TOL, "LOSS", 0, "Stop when the loss is below (default 1e-6)", 20},
    {"patience", KEY + COMPLETE_PATIENCE, "K", 0,
     "Stop after K steps without a better loss on --val, and write the best", 20},
    {"strict", KEY + COMPLETE_STRICT, NULL, 0, "Exit with 3 when --tol was not reached", 20},
    {NULL, 0, NULL, 0, "Files:", 30},
    {"at", KEY + COMPLETE_AT, "FILE", 0, "Write the entries at these coordinates, in this order",
     30},
    {"format", KEY + COMPLETE_FORMAT, "F", 0,
     "Write the tensor as tns (default) or npy (default when --output ends in .npy)", 30},
    {"load", KEY + COMPLETE_LOAD, "PREFIX", 0, "Start from the factors in PREFIX.*.npy", 30},
    {"factors", KEY + COMPLETE_FACTORS, "PREFIX", 0, "Write the factors to PREFIX.*.npy", 30},
    {"log", KEY + COMPLETE_LOG, "FILE", 0, "A row with loss, errors, norms at every --log-every",
     30},
    {"log-every", KEY + COMPLETE_LOG_EVERY, "N", 0, "Iterations (default 1000)", 30},
    {"top", KEY + COMPLETE_TOP, "N", 0, "Norms or singular values in the log (default 10)", 30},
    {"checkpoint", KEY + COMPLETE_CHECKPOINT, "FILE", 0, "Keep the state, at every --log-every",
     30},
    {"resume", KEY + COMPLETE_RESUME, "FILE", 0, "Go on from a checkpoint", 30},
    {0}};

static const struct argp_option sensing_options[] = {
    {"sensing", KEY + COMPLETE_SENSING, "X.npy", 0,
     "Fit rank-1 measurements instead of entries: a row is x_1 ... x_N", 10},
    {"targets", KEY + COMPLETE_TARGETS, "Y.npy", 0, "... and what they measure", 10},
    {0}};

const char *const complete_loss_names[] = {
    [WR_LOSS_L2] = "l2", [WR_LOSS_L1] = "l1", [WR_LOSS_HUBER] = "huber", NULL};
const char *const complete_optimizer_names[] = {[WR_OPTIMIZER_ADAPTIVE] = "adaptive",
                                                [WR_OPTIMIZER_GD] = "gd",
                                                [WR_OPTIMIZER_ADAM] = "adam",
                                                NULL};
const char *const complete_precision_names[] = {
    [WR_PRECISION_DOUBLE] = "double", [WR_PRECISION_SINGLE] = "single", NULL};
static const char *const format_names[] = {[WR_TENSOR_TNS] = "tns", [WR_TENSOR_NPY] = "npy", NULL};

struct complete_options complete_defaults(void)
{
    return (struct complete_options){.cli.takes_file = true,
                                     .index_base = 1,
                                     .loss = {WR_LOSS_L2, 1},
                                     .init_std = 0.01,
                                     .optimizer = {.kind = WR_OPTIMIZER_ADAPTIVE, .lr = 0.01},
                                     .iterations = 1000000,
                                     .tolerance = 1e-6,
                                     .log_every = 1000,
                                     .top = 10};
}

const char *complete_input_name(const struct complete_options *o)
{
    return cli_input_name(o->sensing ? o->sensing : o->cli.input);
}

/* --- what goes together -------------------------------------------------------------------- */

static const char *option_name(enum complete_option option)
{
    const int key = option == COMPLETE_DIMS         ? 'd'
                    : option == COMPLETE_ITERATIONS ? 'n'
                                                    : KEY + (int)option;
    return cli_option_name(option < COMPLETE_SENSING ? options : sensing_options, key);
}

/* An option that goes with another one has no effect without it. */
static void check_needs(struct argp_state *state, const struct complete_options *o)
{
    static const struct {
        enum complete_option option, needs;
    } pairs[] = {{COMPLETE_PATIENCE, COMPLETE_VAL},
                 {COMPLETE_TOP, COMPLETE_LOG},
                 {COMPLETE_SENSING, COMPLETE_TARGETS},
                 {COMPLETE_TARGETS, COMPLETE_SENSING},
                 {COMPLETE_SENSING, COMPLETE_DIMS}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (complete_is_given(o, pairs[i].option) && !complete_is_given(o, pairs[i].needs))
            cli_refuse(state, "--%s needs --%s", option_name(pairs[i].option),
                       option_name(pairs[i].needs));
    if (complete_is_given(o, COMPLETE_HUBER_DELTA) && o->loss.kind != WR_LOSS_HUBER)
        cli_refuse(state, "--huber-delta has no effect: it goes with --loss=huber");
    if (complete_is_given(o, COMPLETE_MOMENTUM) && o->optimizer.kind != WR_OPTIMIZER_GD)
        cli_refuse(state, "--momentum has no effect: it goes with --optimizer=gd");
    if (o->strict && o->tolerance == 0)
        cli_refuse(state, "--strict needs a --tol above 0");
}

static void check_start(struct argp_state *state, const struct complete_options *o)
{
    static const enum complete_option fixed[] = {COMPLETE_LOAD, COMPLETE_RESUME};
    static const enum complete_option init[] = {COMPLETE_INIT_STD, COMPLETE_INIT_MEAN};
    if (o->load && o->resume)
        cli_refuse(state, "--load and --resume exclude each other");
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            if (complete_is_given(o, fixed[i]) && complete_is_given(o, init[j]))
                cli_refuse(state, "--%s has no effect: --%s says where to start",
                           option_name(init[j]), option_name(fixed[i]));
    if (o->init_auto && o->checkpoint)
        cli_refuse(state, "--init-std=auto trains several times, which --checkpoint cannot keep");
}

static void check_output(struct argp_state *state, struct complete_options *o)
{
    if (!complete_is_given(o, COMPLETE_FORMAT))
        o->format = wr_tensor_format_of(o->cli.output);
    if (o->at && o->format == WR_TENSOR_NPY)
        cli_refuse(state, "the entries that --at asks for are text, not .npy");
}

static void check_inputs(struct argp_state *state, const struct complete_options *o)
{
    const char *const inputs[] = {o->sensing ? o->sensing : o->cli.input,
                                  o->targets,
                                  o->val,
                                  o->test,
                                  o->truth,
                                  o->at,
                                  o->resume};
    cli_check_inputs(state, inputs, sizeof inputs / sizeof *inputs, "the inputs");
    if (o->sensing && o->cli.input)
        cli_refuse(state, "--sensing takes the place of FILE: '%s'", o->cli.input);
}

static void check(struct argp_state *state, struct complete_options *o)
{
    check_needs(state, o);
    check_start(state, o);
    check_output(state, o);
    check_inputs(state, o);
}

/* --- the command line ---------------------------------------------------------------------- */

static void parse_data(enum complete_option option, char *arg, struct argp_state *state)
{
    struct complete_options *o = state->input;
    switch (option) {
    case COMPLETE_DIMS:
        tensor_dims(state, "dims", arg, &o->dims);
        break;
    case COMPLETE_INDEX_BASE:
        o->index_base = (int)cli_uint(state, "index-base", arg, 0, 1);
        break;
    case COMPLETE_VAL:
        o->val = arg;
        break;
    case COMPLETE_TEST:
        o->test = arg;
        break;
    case COMPLETE_TRUTH:
        o->truth = arg;
        break;
    case COMPLETE_AT:
        o->at = arg;
        break;
    case COMPLETE_FORMAT:
        o->format = (enum wr_tensor_format)cli_choice(state, "format", arg, format_names);
        break;
    case COMPLETE_LOAD:
        o->load = arg;
        break;
    case COMPLETE_FACTORS:
        o->factors = arg;
        break;
    case COMPLETE_LOG:
        o->log = arg;
        cli_claim(state, &o->cli, arg);
        break;
    case COMPLETE_CHECKPOINT:
        o->checkpoint = arg;
        cli_claim(state, &o->cli, arg);
        break;
    case COMPLETE_RESUME:
        o->resume = arg;
        break;
    default:
        break;
    }
}

static void parse_model(enum complete_option option, char *arg, struct argp_state *state)
{
    struct complete_options *o = state->input;
    switch (option) {
    case COMPLETE_INIT_STD:
        o->init_auto = strcmp(arg, "auto") == 0;
        if (!o->init_auto)
            o->init_std = cli_double(state, "init-std", arg, 0, 1e100);
        break;
    case COMPLETE_INIT_MEAN:
        o->init_mean = cli_double(state, "init-mean", arg, -1e100, 1e100);
        break;
    case COMPLETE_PRECISION:
        o->precision =
            (enum wr_precision)cli_choice(state, "precision", arg, complete_precision_names);
        break;
    case COMPLETE_LOSS:
        o->loss.kind = (enum wr_loss_kind)cli_choice(state, "loss", arg, complete_loss_names);
        break;
    case COMPLETE_HUBER_DELTA:
        o->loss.delta = cli_double(state, "huber-delta", arg, DBL_MIN, DBL_MAX);
        break;
    case COMPLETE_OPTIMIZER:
        o->optimizer.kind =
            (enum wr_optimizer_kind)cli_choice(state, "optimizer", arg, complete_optimizer_names);
        break;
    default:
        break;
    }
}

static void parse_descent(enum complete_option option, char *arg, struct argp_state *state)
{
    enum { MOST = INT32_MAX };
    struct complete_options *o = state->input;
    switch (option) {
    case COMPLETE_LR:
        o->optimizer.lr = cli_double(state, "lr", arg, 1e-300, 1e100);
        break;
    case COMPLETE_MOMENTUM:
        o->optimizer.momentum = cli_double(state, "momentum", arg, 0, 1 - DBL_EPSILON);
        break;
    case COMPLETE_WEIGHT_DECAY:
        o->optimizer.weight_decay = cli_double(state, "weight-decay", arg, 0, 1e100);
        break;
    case COMPLETE_BATCH:
        o->batch = (int64_t)cli_uint(state, "batch", arg, 1, UINT32_MAX);
        break;
    case COMPLETE_ITERATIONS:
        o->iterations = (int64_t)cli_uint(state, "iterations", arg, 0, INT64_MAX / 2);
        break;
    case COMPLETE_TOL:
        o->tolerance = cli_double(state, "tol", arg, 0, DBL_MAX);
        break;
    case COMPLETE_PATIENCE:
        o->patience = (int64_t)cli_uint(state, "patience", arg, 1, INT64_MAX / 2);
        break;
    case COMPLETE_STRICT:
        o->strict = true;
        break;
    case COMPLETE_LOG_EVERY:
        o->log_every = (int64_t)cli_uint(state, "log-every", arg, 1, INT64_MAX / 2);
        break;
    case COMPLETE_TOP:
        o->top = (int)cli_uint(state, "top", arg, 0, MOST / 64);
        break;
    default:
        break;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct complete_options *o = state->input;
    int option = key == 'd'   ? (int)COMPLETE_DIMS
                 : key == 'n' ? (int)COMPLETE_ITERATIONS
                              : key - KEY;
    if (key == ARGP_KEY_INIT) {
        state->child_inputs[0] = &o->cli;
        return 0;
    }
    if (key == ARGP_KEY_SUCCESS) {
        check(state, o);
        return 0;
    }
    if (option < 0 || option >= COMPLETE_SENSING)
        return ARGP_ERR_UNKNOWN;
    o->given |= UINT32_C(1) << option;
    parse_data((enum complete_option)option, arg, state);
    parse_model((enum complete_option)option, arg, state);
    parse_descent((enum complete_option)option, arg, state);
    return 0;
}

static error_t parse_sensing(int key, char *arg, struct argp_state *state)
{
    struct complete_options *o = state->input;
    if (key == KEY + COMPLETE_SENSING)
        o->sensing = arg;
    else if (key == KEY + COMPLETE_TARGETS)
        o->targets = arg;
    else
        return ARGP_ERR_UNKNOWN;
    o->given |= UINT32_C(1) << (key - KEY);
    return 0;
}

static const struct argp common = {options, parse, NULL, NULL, cli_children, NULL, NULL};
static const struct argp sensing = {sensing_options, parse_sensing, NULL, NULL, NULL, NULL, NULL};

const struct argp_child complete_children[] = {{&common, 0, NULL, 0}, {0}};
const struct argp_child complete_sensing_children[] = {
    {&common, 0, NULL, 0}, {&sensing, 0, NULL, 0}, {0}};

/* --- the report ---------------------------------------------------------------------------- */

static void report_data(struct json *j, const struct complete_options *o)
{
    char *dims = o->dims.order ? tensor_dims_text(o->dims.order, o->dims.dim) : NULL;
    json_string(j, "dims", dims);
    free(dims);
    json_int(j, "index_base", o->index_base);
    json_string(j, "val", o->val);
    json_string(j, "test", o->test);
    json_string(j, "truth", o->truth);
    json_string(j, "at", o->at);
    json_string(j, "sensing", o->sensing);
    json_string(j, "targets", o->targets);
    json_string(j, "format", format_names[o->format]);
}

static void report_training(struct json *j, const struct complete_options *o)
{
    bool drawn = !o->load && !o->resume;
    if (o->init_auto)
        json_string(j, "init_std", "auto");
    else if (drawn)
        json_double(j, "init_std", o->init_std);
    if (drawn)
        json_double(j, "init_mean", o->init_mean);
    json_string(j, "precision", complete_precision_names[o->precision]);
    json_string(j, "loss", complete_loss_names[o->loss.kind]);
    if (o->loss.kind == WR_LOSS_HUBER)
        json_double(j, "huber_delta", o->loss.delta);
    json_string(j, "optimizer", complete_optimizer_names[o->optimizer.kind]);
    json_double(j, "lr", o->optimizer.lr);
    if (o->optimizer.kind == WR_OPTIMIZER_GD)
        json_double(j, "momentum", o->optimizer.momentum);
    json_double(j, "weight_decay", o->optimizer.weight_decay);
    json_int(j, "batch", o->batch);
    json_int(j, "iterations", o->iterations);
    json_double(j, "tol", o->tolerance);
    json_int(j, "patience", o->patience);
    json_bool(j, "strict", o->strict);
}

void complete_report_options(struct complete_options *o)
{
    struct json *j = &o->cli.report_options;
    report_data(j, o);
    report_training(j, o);
    json_string(j, "load", o->load);
    json_string(j, "factors", o->factors);
    json_string(j, "log", o->log);
    json_int(j, "log_every", o->log_every);
    json_int(j, "top", o->top);
    json_string(j, "checkpoint", o->checkpoint);
    json_string(j, "resume", o->resume);
}
