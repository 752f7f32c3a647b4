/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/grid.h"

#include "base/alloc.h"

enum wr_status wr_gen_grid(uint32_t rows, uint32_t cols, struct wr_graph *g, struct wr_error *err)
{
    uint64_t n = (uint64_t)rows * cols;
    if (n > (uint64_t)WR_MAX_VERTEX + 1)
        return wr_error_set(err, WR_EINVAL, "a grid of %u x %u has more than %u vertices", rows,
                            cols, WR_MAX_VERTEX + 1);
    struct wr_pairs pairs = {.n = (uint32_t)n};
    pairs.count = n == 0 ? 0 : (int64_t)(2 * n - rows - cols);
    pairs.key = wr_alloc(pairs.count, sizeof *pairs.key, err);
    if (!pairs.key)
        return WR_ENOMEM;
    int64_t m = 0;
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t c = 0; c < cols; c++) {
            uint32_t v = r * cols + c;
            if (c + 1 < cols)
                pairs.key[m++] = wr_edge(v, v + 1);
            if (r + 1 < rows)
                pairs.key[m++] = wr_edge(v, v + cols);
        }
    return wr_graph_init(g, &pairs, false, err);
}
