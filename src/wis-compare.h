/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WIS_COMPARE_H
#define WIS_COMPARE_H

#include <stdint.h>

#include "json.h"

#include "base/error.h"
#include "data/graph.h"
#include "data/partition.h"
#include "io/sink.h"
#include "sparsify/quality.h"

/* The table of wis-sparsify --compare: what every method leaves of a graph. */

struct compare_row {
    const char *method; /* not owned */
    const char *keep;   /* as the user wrote it; not owned */
    struct wr_quality quality;
};

struct compare_table {
    int count;
    struct compare_row *row; /* count; owned */
};

void compare_table_release(struct compare_table *table);

/* TSV with a header row. */
void compare_table_write(const struct compare_table *table, struct wr_sink *sink);

/* Walk index, isolated vertices and components against the edges kept, a line per method. */
enum wr_status compare_table_plot(const struct compare_table *table, const char *terminal,
                                  int64_t edges, struct wr_sink *sink, struct wr_error *err);

/* The rows as the array "table" of a report. Errors: WR_ENOMEM. */
enum wr_status compare_table_report(const struct compare_table *table, struct json *j,
                                    struct wr_error *err);

/* The quality of g without the first `removals` edges of order. */
enum wr_status compare_quality(struct wr_quality *q, const struct wr_graph *g,
                               const uint64_t *order, int64_t removals, enum wr_task task,
                               int64_t depth, struct wr_error *err);

/* The members of a quality for --report. */
void compare_report_quality(struct json *j, const struct wr_quality *q);

#endif
