/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli-args.h"
#include "cli.h"
#include "tensor-args.h"

#include "data/modetree.h"
#include "factor/als.h"
#include "factor/rank.h"
#include "io/tensorfile.h"

static const char doc[] =
    "Print the ranks of the matricizations of a tensor: a table with tabs, a row for each way to "
    "put some modes (`1,2') against the others. TENSOR, or standard input, is a .npy array or "
    "complete .tns text, plain, gzip or zstd."
    "\v"
    "Examples:\n"
    "  tensor-rank truth.npy\n"
    "  tensor-rank --tree --tolerance=1e-3 completed.tns   # hierarchical tensor rank\n"
    "  tensor-rank --cp=20 truth.npy                       # and the numerical CP rank\n"
    "\n"
    "Exit status: 0 done, 1 bad data or I/O error, 2 usage error.";

enum { KEY_TREE = 0x100, KEY_ARITY, KEY_TOLERANCE, KEY_CP, KEY_INDEX_BASE };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Which matricizations (default: all, up to complements):", 1},
    {"tree", KEY_TREE, "PATTERN", OPTION_ARG_OPTIONAL,
     "Those of the nodes of a mode tree: adjacent (default), half or square", 1},
    {"arity", KEY_ARITY, "A", 0, "Children of a node (default 2; with --tree=square 4)", 1},
    {NULL, 0, NULL, 0, "Ranks:", 2},
    {"tolerance", KEY_TOLERANCE, "T", 0,
     "Count singular values above T (default: eps times the longer side times the largest)", 2},
    {"cp", KEY_CP, "MAX", OPTION_ARG_OPTIONAL,
     "Add a row `cp': the numerical CP rank, tried up to MAX", 2},
    {NULL, 0, NULL, 0, "How to read the tensor:", 3},
    {"dims", 'd', "IxJx...", 0, "Dimensions (default: the header's, or the largest indices)", 3},
    {"index-base", KEY_INDEX_BASE, "B", 0, "Indices from 1 (default) or 0", 3},
    {0}};

