/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include <string.h>

#include "data/graph.h"
#include "io/order.h"

enum { EDGES = 5 };

/* An order that was read is written, and read as the same. */
static void write_again(const struct wr_graph *g, const uint64_t *order)
{
    struct wr_sink *sink = fuzz_sink();
    struct wr_error err = {0};
    uint64_t again[EDGES];
    wr_order_write(order, g->m, sink);
    struct wr_span text = fuzz_written(sink);
    fuzz_file(text.data, text.size, fuzz_ways[0]);
    fuzz_check(!wr_order_read("order", g, again, &err));
    fuzz_same_bytes(order, again, sizeof again);
    wr_sink_discard(sink);
}

/* Removal orders of the edges 0-1, 0-2, 1-2, 2-3, 3-10, or of these as arcs. */
static void read_orders(const uint8_t *data, size_t size, bool directed)
{
    const uint64_t edges[EDGES] = {wr_arc(0, 1), wr_arc(0, 2), wr_arc(1, 2), wr_arc(2, 3),
                                   wr_arc(3, 10)};
    struct wr_graph g;
    struct wr_error made = {0}, err[FUZZ_WAYS] = {{0}};
    uint64_t order[FUZZ_WAYS][EDGES];
    fuzz_check(!wr_graph_from_edges(&g, 11, edges, EDGES, directed, &made));
    for (int i = 0; i < FUZZ_WAYS; i++) {
        fuzz_file(data, size, fuzz_ways[i]);
        fuzz_status(wr_order_read("order", &g, order[i], &err[i]), &err[i]);
    }
    fuzz_same_error(&err[0], &err[1]);
    if (!err[0].status) {
        fuzz_same_bytes(order[0], order[1], sizeof order[0]);
        write_again(&g, order[0]);
    }
    wr_graph_release(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_orders(data, size, false);
    read_orders(data, size, true);
    return 0;
}
