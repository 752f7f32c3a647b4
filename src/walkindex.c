/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cli-args.h"
#include "cli.h"
#include "graph-format.h"

#include "base/alloc.h"
#include "data/csr.h"
#include "data/graph.h"
#include "data/partition.h"
#include "io/graphfile.h"
#include "io/partitions.h"
#include "io/words.h"
#include "sparsify/walkindex.h"

static const char doc[] =
    "Print walk indices: how strongly a graph neural network of a given depth can model the "
    "interaction between some vertices and the rest of a graph. FILE, or standard input, is an "
    "edge list (`u v [rest]`), a Matrix Market, METIS or .npy file, plain, gzip or zstd; the "
    "output is a table with tabs, one row per partition and target. Counts are exact."
    "\v"
    "Examples:\n"
    "  walkindex -L 3 graph.txt                    # every vertex by itself\n"
    "  walkindex -t graph -I 0,1,2,3 graph.txt     # {0,1,2,3} against the rest\n"
    "  walkindex -p parts.txt -T 7 -w 64 graph.txt # many partitions, with bounds\n"
    "\n"
    "Exit status: 0 done, 1 bad data or I/O error, 2 usage error.";

enum { KEY_INPUT_WIDTH = 0x100 };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Which walks:", 1},
    {"depth", 'L', "L", 0, "Depth of the network: walks have L - 1 steps (default 3)", 1},
    {"length", 'l', "K", 0, "The same as --depth=K+1", 1},
    {"task", 't', "TASK", 0,
     "vertex (default): walks that end at the target; graph: that end anywhere", 1},
    {"target", 'T', "V[,V...]", 0,
     "Targets of vertex prediction (default: the vertex itself; required with -I, and with -p "
     "unless every line names its own)",
     1},
    {NULL, 0, NULL, 0, "Which partitions (default: every vertex by itself):", 2},
    {"subset", 'I', "V[,V...]", 0, "These vertices against the rest", 2},
    {"partitions", 'p', "FILE", 0, "Those of FILE, one per line: [target:] vertex ids", 2},
    {NULL, 0, NULL, 0, "Bounds on the log separation rank:", 3},
    {"width", 'w', "D", 0, "Add them, for hidden layers of width D", 3},
    {"input-width", KEY_INPUT_WIDTH, "D", 0, "Numbers per vertex (default: the width)", 3},
    {0}};

static const char *const task_names[] = {
    [WR_TASK_VERTEX] = "vertex", [WR_TASK_GRAPH] = "graph", NULL};

struct vertices {
    uint32_t *vertex;
    int64_t count;
};

struct tool {
    struct cli cli;
    struct wr_walkindex_options walkindex;
    bool depth_given, length_given, input_width_given;
    struct vertices targets, subset;
    const char *target_text, *subset_text; /* as they were written; NULL: not given */
    const char *partitions;
    struct graph_input graph;
};

/* A word that is no vertex id; a number too large for any graph is, as one too large for this
 * graph, bad data. */
static void refuse_vertex(struct argp_state *state, const char *option, struct wr_span word,
                          const char *problem)
{
    if (word.size > 0 && strspn(word.data, "0123456789") >= word.size)
        argp_failure(state, 1, 0, "--%s: %s", option, problem);
    cli_refuse(state, "--%s: %s", option, problem);
}

/* Ids with a comma between any two. */
static struct vertices parse_vertices(struct argp_state *state, const char *option, const char *arg)
{
    struct vertices list = {0};
    struct wr_error err = {0};
    char problem[WR_WORD_PROBLEM];
    int64_t most = 1;
    for (const char *c = arg; *c; c++)
        most += *c == ',';
    if (!(list.vertex = wr_alloc(most, sizeof *list.vertex, &err)))
        argp_failure(state, 1, 0, "%s", err.message);
    for (const char *word = arg; list.count < most; word++) {
        struct wr_span span = {word, strcspn(word, ",")};
        if (!wr_word_vertex(span, &list.vertex[list.count++], problem))
            refuse_vertex(state, option, span, problem);
        word += span.size;
    }
    return list;
}

