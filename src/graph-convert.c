/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cli-args.h"
#include "cli.h"
#include "graph-format.h"

#include "data/summary.h"
#include "io/foreign.h"
#include "io/listing.h"

static const char doc[] =
    "Convert a graph from one file format to another, or check it. The format of GRAPH, or "
    "standard input, is told by its content and name, that of the output by the name after -o; "
    "otherwise they are text edge lists. All lines are kept, in their order, with copies, "
    "self-loops and weights, as far as the output format can hold them."
    "\v"
    "FMT is edges (`u v [weight]', ids from 0), mtx (Matrix Market), metis, npy (an array of "
    "shape (2, M)), graphml, gml, pajek, ncol, lgl or, only for --to, dot.\n"
    "\n"
    "Examples:\n"
    "  graph-convert -o edge_index.npy graph.txt\n"
    "  zcat graph.mtx.gz | graph-convert --simplify --to=metis > graph.graph\n"
    "  graph-convert --relabel --map=names.tsv -o graph.txt.gz friends.txt\n"
    "  graph-convert --check graph.graphml\n"
    "\n"
    "Exit status: 0 done, 1 bad data or I/O error, 2 usage error.";

enum {
    KEY_FROM = 0x100,
    KEY_TO,
    KEY_RELABEL,
    KEY_MAP,
    KEY_CHECK,
    KEY_SIMPLIFY,
    KEY_DIRECTED,
    KEY_WEIGHTS,
    KEY_NO_WEIGHTS,
    KEY_NODES
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "How to read the graph:", 1},
    {"from", KEY_FROM, "FMT", 0, "Format of the input; default by content and name", 1},
    {"relabel", KEY_RELABEL, NULL, 0,
     "Vertices of an edges, ncol or lgl file are any words; number them 0, 1, ... in order of "
     "appearance",
     1},
    {"directed", KEY_DIRECTED, NULL, 0, "Lines are arcs u -> v", 1},
    {"weights", KEY_WEIGHTS, "COLUMN", 0,
     "Column of positive weights in a text edge list; 3 is the first after the ids", 1},
    {"no-weights", KEY_NO_WEIGHTS, NULL, 0, "Drop the weights of formats that have them", 1},
    {"nodes", KEY_NODES, "N", 0, "At least N vertices", 1},
    {NULL, 0, NULL, 0, "What to write:", 2},
    {"to", KEY_TO, "FMT", 0, "Format of the output; default by the name after -o, else edges", 2},
    {"simplify", KEY_SIMPLIFY, NULL, 0, "Drop self-loops and copies, sort the edges", 2},
    {"map", KEY_MAP, "FILE", 0, "Write `id<TAB>name' lines to FILE", 2},
    {"check", KEY_CHECK, NULL, 0, "Instead of the graph, a table of what it is", 2},
    {0}};

struct tool {
    struct cli cli;
    struct wr_listing_options read;
    enum wr_graph_format to;
    bool from_given, to_given;
    bool no_weights;
    bool simplify;
    bool check;
    const char *map;
};

static void check_options(struct argp_state *state, struct tool *t)
{
    if (t->check && (t->to_given || t->simplify || t->map))
        cli_refuse(state, "--check writes a table; --to, --simplify and --map are for graphs");
    if (t->no_weights && t->read.weight_column)
        cli_refuse(state, "--weights and --no-weights exclude each other");
    if (t->read.relabel && t->read.nodes)
        cli_refuse(state, "--relabel knows the vertices by their names; --nodes would add some "
                          "without");
    if (t->read.directed && t->to == WR_FORMAT_METIS)
        cli_refuse(state, "--directed: a METIS graph has no arcs");
    t->read.weights = !t->no_weights && !t->check;
    t->read.distinct = t->check && !t->read.weight_column;
    if (!t->to_given && !t->check && t->cli.output)
        t->to = wr_graph_format_by_suffix(t->cli.output);
    if (t->to == WR_FORMAT_AUTO)
        t->to = WR_FORMAT_EDGES;
}

