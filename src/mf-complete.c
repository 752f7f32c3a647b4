/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cli-args.h"
#include "complete-run.h"

#include "base/alloc.h"
#include "factor/matrix.h"
#include "io/number.h"

static const char doc[] =
    "Complete a matrix from some of its entries by deep matrix factorization: a product of D "
    "matrices of full width is fitted by gradient descent from small random ones. FILE, or "
    "standard input, has lines `row column value', plain, gzip or zstd. The output is the "
    "model's prediction of every entry, or of those that --at asks for."
    "\v"
    "Examples:\n"
    "  mf-complete observed.tns > completed.tns\n"
    "  mf-complete --depth=4 --init=balanced --init-std=0.1 --truth=truth.npy observed.tns\n"
    "  mf-complete --det=positive --track=1,1 --log=log.tsv observed.tns\n"
    "\n"
    "Exit status: 0 done, 1 bad data, I/O error or a loss that is not finite, 2 usage error, 3 "
    "with --strict a run that did not reach --tol, 130 interrupted.";

enum { KEY_DEPTH = 0x100, KEY_INIT, KEY_DET, KEY_TRACK };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Model:", 1},
    {"depth", KEY_DEPTH, "D", 0, "Matrices in the product (default 3)", 1},
    {"init", KEY_INIT, "HOW", 0,
     "gaussian (default): each entry by itself; identity: multiples of I; balanced: a Gaussian "
     "product, shared evenly",
     1},
    {"det", KEY_DET, "SIGN", 0,
     "Sign of the initial determinant: any (default), positive or negative", 1},
    {"track", KEY_TRACK, "I,J;...", 0, "Entries of the product for --log; may be repeated", 1},
    {0}};

static const char *const init_names[] = {[WR_MATRIX_GAUSSIAN] = "gaussian",
                                         [WR_MATRIX_IDENTITY] = "identity",
                                         [WR_MATRIX_BALANCED] = "balanced",
                                         NULL};
static const char *const det_names[] = {[WR_MATRIX_DET_ANY] = "any",
                                        [WR_MATRIX_DET_POSITIVE] = "positive",
                                        [WR_MATRIX_DET_NEGATIVE] = "negative",
                                        NULL};

struct tool {
    struct complete_options common; /* first */
    int depth;
    enum wr_matrix_init init;
    enum wr_matrix_det det;
    const char *init_given; /* the option that says how to start; NULL: none */
    int tracked;
    uint32_t *track; /* tracked x 2, as given */
};

/* --- the command line ---------------------------------------------------------------------- */

/* `I,J', the end of which is at ; or the end of the text. */
static void parse_entry(struct argp_state *state, struct tool *t, const char *text, size_t size)
{
    const char *comma = memchr(text, ',', size);
    size_t first = comma ? (size_t)(comma - text) : size;
    uint64_t row = 0, col = 0;
    if (!comma || !wr_parse_u64(text, first, &row) ||
        !wr_parse_u64(comma + 1, size - first - 1, &col) || row > UINT32_MAX || col > UINT32_MAX)
        cli_refuse(state, "--track: '%.*s' is not a row and a column such as 1,1", (int)size, text);
    if (wr_grow(&t->track, 2 * (int64_t)(t->tracked + 1), sizeof *t->track, NULL))
        argp_failure(state, 1, 0, "out of memory");
    t->track[2 * t->tracked] = (uint32_t)row;
    t->track[2 * t->tracked + 1] = (uint32_t)col;
    t->tracked++;
}

static void parse_track(struct argp_state *state, struct tool *t, const char *arg)
{
    for (;;) {
        size_t size = strcspn(arg, ";");
        parse_entry(state, t, arg, size);
        if (!arg[size])
            return;
        arg += size + 1;
    }
}

