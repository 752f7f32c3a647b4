/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GNN_RESULTS_H
#define GNN_RESULTS_H

#include <stdint.h>

#include "cli.h"
#include "json.h"

#include "base/error.h"
#include "gnn/models.h"
#include "gnn/train.h"
#include "io/sink.h"

/* What gnn-train writes: the table of runs, the log of epochs, predictions. */

struct gnn_run {
    uint64_t seed;
    struct wr_train_result result;
    double seconds;
};

/* What the rows of the table say beside the run. */
struct gnn_subject {
    const struct wr_model_options *model;
    int64_t vertices, edges;
    int64_t parameters;
};

void gnn_table_header(struct wr_sink *out);
void gnn_table_row(const struct gnn_subject *s, int64_t number, const struct gnn_run *run,
                   struct wr_sink *out);

void gnn_log_header(struct wr_sink *log);
void gnn_log_row(int64_t run, int64_t epoch, const struct wr_fit *fit, double seconds,
                 struct wr_sink *log);

/* probability: rows x classes; kind: what a row is. */
void gnn_predictions_write(const char *kind, const wr_real *probability, int64_t rows,
                           int64_t classes, struct wr_sink *out);

/* All runs, for --report. Errors: WR_ENOMEM. */
enum wr_status gnn_report_runs(const struct gnn_run *run, int64_t count, struct json *results,
                               struct wr_error *err);

/* A line on standard error. */
void gnn_summarise(struct cli *cli, const struct gnn_subject *s, const struct gnn_run *run,
                   int64_t count);

#endif