/* How to read the graph. */
static error_t parse_input(int key, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    switch (key) {
    case KEY_FROM:
        t->read.format = graph_format(state, "from", arg, true);
        t->from_given = true;
        break;
    case KEY_RELABEL:
        t->read.relabel = true;
        break;
    case KEY_DIRECTED:
        t->read.directed = true;
        break;
    case KEY_WEIGHTS:
        t->read.weight_column = (int)cli_uint(state, "weights", arg, 3, 1000000);
        break;
    case KEY_NO_WEIGHTS:
        t->no_weights = true;
        break;
    case KEY_NODES:
        t->read.nodes = graph_nodes(state, arg);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->cli;
        break;
    case KEY_TO:
        t->to = graph_format(state, "to", arg, true);
        t->to_given = true;
        break;
    case KEY_SIMPLIFY:
        t->simplify = true;
        break;
    case KEY_MAP:
        t->map = arg;
        cli_claim(state, &t->cli, arg);
        break;
    case KEY_CHECK:
        t->check = true;
        break;
    case ARGP_KEY_SUCCESS:
        check_options(state, t);
        break;
    default:
        return parse_input(key, arg, state);
    }
    return 0;
}

static const struct argp argp = {options, parse, "[GRAPH]", doc, cli_children, NULL, NULL};

/* --- the table of --check ------------------------------------------------------------------ */

/* One row of the table, which is also a result of --report. */
static void put_count(struct tool *t, struct wr_sink *out, const char *key, int64_t value)
{
    wr_sink_printf(out, "%s\t%lld\n", key, (long long)value);
    json_int(&t->cli.report_results, key, value);
}

static void put_number(struct tool *t, struct wr_sink *out, const char *key, double value)
{
    wr_sink_printf(out, "%s\t", key);
    wr_sink_double(out, value);
    wr_sink_write(out, "\n", 1);
    json_double(&t->cli.report_results, key, value);
}

static enum wr_status check_graph(struct tool *t, struct wr_listing *listing, struct wr_sink *out,
                                  struct wr_error *err)
{
    struct wr_summary s;
    enum wr_status status = wr_summary_init(&s, &listing->pairs, err);
    if (status)
        return status;
    wr_sink_printf(out, "property\tvalue\nformat\t%s\n", wr_graph_format_name(listing->format));
    put_count(t, out, "vertices", s.n);
    put_count(t, out, "lines", s.lines);
    put_count(t, out, "edges", s.edges);
    put_count(t, out, "duplicates", s.duplicates);
    put_count(t, out, "reciprocal", s.reciprocal);
    put_count(t, out, "self_loops", s.self_loops);
    put_count(t, out, "isolated", s.isolated);
    put_count(t, out, "components", s.components);
    put_count(t, out, "largest_component", s.largest_component);
    put_count(t, out, "degree_min", s.degree_min);
    put_number(t, out, "degree_median", s.degree_median);
    put_number(t, out, "degree_mean", s.degree_mean);
    put_count(t, out, "degree_max", s.degree_max);
    return WR_OK;
}

/* --- conversion ---------------------------------------------------------------------------- */

/* Formats without a number of vertices have those up to the largest that has an edge. */
static void warn_if_vertices_vanish(struct tool *t, const struct wr_listing *listing)
{
    const struct wr_pairs *p = &listing->pairs;
    uint32_t last = p->n - 1;
    if (p->n == 0 || (t->to != WR_FORMAT_NPY && t->to != WR_FORMAT_NCOL))
        return;
    for (int64_t i = 0; i < p->count; i++)
        if (wr_edge_u(p->key[i]) == last || wr_edge_v(p->key[i]) == last)
            return;
    cli_warn(&t->cli,
             "the highest vertex, %u, has no edge: readers of the %s file will see fewer than %u "
             "vertices",
             last, wr_graph_format_name(t->to), p->n);
}

static void warn_of_losses(struct tool *t, const struct wr_listing *listing)
{
    bool has_names =
        t->to >= WR_FORMAT_GRAPHML && t->to != WR_FORMAT_NCOL && t->to != WR_FORMAT_LGL;
    if (listing->pairs.weight && t->to == WR_FORMAT_NPY)
        cli_warn(&t->cli, "the weights are not written: an array of edges has none");
    if (wr_graph_format_is_foreign(t->to) && !wr_foreign_keeps_weights(&listing->pairs))
        cli_warn(&t->cli, "weights are rounded to 15 digits: igraph writes no more");
    if (listing->names.count > 0 && !has_names && !t->map)
        cli_warn(&t->cli, "the names of the vertices are not written; --map=FILE writes them");
    warn_if_vertices_vanish(t, listing);
}

