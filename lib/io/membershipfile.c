/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/membershipfile.h"

#include "data/graph.h"
#include "io/integers.h"

enum wr_status wr_membership_read(const char *path, struct wr_membership *m, struct wr_error *err)
{
    const struct wr_integers_rule rule = {
        .least = 0,
        .most = WR_MAX_VERTEX,
        .is_not = "the number of a graph, expected an integer from 0 to 4294967294"};
    int64_t vertices;
    uint32_t *graph;
    enum wr_status status = wr_integers_read(path, &rule, &vertices, &graph, err);
    if (!status)
        *m = wr_membership_take(graph, vertices);
    return status;
}
