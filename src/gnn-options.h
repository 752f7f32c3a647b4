/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GNN_OPTIONS_H
#define GNN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"
#include "graph-format.h"

#include "data/split.h"
#include "gnn/models.h"
#include "gnn/train.h"

/* The command line of gnn-train. */

/* Options whose being given matters beside their value: those that a loaded model contradicts,
 * those that only training uses. */
enum gnn_given {
    GNN_MODEL,
    GNN_LAYERS,
    GNN_HIDDEN,
    GNN_HEADS,
    GNN_DROPOUT,
    GNN_NORM,
    GNN_CLASSIFIER,
    GNN_ROW_NORMALIZE,
    GNN_EPOCHS,
    GNN_PATIENCE,
    GNN_MIN_DELTA,
    GNN_LR,
    GNN_WEIGHT_DECAY,
    GNN_SPLIT_SEED,
    GNN_UGS_L1,
    GNN_UGS_EPOCHS,
    GNN_GIVEN
};

/* Random, with these shares, or from a file. */
struct gnn_split {
    const char *file; /* NULL: random */
    bool none;        /* neither: a loaded model had a file, and no other is given */
    struct wr_split_shares shares;
};

/* The removal order of UGS. */
struct gnn_ugs {
    const char *order; /* its file; NULL: it is not wanted */
    double l1;
    int64_t epochs; /* of each round */
};

struct gnn_options {
    struct cli cli;

    const char *features, *labels, *graphs; /* labels, graphs may be NULL */
    const char *split_text;                 /* --split as it was written; NULL: not given */
    struct gnn_split split;
    uint64_t split_seed;
    struct graph_input graph;

    struct wr_model_options model; /* classes: from the labels */
    bool row_normalize;
    struct wr_train_options train; /* its seed: of the first run */
    int64_t batch;                 /* graphs per step; 0: all */
    int64_t runs;
    bool strict;

    const char *log, *save, *load, *predict;
    struct gnn_ugs ugs;

    unsigned given; /* bit per enum gnn_given */
};

extern const struct argp gnn_argp;

/* The names of enum gnn_given's options, without dashes; of --classifier, by struct
 * wr_model_options' conv. */
extern const char *const gnn_option_names[GNN_GIVEN];
extern const char *const gnn_classifier_names[];

static inline bool gnn_is_given(const struct gnn_options *o, enum gnn_given option)
{
    return o->given >> option & 1;
}

/* Whether the run trains, or only evaluates a loaded model. */
static inline bool gnn_trains(const struct gnn_options *o)
{
    return !o->load || gnn_is_given(o, GNN_EPOCHS);
}

/* Every option in force, for --report. */
void gnn_report_options(struct gnn_options *o);

#endif