static void check(struct argp_state *state, const struct tool *t)
{
    const struct complete_options *o = &t->common;
    if (t->tracked > 0 && !o->log)
        cli_refuse(state, "--track needs --log");
    if (t->init_given && (o->load || o->resume))
        cli_refuse(state, "--%s has no effect: --%s says where to start", t->init_given,
                   o->load ? "load" : "resume");
    if (t->init != WR_MATRIX_GAUSSIAN && complete_is_given(o, COMPLETE_INIT_MEAN))
        cli_refuse(state, "--init-mean has no effect: it goes with --init=gaussian");
    if (o->dims.order && o->dims.order != 2)
        cli_refuse(state, "--dims: a matrix has two dimensions, such as 20x30");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->common;
        break;
    case KEY_DEPTH:
        t->depth = (int)cli_uint(state, "depth", arg, 1, WR_MATRIX_DEPTH_MAX);
        break;
    case KEY_INIT:
        t->init = (enum wr_matrix_init)cli_choice(state, "init", arg, init_names);
        t->init_given = "init";
        break;
    case KEY_DET:
        t->det = (enum wr_matrix_det)cli_choice(state, "det", arg, det_names);
        t->init_given = "det";
        break;
    case KEY_TRACK:
        parse_track(state, t, arg);
        break;
    case ARGP_KEY_SUCCESS:
        check(state, t);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp argp = {options, parse, "[OBSERVED.tns]", doc, complete_children,
                                 NULL,    NULL};

/* --- the model ----------------------------------------------------------------------------- */

/* Tracked entries count from the index base; here from 0. */
static enum wr_status shift_track(struct tool *t, const struct complete_data *d,
                                  struct wr_error *err)
{
    for (int i = 0; i < 2 * t->tracked; i++) {
        int64_t index = (int64_t)t->track[i] - t->common.index_base;
        if (index < 0 || index >= d->dim[i % 2])
            return wr_error_set(err, WR_EINVAL, "--track: %lu,%lu is not in the %lld x %lld matrix",
                                (unsigned long)t->track[i - i % 2],
                                (unsigned long)t->track[i - i % 2 + 1], (long long)d->dim[0],
                                (long long)d->dim[1]);
    }
    for (int i = 0; i < 2 * t->tracked; i++)
        t->track[i] -= (uint32_t)t->common.index_base;
    return WR_OK;
}

static enum wr_status make(struct complete_options *o, const struct complete_data *d,
                           struct wr_factorization **m, struct wr_error *err)
{
    struct tool *t = (struct tool *)o;
    if (d->order != 2)
        return wr_error_at(err, WR_EDATA, complete_input_name(o), 0,
                           "a tensor of order %d, expected a matrix; tf-complete completes tensors",
                           d->order);
    if (t->det != WR_MATRIX_DET_ANY && d->dim[0] != d->dim[1])
        return wr_error_set(err, WR_EINVAL,
                            "--det: a %lld x %lld matrix has no determinant, expected a square one",
                            (long long)d->dim[0], (long long)d->dim[1]);
    enum wr_status status = shift_track(t, d, err);
    const struct wr_matrix_options model = {
        .depth = t->depth, .precision = o->precision, .tracked = t->tracked, .track = t->track};
    return status ? status : wr_matrix_new(&d->observed, &model, &o->loss, m, err);
}

static enum wr_status draw(const struct complete_options *o, double std, struct wr_factorization *m,
                           struct wr_error *err)
{
    const struct tool *t = (const struct tool *)o;
    const struct wr_matrix_start start = {
        .init = t->init, .det = t->det, .mean = o->init_mean, .std = std, .seed = o->cli.seed};
    return wr_matrix_draw(m, &start, err);
}

static void report(const struct complete_options *o, struct json *j)
{
    const struct tool *t = (const struct tool *)o;
    json_int(j, "depth", t->depth);
    json_string(j, "init", init_names[t->init]);
    json_string(j, "det", det_names[t->det]);
    json_int(j, "tracked", t->tracked);
}

static const struct complete_kind kind = {
    .make = make, .draw = draw, .whole = wr_matrix_product, .report = report};

int main(int argc, char **argv)
{
    struct tool t = {.common = complete_defaults(), .depth = 3};
    struct complete_options *o = &t.common;
    struct wr_error err = {0};
    o->init_std = 1e-3;
    o->optimizer.kind = WR_OPTIMIZER_GD;
    cli_parse(&o->cli, &argp, argc, argv, &t);
    int status = cli_finish(&o->cli, complete_run(o, &kind, &err), &err);
    free(t.track);
    return status;
}
