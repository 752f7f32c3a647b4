/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "wis-compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot.h"

#include "base/alloc.h"
#include "data/edgeset.h"

void compare_table_release(struct compare_table *table)
{
    for (int i = 0; i < table->count; i++)
        wr_quality_release(&table->row[i].quality);
    free(table->row);
    *table = (struct compare_table){0};
}

void compare_table_write(const struct compare_table *table, struct wr_sink *sink)
{
    wr_sink_string(sink, "method\tkeep\tedges\tisolated\tcomponents\tmin\tmedian\tmean\n");
    for (int i = 0; i < table->count; i++) {
        const struct compare_row *row = &table->row[i];
        wr_sink_printf(sink, "%s\t%s\t%lld\t%lld\t%lld\t%s\t%s\t", row->method, row->keep,
                       (long long)row->quality.edges, (long long)row->quality.isolated,
                       (long long)row->quality.components, row->quality.min, row->quality.median);
        wr_sink_double(sink, row->quality.mean);
        wr_sink_string(sink, "\n");
    }
}

/* The rows as gnuplot data: a block per method, which begins with its name. */
static void plot_data(FILE *script, const struct compare_table *table, int64_t edges)
{
    fprintf(script, "$data << EOD\n");
    for (int i = 0; i < table->count; i++) {
        const struct wr_quality *q = &table->row[i].quality;
        const char *method = table->row[i].method;
        if (i == 0 || strcmp(method, table->row[i - 1].method) != 0)
            fprintf(script, "%s\"%s\"\n", i > 0 ? "\n\n" : "", method);
        fprintf(script, "%.17g %.17g %lld %lld\n",
                edges > 0 ? 100.0 * (double)q->edges / (double)edges : 100.0, q->mean,
                (long long)q->isolated, (long long)q->components);
    }
    fprintf(script, "EOD\n");
}

enum wr_status compare_table_plot(const struct compare_table *table, const char *terminal,
                                  int64_t edges, struct wr_sink *sink, struct wr_error *err)
{
    static const char *const titles[] = {"mean walk index", "vertices without edges", "components"};
    char *text = NULL;
    size_t size;
    FILE *script = open_memstream(&text, &size);
    if (!script)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    plot_data(script, table, edges);
    fprintf(script,
            "set terminal %s\n"
            "set multiplot layout 1,3\n"
            "set xlabel 'edges kept (%%)'\nset xrange [0:100]\nset grid\nset key top left\n",
            terminal);
    for (int panel = 0; panel < 3; panel++)
        fprintf(script,
                "set title '%s'\nset yrange [0:*]\n"
                "plot for [i=0:*] $data index i using 1:%d with linespoints linewidth 2 "
                "title columnheader(1)\nunset key\n",
                titles[panel], panel + 2);
    fprintf(script, "unset multiplot\n");
    bool failed = ferror(script) != 0;
    failed |= fclose(script) != 0;
    enum wr_status status =
        failed ? wr_error_set(err, WR_ENOMEM, "out of memory") : plot_run(text, sink, err);
    free(text);
    return status;
}

enum wr_status compare_quality(struct wr_quality *q, const struct wr_graph *g,
                               const uint64_t *order, int64_t removals, enum wr_task task,
                               int64_t depth, struct wr_error *err)
{
    struct wr_edgeset removed = {0};
    struct wr_graph rest = {0};
    enum wr_status status = wr_edgeset_from_order(&removed, g, order, removals, err);
    if (!status)
        status = wr_edgeset_rest(&rest, &removed, err);
    if (!status)
        status = wr_quality_init(q, &rest, task, depth, NULL, err);
    wr_graph_release(&rest);
    wr_edgeset_release(&removed);
    return status;
}

void compare_report_quality(struct json *j, const struct wr_quality *q)
{
    json_int(j, "vertices", q->vertices);
    json_int(j, "edges", q->edges);
    json_int(j, "isolated", q->isolated);
    json_int(j, "components", q->components);
    json_number(j, "walk_index_min", q->min);
    json_number(j, "walk_index_median", q->median);
    json_double(j, "walk_index_mean", q->mean);
}

enum wr_status compare_table_report(const struct compare_table *table, struct json *j,
                                    struct wr_error *err)
{
    struct json *rows = wr_calloc(table->count, sizeof *rows, err);
    if (!rows)
        return WR_ENOMEM;
    for (int i = 0; i < table->count; i++) {
        json_string(&rows[i], "method", table->row[i].method);
        json_string(&rows[i], "keep", table->row[i].keep);
        compare_report_quality(&rows[i], &table->row[i].quality);
    }
    json_array(j, "table", rows, table->count);
    for (int i = 0; i < table->count; i++)
        json_release(&rows[i]);
    free(rows);
    return WR_OK;
}
