/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "plot.h"
#include "wis-compare.h"
#include "wis-options.h"

#include "base/alloc.h"
#include "data/edgeset.h"
#include "data/graph.h"
#include "io/graphfile.h"
#include "io/order.h"
#include "io/partitions.h"
#include "linalg/resistance.h"
#include "sparsify/onewis.h"
#include "sparsify/quality.h"
#include "sparsify/random.h"
#include "sparsify/spectral.h"
#include "sparsify/wis.h"

/* What a run works on. */
struct work {
    struct wr_graph_file file;
    struct wr_graph graph;
    struct wr_partitions partitions;
    struct wr_edgeset removed;
    uint64_t *order;
    int64_t count; /* removals */
};

static void work_release(struct work *w)
{
    wr_edgeset_release(&w->removed);
    wr_graph_release(&w->graph);
    wr_graph_file_release(&w->file);
    wr_partitions_release(&w->partitions);
    free(w->order);
}

static enum wr_status read_input(struct wis_options *o, struct work *w, struct wr_error *err)
{
    struct wr_graph_file_options read = {.format = o->graph.format,
                                         .nodes = o->graph.nodes,
                                         .weight_column = o->weight_column,
                                         .directed = o->directed,
                                         .filter = !o->order_only && !o->compare,
                                         .tmp_dir = cli_tmp_dir()};
    cli_phase(&o->cli, "reading");
    enum wr_status status = wr_graph_file_read(&w->file, o->cli.input, &read, err);
    if (!status)
        status = wr_graph_file_graph(&w->file, o->directed, &w->graph, err);
    if (!status && o->partitions)
        status = wr_partitions_read(o->partitions, &w->partitions, err);
    if (!status && o->partitions && w->partitions.count == 0)
        status = wr_error_at(err, WR_EDATA, cli_input_name(o->partitions), 0,
                             "no partitions to preserve");
    if (!status && o->header && w->file.format != WR_FORMAT_EDGES)
        status = wr_error_set(err, WR_EINVAL, "--header: only a text edge list can have one");
    if (!status && o->partitions)
        status = wr_partitions_check(&w->partitions, w->graph.n, o->task == WR_TASK_VERTEX,
                                     cli_input_name(o->partitions), err);
    return status;
}

static int64_t removals_to_keep(const struct cli_amount *keep, int64_t m)
{
    return m - cli_amount_of(keep, m);
}

static void warn_if_too_many(struct wis_options *o, const struct cli_amount *amount,
                             const char *verb, int64_t m)
{
    if (amount->scale == 0 && amount->count > (uint64_t)m)
        cli_warn(&o->cli, "the graph has %lld edges, fewer than the %llu to %s", (long long)m,
                 (unsigned long long)amount->count, verb);
}

/* How many edges go; asking for more than there are is no error. */
static int64_t count_removals(struct wis_options *o, int64_t m)
{
    if (o->keep.given) {
        warn_if_too_many(o, &o->keep, "keep", m);
        return removals_to_keep(&o->keep, m);
    }
    if (!o->remove.given)
        return m;
    warn_if_too_many(o, &o->remove, "remove", m);
    if (o->remove.scale == 0)
        return cli_amount_of(&o->remove, m);
    struct cli_amount keep = cli_amount_rest(&o->remove);
    return removals_to_keep(&keep, m);
}

/* The first count edges of the method's removal order. */
static enum wr_status order_by_method(struct wis_options *o, enum wis_method method,
                                      const struct work *w, int64_t count, uint64_t *order,
                                      struct wr_error *err)
{
    const struct wr_graph *g = &w->graph;
    struct wr_progress progress = cli_progress(&o->cli, wis_method_names[method], "edges");
    switch (method) {
    case WIS_RANDOM:
        return wr_random_order(g, o->cli.seed, count, order, err);
    case WIS_SPECTRAL: {
        struct wr_spectral_options spectral = {.epsilon = o->epsilon, .seed = o->cli.seed};
        return wr_spectral_order(g, &spectral, count, &progress, order, err);
    }
    case WIS_WIS: {
        struct wr_wis_options wis = {.depth = o->depth,
                                     .task = o->task,
                                     .batch = o->batch,
                                     .tie = o->tie,
                                     .seed = o->cli.seed,
                                     .partitions = o->partitions ? &w->partitions : NULL};
        return wr_wis_order(g, &wis, count, &progress, order, err);
    }
    default: {
        struct wr_onewis_options onewis = {.tie = o->tie, .seed = o->cli.seed};
        return wr_onewis_order(g, &onewis, count, &progress, order, err);
    }
    }
}

