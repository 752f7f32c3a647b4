/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/graphfile.h"

#include <string.h>

#include "io/edgearray.h"
#include "io/edgefilter.h"
#include "io/edgeline.h"
#include "io/edgelist.h"
#include "io/metis.h"
#include "io/mtx.h"
#include "io/npy.h"
#include "io/number.h"
#include "io/scan.h"
#include "io/weights.h"

/* --- telling formats apart ----------------------------------------------------------------- */

enum wr_graph_format wr_graph_file_tell(const struct wr_input *input)
{
    struct wr_span head = wr_input_head(input);
    enum wr_graph_format named = wr_graph_format_by_suffix(wr_input_name(input));
    if (wr_npy_recognise(head))
        return WR_FORMAT_NPY;
    if (wr_mtx_recognise(head))
        return WR_FORMAT_MTX;
    if (head.size > 0 && head.data[0] == '<')
        return WR_FORMAT_GRAPHML;
    if (head.size > 0 && head.data[0] == '*')
        return WR_FORMAT_PAJEK;
    return named == WR_FORMAT_AUTO ? WR_FORMAT_EDGES : named;
}

/* --- reading ------------------------------------------------------------------------------- */

enum { DISTINCT = 64 << 20 }; /* pairs that are kept before copies are left out: 512 MiB */

static enum wr_status read_edges(struct wr_graph_file *file,
                                 const struct wr_graph_file_options *options, struct wr_error *err)
{
    struct wr_edgelist_options edges = {.nodes = options->nodes,
                                        .weight_column = options->weight_column,
                                        .distinct = options->distinct ? DISTINCT : 0};
    return wr_edgelist_read(file->input, &edges, &file->pairs, &file->has_header, err);
}

static enum wr_status read_array(struct wr_graph_file *file,
                                 const struct wr_graph_file_options *options, struct wr_error *err)
{
    struct wr_span text;
    enum wr_status status = wr_input_keep(file->input, options->tmp_dir, err);
    if (!status)
        status = wr_input_all(file->input, &text, err);
    return status ? status : wr_edgearray_read(text, wr_input_name(file->input), &file->pairs, err);
}

/* Whether the format has what the options ask for. */
static enum wr_status check_options(const struct wr_graph_file *file,
                                    const struct wr_graph_file_options *options,
                                    struct wr_error *err)
{
    const char *name = wr_input_name(file->input);
    if (options->weight_column && file->format == WR_FORMAT_NPY)
        return wr_error_at(err, WR_EINVAL, name, 0, "an array of edges has no weights");
    if (options->weight_column && file->format != WR_FORMAT_EDGES && options->weight_column != 3)
        return wr_error_at(err, WR_EINVAL, name, 0,
                           "weights in column %d, in this format they are column 3",
                           options->weight_column);
    if (options->directed && file->format == WR_FORMAT_METIS)
        return wr_error_at(err, WR_EINVAL, name, 0, "a METIS graph has no arcs, it is undirected");
    return WR_OK;
}

static enum wr_status read_format(struct wr_graph_file *file,
                                  const struct wr_graph_file_options *options, struct wr_error *err)
{
    enum wr_weights weights = options->weight_column ? WR_WEIGHTS_REQUIRE
                              : options->any_values  ? WR_WEIGHTS_IF_ANY
                                                     : WR_WEIGHTS_IGNORE;
    enum wr_status status = check_options(file, options, err);
    if (status)
        return status;
    file->has_header = true;
    file->undirected = file->format == WR_FORMAT_METIS;
    switch (file->format) {
    case WR_FORMAT_MTX:
        return wr_mtx_read(file->input, weights, &file->pairs, &file->undirected, err);
    case WR_FORMAT_METIS:
        return wr_metis_read(file->input, weights, &file->pairs, err);
    case WR_FORMAT_NPY:
        file->has_header = false;
        return read_array(file, options, err);
    default:
        return read_edges(file, options, err);
    }
}

enum wr_status wr_graph_file_read_input(struct wr_graph_file *file, struct wr_input *input,
                                        const struct wr_graph_file_options *options,
                                        struct wr_error *err)
{
    struct wr_graph_file made = {
        .format = options->format, .weight_column = options->weight_column, .input = input};
    enum wr_status status = WR_OK;
    if (made.format == WR_FORMAT_AUTO)
        made.format = wr_graph_file_tell(input);
    if (wr_graph_format_is_foreign(made.format))
        status = wr_error_at(err, WR_EINVAL, wr_input_name(input), 0,
                             "only graph-convert reads %s files; --from=edges if it is an edge "
                             "list",
                             wr_graph_format_name(made.format));
    if (!status)
        status = read_format(&made, options, err);
    if (!status && options->directed && made.undirected)
        status = wr_error_at(err, WR_EINVAL, wr_input_name(input), 0,
                             "a symmetric matrix has no arcs, it is undirected");
    if (!status && options->nodes > made.pairs.n)
        made.pairs.n = (uint32_t)options->nodes;
    if (status)
        wr_graph_file_release(&made);
    else
        *file = made;
    return status;
}

