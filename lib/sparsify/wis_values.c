/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis_values.h"

#include "linalg/walks.h"
#include "sparsify/walkindex.h"

/* Counts of any size as those that (L-1)-WIS reckons with. */
static enum wr_status narrow(const struct wr_counts *counts, int steps, wr_walkcount *value,
                             struct wr_error *err)
{
    for (int64_t i = 0; i < counts->count; i++) {
        if (wr_counts_bits(counts, i) > 126)
            return wr_error_set(err, WR_ENUMERIC,
                                "2^126 walks of %d steps are too many: choose a smaller depth",
                                steps);
        const uint64_t *limb = wr_counts_at(counts, i);
        value[i] = limb[0] | (counts->limbs > 1 ? (wr_walkcount)limb[1] << 64 : 0);
    }
    return WR_OK;
}

enum wr_status wr_wis_values(const struct wr_csr *csr, int depth, enum wr_task task,
                             const struct wr_partitions *partitions, wr_walkcount *value,
                             struct wr_error *err)
{
    struct wr_walkindex_options options = {.task = task, .length = depth - 1};
    struct wr_walkindex w;
    enum wr_status status = partitions ? wr_walkindex_partitions(csr, partitions, &options, &w, err)
                                       : wr_walkindex_singletons(csr, &options, &w, err);
    if (status)
        return status;
    status = narrow(&w.index, depth, value, err);
    wr_walkindex_release(&w);
    return status;
}

enum wr_status wr_wis_totals(const struct wr_csr *csr, int steps, wr_walkcount *total,
                             struct wr_error *err)
{
    struct wr_walks walks;
    enum wr_status status = wr_walks_from_all(&walks, csr, err);
    if (status)
        return status;
    for (int j = 0; !status && j <= steps; j++) {
        if (j > 0)
            status = wr_walks_advance(&walks, 1, err);
        if (!status)
            status = narrow(&walks.x, j, total + (int64_t)j * csr->n, err);
    }
    wr_walks_release(&walks);
    return status;
}

wr_walkcount wr_wis_largest(const wr_walkcount *value, int64_t count)
{
    wr_walkcount largest = 0;
    for (int64_t i = 0; i < count; i++)
        if (value[i] > largest)
            largest = value[i];
    return largest;
}
