/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cli.h"

#include "base/alloc.h"
#include "data/edgeset.h"
#include "data/graph.h"
#include "io/graphfile.h"
#include "io/order.h"
#include "sparsify/onewis.h"
#include "sparsify/random.h"

static const char doc[] =
    "Remove edges from a graph so that the interactions a graph neural network can model suffer "
    "least. FILE, or standard input, is an edge list (`u v [rest]`), a Matrix Market, METIS or "
    ".npy file, plain, gzip or zstd; the output is the input minus the lines of the removed "
    "edges."
    "\v"
    "Examples:\n"
    "  wis-sparsify --keep=50% graph.txt > half.txt\n"
    "  zcat graph.txt.gz | wis-sparsify -k 1000 -o small.txt.gz\n"
    "  wis-sparsify --order graph.txt > order.txt      # order once,\n"
    "  wis-sparsify --from-order=order.txt -k 30% graph.txt   # cut many times\n"
    "\n"
    "Exit status: 0 done, 1 bad data or I/O error, 2 usage error.";

enum { ONEWIS, RANDOM, METHODS };

static const char *const method_names[] = {"1-wis", "random", NULL};

enum {
    KEY_TIE = 0x100,
    KEY_ORDER,
    KEY_ORDER_FILE,
    KEY_FROM_ORDER,
    KEY_DIRECTED,
    KEY_HEADER,
    KEY_NODES,
    KEY_FROM
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "How many edges (one of these, or --order):", 1},
    {"keep", 'k', "N|P%", 0, "Keep N edges, or P percent of them (rounded down)", 1},
    {"remove", 'r', "N|P%", 0, "Remove N edges, or keep 100 - P percent", 1},
    {NULL, 0, NULL, 0, "Which edges:", 2},
    {"method", 'm', "METHOD", 0, "1-wis (default) or random", 2},
    {"tie", KEY_TIE, "RULE", 0,
     "Among equals, the smallest (u,v): order (default), or random, by --seed", 2},
    {"directed", KEY_DIRECTED, NULL, 0, "Lines are arcs u -> v; degrees are in-degrees", 2},
    {"from-order", KEY_FROM_ORDER, "FILE", 0, "Remove in the order that FILE gives", 2},
    {NULL, 0, NULL, 0, "What to write:", 3},
    {"order", KEY_ORDER, NULL, 0,
     "The removed edges in removal order instead of the graph; all edges without -k or -r", 3},
    {"order-file", KEY_ORDER_FILE, "FILE", 0, "The removal order to FILE as well", 3},
    {"header", KEY_HEADER, NULL, 0, "Add SNAP's four-line header to an edge list without one", 3},
    {NULL, 0, NULL, 0, "How to read the graph:", 4},
    {"from", KEY_FROM, "FORMAT", 0, "edges, mtx, metis or npy; default by content and name", 4},
    {"nodes", KEY_NODES, "N", 0, "At least N vertices", 4},
    {0}};

struct tool {
    struct cli cli;
    struct cli_amount keep, remove;
    int method;
    bool method_given;
    struct wr_onewis_options onewis;
    bool tie_given;
    bool directed;
    bool order_only;
    const char *order_file;
    const char *from_order;
    bool header;
    int64_t nodes;
    enum wr_graph_format format;
    const char *format_name;
};

static enum wr_graph_format parse_format(struct argp_state *state, const char *arg)
{
    enum wr_graph_format format = WR_FORMAT_AUTO;
    if (!wr_graph_format_by_name(arg, &format))
        argp_error(state, "--from: '%s' is none of edges, mtx, metis, npy", arg);
    return format;
}