static enum wr_status make_order(struct wis_options *o, struct work *w, struct wr_error *err)
{
    /* a file gives the order of all edges */
    w->order = wr_alloc(o->from_order ? w->graph.m : w->count, sizeof *w->order, err);
    if (!w->order)
        return WR_ENOMEM;
    if (o->from_order)
        return wr_order_read(o->from_order, &w->graph, w->order, err);
    return order_by_method(o, o->method, w, w->count, w->order, err);
}

/* A reader of the output learns the number of vertices from a header or from the largest id. */
static void warn_if_vertices_vanish(struct wis_options *o, const struct work *w)
{
    const struct wr_graph *g = &w->graph;
    if (o->header || w->file.has_header || g->n == 0)
        return;
    for (int64_t e = 0; e < g->m; e++)
        if ((wr_edge_v(g->edge[e]) == g->n - 1 || wr_edge_u(g->edge[e]) == g->n - 1) &&
            !wr_edgeset_has(&w->removed, e))
            return;
    cli_warn(&o->cli,
             "the highest vertex, %u, has no edge left: readers will see fewer than %u vertices%s",
             g->n - 1, g->n,
             w->file.format == WR_FORMAT_EDGES ? "; --header says how many there are" : "");
}

static enum wr_status write_graph(struct wis_options *o, struct work *w, struct wr_sink *out,
                                  struct wr_error *err)
{
    int64_t lines;
    cli_phase(&o->cli, "writing");
    enum wr_status status = wr_edgeset_from_order(&w->removed, &w->graph, w->order, w->count, err);
    if (!status)
        status = wr_graph_file_filter(&w->file, &w->removed, o->header, out, &lines, err);
    if (status)
        return status;
    warn_if_vertices_vanish(o, w);
    json_int(&o->cli.report_output, "lines", lines);
    return WR_OK;
}

/* The quality of the graph with the first `removals` edges of the order gone, under key. */
static enum wr_status report_quality(struct wis_options *o, const struct work *w, const char *key,
                                     int64_t removals, struct wr_error *err)
{
    struct wr_quality quality;
    struct json members = {0};
    cli_phase(&o->cli, "measuring");
    enum wr_status status = compare_quality(&quality, &w->graph, w->order, removals, o->task,
                                            wis_quality_depth(o), err);
    if (status)
        return status;
    compare_report_quality(&members, &quality);
    json_object(&o->cli.report_results, key, &members);
    json_release(&members);
    wr_quality_release(&quality);
    return WR_OK;
}

static enum wr_status report(struct wis_options *o, const struct work *w, struct wr_error *err)
{
    struct cli *cli = &o->cli;
    wis_report_options(o);
    json_string(&cli->report_input, "file", cli->input);
    json_int(&cli->report_input, "vertices", w->graph.n);
    json_int(&cli->report_input, "edges", w->graph.m);
    json_string(&cli->report_output, "file", cli->output);
    if (o->compare) /* the table says it all */
        return WR_OK;
    json_int(&cli->report_output, "edges", o->order_only ? w->count : w->graph.m - w->count);
    json_int(&cli->report_results, "removed", w->count);
    if (o->directed) /* walk indices are those of undirected graphs */
        return WR_OK;
    enum wr_status status = report_quality(o, w, "before", 0, err);
    return status ? status : report_quality(o, w, "after", w->count, err);
}

static void summarise(struct wis_options *o, const struct work *w)
{
    cli_summary(&o->cli, "%u vertices, %lld edges: kept %lld, removed %lld by %s in %.2f s",
                w->graph.n, (long long)w->graph.m, (long long)(w->graph.m - w->count),
                (long long)w->count, o->from_order ? o->from_order : wis_method_names[o->method],
                cli_seconds(&o->cli));
}