enum wr_status wr_graph_file_read(struct wr_graph_file *file, const char *path,
                                  const struct wr_graph_file_options *options, struct wr_error *err)
{
    struct wr_input_options open = {.keep_text = options->filter, .tmp_dir = options->tmp_dir};
    struct wr_input *input;
    enum wr_status status = wr_input_open(&input, path, &open, err);
    return status ? status : wr_graph_file_read_input(file, input, options, err);
}

void wr_graph_file_release(struct wr_graph_file *file)
{
    wr_pairs_release(&file->pairs);
    wr_input_close(file->input);
    *file = (struct wr_graph_file){0};
}

/* --- the graph, and where it is torn ------------------------------------------------------- */

/* The pair of a line of an accepted text and its weight; false when it has none. The size line of
 * a matrix looks like a self-loop, which no edge is. */
static bool parse_line(const struct wr_graph_file *file, struct wr_span line, uint64_t *key,
                       double *weight)
{
    const char *at = line.data, *end = line.data + line.size;
    bool matrix = file->format == WR_FORMAT_MTX;
    struct wr_edgeline edge;
    if (wr_edgeline_parse(line, matrix ? 0 : file->weight_column, &edge) != WR_LINE_EDGE)
        return false;
    *key = wr_arc(edge.u - matrix, edge.v - matrix);
    *weight = edge.weight;
    if (!matrix)
        return true;
    (void)wr_scan_word(&at, end);
    (void)wr_scan_word(&at, end);
    struct wr_span value = wr_scan_word(&at, end);
    return wr_parse_double(value.data, value.size, weight);
}

/* The first two lines that give an edge different weights; they stay 0 when there is no way back
 * to them. */
static void find_lines(const struct wr_graph_file *file, uint64_t e, bool directed, int64_t *first,
                       int64_t *second)
{
    struct wr_span chunk;
    double weight, before = 0;
    uint64_t key;
    if (!file->input || !wr_input_rewind(file->input))
        return;
    for (int64_t line = 1; !wr_input_next(file->input, &chunk, NULL) && chunk.size > 0;) {
        for (const char *at = chunk.data, *end = at + chunk.size; at < end; line++) {
            bool pair = parse_line(file, wr_scan_line(at, end, &at), &key, &weight);
            if (!pair || e != (directed ? key : wr_edge(wr_edge_u(key), wr_edge_v(key))))
                continue;
            if (*first && weight != before) {
                *second = line;
                return;
            }
            if (!*first)
                *first = line;
            before = weight;
        }
    }
}

enum wr_status wr_graph_file_graph(struct wr_graph_file *file, bool directed, struct wr_graph *g,
                                   struct wr_error *err)
{
    struct wr_error plain = {0};
    const char *name = file->input ? wr_input_name(file->input) : "";
    int64_t first = 0, second = 0;
    enum wr_status status = wr_graph_init(g, &file->pairs, directed, &plain);
    if (status == WR_EDATA)
        find_lines(file, file->pairs.torn, directed, &first, &second);
    if (second)
        return wr_error_at(err, status, name, second, "%s, the first on line %lld", plain.message,
                           (long long)first);
    return status ? wr_error_at(err, status, name, 0, "%s", plain.message) : WR_OK;
}

/* --- filtering ----------------------------------------------------------------------------- */

enum wr_status wr_graph_file_filter(const struct wr_graph_file *file,
                                    const struct wr_edgeset *removed, bool header,
                                    struct wr_sink *sink, int64_t *lines, struct wr_error *err)
{
    struct wr_span text = wr_input_text(file->input);
    int64_t written = 0;
    enum wr_status status = WR_OK;
    switch (file->format) {
    case WR_FORMAT_MTX:
        status = wr_mtx_filter(text, removed, sink, &written, err);
        break;
    case WR_FORMAT_METIS:
        wr_metis_filter(text, removed, sink, &written);
        break;
    case WR_FORMAT_NPY:
        status = wr_edgearray_filter(text, removed, sink, &written, err);
        break;
    default:
        status = wr_edgelist_filter(file->input, removed, header && !file->has_header, sink,
                                    &written, err);
    }
    if (!status && lines)
        *lines = written;
    return status;
}