static enum wr_status simplify(struct tool *t, struct wr_listing *listing, struct wr_error *err)
{
    int64_t lines = listing->pairs.count;
    if (t->to == WR_FORMAT_METIS)
        listing->direction = WR_UNDIRECTED;
    enum wr_status status = wr_listing_simplify(listing, err);
    if (!status && !t->simplify && listing->pairs.count < lines)
        cli_warn(&t->cli, "%lld copies and self-loops are not written: METIS graphs are simple",
                 (long long)(lines - listing->pairs.count));
    return status;
}

static enum wr_status write_map(struct tool *t, const struct wr_listing *listing,
                                struct wr_sink *map, struct wr_error *err)
{
    if (listing->names.count == 0 && listing->pairs.n > 0 && !t->read.relabel)
        return wr_error_set(err, WR_EINVAL, "--map: the vertices of this %s file have no names",
                            wr_graph_format_name(listing->format));
    wr_names_write(&listing->names, map);
    return WR_OK;
}

static enum wr_status convert(struct tool *t, struct wr_listing *listing, struct wr_sink *out,
                              struct wr_sink *map, struct wr_error *err)
{
    enum wr_status status = map ? write_map(t, listing, map, err) : WR_OK;
    if (!status && (t->simplify || t->to == WR_FORMAT_METIS))
        status = simplify(t, listing, err);
    if (status)
        return status;
    warn_of_losses(t, listing);
    uint32_t n = listing->pairs.n;
    int64_t lines = listing->pairs.count;
    json_int(&t->cli.report_output, "lines", lines);
    struct wr_progress progress = cli_progress(&t->cli, "writing", "lines");
    status = wr_listing_write(listing, t->to, &progress, out, err);
    if (!status)
        cli_summary(&t->cli, "%s to %s: %u vertices, %lld lines in %.2f s",
                    wr_graph_format_name(listing->format), wr_graph_format_name(t->to), n,
                    (long long)lines, cli_seconds(&t->cli));
    return status;
}

static void report(struct tool *t, const struct wr_listing *listing)
{
    struct cli *cli = &t->cli;
    struct json *o = &cli->report_options;
    json_string(o, "from", t->from_given ? wr_graph_format_name(t->read.format) : NULL);
    json_string(o, "to", t->check ? NULL : wr_graph_format_name(t->to));
    json_bool(o, "relabel", t->read.relabel);
    json_bool(o, "directed", t->read.directed);
    json_int(o, "weights", t->read.weight_column);
    json_bool(o, "no_weights", t->no_weights);
    json_int(o, "nodes", t->read.nodes);
    json_bool(o, "simplify", t->simplify);
    json_bool(o, "check", t->check);
    json_string(o, "map", t->map);
    json_string(&cli->report_input, "file", cli->input);
    json_string(&cli->report_input, "format", wr_graph_format_name(listing->format));
    json_int(&cli->report_input, "vertices", listing->pairs.n);
    json_int(&cli->report_input, "lines", listing->pairs.count + listing->pairs.copies);
    json_string(&cli->report_output, "file", cli->output);
}

static enum wr_status run(struct tool *t, struct wr_error *err)
{
    struct wr_listing listing = {0};
    struct wr_sink *out, *map = NULL;
    enum wr_status status = cli_open(&t->cli, t->cli.output, &out, err);
    if (!status && t->map)
        status = cli_open(&t->cli, t->map, &map, err);
    t->read.tmp_dir = cli_tmp_dir();
    cli_phase(&t->cli, "reading");
    if (!status)
        status = wr_listing_read(&listing, t->cli.input, &t->read, err);
    if (status)
        return status;
    report(t, &listing);
    if (t->check)
        status = check_graph(t, &listing, out, err);
    else
        status = convert(t, &listing, out, map, err);
    if (status)
        wr_error_in(err, cli_input_name(t->cli.input));
    wr_listing_release(&listing);
    return status;
}

int main(int argc, char **argv)
{
    struct tool t = {.cli.takes_file = true};
    struct wr_error err = {0};
    cli_parse(&t.cli, &argp, argc, argv, &t);
    return cli_finish(&t.cli, run(&t, &err), &err);
}