static enum wr_status sparsify(struct wis_options *o, struct work *w, struct wr_sink *out,
                               struct wr_error *err)
{
    struct wr_sink *order_out = NULL;
    enum wr_status status = WR_OK;
    if (o->order_file)
        status = cli_open(&o->cli, o->order_file, &order_out, err);
    if (!status)
        status = read_input(o, w, err);
    if (status)
        return status;
    w->count = count_removals(o, w->graph.m);
    if ((status = make_order(o, w, err)))
        return status;
    if (order_out)
        wr_order_write(w->order, w->count, order_out);
    if (o->order_only)
        wr_order_write(w->order, w->count, out);
    else if ((status = write_graph(o, w, out, err)))
        return status;
    summarise(o, w);
    return WR_OK;
}

/* One order per method, cut at every amount. */
static enum wr_status fill_table(struct wis_options *o, struct work *w, struct compare_table *table,
                                 struct wr_error *err)
{
    int64_t m = w->graph.m;
    table->row = wr_calloc((int64_t)o->compared_count * o->amount_count, sizeof *table->row, err);
    if (!table->row)
        return WR_ENOMEM;
    for (int a = 0; a < o->amount_count; a++) {
        int64_t removals = removals_to_keep(&o->amounts[a].keep, m);
        w->count = removals > w->count ? removals : w->count;
        warn_if_too_many(o, &o->amounts[a].keep, "keep", m);
    }
    w->order = wr_alloc(w->count, sizeof *w->order, err);
    if (!w->order)
        return WR_ENOMEM;
    for (int i = 0; i < o->compared_count; i++) {
        enum wr_status status = order_by_method(o, o->compared[i], w, w->count, w->order, err);
        for (int a = 0; a < o->amount_count && !status; a++) {
            struct compare_row *row = &table->row[table->count];
            *row = (struct compare_row){.method = wis_method_names[o->compared[i]],
                                        .keep = o->amounts[a].text};
            status =
                compare_quality(&row->quality, &w->graph, w->order,
                                removals_to_keep(&o->amounts[a].keep, m), o->task, o->depth, err);
            table->count += !status;
        }
        if (status)
            return status;
    }
    return WR_OK;
}

static enum wr_status compare(struct wis_options *o, struct work *w, struct wr_sink *out,
                              struct wr_error *err)
{
    struct compare_table table = {0};
    struct wr_sink *plot_out = NULL;
    enum wr_status status = WR_OK;
    if (o->plot)
        status = cli_open(&o->cli, o->plot, &plot_out, err);
    if (!status)
        status = read_input(o, w, err);
    if (!status)
        status = fill_table(o, w, &table, err);
    if (!status) {
        compare_table_write(&table, out);
        status = compare_table_report(&table, &o->cli.report_results, err);
    }
    if (!status && o->plot)
        status = compare_table_plot(&table, plot_terminal(o->plot), w->graph.m, plot_out, err);
    compare_table_release(&table);
    return status;
}

static enum wr_status run(struct wis_options *o, struct wr_error *err)
{
    struct work w = {0};
    struct wr_sink *out;
    enum wr_status status = cli_open(&o->cli, o->cli.output, &out, err);
    if (!status)
        status = o->compare ? compare(o, &w, out, err) : sparsify(o, &w, out, err);
    if (!status && o->cli.report)
        status = report(o, &w, err);
    work_release(&w);
    return status;
}

int main(int argc, char **argv)
{
    struct wis_options o = {.cli.takes_file = true,
                            .method = WIS_METHODS,
                            .depth = 3,
                            .batch = 1,
                            .epsilon = WR_LEVERAGE_EPSILON};
    struct wr_error err = {0};
    cli_parse(&o.cli, &wis_argp, argc, argv, &o);
    int exit_status = cli_finish(&o.cli, run(&o, &err), &err);
    free(o.amount_list);
    return exit_status;
}