static void check(struct argp_state *state, const struct tool *t)
{
    bool vertex = t->walkindex.task == WR_TASK_VERTEX;
    if (t->depth_given && t->length_given)
        cli_refuse(state, "--depth and --length exclude each other");
    if (t->subset_text && t->partitions)
        cli_refuse(state, "--subset and --partitions exclude each other");
    if (!vertex && t->target_text)
        cli_refuse(state, "--target is not used by --task=graph; --task=vertex uses it");
    if (vertex && t->subset_text && !t->target_text)
        cli_refuse(state, "--subset needs --target, or --task=graph");
    if (t->input_width_given && !t->walkindex.width)
        cli_refuse(state, "--input-width needs --width");
    const char *const inputs[] = {t->cli.input, t->partitions};
    cli_check_inputs(state, inputs, 2, "the graph and --partitions");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->cli;
        state->child_inputs[1] = &t->graph;
        break;
    case 'L':
        t->walkindex.length = (int64_t)cli_uint(state, "depth", arg, 1, INT32_MAX) - 1;
        t->depth_given = true;
        break;
    case 'l':
        t->walkindex.length = (int64_t)cli_uint(state, "length", arg, 0, INT32_MAX);
        t->length_given = true;
        break;
    case 't':
        t->walkindex.task = (enum wr_task)cli_choice(state, "task", arg, task_names);
        break;
    case 'T':
        free(t->targets.vertex);
        t->targets = parse_vertices(state, "target", t->target_text = arg);
        break;
    case 'I':
        free(t->subset.vertex);
        t->subset = parse_vertices(state, "subset", t->subset_text = arg);
        break;
    case 'p':
        t->partitions = arg;
        break;
    case 'w':
        t->walkindex.width = (int64_t)cli_uint(state, "width", arg, 1, INT32_MAX);
        break;
    case KEY_INPUT_WIDTH:
        t->walkindex.input_width = (int64_t)cli_uint(state, "input-width", arg, 1, INT32_MAX);
        t->input_width_given = true;
        break;
    case ARGP_KEY_SUCCESS:
        check(state, t);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp argp = {options, parse, "[FILE]", doc, graph_children, NULL, NULL};

/* What a run works on. */
struct work {
    struct wr_graph graph;
    struct wr_csr csr;
    struct wr_partitions partitions; /* a row each; none: the rows are the vertices */
    struct wr_walkindex rows;
};

static void work_release(struct work *w)
{
    wr_graph_release(&w->graph);
    wr_csr_release(&w->csr);
    wr_partitions_release(&w->partitions);
    wr_walkindex_release(&w->rows);
}

static enum wr_status read_graph(struct tool *t, struct work *w, struct wr_error *err)
{
    struct wr_graph_file_options read = {
        .format = t->graph.format, .nodes = t->graph.nodes, .tmp_dir = cli_tmp_dir()};
    struct wr_graph_file file;
    cli_phase(&t->cli, "reading");
    enum wr_status status = wr_graph_file_read(&file, t->cli.input, &read, err);
    if (status)
        return status;
    if (!(status = wr_graph_init(&w->graph, &file.pairs, false, err)))
        status = wr_csr_init(&w->csr, &w->graph, WR_CSR_BOTH, false, err);
    if (status)
        wr_error_in(err, wr_input_name(file.input));
    wr_graph_file_release(&file);
    return status;
}

static enum wr_status check_range(const char *option, const struct vertices *list, uint32_t n,
                                  struct wr_error *err)
{
    for (int64_t i = 0; i < list->count; i++)
        if (list->vertex[i] >= n)
            return wr_error_at(err, WR_EDATA, option, 0,
                               "vertex %u is out of range: the graph has %u vertices, numbered "
                               "from 0",
                               list->vertex[i], n);
    return WR_OK;
}

/* One row for a subset and each of the targets, or one row when there are none. */
static enum wr_status add_rows(struct wr_partitions *rows, int64_t line, const uint32_t *subset,
                               int64_t size, const struct vertices *targets, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    if (targets->count == 0)
        return wr_partitions_add(rows, WR_NO_TARGET, line, subset, size, err);
    for (int64_t i = 0; i < targets->count && !status; i++)
        status = wr_partitions_add(rows, targets->vertex[i], line, subset, size, err);
    return status;
}

/* The rows of a partition file: a line's own target, else those of --target. */
static enum wr_status read_rows(const struct tool *t, uint32_t n, struct wr_partitions *rows,
                                struct wr_error *err)
{
    struct wr_partitions p = {0};
    bool need_targets = t->walkindex.task == WR_TASK_VERTEX && !t->target_text;
    enum wr_status status = wr_partitions_read(t->partitions, &p, err);
    if (!status)
        status = wr_partitions_check(&p, n, need_targets, cli_input_name(t->partitions), err);
    for (int64_t i = 0; i < p.count && !status; i++) {
        struct vertices own = {&p.target[i], p.target[i] != WR_NO_TARGET};
        status = add_rows(rows, p.line[i], p.vertex + p.start[i], p.start[i + 1] - p.start[i],
                          own.count ? &own : &t->targets, err);
    }
    wr_partitions_release(&p);
    return status;
}

/* The rows that the options ask for, but for vertices by themselves. */
static enum wr_status choose_rows(const struct tool *t, struct work *w, struct wr_error *err)
{
    uint32_t n = w->graph.n;
    enum wr_status status = check_range("--target", &t->targets, n, err);
    if (status || (status = check_range("--subset", &t->subset, n, err)))
        return status;
    if (t->partitions)
        return read_rows(t, n, &w->partitions, err);
    if (t->subset_text)
        return add_rows(&w->partitions, 1, t->subset.vertex, t->subset.count, &t->targets, err);
    for (uint32_t v = 0; t->target_text && v < n && !status; v++)
        status = add_rows(&w->partitions, v, &v, 1, &t->targets, err);
    return status;
}

/* Whether the rows are the vertices, each its own target. */
static bool singletons(const struct tool *t)
{
    return !t->partitions && !t->subset_text && !t->target_text;
}

static enum wr_status compute(struct tool *t, struct work *w, struct wr_error *err)
{
    struct wr_walkindex_options o = t->walkindex;
    struct wr_progress progress = cli_progress(&t->cli, "counting walks", "parts");
    o.progress = &progress;
    if (!t->input_width_given)
        o.input_width = o.width;
    if (singletons(t))
        return wr_walkindex_singletons(&w->csr, &o, &w->rows, err);
    return wr_walkindex_partitions(&w->csr, &w->partitions, &o, &w->rows, err);
}

static void write_target(const struct tool *t, const struct work *w, int64_t row,
                         struct wr_sink *out)
{
    if (t->walkindex.task == WR_TASK_GRAPH)
        wr_sink_string(out, "-");
    else
        wr_sink_u64(out, singletons(t) ? (uint64_t)row : w->partitions.target[row]);
}

/* text: room for any of the counts. */
static void write_row(const struct tool *t, const struct work *w, int64_t row, char *text,
                      struct wr_sink *out)
{
    const struct wr_partitions *p = &w->partitions;
    bool single = singletons(t);
    wr_sink_u64(out, (uint64_t)(single ? row : p->line[row]));
    wr_sink_write(out, "\t", 1);
    wr_sink_u64(out, (uint64_t)(single ? 1 : p->start[row + 1] - p->start[row]));
    wr_sink_write(out, "\t", 1);
    wr_sink_u64(out, w->rows.boundary[row]);
    wr_sink_write(out, "\t", 1);
    write_target(t, w, row, out);
    wr_sink_write(out, "\t", 1);
    if (w->rows.index.limbs == 1)
        wr_sink_u64(out, *wr_counts_at(&w->rows.index, row));
    else
        wr_sink_write(out, text, wr_counts_text(&w->rows.index, row, text));
    if (w->rows.upper) {
        wr_sink_write(out, "\t", 1);
        wr_sink_double(out, w->rows.upper[row]);
        wr_sink_write(out, "\t", 1);
        wr_sink_double(out, w->rows.lower[row]);
    }
    wr_sink_write(out, "\n", 1);
}

static enum wr_status write_table(const struct tool *t, const struct work *w, struct wr_sink *out,
                                  struct wr_error *err)
{
    char *text = wr_alloc((int64_t)wr_counts_text_size(&w->rows.index), 1, err);
    if (!text)
        return WR_ENOMEM;
    wr_sink_string(out, "partition\tsize\tboundary\ttarget\twalk_index");
    wr_sink_string(out, w->rows.upper ? "\tlog_sep_upper\tlog_sep_lower\n" : "\n");
    for (int64_t row = 0; row < w->rows.count && !wr_sink_failed(out); row++)
        write_row(t, w, row, text, out);
    free(text);
    return WR_OK;
}

static void report(struct tool *t, const struct work *w)
{
    struct cli *cli = &t->cli;
    struct json *o = &cli->report_options;
    const struct wr_walkindex_options *walk = &t->walkindex;
    json_int(o, "depth", walk->length + 1);
    json_int(o, "length", walk->length);
    json_string(o, "task", task_names[walk->task]);
    json_string(o, "target", t->target_text);
    json_string(o, "subset", t->subset_text);
    json_string(o, "partitions", t->partitions);
    json_int(o, "width", walk->width);
    json_int(o, "input_width", t->input_width_given ? walk->input_width : walk->width);
    graph_report_options(o, &t->graph);
    json_string(&cli->report_input, "file", cli->input);
    json_int(&cli->report_input, "vertices", w->graph.n);
    json_int(&cli->report_input, "edges", w->graph.m);
    json_string(&cli->report_output, "file", cli->output);
    json_int(&cli->report_results, "rows", w->rows.count);
    json_int(&cli->report_results, "largest_bits", wr_counts_max_bits(&w->rows.index));
}

static void summarise(struct tool *t, const struct work *w)
{
    cli_summary(&t->cli, "%u vertices, %lld edges: %lld walk indices of length %lld in %.2f s",
                w->graph.n, (long long)w->graph.m, (long long)w->rows.count,
                (long long)t->walkindex.length, cli_seconds(&t->cli));
}

static enum wr_status run(struct tool *t, struct wr_error *err)
{
    struct work w = {0};
    struct wr_sink *out;
    enum wr_status status = cli_open(&t->cli, t->cli.output, &out, err);
    if (status || (status = read_graph(t, &w, err)) || (status = choose_rows(t, &w, err)) ||
        (status = compute(t, &w, err)) || (status = write_table(t, &w, out, err)))
        goto out;
    report(t, &w);
    summarise(t, &w);
out:
    work_release(&w);
    free(t->targets.vertex);
    free(t->subset.vertex);
    return status;
}

int main(int argc, char **argv)
{
    struct tool t = {.cli.takes_file = true, .walkindex.length = 2};
    struct wr_error err = {0};
    cli_parse(&t.cli, &argp, argc, argv, &t);
    return cli_finish(&t.cli, run(&t, &err), &err);
}
