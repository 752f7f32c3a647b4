/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_COMPONENTS_H
#define WR_DATA_COMPONENTS_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/* Connected components (of a directed graph: weakly connected ones), numbered from 0 in the order
 * of their smallest vertices. An isolated vertex is a component. */
struct wr_components {
    uint32_t n;      /* vertices */
    uint32_t count;  /* components */
    uint32_t *label; /* n: the component of each vertex */
};

/*
 * wr_components_init - the components of g; release with wr_components_release.
 *
 * Errors  WR_ENOMEM; c is untouched then
 * Cost    O(m log n) time, nearly linear in practice (union-find with path halving); 4 n bytes
 */
enum wr_status wr_components_init(struct wr_components *c, const struct wr_graph *g,
                                  struct wr_error *err);

void wr_components_release(struct wr_components *c);

#endif
