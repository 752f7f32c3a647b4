/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/edgelist.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/edgeline.h"
#include "io/number.h"

struct reader {
    struct wr_input *input;
    const struct wr_edgelist_options *options;
    struct wr_pairs pairs;
    int64_t capacity;
    int64_t line;
    uint64_t nodes; /* the largest of max id + 1 and every Nodes: N */
    bool has_header;
};

static enum wr_status append(struct reader *r, const struct wr_edgeline *edge, struct wr_error *err)
{
    if (r->pairs.count == r->capacity) {
        int64_t wanted = 2 * r->capacity + 1024;
        enum wr_status status = wr_grow(&r->pairs.key, wanted, sizeof *r->pairs.key, err);
        if (!status && r->options->weight_column)
            status = wr_grow(&r->pairs.weight, wanted, sizeof *r->pairs.weight, err);
        if (status)
            return status;
        r->capacity = wanted;
    }
    if (r->options->weight_column)
        r->pairs.weight[r->pairs.count] = edge->weight;
    r->pairs.key[r->pairs.count++] = wr_arc(edge->u, edge->v);
    uint64_t larger = (uint64_t)(edge->u > edge->v ? edge->u : edge->v) + 1;
    if (larger > r->nodes)
        r->nodes = larger;
    return WR_OK;
}

static enum wr_status take_line(struct reader *r, struct wr_span line, struct wr_error *err)
{
    struct wr_edgeline edge;
    struct wr_snap_header header;
    switch (wr_edgeline_parse(line, r->options->weight_column, &edge)) {
    case WR_LINE_EDGE:
        return append(r, &edge, err);
    case WR_LINE_COMMENT:
        if (!wr_snap_header_find(line, &header))
            return WR_OK;
        if (header.nodes > WR_MAX_VERTEX + UINT64_C(1))
            return wr_error_at(err, WR_EDATA, wr_input_name(r->input), r->line,
                               "%llu vertices are too many, at most %llu are possible",
                               (unsigned long long)header.nodes, WR_MAX_VERTEX + 1ULL);
        r->has_header = true;
        if (header.nodes > r->nodes)
            r->nodes = header.nodes;
        return WR_OK;
    case WR_LINE_BLANK:
        return WR_OK;
    default:
        return wr_error_at(err, WR_EDATA, wr_input_name(r->input), r->line, "%s", edge.problem);
    }
}

static enum wr_status take_chunk(struct reader *r, struct wr_span chunk, struct wr_error *err)
{
    const char *end = chunk.data + chunk.size;
    for (const char *p = chunk.data; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        const char *stop = newline ? newline : end;
        r->line++;
        enum wr_status status = take_line(r, (struct wr_span){p, (size_t)(stop - p)}, err);
        if (status)
            return status;
        p = stop + 1;
    }
    return WR_OK;
}

enum wr_status wr_edgelist_read(struct wr_input *input, const struct wr_edgelist_options *options,
                                struct wr_pairs *pairs, bool *has_header, struct wr_error *err)
{
    struct reader r = {.input = input, .options = options, .nodes = (uint64_t)options->nodes};
    struct wr_span chunk;
    enum wr_status status;
    while (!(status = wr_input_next(input, &chunk, err)) && chunk.size > 0)
        if ((status = take_chunk(&r, chunk, err)))
            break;
    if (!status)
        status = wr_grow(&r.pairs.key, r.pairs.count, sizeof *r.pairs.key, err);
    if (status) {
        wr_pairs_release(&r.pairs);
        return status;
    }
    r.pairs.n = (uint32_t)r.nodes;
    *pairs = r.pairs;
    *has_header = r.has_header;
    return WR_OK;
}

/* Whether a line of an accepted edge list stays. */
static bool stays(struct wr_span line, const struct wr_edgeset *removed, bool *is_edge)
{
    struct wr_edgeline edge;
    *is_edge = wr_edgeline_parse(line, 0, &edge) == WR_LINE_EDGE;
    return !*is_edge || !wr_edgeset_has_pair(removed, edge.u, edge.v);
}

static int64_t count_edges(struct wr_span text, const struct wr_edgeset *removed)
{
    int64_t edges = 0;
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        const char *stop = newline ? newline : end;
        bool is_edge;
        edges += stays((struct wr_span){p, (size_t)(stop - p)}, removed, &is_edge) && is_edge;
        p = stop + 1;
    }
    return edges;
}

static void write_comment(struct wr_span line, int64_t edges_left, struct wr_sink *sink)
{
    struct wr_snap_header header;
    if (!wr_snap_header_find(line, &header) || !header.edges.data) {
        wr_sink_write(sink, line.data, line.size);
        return;
    }
    const char *rest = header.edges.data + header.edges.size;
    wr_sink_write(sink, line.data, (size_t)(header.edges.data - line.data));
    wr_sink_u64(sink, (uint64_t)edges_left);
    wr_sink_write(sink, rest, (size_t)(line.data + line.size - rest));
}

static void write_snap_header(uint32_t n, int64_t edges, struct wr_sink *sink)
{
    wr_sink_printf(sink,
                   "# Undirected graph\n"
                   "# Each line is an edge\n"
                   "# Nodes: %u Edges: %lld\n"
                   "# FromNodeId\tToNodeId\n",
                   n, (long long)edges);
}

int64_t wr_edgelist_filter(struct wr_span text, const struct wr_edgeset *removed, bool add_header,
                           struct wr_sink *sink)
{
    int64_t total = count_edges(text, removed), written = 0;
    const char *end = text.data + text.size;
    if (add_header)
        write_snap_header(removed->graph->n, total, sink);
    for (const char *p = text.data; p < end && !wr_sink_failed(sink);) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        const char *stop = newline ? newline + 1 : end;
        struct wr_span line = {p, (size_t)(stop - p)};
        bool is_edge;
        if (stays(line, removed, &is_edge)) {
            if (is_edge)
                wr_sink_write(sink, line.data, line.size);
            else
                write_comment(line, total - written, sink);
            written += is_edge;
        }
        p = stop;
    }
    return written;
}

static void write_pair(const struct wr_pairs *pairs, int64_t i, struct wr_sink *sink)
{
    char line[2 * WR_U64_DIGITS + 2], *p = line;
    p = wr_format_u64(p, wr_edge_u(pairs->key[i]));
    *p++ = '\t';
    p = wr_format_u64(p, wr_edge_v(pairs->key[i]));
    *p++ = pairs->weight ? '\t' : '\n';
    wr_sink_write(sink, line, (size_t)(p - line));
    if (pairs->weight) {
        wr_sink_double(sink, pairs->weight[i]);
        wr_sink_write(sink, "\n", 1);
    }
}

void wr_edgelist_write_pairs(const struct wr_pairs *pairs, const struct wr_progress *progress,
                             struct wr_sink *sink)
{
    enum { STEP = 1 << 16 };
    wr_sink_printf(sink, "# Nodes: %u Edges: %lld\n", pairs->n, (long long)pairs->count);
    for (int64_t i = 0; i < pairs->count; i++) {
        if (i % STEP == 0 && (wr_sink_failed(sink) || !wr_progress_step(progress, i, pairs->count)))
            return;
        write_pair(pairs, i, sink);
    }
}

void wr_edgelist_write(const struct wr_graph *g, struct wr_sink *sink)
{
    const struct wr_pairs edges = {.n = g->n, .count = g->m, .key = g->edge, .weight = g->weight};
    wr_edgelist_write_pairs(&edges, NULL, sink);
}
