/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/sbm.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "gen/independent.h"

enum wr_status wr_sbm_vertices(const struct wr_sbm *model, uint32_t *n, struct wr_error *err)
{
    uint64_t sum = 0;
    for (int64_t b = 0; b < model->blocks; b++) {
        sum += model->size[b];
        if (sum > (uint64_t)WR_MAX_VERTEX + 1)
            return wr_error_set(err, WR_EINVAL, "the blocks have more than %u vertices",
                                WR_MAX_VERTEX + 1);
    }
    *n = (uint32_t)sum;
    return WR_OK;
}

void wr_sbm_labels(const struct wr_sbm *model, uint32_t *label)
{
    for (int64_t b = 0; b < model->blocks; b++)
        for (uint32_t i = 0; i < model->size[b]; i++)
            *label++ = (uint32_t)b;
}

/* Two regions per block: the pairs within it, and those of it with all later blocks. */
static void fill_regions(const struct wr_sbm *model, uint32_t n, struct wr_pair_region *region)
{
    uint32_t first = 0;
    for (int64_t b = 0; b < model->blocks; b++) {
        uint32_t size = model->size[b], next = first + size;
        region[2 * b] = (struct wr_pair_region){first, size, first, size, model->p_in};
        region[2 * b + 1] = (struct wr_pair_region){first, size, next, n - next, model->p_out};
        first = next;
    }
}

static bool is_probability(double p)
{
    return p >= 0 && p <= 1;
}

enum wr_status wr_gen_sbm(const struct wr_sbm *model, uint64_t seed, struct wr_graph *g,
                          struct wr_error *err)
{
    uint32_t n = 0;
    if (!is_probability(model->p_in) || !is_probability(model->p_out))
        return wr_error_set(err, WR_EINVAL, "the probabilities %g and %g are not between 0 and 1",
                            model->p_in, model->p_out);
    enum wr_status status = wr_sbm_vertices(model, &n, err);
    if (status)
        return status;
    struct wr_pair_region *regions = wr_alloc(2 * model->blocks, sizeof *regions, err);
    if (!regions)
        return WR_ENOMEM;
    struct wr_pairs pairs;
    fill_regions(model, n, regions);
    status = wr_gen_independent(regions, 2 * model->blocks, seed, 0, &pairs, err);
    free(regions);
    if (status)
        return status;
    pairs.n = n;
    return wr_graph_init(g, &pairs, false, err);
}
