/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <float.h>
#include <stdio.h>

#include "cli-args.h"
#include "complete-run.h"
#include "factor-files.h"

#include "data/modetree.h"
#include "factor/htf.h"

static const char doc[] =
    "Complete a tensor from some of its entries by hierarchical tensor factorization: modes are "
    "pooled along a tree, each node with a matrix of its own; all are fitted by gradient descent "
    "from small random ones. FILE, or standard input, has lines `i_1 ... i_N value', plain, gzip "
    "or zstd. The output is the model's prediction of every entry, or of those that --at asks for."
    "\v"
    "Examples:\n"
    "  htf-complete observed.tns > completed.tns\n"
    "  htf-complete --widths=64,64 --truth=truth.npy --log=log.tsv observed.tns\n"
    "  htf-complete --tree=square --batch=500 --at=queries.tns observed.tns.gz\n"
    "\n"
    "Exit status: 0 done, 1 bad data, I/O error or a loss that is not finite, 2 usage error, 3 "
    "with --strict a run that did not reach --tol, 130 interrupted.";

enum { KEY_WIDTHS = 0x100, KEY_ARITY, KEY_TREE, KEY_BONUS, KEY_BETWEEN };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Model:", 1},
    {"widths", KEY_WIDTHS, "R,R,...", 0,
     "Width of each layer from the leaves on (default: as wide as expresses any tensor, but not "
     "above 512; with --load those of its files)",
     1},
    {"arity", KEY_ARITY, "A", 0, "Nodes that a node pools (default 2; with --tree=square 4)", 1},
    {"tree", KEY_TREE, "PATTERN", 0,
     "Which ones: adjacent (default); half: far apart; square: blocks of a square grid", 1},
    {"rank-bonus", KEY_BONUS, "L", 0,
     "Favour a slowly decaying spectrum of the matricization by --between: what is minimized is "
     "divided by its participation ratio to the power L (less near 0)",
     1},
    {"between", KEY_BETWEEN, "MODES", 0, "The modes below a node, such as 1,2", 1},
    {0}};

enum { LAYERS_MOST = 32, WIDTH_MOST_BY_DEFAULT = 512 };

struct tool {
    struct complete_options common; /* first */
    int layers;                     /* 0: widths by default */
    int64_t width[LAYERS_MOST];
    int arity; /* 0: by default */
    enum wr_tree_pattern pattern;
    double bonus; /* 0: none */
    int betweens;
    int64_t between[WR_ORDER_MAX]; /* modes from 1 */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->common;
        break;
    case KEY_WIDTHS:
        t->layers = tensor_list(state, "widths", arg, 1, INT32_MAX, LAYERS_MOST, t->width);
        break;
    case KEY_ARITY:
        t->arity = (int)cli_uint(state, "arity", arg, 2, WR_ORDER_MAX);
        break;
    case KEY_TREE:
        t->pattern = tensor_tree(state, "tree", arg);
        break;
    case KEY_BONUS:
        t->bonus = cli_double(state, "rank-bonus", arg, 0, DBL_MAX);
        break;
    case KEY_BETWEEN:
        t->betweens = tensor_list(state, "between", arg, 1, WR_ORDER_MAX, WR_ORDER_MAX, t->between);
        break;
    case ARGP_KEY_SUCCESS:
        if ((t->bonus > 0) != (t->betweens > 0))
            cli_refuse(state, "--rank-bonus and --between go together");
        t->arity = tensor_arity(t->arity, t->pattern);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp argp = {options, parse, "[OBSERVED.tns]", doc, complete_children,
                                 NULL,    NULL};

/* The widths of factors in files: the columns of each layer's first. */
static enum wr_status widths_of_files(struct tool *t, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    for (int l = 0; l < t->layers && !status; l++) {
        int64_t shape[2];
        char name[32];
        snprintf(name, sizeof name, "l%d.n0", l);
        status = factor_files_shape(t->common.load, name, shape, err);
        t->width[l] = status ? 0 : shape[1];
    }
    return status;
}

static enum wr_status choose_widths(struct tool *t, const struct complete_data *d,
                                    struct wr_error *err)
{
    struct wr_modetree tree;
    struct wr_error why = {0};
    enum wr_status status = wr_modetree_init(&tree, d->order, t->arity, t->pattern, &why);
    if (status)
        return wr_error_set(err, status, "--tree: %s", why.message);
    int layers = tree.levels - 1;
    if (t->layers > 0 && t->layers != layers)
        status = wr_error_set(err, WR_EINVAL, "--widths: %d, expected %d for a tree of %d modes",
                              t->layers, layers, d->order);
    else if (t->layers == 0 && !t->common.load)
        wr_htf_widths(&tree, d->dim, WIDTH_MOST_BY_DEFAULT, t->width);
    bool from_files = t->layers == 0 && t->common.load;
    t->layers = layers;
    wr_modetree_release(&tree);
    return from_files ? widths_of_files(t, err) : status;
}

static enum wr_status mark_modes(const struct tool *t, int order, bool *between,
                                 struct wr_error *err)
{
    for (int i = 0; i < t->betweens; i++) {
        if (t->between[i] > order)
            return wr_error_set(err, WR_EINVAL, "--between: there is no mode %lld, there are %d",
                                (long long)t->between[i], order);
        between[t->between[i] - 1] = true;
    }
    return WR_OK;
}

static enum wr_status make(struct complete_options *o, const struct complete_data *d,
                           struct wr_factorization **m, struct wr_error *err)
{
    struct tool *t = (struct tool *)o;
    bool between[WR_ORDER_MAX] = {false};
    enum wr_status status = choose_widths(t, d, err);
    if (!status)
        status = mark_modes(t, d->order, between, err);
    const struct wr_htf_options model = {.arity = t->arity,
                                         .pattern = t->pattern,
                                         .layers = t->layers,
                                         .width = t->width,
                                         .precision = o->precision,
                                         .batch = o->batch,
                                         .bonus = t->bonus,
                                         .between = between};
    return status ? status : wr_htf_new(&d->observed, &model, &o->loss, m, err);
}

static void report(const struct complete_options *o, struct json *j)
{
    const struct tool *t = (const struct tool *)o;
    char text[LAYERS_MOST * 12] = "";
    size_t used = 0;
    for (int l = 0; l < t->layers; l++)
        used += (size_t)snprintf(text + used, sizeof text - used, l ? ",%lld" : "%lld",
                                 (long long)t->width[l]);
    json_string(j, "widths", text);
    json_int(j, "arity", t->arity);
    json_string(j, "tree", tensor_tree_names[t->pattern]);
    json_double(j, "rank_bonus", t->bonus);
}

static const struct complete_kind kind = {.make = make, .report = report};

int main(int argc, char **argv)
{
    struct tool t = {.common = complete_defaults()};
    struct complete_options *o = &t.common;
    struct wr_error err = {0};
    cli_parse(&o->cli, &argp, argc, argv, &t);
    return cli_finish(&o->cli, complete_run(o, &kind, &err), &err);
}
