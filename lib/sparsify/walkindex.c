/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/walkindex.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/sort.h"
#include "linalg/closedwalks.h"
#include "linalg/walkblock.h"
#include "linalg/walks.h"
#include "sparsify/boundary.h"
#include "sparsify/seprank.h"

void wr_walkindex_release(struct wr_walkindex *w)
{
    wr_counts_release(&w->index);
    free(w->boundary);
    free(w->upper);
    free(w->lower);
    *w = (struct wr_walkindex){0};
}

/* --- singletons -------------------------------------------------------------------------------
 * C_{t} is the closed neighbourhood of t, hence WI_k,t = (A^(k+1))_tt and
 * WI_k = (A^(k+1) 1)_t, unless t is isolated.
 */

static enum wr_status singleton_counts(const struct wr_csr *csr,
                                       const struct wr_walkindex_options *options,
                                       struct wr_counts *index, struct wr_error *err)
{
    struct wr_walks walks;
    enum wr_status status;
    if (options->task == WR_TASK_VERTEX)
        return wr_closed_walks(csr, options->length + 1, options->progress, index, err);
    if ((status = wr_walks_from_all(&walks, csr, err)))
        return status;
    if (!(status = wr_walks_advance(&walks, options->length + 1, err))) {
        *index = walks.x;
        walks.x = (struct wr_counts){0};
    }
    wr_walks_release(&walks);
    return status;
}

static enum wr_status singletons_as_partitions(const struct wr_csr *csr,
                                               const struct wr_walkindex_options *options,
                                               struct wr_walkindex *out, struct wr_error *err)
{
    struct wr_partitions p = {0};
    enum wr_status status = WR_OK;
    for (uint32_t v = 0; v < csr->n && !status; v++)
        status = wr_partitions_add(&p, v, 0, &v, 1, err);
    if (!status)
        status = wr_walkindex_partitions(csr, &p, options, out, err);
    wr_partitions_release(&p);
    return status;
}

enum wr_status wr_walkindex_singletons(const struct wr_csr *csr,
                                       const struct wr_walkindex_options *options,
                                       struct wr_walkindex *out, struct wr_error *err)
{
    if (options->width)
        return singletons_as_partitions(csr, options, out, err);
    struct wr_walkindex made = {.count = csr->n};
    enum wr_status status = singleton_counts(csr, options, &made.index, err);
    if (status)
        return status;
    if (!(made.boundary = wr_alloc(csr->n, sizeof *made.boundary, err))) {
        wr_walkindex_release(&made);
        return WR_ENOMEM;
    }
    for (uint32_t v = 0; v < csr->n; v++) {
        int64_t degree = wr_csr_degree(csr, v);
        made.boundary[v] = degree ? (uint32_t)degree + 1 : 0;
        if (degree == 0)
            memset(wr_counts_at(&made.index, v), 0, (size_t)made.index.limbs * sizeof(uint64_t));
    }
    *out = made;
    return WR_OK;
}

/* --- partitions -------------------------------------------------------------------------------
 * WI_k(I) = sum over v in C_I of x_v, with x = A^k 1 for graph prediction and x = A^k e_t for
 * the target t. Partitions of equal target share x; eight targets share a block of walks.
 */

/* What a thread has for itself. */
struct worker {
    struct wr_boundary boundary;
    struct wr_walkblock block;       /* vertex prediction only */
    struct wr_admissible admissible; /* with bounds only */
};

struct evaluation {
    const struct wr_csr *csr;
    const struct wr_partitions *p;
    const struct wr_walkindex_options *options;
    struct wr_walkindex out;
    int threads;
    struct worker *worker; /* threads */
    uint64_t *query;       /* p->count words (target, partition) */
    int64_t small;         /* those that come first: fewer than 2^64 walks leave their target */
    int64_t *batch;        /* batches + 1: where each batch of small queries begins */
    int64_t batches;
    const struct wr_counts *walks; /* n: x of the queries that are not in batches */
    int64_t first;                 /* the first of these at work */
};

enum { BATCH = 256, CHUNK = 8 }; /* queries of a batch at most, and of a block of others */

static uint32_t target_of(uint64_t query)
{
    return wr_edge_u(query);
}

static int64_t partition_of(uint64_t query)
{
    return wr_edge_v(query);
}

static enum wr_status init_output(struct evaluation *e, int64_t bits, struct wr_error *err)
{
    struct wr_walkindex *out = &e->out;
    int64_t count = e->p->count;
    out->count = count;
    if (wr_counts_init(&out->index, count, wr_limbs_for(bits), err) ||
        !(out->boundary = wr_alloc(count, sizeof *out->boundary, err)))
        return WR_ENOMEM;
    if (!e->options->width)
        return WR_OK;
    out->upper = wr_alloc(count, sizeof *out->upper, err);
    out->lower = wr_alloc(count, sizeof *out->lower, err);
    return out->upper && out->lower ? WR_OK : WR_ENOMEM;
}

