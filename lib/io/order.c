/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/order.h"

#include "data/edgeset.h"
#include "io/edgeline.h"
#include "io/lines.h"

void wr_order_write(const uint64_t *order, int64_t count, struct wr_sink *sink)
{
    for (int64_t i = 0; i < count && !wr_sink_failed(sink); i++) {
        wr_sink_u64(sink, wr_edge_u(order[i]));
        wr_sink_write(sink, "\t", 1);
        wr_sink_u64(sink, wr_edge_v(order[i]));
        wr_sink_write(sink, "\n", 1);
    }
}

struct order_reader {
    const struct wr_graph *graph;
    struct wr_edgeset seen;
    struct wr_lines lines;
    uint64_t *order;
};

static enum wr_status take_edge(struct order_reader *r, const struct wr_edgeline *edge,
                                struct wr_error *err)
{
    uint64_t word = wr_graph_word(r->graph, edge->u, edge->v);
    int64_t id = wr_graph_find(r->graph, word);
    if (id < 0)
        return wr_lines_error(&r->lines, err, "edge %u %u is not in the graph", edge->u, edge->v);
    if (!wr_edgeset_add(&r->seen, id))
        return wr_lines_error(&r->lines, err, "edge %u %u stands a second time in the order",
                              edge->u, edge->v);
    r->order[r->seen.count - 1] = word;
    return WR_OK;
}

static enum wr_status take_lines(struct order_reader *r, struct wr_error *err)
{
    struct wr_span line;
    struct wr_edgeline edge;
    enum wr_status status;
    while (!(status = wr_lines_next(&r->lines, &line, err)) && line.data) {
        enum wr_edgeline_kind kind = wr_edgeline_parse(line, 0, &edge);
        if (kind == WR_LINE_BAD)
            status = wr_lines_error(&r->lines, err, "%s", edge.problem);
        else if (kind == WR_LINE_EDGE)
            status = take_edge(r, &edge, err);
        if (status)
            return status;
    }
    return status;
}

static enum wr_status check_complete(struct order_reader *r, struct wr_error *err)
{
    for (int64_t id = 0; id < r->graph->m; id++)
        if (!wr_edgeset_has(&r->seen, id))
            return wr_lines_error(&r->lines, err,
                                  "the order ends after %lld of the graph's %lld edges, without "
                                  "edge %u %u",
                                  (long long)r->seen.count, (long long)r->graph->m,
                                  wr_edge_u(r->graph->edge[id]), wr_edge_v(r->graph->edge[id]));
    return WR_OK;
}

enum wr_status wr_order_read(const char *path, const struct wr_graph *g, uint64_t *order,
                             struct wr_error *err)
{
    struct order_reader r = {.graph = g, .order = order};
    enum wr_status status = wr_edgeset_init(&r.seen, g, err);
    if (!status)
        status = wr_lines_open(&r.lines, path, err);
    if (!status)
        status = take_lines(&r, err);
    if (!status)
        status = check_complete(&r, err);
    wr_lines_close(&r.lines);
    wr_edgeset_release(&r.seen);
    return status;
}
