/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GNN_DATA_H
#define GNN_DATA_H

#include <stdint.h>

#include "gnn-model.h"
#include "gnn-options.h"

#include "base/error.h"
#include "data/graph.h"
#include "data/labels.h"
#include "data/membership.h"
#include "gnn/input.h"

/* What gnn-train reads, checked against each other. */
struct gnn_data {
    int64_t vertices, rows; /* rows: of predictions, vertices or graphs */
    int64_t edges;
    int64_t classes;
    struct wr_labels labels; /* rows of them */
    struct wr_membership membership;
    uint8_t *part; /* rows: enum wr_part */
    struct wr_gnn_input input;
};

/*
 * gnn_data_read - read everything; release with gnn_data_release, also after an error.
 *
 * loaded  in  the model that it is for; NULL: as many classes as the labels have
 * Errors  WR_EDATA naming the files that do not fit each other; those of the readers
 */
enum wr_status gnn_data_read(struct gnn_data *d, struct gnn_options *o,
                             const struct gnn_saved *loaded, struct wr_error *err);
void gnn_data_release(struct gnn_data *d);

/* Deal out the parts of a random split; nothing is done where the split is not random. */
enum wr_status gnn_data_split(struct gnn_data *d, const struct gnn_options *o, uint64_t seed,
                              struct wr_error *err);

#endif
