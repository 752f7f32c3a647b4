/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/triangles.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"

enum { VERTICES = 512 }; /* per block */

/* Every edge directed from the endpoint of smaller (degree, id) to the larger one: a row has at
 * most sqrt(2 m) heads, and every triangle has one vertex that both others are heads of. */
struct forward {
    uint32_t n;
    int64_t *row;     /* n + 1 */
    uint32_t *head;   /* m */
    int threads;      /* each has the next two for itself */
    uint8_t *mark;    /* threads x n: heads of the vertex at hand */
    uint64_t *count;  /* threads x n */
    uint64_t *result; /* n, the sums of count; not owned */
};

static bool points(const struct wr_csr *csr, uint32_t u, uint32_t v)
{
    int64_t du = wr_csr_degree(csr, u), dv = wr_csr_degree(csr, v);
    return du < dv || (du == dv && u < v);
}

static void release(struct forward *f)
{
    free(f->row);
    free(f->head);
    free(f->mark);
    free(f->count);
}

static enum wr_status init(struct forward *f, const struct wr_csr *csr, struct wr_error *err)
{
    int64_t n = csr->n;
    f->n = csr->n;
    f->threads = wr_threads();
    f->row = wr_alloc(n + 1, sizeof *f->row, err);
    f->head = wr_alloc(csr->row[n] / 2, sizeof *f->head, err);
    f->mark = wr_calloc(f->threads * n, sizeof *f->mark, err);
    f->count = wr_calloc(f->threads * n, sizeof *f->count, err);
    if (!f->row || !f->head || !f->mark || !f->count)
        return WR_ENOMEM;
    int64_t heads = 0;
    for (uint32_t u = 0; u < csr->n; u++) {
        f->row[u] = heads;
        for (int64_t e = csr->row[u]; e < csr->row[u + 1]; e++)
            if (points(csr, u, csr->col[e]))
                f->head[heads++] = csr->col[e];
    }
    f->row[n] = heads;
    return WR_OK;
}

/* Triangles u -> v -> w, u -> w. */
static void count_from(const struct forward *f, int64_t u, const uint8_t *mark, uint64_t *count)
{
    for (int64_t i = f->row[u]; i < f->row[u + 1]; i++) {
        uint32_t v = f->head[i];
        uint64_t found = 0;
        for (int64_t j = f->row[v]; j < f->row[v + 1]; j++) {
            uint32_t w = f->head[j];
            found += mark[w];
            count[w] += mark[w];
        }
        count[u] += found;
        count[v] += found;
    }
}

static void count_block(void *context, int64_t begin, int64_t end)
{
    const struct forward *f = context;
    uint8_t *mark = f->mark + wr_thread_id() * (int64_t)f->n;
    uint64_t *count = f->count + wr_thread_id() * (int64_t)f->n;
    for (int64_t u = begin; u < end; u++) {
        for (int64_t i = f->row[u]; i < f->row[u + 1]; i++)
            mark[f->head[i]] = 1;
        count_from(f, u, mark, count);
        for (int64_t i = f->row[u]; i < f->row[u + 1]; i++)
            mark[f->head[i]] = 0;
    }
}

static void sum_block(void *context, int64_t begin, int64_t end)
{
    const struct forward *f = context;
    for (int64_t v = begin; v < end; v++) {
        uint64_t sum = 0;
        for (int thread = 0; thread < f->threads; thread++)
            sum += f->count[thread * (int64_t)f->n + v];
        f->result[v] = sum;
    }
}

enum wr_status wr_triangles(const struct wr_csr *csr, uint64_t *triangle, struct wr_error *err)
{
    struct forward f = {.result = triangle};
    enum wr_status status = init(&f, csr, err);
    if (status)
        goto out;
    wr_blocks_run(csr->n, VERTICES, count_block, &f);
    wr_blocks_run(csr->n, WR_BLOCK, sum_block, &f);
out:
    release(&f);
    return status;
}
