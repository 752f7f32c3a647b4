/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_FOREIGN_H
#define WR_IO_FOREIGN_H

#include <stdbool.h>

#include "base/error.h"
#include "data/graph.h"
#include "io/format.h"
#include "io/input.h"
#include "io/vertexnames.h"
#include "io/sink.h"

/* Formats of other programs, through igraph: GraphML, GML, Pajek, NCOL, LGL and, only written,
 * DOT. */

struct wr_foreign_options {
    bool number;  /* NCOL and LGL know vertices by name only: number the names in order of
                     appearance; otherwise they have to be vertex ids. The other formats number
                     vertices in file order always. */
    bool weights; /* keep them */
};

/* What such a file says. Owned by the caller; release with wr_foreign_release. */
struct wr_foreign {
    struct wr_pairs pairs; /* edges in file order, u <= v unless directed; weights where the file
                              has the edge attribute `weight' */
    bool directed;         /* the file says so */
    bool undirected;       /* the file says so; NCOL and LGL say neither */
    struct wr_names names; /* of the vertices, where the file has any */
};

/*
 * wr_foreign_read - read a whole file.
 *
 * format  in   a foreign format but WR_FORMAT_DOT
 * file    out  untouched on failure
 * Errors  WR_EDATA with name and, where igraph knows it, line; an edge without a finite weight
 *         where others have one; a Pajek file that promises vertices out of proportion to its
 *         text; WR_EIO; WR_ENOMEM
 */
enum wr_status wr_foreign_read(struct wr_input *input, enum wr_graph_format format,
                               const struct wr_foreign_options *options, struct wr_foreign *file,
                               struct wr_error *err);

void wr_foreign_release(struct wr_foreign *file);

/* Whether igraph writes the weights exactly: it writes 15 digits. */
bool wr_foreign_keeps_weights(const struct wr_pairs *pairs);

/*
 * wr_foreign_write - write pairs in a foreign format.
 *
 * directed  in  of GraphML, GML, Pajek and DOT; otherwise they are undirected
 * names     in  for these formats (label in GML, Pajek and DOT, attribute `name' in GraphML), not
 *               written in the others; count 0: none, or the numbers where readers need some
 * Errors    WR_EDATA: more vertices than wr_foreign_read takes from a Pajek file; WR_ENOMEM; errors
 *           of the sink stay there
 */
enum wr_status wr_foreign_write(enum wr_graph_format format, const struct wr_pairs *pairs,
                                bool directed, const struct wr_names *names, struct wr_sink *sink,
                                struct wr_error *err);

#endif
