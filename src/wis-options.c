/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "wis-options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plot.h"

const char *const wis_method_names[] = {"1-wis", "wis", "random", "spectral", NULL};

static const char doc[] =
    "Remove edges from a graph so that the interactions a graph neural network can model suffer "
    "least. FILE, or standard input, is an edge list (`u v [rest]`), a Matrix Market, METIS or "
    ".npy file, plain, gzip or zstd; the output is the input minus the lines of the removed "
    "edges."
    "\v"
    "Examples:\n"
    "  wis-sparsify --keep=50% graph.txt > half.txt\n"
    "  zcat graph.txt.gz | wis-sparsify -k 1000 -o small.txt.gz\n"
    "  wis-sparsify --order graph.txt > order.txt             # order once,\n"
    "  wis-sparsify --from-order=order.txt -k 30% graph.txt   # cut many times\n"
    "  wis-sparsify --compare=random,1-wis -k 75%,50%,25% graph.txt\n"
    "\n"
    "Exit status: 0 done, 1 bad data or I/O error, 2 usage error.";

enum {
    KEY_BATCH = 0x100,
    KEY_TIE,
    KEY_DIRECTED,
    KEY_WEIGHTS,
    KEY_EPSILON,
    KEY_FROM_ORDER,
    KEY_ORDER,
    KEY_ORDER_FILE,
    KEY_COMPARE,
    KEY_PLOT,
    KEY_HEADER
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "How many edges (-k, -r, --order or --compare is required):", 1},
    {"keep", 'k', "N|P%", 0, "Keep N edges, or P percent of them (rounded down)", 1},
    {"remove", 'r', "N|P%", 0, "Remove N edges, or keep 100 - P percent", 1},
    {NULL, 0, NULL, 0, "Which edges:", 2},
    {"method", 'm', "METHOD", 0, "1-wis (default), wis, random or spectral", 2},
    {"depth", 'L', "L", 0, "Depth of the network for wis (default 3)", 2},
    {"task", 't', "TASK", 0, "Walk index of vertex (default) or graph prediction, for wis", 2},
    {"partitions", 'p', "FILE", 0,
     "Preserve the partitions in FILE instead of every single vertex; implies wis", 2},
    {"batch", KEY_BATCH, "B", 0, "Evaluate again after B removals, for wis (default 1: exact)", 2},
    {"tie", KEY_TIE, "RULE", 0,
     "Among equals the smallest (u,v): order (default), or random, by --seed", 2},
    {"directed", KEY_DIRECTED, NULL, 0,
     "Lines are arcs u -> v, degrees are in-degrees; for 1-wis and random", 2},
    {"weights", KEY_WEIGHTS, "COLUMN", 0, "Column of edge weights, from 3, for spectral", 2},
    {"epsilon", KEY_EPSILON, "E", 0,
     "Relative error of effective resistances in large graphs, for spectral; 0: exact", 2},
    {"from-order", KEY_FROM_ORDER, "FILE", 0, "Remove in the order that FILE gives", 2},
    {NULL, 0, NULL, 0, "What to write:", 3},
    {"order", KEY_ORDER, NULL, 0,
     "The removed edges in removal order instead of the graph; all edges without -k or -r", 3},
    {"order-file", KEY_ORDER_FILE, "FILE", 0, "The removal order to FILE as well", 3},
    {"compare", KEY_COMPARE, "METHOD,...", 0,
     "A table of what every METHOD leaves at each amount of -k N,P%,...", 3},
    {"plot", KEY_PLOT, "FILE", 0, "Draw the table to FILE (.svg, .png, .pdf) by gnuplot", 3},
    {"header", KEY_HEADER, NULL, 0, "Add SNAP's four-line header to an edge list without one", 3},
    {0}};

/* Options that not every method uses. */
enum {
    USE_1WIS = 1 << WIS_1WIS,
    USE_WIS = 1 << WIS_WIS,
    USE_RANDOM = 1 << WIS_RANDOM,
    USE_SPECTRAL = 1 << WIS_SPECTRAL
};

static const struct {
    int key;
    const char *name;
    unsigned methods;
    bool chooses_walk_index; /* and so means something to --report and --compare */
} uses[] = {
    {'L', "--depth", USE_WIS, true},
    {'t', "--task=graph", USE_WIS, true},
    {'p', "--partitions", USE_WIS, false},
    {KEY_BATCH, "--batch", USE_WIS, false},
    {KEY_TIE, "--tie", USE_1WIS | USE_WIS, false},
    {KEY_DIRECTED, "--directed", USE_1WIS | USE_RANDOM, false},
    {KEY_WEIGHTS, "--weights", USE_SPECTRAL, false},
    {KEY_EPSILON, "--epsilon", USE_SPECTRAL, false},
};

