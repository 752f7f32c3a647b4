/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WIS_OPTIONS_H
#define WIS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli-args.h"
#include "cli.h"
#include "graph-format.h"

#include "data/partition.h"
#include "io/graphfile.h"
#include "sparsify/onewis.h"

/* The command line of wis-sparsify. */

enum wis_method { WIS_1WIS, WIS_WIS, WIS_RANDOM, WIS_SPECTRAL, WIS_METHODS };

extern const char *const wis_method_names[];

enum { WIS_AMOUNTS = 64 };

struct wis_options {
    struct cli cli;

    struct cli_amount keep, remove; /* at most one is given */

    enum wis_method method;
    const char *from_order; /* NULL: by method */
    int depth;
    enum wr_task task;
    const char *partitions;
    int64_t batch;
    enum wr_tie tie;
    bool directed;
    int weight_column; /* 0: none */
    double epsilon;

    bool order_only;
    const char *order_file;
    const char *plot;
    bool header;

    const char *compare; /* as it was written; NULL: no table */
    int compared_count;
    enum wis_method compared[WIS_METHODS];
    int amount_count;
    struct {
        const char *text;
        struct cli_amount keep;
    } amounts[WIS_AMOUNTS];
    char *amount_list; /* holds their texts; main frees it */

    struct graph_input graph;

    unsigned given;        /* bit per option whose use depends on the method */
    const char *keep_text; /* -k as it was written */
};

extern const struct argp wis_argp;

/* Depth of the walk indices that a report or a table speaks of. */
int wis_quality_depth(const struct wis_options *o);

/* Every option in force, for --report. */
void wis_report_options(struct wis_options *o);

#endif
