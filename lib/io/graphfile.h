/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_GRAPHFILE_H
#define WR_IO_GRAPHFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/edgeset.h"
#include "data/graph.h"
#include "io/format.h"
#include "io/input.h"
#include "io/sink.h"

/*
 * A graph file of one of the formats that the tools read by themselves, and, once it has been
 * read, the same file minus some edges. Formats are described in walkrank-formats(5).
 */

struct wr_graph_file_options {
    enum wr_graph_format format;
    int64_t nodes;       /* at least this many vertices */
    int weight_column;   /* from 3, in formats with one value per edge only 3; 0: no weights */
    bool any_values;     /* keep the values of formats that have them, whatever they are */
    bool directed;       /* arcs are wanted: files that can only hold edges are refused */
    bool distinct;       /* copies may be left out, and counted, when lines are many; no weights */
    bool filter;         /* wr_graph_file_filter will be called: keep the text */
    const char *tmp_dir; /* for large streams; NULL: /tmp */
};

struct wr_graph_file {
    enum wr_graph_format format; /* never WR_FORMAT_AUTO once read */
    int weight_column;           /* as in the options */
    struct wr_input *input;
    struct wr_pairs pairs; /* the lines in file order; the caller may take them */
    bool has_header;       /* a comment gives all vertices, or the format always does */
    bool undirected;       /* the file says that (u, v) stands for (v, u) too */
};

/*
 * wr_graph_file_read - read a whole graph file.
 *
 * file    out  release with wr_graph_file_release
 * path    in   NULL or "-": standard input
 * Errors  WR_EDATA with name and line; WR_EINVAL when it is a foreign format, or has no weights or
 *         no arcs and the options want them; WR_EIO; WR_ENOMEM; file is untouched then
 * Cost    8 bytes per line (16 with weights), plus the text when the input is a stream and
 *         options->filter is set
 */
enum wr_status wr_graph_file_read(struct wr_graph_file *file, const char *path,
                                  const struct wr_graph_file_options *options,
                                  struct wr_error *err);
void wr_graph_file_release(struct wr_graph_file *file);

/* The same from an input that is open and of which nothing has been taken; it becomes the file's,
 * also on failure. */
enum wr_status wr_graph_file_read_input(struct wr_graph_file *file, struct wr_input *input,
                                        const struct wr_graph_file_options *options,
                                        struct wr_error *err);

/*
 * wr_graph_file_graph - wr_graph_init of the file's pairs.
 *
 * Errors  as there, with the name of the file. For copies of an edge with different weights also
 *         the line of the first one that differs, and which line it differs from: they are looked
 *         for in the text, which is read once more. There is no line when that cannot be, in a
 *         stream whose text was not kept
 */
enum wr_status wr_graph_file_graph(struct wr_graph_file *file, bool directed, struct wr_graph *g,
                                   struct wr_error *err);

/* The format of an open input, by its first bytes, then by its name; perhaps a foreign one. */
enum wr_graph_format wr_graph_file_tell(const struct wr_input *input);

/*
 * wr_graph_file_filter - write the file without the lines of the edges in `removed`.
 *
 * Text that stays is the same bytes in the same order, but for the counts in headers; an .npy
 * array stays of the same type.
 *
 * header  in   add SNAP's four-line header to an edge list that has none
 * lines   out  edge lines (entries of a matrix, edges of an array or METIS graph) written; may
 *              be NULL
 * Errors  WR_ENOMEM; errors of the sink stay there
 */
enum wr_status wr_graph_file_filter(const struct wr_graph_file *file,
                                    const struct wr_edgeset *removed, bool header,
                                    struct wr_sink *sink, int64_t *lines, struct wr_error *err);

#endif