enum { USES = sizeof uses / sizeof *uses };

static void note_given(struct wis_options *o, int key)
{
    for (int i = 0; i < USES; i++)
        if (uses[i].key == key)
            o->given |= 1u << i;
}

static bool is_given(const struct wis_options *o, int key)
{
    for (int i = 0; i < USES; i++)
        if (uses[i].key == key)
            return o->given >> i & 1;
    return false;
}

static const char *first_method_of(unsigned methods)
{
    int method = 0;
    while (!(methods >> method & 1))
        method++;
    return wis_method_names[method];
}

/* An option without effect is a misunderstanding. */
static void check_uses(struct argp_state *state, const struct wis_options *o)
{
    unsigned methods = o->from_order ? 0 : 1u << o->method;
    bool reports = o->cli.report && o->method != WIS_1WIS;
    if (o->compare) {
        methods = 0;
        for (int i = 0; i < o->compared_count; i++)
            methods |= 1u << o->compared[i];
    }
    for (int i = 0; i < USES; i++) {
        if (!(o->given >> i & 1) || (uses[i].methods & methods))
            continue;
        if (uses[i].chooses_walk_index &&
            (o->compare || reports || (o->from_order && o->cli.report)))
            continue;
        if (o->from_order && uses[i].key == KEY_DIRECTED)
            continue;
        cli_refuse(state, "%s is not used by %s%s; --method=%s uses it", uses[i].name,
                   o->compare      ? "--compare="
                   : o->from_order ? "--from-order"
                                   : "--method=",
                   o->compare      ? o->compare
                   : o->from_order ? ""
                                   : wis_method_names[o->method],
                   first_method_of(uses[i].methods));
    }
    if (o->directed && o->compare)
        cli_refuse(state, "--directed and --compare exclude each other");
}

static void check_inputs(struct argp_state *state, const struct wis_options *o)
{
    const char *const inputs[] = {o->cli.input, o->from_order, o->partitions};
    cli_check_inputs(state, inputs, 3, "the graph, --from-order and --partitions");
}

static void parse_compare(struct argp_state *state, struct wis_options *o)
{
    char *list = strdup(o->compare), *rest = list;
    if (!list)
        argp_failure(state, 1, ENOMEM, "--compare");
    for (const char *name; (name = strsep(&rest, ","));) {
        enum wis_method method =
            (enum wis_method)cli_choice(state, "compare", name, wis_method_names);
        for (int i = 0; i < o->compared_count; i++)
            if (o->compared[i] == method)
                cli_refuse(state, "--compare: %s is there twice", name);
        o->compared[o->compared_count++] = method;
    }
    free(list);
}

/* -k of --compare. The texts stay in the list. */
static void parse_amounts(struct argp_state *state, struct wis_options *o)
{
    char *rest = o->amount_list = strdup(o->keep_text);
    if (!rest)
        argp_failure(state, 1, ENOMEM, "--keep");
    for (const char *text; (text = strsep(&rest, ","));) {
        if (o->amount_count == WIS_AMOUNTS)
            cli_refuse(state, "--keep: more than %d amounts", WIS_AMOUNTS);
        o->amounts[o->amount_count].text = text;
        o->amounts[o->amount_count++].keep = cli_amount(state, "keep", text);
    }
}

static void check_compare(struct argp_state *state, struct wis_options *o)
{
    if (!o->keep_text || o->remove.given || o->order_only || o->order_file || o->from_order ||
        o->header)
        cli_refuse(state, "--compare goes with --keep=N,P%%,... and not with --remove, --order, "
                          "--order-file, --from-order or --header");
    parse_compare(state, o);
    parse_amounts(state, o);
}