static void check(struct argp_state *state, const struct tool *t)
{
    if (t->keep.given && t->remove.given)
        argp_error(state, "--keep and --remove exclude each other");
    if (!t->keep.given && !t->remove.given && !t->order_only)
        argp_error(state, "one of --keep, --remove and --order is required");
    if (t->from_order && t->method_given)
        argp_error(state, "--from-order takes the place of --method");
    if (t->tie_given && t->from_order)
        argp_error(state, "--tie is not used by --from-order; --method=1-wis uses it");
    if (t->tie_given && t->method != ONEWIS)
        argp_error(state, "--tie is not used by --method=%s; --method=1-wis uses it",
                   method_names[t->method]);
    if (t->from_order && strcmp(t->from_order, "-") == 0 &&
        (!t->cli.input || strcmp(t->cli.input, "-") == 0))
        argp_error(state, "the graph and --from-order are both standard input");
    if (t->header && t->order_only)
        argp_error(state, "--header is for the graph, which --order does not write");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    static const char *const ties[] = {"order", "random", NULL};
    struct tool *t = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->cli;
        break;
    case 'k':
        t->keep = cli_amount(state, "keep", arg);
        break;
    case 'r':
        t->remove = cli_amount(state, "remove", arg);
        break;
    case 'm':
        t->method = cli_choice(state, "method", arg, method_names);
        t->method_given = true;
        break;
    case KEY_TIE:
        t->onewis.tie = (enum wr_tie)cli_choice(state, "tie", arg, ties);
        t->tie_given = true;
        break;
    case KEY_DIRECTED:
        t->directed = true;
        break;
    case KEY_ORDER:
        t->order_only = true;
        break;
    case KEY_ORDER_FILE:
        t->order_file = arg;
        cli_claim(state, &t->cli, arg);
        break;
    case KEY_FROM_ORDER:
        t->from_order = arg;
        break;
    case KEY_HEADER:
        t->header = true;
        break;
    case KEY_NODES:
        t->nodes = (int64_t)cli_uint(state, "nodes", arg, 0, WR_MAX_VERTEX + UINT64_C(1));
        break;
    case KEY_FROM:
        t->format = parse_format(state, arg);
        t->format_name = arg;
        break;
    case ARGP_KEY_SUCCESS:
        check(state, t);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp argp = {options, parse, "[FILE]", doc, cli_children, NULL, NULL};

/* What a run works on. */
struct work {
    struct wr_graph_file file;
    struct wr_graph graph;
    struct wr_edgeset removed;
    uint64_t *order;
    int64_t count; /* removals */
};

static void work_release(struct work *w)
{
    wr_edgeset_release(&w->removed);
    wr_graph_release(&w->graph);
    wr_graph_file_release(&w->file);
    free(w->order);
}

static enum wr_status read_graph(const struct tool *t, struct work *w, struct wr_error *err)
{
    struct wr_graph_file_options read = {
        .format = t->format, .nodes = t->nodes, .filter = !t->order_only, .tmp_dir = cli_tmp_dir()};
    enum wr_status status = wr_graph_file_read(&w->file, t->cli.input, &read, err);
    return status ? status : wr_graph_init(&w->graph, &w->file.pairs, t->directed, err);
}

/* How many edges go; more than there are is no error. */
static int64_t count_removals(struct tool *t, int64_t m)
{
    const struct cli_amount *asked = t->keep.given ? &t->keep : &t->remove;
    if (!asked->given)
        return m;
    if (asked->scale == 0 && asked->count > (uint64_t)m)
        cli_warn(&t->cli, "the graph has %lld edges, fewer than the %llu to %s", (long long)m,
                 (unsigned long long)asked->count, t->keep.given ? "keep" : "remove");
    if (t->keep.given)
        return m - cli_amount_of(&t->keep, m);
    if (t->remove.scale == 0)
        return cli_amount_of(&t->remove, m);
    struct cli_amount keep = cli_amount_rest(&t->remove);
    return m - cli_amount_of(&keep, m);
}

static enum wr_status make_order(struct tool *t, struct work *w, struct wr_error *err)
{
    const struct wr_graph *g = &w->graph;
    /* a file gives the order of all edges */
    w->order = wr_alloc(t->from_order ? g->m : w->count, sizeof *w->order, err);
    if (!w->order)
        return WR_ENOMEM;
    if (t->from_order)
        return wr_order_read(t->from_order, g, w->order, err);
    if (t->method == RANDOM)
        return wr_random_order(g, t->cli.seed, w->count, w->order, err);
    struct wr_progress progress = cli_progress(&t->cli, "ordering", "edges");
    t->onewis.seed = t->cli.seed;
    return wr_onewis_order(g, &t->onewis, w->count, w->order, &progress, err);
}

/* A reader of the output learns the number of vertices from a header or from the largest id. */
static void warn_if_vertices_vanish(struct tool *t, const struct work *w, bool header)
{
    const struct wr_graph *g = &w->graph;
    if (header || w->file.has_header || g->n == 0)
        return;
    for (int64_t e = 0; e < g->m; e++)
        if (wr_edge_v(g->edge[e]) == g->n - 1 || wr_edge_u(g->edge[e]) == g->n - 1)
            if (!wr_edgeset_has(&w->removed, e))
                return;
    cli_warn(&t->cli,
             "the highest vertex, %u, has no edge left: readers will see fewer than %u vertices; "
             "--header says how many there are",
             g->n - 1, g->n);
}

static enum wr_status write_graph(struct tool *t, struct work *w, struct wr_sink *out,
                                  struct wr_error *err)
{
    int64_t lines;
    enum wr_status status = wr_edgeset_from_order(&w->removed, &w->graph, w->order, w->count, err);
    if (!status)
        status = wr_graph_file_filter(&w->file, &w->removed, t->header, out, &lines, err);
    if (status)
        return status;
    warn_if_vertices_vanish(t, w, t->header);
    json_int(&t->cli.report_output, "lines", lines);
    return WR_OK;
}

static void report(struct tool *t, const struct work *w)
{
    struct cli *cli = &t->cli;
    struct json *o = &cli->report_options;
    const struct cli_amount *asked = t->keep.given ? &t->keep : &t->remove;
    double amount =
        asked->scale ? (double)asked->count / (double)asked->scale : (double)asked->count;
    if (asked->given)
        json_double(o, t->keep.given ? "keep" : "remove", amount);
    json_bool(o, "percent", asked->scale != 0);
    json_string(o, "method", t->from_order ? "from-order" : method_names[t->method]);
    json_string(o, "tie", t->onewis.tie == WR_TIE_RANDOM ? "random" : "order");
    json_bool(o, "directed", t->directed);
    json_bool(o, "order", t->order_only);
    json_string(o, "order_file", t->order_file);
    json_string(o, "from_order", t->from_order);
    json_bool(o, "header", t->header);
    json_int(o, "nodes", t->nodes);
    json_string(o, "from", t->format_name);
    json_string(&cli->report_input, "file", cli->input);
    json_int(&cli->report_input, "vertices", w->graph.n);
    json_int(&cli->report_input, "edges", w->graph.m);
    json_string(&cli->report_output, "file", cli->output);
    json_int(&cli->report_output, "edges", w->graph.m - w->count);
    json_int(&cli->report_results, "removed", w->count);
    json_int(&cli->report_results, "kept", w->graph.m - w->count);
}

static void summarise(struct tool *t, const struct work *w)
{
    const char *how = t->from_order ? t->from_order : method_names[t->method];
    cli_say(&t->cli, "%u vertices, %lld edges: kept %lld, removed %lld by %s in %.2f s", w->graph.n,
            (long long)w->graph.m, (long long)(w->graph.m - w->count), (long long)w->count, how,
            cli_seconds(&t->cli));
}

static enum wr_status run(struct tool *t, struct wr_error *err)
{
    struct work w = {0};
    struct wr_sink *out, *order_out = NULL;
    enum wr_status status = cli_open(&t->cli, t->cli.output, &out, err);
    if (!status && t->order_file)
        status = cli_open(&t->cli, t->order_file, &order_out, err);
    if (status || (status = read_graph(t, &w, err)))
        goto out;
    w.count = count_removals(t, w.graph.m);
    if ((status = make_order(t, &w, err)))
        goto out;
    if (order_out)
        wr_order_write(w.order, w.count, order_out);
    if (t->order_only)
        wr_order_write(w.order, w.count, out);
    else
        status = write_graph(t, &w, out, err);
    if (!status) {
        report(t, &w);
        summarise(t, &w);
    }
out:
    work_release(&w);
    return status;
}

int main(int argc, char **argv)
{
    struct tool t = {.cli.takes_file = true};
    struct wr_error err = {0};
    cli_parse(&t.cli, &argp, argc, argv, &t);
    return cli_finish(&t.cli, run(&t, &err), &err);
}
