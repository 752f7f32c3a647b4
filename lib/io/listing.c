/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/listing.h"

#include <stdio.h>
#include <string.h>

#include "io/edgearray.h"
#include "io/edgelist.h"
#include "io/foreign.h"
#include "io/metis.h"
#include "io/mtx.h"
#include "io/namedlist.h"
#include "io/words.h"

/* --- reading ------------------------------------------------------------------------------- */

static enum wr_status read_own(struct wr_listing *listing, struct wr_input *input,
                               const struct wr_listing_options *options, struct wr_error *err)
{
    struct wr_graph_file file;
    struct wr_graph_file_options read = {.format = listing->format,
                                         .nodes = options->nodes,
                                         .weight_column = options->weight_column,
                                         .any_values = options->weights,
                                         .directed = options->directed,
                                         .distinct = options->distinct,
                                         .tmp_dir = options->tmp_dir};
    enum wr_status status = wr_graph_file_read_input(&file, input, &read, err);
    if (status)
        return status;
    listing->direction = file.undirected ? WR_UNDIRECTED : WR_DIRECTION_UNSAID;
    listing->pairs = file.pairs;
    file.pairs = (struct wr_pairs){0};
    listing->file = file;
    return WR_OK;
}

static enum wr_status read_foreign(struct wr_listing *listing, struct wr_input *input,
                                   const struct wr_listing_options *options, struct wr_error *err)
{
    struct wr_foreign file;
    struct wr_foreign_options read = {.number = options->relabel, .weights = options->weights};
    enum wr_status status = wr_foreign_read(input, listing->format, &read, &file, err);
    if (status)
        return status;
    listing->pairs = file.pairs;
    listing->names = file.names;
    listing->direction = file.directed     ? WR_DIRECTED
                         : file.undirected ? WR_UNDIRECTED
                                           : WR_DIRECTION_UNSAID;
    if (listing->direction == WR_UNDIRECTED && options->directed)
        return wr_error_at(err, WR_EINVAL, wr_input_name(input), 0,
                           "the graph of the file is undirected, it has no arcs");
    return WR_OK;
}

static enum wr_status check_format(enum wr_graph_format format, const char *name,
                                   const struct wr_listing_options *options, struct wr_error *err)
{
    bool words = format == WR_FORMAT_EDGES || format == WR_FORMAT_NCOL || format == WR_FORMAT_LGL;
    if (format == WR_FORMAT_DOT)
        return wr_error_at(err, WR_EINVAL, name, 0, "dot files are written only");
    if (options->relabel && !words)
        return wr_error_at(err, WR_EINVAL, name, 0,
                           "the vertices of %s files are numbered: only edges, ncol and lgl files "
                           "can be relabelled",
                           wr_graph_format_name(format));
    if (options->weight_column && wr_graph_format_is_foreign(format))
        return wr_error_at(err, WR_EINVAL, name, 0, "%s files have no columns",
                           wr_graph_format_name(format));
    return WR_OK;
}

enum wr_status wr_listing_read(struct wr_listing *listing, const char *path,
                               const struct wr_listing_options *options, struct wr_error *err)
{
    struct wr_listing made = {.format = options->format};
    struct wr_input_options open = {.tmp_dir = options->tmp_dir};
    struct wr_input *input = NULL;
    enum wr_status status = wr_input_open(&input, path, &open, err);
    if (status)
        return status;
    if (made.format == WR_FORMAT_AUTO)
        made.format = wr_graph_file_tell(input);
    status = check_format(made.format, wr_input_name(input), options, err);
    if (status)
        goto out;
    if (wr_graph_format_is_foreign(made.format)) {
        status = read_foreign(&made, input, options, err);
    } else if (options->relabel) {
        status = wr_namedlist_read(input, options->weight_column, &made.pairs, &made.names, err);
    } else {
        status = read_own(&made, input, options, err);
        input = NULL; /* which that has taken or closed */
    }
    if (options->directed)
        made.direction = WR_DIRECTED;
    if (options->nodes > made.pairs.n)
        made.pairs.n = (uint32_t)options->nodes;
out:
    wr_input_close(input);
    if (status)
        wr_listing_release(&made);
    else
        *listing = made;
    return status;
}

