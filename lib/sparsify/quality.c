/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/quality.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "data/components.h"
#include "data/csr.h"
#include "sparsify/walkindex.h"

/* Numbers compare by their most significant limb that differs. */
static int compare_counts(const void *a, const void *b, void *context)
{
    const struct wr_counts *c = context;
    const uint64_t *x = wr_counts_at(c, *(const int64_t *)a);
    const uint64_t *y = wr_counts_at(c, *(const int64_t *)b);
    for (int64_t limb = c->limbs - 1; limb >= 0; limb--)
        if (x[limb] != y[limb])
            return x[limb] < y[limb] ? -1 : 1;
    return 0;
}

static enum wr_status summarise(struct wr_quality *q, struct wr_counts *index, struct wr_error *err)
{
    size_t text = wr_counts_text_size(index);
    int64_t n = index->count;
    int64_t *rank = wr_alloc(n, sizeof *rank, err);
    q->min = wr_calloc((int64_t)text + 2, 1, err);
    q->median = wr_calloc((int64_t)text + 2, 1, err);
    if (!rank || !q->min || !q->median) {
        free(rank);
        return WR_ENOMEM;
    }
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        rank[i] = i;
        sum += wr_counts_double(index, i);
    }
    qsort_r(rank, (size_t)n, sizeof *rank, compare_counts, index);
    q->min[0] = q->median[0] = '0';
    if (n > 0) {
        wr_counts_text(index, rank[0], q->min);
        wr_counts_text(index, rank[(n - 1) / 2], q->median);
        q->mean = sum / (double)n;
    }
    free(rank);
    return WR_OK;
}

static int64_t count_isolated(const struct wr_csr *csr)
{
    int64_t isolated = 0;
    for (uint32_t u = 0; u < csr->n; u++)
        isolated += wr_csr_degree(csr, u) == 0;
    return isolated;
}

enum wr_status wr_quality_init(struct wr_quality *q, const struct wr_graph *g, enum wr_task task,
                               int64_t depth, const struct wr_progress *progress,
                               struct wr_error *err)
{
    struct wr_quality made = {.vertices = g->n, .edges = g->m};
    struct wr_csr csr = {0};
    struct wr_walkindex walks = {0};
    struct wr_components parts = {0};
    struct wr_walkindex_options options = {.task = task, .length = depth - 1, .progress = progress};
    enum wr_status status = wr_csr_init(&csr, g, WR_CSR_BOTH, false, err);
    if (!status)
        status = wr_components_init(&parts, g, err);
    if (!status)
        status = wr_walkindex_singletons(&csr, &options, &walks, err);
    if (!status)
        status = summarise(&made, &walks.index, err);
    if (!status) {
        made.isolated = count_isolated(&csr);
        made.components = parts.count;
        *q = made;
    } else {
        wr_quality_release(&made);
    }
    wr_walkindex_release(&walks);
    wr_components_release(&parts);
    wr_csr_release(&csr);
    return status;
}

void wr_quality_release(struct wr_quality *q)
{
    free(q->min);
    free(q->median);
    *q = (struct wr_quality){0};
}