static enum wr_status init_workers(struct evaluation *e, struct wr_error *err)
{
    e->threads = wr_threads();
    if (!(e->worker = wr_calloc(e->threads, sizeof *e->worker, err)))
        return WR_ENOMEM;
    for (int thread = 0; thread < e->threads; thread++) {
        struct worker *w = &e->worker[thread];
        if (wr_boundary_init(&w->boundary, e->csr, err) ||
            (e->options->task == WR_TASK_VERTEX && wr_walkblock_init(&w->block, e->csr, err)) ||
            (e->options->width && wr_admissible_init(&w->admissible, e->csr, err)))
            return WR_ENOMEM;
    }
    return WR_OK;
}

static void release(struct evaluation *e)
{
    for (int thread = 0; e->worker && thread < e->threads; thread++) {
        wr_boundary_release(&e->worker[thread].boundary);
        wr_walkblock_release(&e->worker[thread].block);
        wr_admissible_release(&e->worker[thread].admissible);
    }
    free(e->worker);
    free(e->query);
    free(e->batch);
    wr_walkindex_release(&e->out);
}

/* Order the queries by target, those of few walks first. fan: walks of any end from a vertex. */
static enum wr_status sort_queries(struct evaluation *e, const struct wr_counts *fan,
                                   struct wr_error *err)
{
    int64_t count = e->p->count, filled = 0;
    if (count > UINT32_MAX)
        return wr_error_set(err, WR_ENOMEM, "more than 2^32 partitions");
    if (!(e->query = wr_alloc(count, sizeof *e->query, err)))
        return WR_ENOMEM;
    for (int large = 0; large < 2; large++) {
        for (int64_t i = 0; i < count; i++)
            if ((wr_counts_bits(fan, e->p->target[i]) > 64) == large)
                e->query[filled++] = wr_arc(e->p->target[i], (uint32_t)i);
        if (!large)
            e->small = filled;
    }
    if (wr_sort_u64(e->query, e->small, err))
        return WR_ENOMEM;
    return wr_sort_u64(e->query + e->small, count - e->small, err);
}

/* Cut the small queries: a batch has at most WR_LANES targets, and not too many queries so that
 * many partitions of one target are shared out as well. */
static enum wr_status cut_batches(struct evaluation *e, struct wr_error *err)
{
    if (!(e->batch = wr_alloc(e->small + 1, sizeof *e->batch, err)))
        return WR_ENOMEM;
    int64_t lanes = WR_LANES;
    for (int64_t i = 0; i < e->small; i++) {
        bool new_target = i == 0 || target_of(e->query[i]) != target_of(e->query[i - 1]);
        bool full = i == 0 || i - e->batch[e->batches - 1] == BATCH;
        if (full || (new_target && lanes == WR_LANES)) {
            e->batch[e->batches++] = i;
            lanes = 1;
        } else if (new_target) {
            lanes++;
        }
    }
    e->batch[e->batches] = e->small;
    return WR_OK;
}

/* The bounds of partition i, whose boundary and walk index are known and whose boundary
 * vertices' walks the worker has. */
static void bound(struct evaluation *e, struct worker *w, int64_t i)
{
    const struct wr_walkindex_options *o = e->options;
    double index = wr_counts_double(&e->out.index, i);
    bool one_sided = w->boundary.subset_size == 0 || w->boundary.subset_size == e->csr->n;
    int64_t rank_width = o->input_width < o->width ? o->input_width : o->width;
    double rho = wr_admissible_search(&w->admissible, &w->boundary);
    e->out.upper[i] = wr_seprank_upper(index, one_sided, o->task, (double)o->width);
    e->out.lower[i] = wr_seprank_lower(rho, o->length + 1, o->task, (double)rank_width);
}

static void find_boundary(struct evaluation *e, struct worker *w, int64_t i)
{
    const struct wr_partitions *p = e->p;
    wr_boundary_find(&w->boundary, p->vertex + p->start[i], p->start[i + 1] - p->start[i]);
    e->out.boundary[i] = (uint32_t)w->boundary.size;
}

/* Partition i, x being a lane of the worker's block. */
static void sum_lane(struct evaluation *e, struct worker *w, int64_t i, int64_t lane)
{
    uint64_t sum = 0;
    find_boundary(e, w, i);
    for (int64_t j = 0; j < w->boundary.size; j++) {
        uint32_t v = w->boundary.vertex[j];
        uint64_t walks = wr_walkblock_at(&w->block, v, lane);
        sum += walks;
        if (e->options->width)
            w->admissible.walks[v] = (double)walks;
    }
    wr_counts_at(&e->out.index, i)[0] = sum;
    if (e->options->width)
        bound(e, w, i);
}

