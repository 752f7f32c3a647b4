/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_LISTING_H
#define WR_IO_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"
#include "io/graphfile.h"
#include "io/vertexnames.h"
#include "io/sink.h"

/*
 * What a graph file of any format lists, for conversion: its pairs in file order, copies and
 * self-loops included, with their weights, and the names of the vertices. Owned by the caller;
 * release with wr_listing_release.
 */
enum wr_direction {
    WR_DIRECTION_UNSAID, /* an edge list, an array, a general matrix: the reader's choice */
    WR_UNDIRECTED,
    WR_DIRECTED
};

struct wr_listing {
    enum wr_graph_format format; /* it was read from */
    enum wr_direction direction;
    struct wr_pairs pairs;
    struct wr_names names;     /* count 0: none, or the first count vertices have them */
    struct wr_graph_file file; /* but for its pairs; all 0 when names or igraph came between */
};

struct wr_listing_options {
    enum wr_graph_format format; /* WR_FORMAT_AUTO: by content and name */
    bool relabel;                /* vertices of an edge list, NCOL or LGL are any words, numbered
                                    in order of appearance */
    bool directed;               /* pairs are arcs; an undirected file is refused */
    bool weights;                /* keep those of formats that have them */
    int weight_column;           /* of an edge list; 0: none */
    bool distinct;               /* copies may be left out of a long edge list, and counted */
    int64_t nodes;               /* at least this many vertices */
    const char *tmp_dir;
};

/* Errors: WR_EDATA with name and line; WR_EINVAL when the format cannot be read, relabelled or
 * directed and the options want that; WR_EIO; WR_ENOMEM. */
enum wr_status wr_listing_read(struct wr_listing *listing, const char *path,
                               const struct wr_listing_options *options, struct wr_error *err);

void wr_listing_release(struct wr_listing *listing);

/*
 * wr_listing_simplify - drop self-loops and copies; edges become ascending.
 *
 * The two directions of an edge are copies unless the listing is directed. Errors: WR_EDATA as
 * wr_graph_file_graph when copies have different weights, WR_ENOMEM; the pairs are lost then.
 */
enum wr_status wr_listing_simplify(struct wr_listing *listing, struct wr_error *err);

/*
 * wr_listing_write - write a listing in a format.
 *
 * METIS graphs are simple and undirected: the listing is made so, and its pairs are lost. Weights
 * are left out where the format has none. progress: of lines, where writing is slow; NULL: none.
 * Errors  WR_EDATA: weights that METIS cannot hold, or as wr_listing_simplify; WR_ENOMEM.
 *         Errors of the sink stay there
 */
enum wr_status wr_listing_write(struct wr_listing *listing, enum wr_graph_format format,
                                const struct wr_progress *progress, struct wr_sink *sink,
                                struct wr_error *err);

#endif
