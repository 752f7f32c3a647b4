/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/network.h"

#include <stdlib.h>

#include "base/alloc.h"

enum wr_status wr_network_init(struct wr_network *net, const struct wr_graph *g,
                               const double *weight, struct wr_error *err)
{
    struct wr_network made = {0};
    if (wr_csr_init(&made.adjacency, g, WR_CSR_BOTH, true, err))
        return WR_ENOMEM;
    const struct wr_csr *a = &made.adjacency;
    made.degree = wr_alloc(g->n, sizeof *made.degree, err);
    made.weight = weight ? wr_alloc(a->row[a->n], sizeof *made.weight, err) : NULL;
    if (!made.degree || (weight && !made.weight)) {
        wr_network_release(&made);
        return WR_ENOMEM;
    }
    for (uint32_t u = 0; u < g->n; u++) {
        made.degree[u] = weight ? 0 : (double)wr_csr_degree(a, u);
        for (int64_t i = a->row[u]; weight && i < a->row[u + 1]; i++) {
            made.weight[i] = weight[a->id[i]];
            made.degree[u] += made.weight[i];
        }
    }
    *net = made;
    return WR_OK;
}

void wr_network_release(struct wr_network *net)
{
    wr_csr_release(&net->adjacency);
    free(net->weight);
    free(net->degree);
    *net = (struct wr_network){0};
}