/* Partition i, x being e->walks. */
static void sum_counts(struct evaluation *e, struct worker *w, int64_t i)
{
    find_boundary(e, w, i);
    for (int64_t j = 0; j < w->boundary.size; j++) {
        uint32_t v = w->boundary.vertex[j];
        wr_limbs_add(wr_counts_at(&e->out.index, i), e->out.index.limbs, wr_counts_at(e->walks, v),
                     e->walks->limbs);
        if (e->options->width)
            w->admissible.walks[v] = wr_counts_double(e->walks, v);
    }
    if (e->options->width)
        bound(e, w, i);
}

/* One batch: the walks from its targets, then its partitions. */
static void run_batch(struct evaluation *e, struct worker *w, int64_t begin, int64_t end)
{
    uint32_t target[WR_LANES];
    int64_t lanes = 0;
    for (int64_t i = begin; i < end; i++)
        if (lanes == 0 || target[lanes - 1] != target_of(e->query[i]))
            target[lanes++] = target_of(e->query[i]);
    wr_walkblock_start(&w->block, target, lanes);
    for (int64_t step = 0; step < e->options->length; step++)
        wr_walkblock_step(&w->block);
    for (int64_t i = begin, lane = 0; i < end; i++) {
        lane += target[lane] != target_of(e->query[i]);
        sum_lane(e, w, partition_of(e->query[i]), lane);
    }
}

static void run_batches(void *context, int64_t begin, int64_t end)
{
    struct evaluation *e = context;
    for (int64_t b = begin; b < end; b++)
        run_batch(e, &e->worker[wr_thread_id()], e->batch[b], e->batch[b + 1]);
}

static void run_queries(void *context, int64_t begin, int64_t end)
{
    struct evaluation *e = context;
    for (int64_t i = begin; i < end; i++)
        sum_counts(e, &e->worker[wr_thread_id()], partition_of(e->query[e->first + i]));
}

/* Queries first .. first + count - 1, which share the walks x. */
static enum wr_status share_walks(struct evaluation *e, const struct wr_counts *x, int64_t first,
                                  int64_t count, struct wr_error *err)
{
    e->walks = x;
    e->first = first;
    return wr_blocks_run_progress(count, CHUNK, run_queries, e, e->options->progress, err);
}

/* Targets that many walks leave, one after another. */
static enum wr_status run_large(struct evaluation *e, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    for (int64_t i = e->small, end; i < e->p->count && !status; i = end) {
        struct wr_walks walks;
        uint32_t t = target_of(e->query[i]);
        for (end = i + 1; end < e->p->count && target_of(e->query[end]) == t;)
            end++;
        if ((status = wr_walks_from_vertex(&walks, e->csr, t, err)))
            break;
        if (!(status = wr_walks_advance(&walks, e->options->length, err)))
            status = share_walks(e, &walks.x, i, end - i, err);
        wr_walks_release(&walks);
    }
    return status;
}

/* Vertex prediction; fan: A^k 1, which bounds every sum of walks from a target. */
static enum wr_status run_targets(struct evaluation *e, const struct wr_counts *fan,
                                  struct wr_error *err)
{
    enum wr_status status = init_output(e, wr_counts_max_bits(fan), err);
    if (status || (status = sort_queries(e, fan, err)) || (status = cut_batches(e, err)))
        return status;
    if ((status = wr_blocks_run_progress(e->batches, 1, run_batches, e, e->options->progress, err)))
        return status;
    return run_large(e, err);
}

/* Graph prediction: every partition shares fan = A^k 1. */
static enum wr_status run_graph(struct evaluation *e, const struct wr_counts *fan,
                                struct wr_error *err)
{
    int64_t n_bits = 32; /* a sum of fewer than 2^32 terms */
    enum wr_status status = init_output(e, wr_counts_max_bits(fan) + n_bits, err);
    if (status)
        return status;
    if (!(e->query = wr_alloc(e->p->count, sizeof *e->query, err)))
        return WR_ENOMEM;
    for (int64_t i = 0; i < e->p->count; i++)
        e->query[i] = wr_arc(0, (uint32_t)i);
    return share_walks(e, fan, 0, e->p->count, err);
}

enum wr_status wr_walkindex_partitions(const struct wr_csr *csr, const struct wr_partitions *p,
                                       const struct wr_walkindex_options *options,
                                       struct wr_walkindex *out, struct wr_error *err)
{
    struct evaluation e = {.csr = csr, .p = p, .options = options};
    struct wr_walks fan = {0};
    enum wr_status status = wr_walks_from_all(&fan, csr, err);
    if (status || (status = wr_walks_advance(&fan, options->length, err)) ||
        (status = init_workers(&e, err)))
        goto out;
    status =
        options->task == WR_TASK_GRAPH ? run_graph(&e, &fan.x, err) : run_targets(&e, &fan.x, err);
    if (!status) {
        *out = e.out;
        e.out = (struct wr_walkindex){0};
    }
out:
    wr_walks_release(&fan);
    release(&e);
    return status;
}