void wr_listing_release(struct wr_listing *listing)
{
    wr_pairs_release(&listing->pairs);
    wr_names_release(&listing->names);
    wr_graph_file_release(&listing->file);
}

/* --- writing ------------------------------------------------------------------------------- */

/* A vertex without a name is its number. */
static void show_vertex(const struct wr_names *names, uint32_t v, char out[WR_WORD_SHOWN])
{
    const char *name = v < names->count ? wr_names_get(names, v) : NULL;
    if (name)
        wr_word_show((struct wr_span){name, strlen(name)}, out);
    else
        snprintf(out, WR_WORD_SHOWN, "%u", v);
}

static enum wr_status make_graph(struct wr_listing *listing, bool directed, struct wr_graph *g,
                                 struct wr_error *err)
{
    const struct wr_names *names = &listing->names;
    char u[WR_WORD_SHOWN], v[WR_WORD_SHOWN];
    listing->file.pairs = listing->pairs;
    listing->pairs = (struct wr_pairs){0};
    if (names->count == 0)
        return wr_graph_file_graph(&listing->file, directed, g, err);
    struct wr_error numbers = {0}; /* of vertices, which the reader of names has not seen */
    enum wr_status status = wr_graph_file_graph(&listing->file, directed, g, &numbers);
    if (status != WR_EDATA)
        return status ? wr_error_set(err, status, "%s", numbers.message) : WR_OK;
    show_vertex(names, wr_edge_u(listing->file.pairs.torn), u);
    show_vertex(names, wr_edge_v(listing->file.pairs.torn), v);
    return wr_error_set(err, status, "the edge of '%s' and '%s' is listed with different weights",
                        u, v);
}

enum wr_status wr_listing_simplify(struct wr_listing *listing, struct wr_error *err)
{
    struct wr_graph g;
    bool directed = listing->direction == WR_DIRECTED;
    enum wr_status status = make_graph(listing, directed, &g, err);
    if (status)
        return status;
    listing->pairs = (struct wr_pairs){.n = g.n, .count = g.m, .key = g.edge, .weight = g.weight};
    g.edge = NULL;
    g.weight = NULL;
    wr_graph_release(&g);
    listing->direction = directed ? WR_DIRECTED : WR_UNDIRECTED;
    return WR_OK;
}

static enum wr_status write_metis(struct wr_listing *listing, struct wr_sink *sink,
                                  struct wr_error *err)
{
    struct wr_graph g;
    enum wr_status status = make_graph(listing, false, &g, err);
    if (status)
        return status;
    status = wr_metis_write(&g, sink, err);
    wr_graph_release(&g);
    return status;
}

enum wr_status wr_listing_write(struct wr_listing *listing, enum wr_graph_format format,
                                const struct wr_progress *progress, struct wr_sink *sink,
                                struct wr_error *err)
{
    switch (format) {
    case WR_FORMAT_AUTO:
    case WR_FORMAT_EDGES:
        wr_edgelist_write_pairs(&listing->pairs, progress, sink);
        return WR_OK;
    case WR_FORMAT_MTX:
        wr_mtx_write(&listing->pairs, listing->direction == WR_UNDIRECTED, sink);
        return WR_OK;
    case WR_FORMAT_METIS:
        return write_metis(listing, sink, err);
    case WR_FORMAT_NPY:
        wr_edgearray_write(&listing->pairs, sink);
        return WR_OK;
    default:
        return wr_foreign_write(format, &listing->pairs, listing->direction == WR_DIRECTED,
                                &listing->names, sink, err);
    }
}