struct tool {
    struct cli cli;
    bool tree, cp;
    enum wr_tree_pattern pattern;
    int arity;        /* 0: by default */
    double tolerance; /* below 0: the default */
    int64_t cp_most;  /* 0: what is always enough */
    struct tensor_dims dims;
    int index_base;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->cli;
        break;
    case KEY_TREE:
        t->tree = true;
        t->pattern = arg ? tensor_tree(state, "tree", arg) : WR_TREE_ADJACENT;
        break;
    case KEY_ARITY:
        t->arity = (int)cli_uint(state, "arity", arg, 2, WR_ORDER_MAX);
        break;
    case KEY_TOLERANCE:
        t->tolerance = cli_double(state, "tolerance", arg, 0, DBL_MAX);
        break;
    case KEY_CP:
        t->cp = true;
        t->cp_most = arg ? (int64_t)cli_uint(state, "cp", arg, 1, INT32_MAX) : 0;
        break;
    case 'd':
        tensor_dims(state, "dims", arg, &t->dims);
        break;
    case KEY_INDEX_BASE:
        t->index_base = (int)cli_uint(state, "index-base", arg, 0, 1);
        break;
    case ARGP_KEY_SUCCESS:
        if (t->arity && !t->tree)
            cli_refuse(state, "--arity is of a --tree");
        t->arity = tensor_arity(t->arity, t->pattern);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp argp = {options, parse, "[TENSOR]", doc, cli_children, NULL, NULL};

/* --- the run ------------------------------------------------------------------------------- */

static enum wr_status read_tensor(struct tool *t, struct wr_tensor *tensor, struct wr_error *err)
{
    const struct wr_tensor_file_options how = {.index_base = t->index_base,
                                               .order = t->dims.order,
                                               .dim = t->dims.order ? t->dims.dim : NULL,
                                               .tmp_dir = cli_tmp_dir()};
    cli_phase(&t->cli, "reading");
    return wr_tensor_read(t->cli.input, &how, tensor, err);
}

/* What does not go with the tensor is bad data, not bad usage. */
static enum wr_status list_matricizations(const struct tool *t, int order,
                                          struct wr_matricizations *list, struct wr_error *err)
{
    struct wr_error why = {0};
    struct wr_modetree tree = {0};
    enum wr_status status;
    if (!t->tree)
        status = wr_matricizations_all(list, order, &why);
    else if (!(status = wr_modetree_init(&tree, order, t->arity, t->pattern, &why)))
        status = wr_matricizations_tree(list, &tree, &why);
    wr_modetree_release(&tree);
    if (status == WR_EINVAL)
        return wr_error_set(err, WR_EDATA, t->tree ? "--tree: %s" : "%s; --tree takes fewer",
                            why.message);
    return status ? wr_error_set(err, status, "%s", why.message) : WR_OK;
}

static void write_modes(const bool *in_rows, int order, struct wr_sink *out)
{
    bool any = false;
    for (int n = 0; n < order; n++)
        if (in_rows[n]) {
            if (any)
                wr_sink_write(out, ",", 1);
            wr_sink_u64(out, (uint64_t)n + 1);
            any = true;
        }
}

static enum wr_status write_ranks(struct tool *t, const struct wr_tensor *tensor,
                                  const struct wr_matricizations *list, struct wr_sink *out,
                                  struct wr_error *err)
{
    struct wr_progress progress = cli_progress(&t->cli, "decomposing", "matricizations");
    wr_sink_string(out, "modes\trows\tcols\trank\teffective_rank\ttop_singular\n");
    for (int64_t i = 0; i < list->count && !wr_sink_failed(out); i++) {
        struct wr_rank r;
        const bool *in_rows = wr_matricizations_at(list, i);
        enum wr_status status = wr_matricization_rank(tensor, in_rows, t->tolerance, &r, NULL, err);
        if (status)
            return status;
        write_modes(in_rows, list->order, out);
        wr_sink_printf(out, "\t%lld\t%lld\t%lld\t", (long long)r.rows, (long long)r.cols,
                       (long long)r.rank);
        wr_sink_double(out, r.effective);
        wr_sink_write(out, "\t", 1);
        wr_sink_double(out, r.top);
        wr_sink_write(out, "\n", 1);
        (void)wr_progress_step(&progress, i + 1, list->count);
    }
    return WR_OK;
}

static enum wr_status write_cp(struct tool *t, const struct wr_tensor *tensor, struct wr_sink *out,
                               struct wr_error *err)
{
    const struct wr_als_options how = {.seed = t->cli.seed};
    struct json *results = &t->cli.report_results;
    int64_t rank;
    double error;
    const struct wr_progress progress = cli_progress(&t->cli, "fitting components", "starts");
    enum wr_status status = wr_cp_rank(tensor, t->cp_most, &how, &progress, &rank, &error, err);
    if (status)
        return status;
    if (rank >= 0) {
        wr_sink_printf(out, "cp\t-\t-\t%lld\t-\t-\n", (long long)rank);
        json_int(results, "cp_rank", rank);
    } else {
        wr_sink_string(out, "cp\t-\t-\t-\t-\t-\n");
        json_string(results, "cp_rank", NULL);
        cli_warn(&t->cli, "no fit with up to %lld components: relative squared error %.3g",
                 (long long)t->cp_most, error);
    }
    json_double(results, "cp_error", error);
    return WR_OK;
}

static void report(struct tool *t, const struct wr_tensor *tensor, int64_t rows)
{
    struct cli *cli = &t->cli;
    struct json *o = &cli->report_options;
    char *dims = tensor_dims_text(tensor->order, tensor->dim);
    json_string(o, "tree", t->tree ? tensor_tree_names[t->pattern] : NULL);
    json_int(o, "arity", t->arity);
    json_double(o, "tolerance", t->tolerance < 0 ? (double)NAN : t->tolerance);
    json_bool(o, "cp", t->cp);
    json_int(o, "cp_max", t->cp_most);
    json_int(o, "index_base", t->index_base);
    json_string(&cli->report_input, "file", cli->input);
    json_int(&cli->report_input, "order", tensor->order);
    json_string(&cli->report_input, "dims", dims);
    json_int(&cli->report_input, "entries", tensor->size);
    json_string(&cli->report_output, "file", cli->output);
    json_int(&cli->report_results, "matricizations", rows);
    cli_summary(cli, "order %d, %lld entries: %lld matricization%s in %.2f s", tensor->order,
                (long long)tensor->size, (long long)rows, rows == 1 ? "" : "s", cli_seconds(cli));
    free(dims);
}

static enum wr_status run(struct tool *t, struct wr_error *err)
{
    struct wr_tensor tensor = {0};
    struct wr_matricizations list = {0};
    struct wr_sink *out;
    enum wr_status status = cli_open(&t->cli, t->cli.output, &out, err);
    if (status || (status = read_tensor(t, &tensor, err)) ||
        (status = list_matricizations(t, tensor.order, &list, err)) ||
        (status = write_ranks(t, &tensor, &list, out, err)) ||
        (t->cp && (status = write_cp(t, &tensor, out, err))))
        goto out;
    report(t, &tensor, list.count);
out:
    wr_matricizations_release(&list);
    wr_tensor_release(&tensor);
    return status;
}

int main(int argc, char **argv)
{
    struct tool t = {.cli.takes_file = true, .tolerance = -1, .index_base = 1};
    struct wr_error err = {0};
    cli_parse(&t.cli, &argp, argc, argv, &t);
    return cli_finish(&t.cli, run(&t, &err), &err);
}