static void check(struct argp_state *state, struct wis_options *o)
{
    if (o->compare && o->method != WIS_METHODS)
        cli_refuse(state, "--compare takes the place of --method");
    if (is_given(o, 'p') && o->method == WIS_METHODS)
        o->method = WIS_WIS;
    if (o->from_order && o->method != WIS_METHODS)
        cli_refuse(state, "--from-order takes the place of --method");
    if (o->method == WIS_METHODS)
        o->method = WIS_1WIS;
    if (o->plot && !o->compare)
        cli_refuse(state, "--plot draws the table of --compare");
    if (o->keep_text && !o->compare)
        o->keep = cli_amount(state, "keep", o->keep_text);
    if (o->keep.given && o->remove.given)
        cli_refuse(state, "--keep and --remove exclude each other");
    if (o->compare)
        check_compare(state, o);
    else if (!o->keep.given && !o->remove.given && !o->order_only)
        cli_refuse(state, "one of --keep, --remove, --order and --compare is required");
    if (o->header && o->order_only)
        cli_refuse(state, "--header is for the graph, which --order does not write");
    check_uses(state, o);
    check_inputs(state, o);
}

/* Options that say which edges. */
static error_t parse_method(int key, char *arg, struct argp_state *state)
{
    static const char *const tasks[] = {"vertex", "graph", NULL};
    static const char *const ties[] = {"order", "random", NULL};
    struct wis_options *o = state->input;
    switch (key) {
    case 'm':
        o->method = (enum wis_method)cli_choice(state, "method", arg, wis_method_names);
        break;
    case 'L':
        o->depth = (int)cli_uint(state, "depth", arg, 2, 1000);
        break;
    case 't':
        o->task = (enum wr_task)cli_choice(state, "task", arg, tasks);
        break;
    case 'p':
        o->partitions = arg;
        break;
    case KEY_BATCH:
        o->batch = (int64_t)cli_uint(state, "batch", arg, 1, INT64_MAX);
        break;
    case KEY_TIE:
        o->tie = (enum wr_tie)cli_choice(state, "tie", arg, ties);
        break;
    case KEY_DIRECTED:
        o->directed = true;
        break;
    case KEY_WEIGHTS:
        o->weight_column = (int)cli_uint(state, "weights", arg, 3, 1000000);
        break;
    case KEY_EPSILON:
        o->epsilon = cli_double(state, "epsilon", arg, 0, 0.99);
        break;
    case KEY_FROM_ORDER:
        o->from_order = arg;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    if (key != 't' || o->task == WR_TASK_GRAPH)
        note_given(o, key);
    return 0;
}

/* All others. */
static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct wis_options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->cli;
        state->child_inputs[1] = &o->graph;
        break;
    case 'k':
        o->keep_text = arg;
        break;
    case 'r':
        o->remove = cli_amount(state, "remove", arg);
        break;
    case KEY_ORDER:
        o->order_only = true;
        break;
    case KEY_ORDER_FILE:
        o->order_file = arg;
        cli_claim(state, &o->cli, arg);
        break;
    case KEY_COMPARE:
        o->compare = arg;
        break;
    case KEY_PLOT:
        if (!plot_terminal(arg))
            cli_refuse(state, "--plot: '%s' ends in none of .svg, .png, .pdf", arg);
        o->plot = arg;
        cli_claim(state, &o->cli, arg);
        break;
    case KEY_HEADER:
        o->header = true;
        break;
    case ARGP_KEY_SUCCESS:
        check(state, o);
        break;
    default:
        return parse_method(key, arg, state);
    }
    return 0;
}

const struct argp wis_argp = {options, parse, "[FILE]", doc, graph_children, NULL, NULL};

int wis_quality_depth(const struct wis_options *o)
{
    return o->method == WIS_1WIS && !o->compare && !o->from_order ? 2 : o->depth;
}

void wis_report_options(struct wis_options *o)
{
    struct json *j = &o->cli.report_options;
    json_string(j, "keep", o->keep_text);
    json_bool(j, "order", o->order_only);
    json_string(j, "method", o->from_order ? NULL : wis_method_names[o->method]);
    json_string(j, "from_order", o->from_order);
    json_int(j, "depth", wis_quality_depth(o));
    json_string(j, "task", o->task == WR_TASK_GRAPH ? "graph" : "vertex");
    json_string(j, "partitions", o->partitions);
    json_int(j, "batch", o->batch);
    json_string(j, "tie", o->tie == WR_TIE_RANDOM ? "random" : "order");
    json_bool(j, "directed", o->directed);
    json_int(j, "weights", o->weight_column);
    json_double(j, "epsilon", o->epsilon);
    json_string(j, "order_file", o->order_file);
    json_string(j, "compare", o->compare);
    json_string(j, "plot", o->plot);
    json_bool(j, "header", o->header);
    graph_report_options(j, &o->graph);
}
