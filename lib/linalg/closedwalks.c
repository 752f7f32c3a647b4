/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/closedwalks.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "linalg/cycles.h"
#include "linalg/walkblock.h"
#include "linalg/walks.h"

/* --- length 0 to 4 ----------------------------------------------------------------------------
 * With B = A - I and d the degree without the loop, (A^k)_tt = sum over i of (k over i) (B^i)_tt,
 *     (B^2)_tt = d, (B^3)_tt = 2 triangles,
 *     (B^4)_tt = d^2 (twice there and back) + sum over neighbours u of (d_u - 1) (two steps there
 *                and back) + 2 cycles of four.
 */

static uint64_t degree_of(const struct wr_csr *csr, uint32_t v)
{
    return (uint64_t)wr_csr_degree(csr, v);
}

static enum wr_status closed_walks_3(const struct wr_csr *csr, uint64_t *closed,
                                     struct wr_error *err)
{
    enum wr_status status = wr_triangles(csr, closed, err);
    for (uint32_t v = 0; v < csr->n && !status; v++)
        closed[v] = 1 + 3 * degree_of(csr, v) + 2 * closed[v];
    return status;
}

static enum wr_status closed_walks_4(const struct wr_csr *csr, uint64_t *closed,
                                     struct wr_error *err)
{
    uint64_t *cycles = wr_alloc(csr->n, sizeof *cycles, err);
    enum wr_status status = cycles ? wr_triangles(csr, closed, err) : WR_ENOMEM;
    if (status || (status = wr_four_cycles(csr, cycles, err)))
        goto out;
    for (uint32_t v = 0; v < csr->n; v++) {
        uint64_t d = degree_of(csr, v), there_and_back = 0;
        for (int64_t e = csr->row[v]; e < csr->row[v + 1]; e++)
            there_and_back += degree_of(csr, csr->col[e]) - 1;
        closed[v] = 1 + 6 * d + 8 * closed[v] + d * d + there_and_back + 2 * cycles[v];
    }
out:
    free(cycles);
    return status;
}

/* (A^4)_tt is at most the cube of the largest row of A. */
static bool four_steps_fit(const struct wr_csr *csr)
{
    uint64_t most = 0;
    for (uint32_t v = 0; v < csr->n; v++)
        most = degree_of(csr, v) > most ? degree_of(csr, v) : most;
    return most < UINT64_C(1) << 21;
}

static enum wr_status short_closed_walks(const struct wr_csr *csr, int64_t length,
                                         struct wr_counts *closed, struct wr_error *err)
{
    enum wr_status status = wr_counts_init(closed, csr->n, 1, err);
    if (status || length == 3)
        return status ? status : closed_walks_3(csr, closed->limb, err);
    if (length == 4)
        return closed_walks_4(csr, closed->limb, err);
    for (uint32_t v = 0; v < csr->n; v++)
        closed->limb[v] = length == 2 ? degree_of(csr, v) + 1 : 1;
    return WR_OK;
}

/* --- longer -----------------------------------------------------------------------------------
 * A is symmetric: (A^2a)_tt = x'x and (A^(2a+1))_tt = x'Ax with x = A^a e_t, which reaches half
 * as far. The width of a vertex's numbers is known beforehand, because the walks that leave t,
 * w_t = (A^k 1)_t, bound the entries of A^k e_t: their sum is w_t.
 */

enum width {
    BITS_64,  /* the result fits */
    BITS_128, /* the walks of half the length fit 64 bits, their product fits 128 */
    MORE,
    WIDTHS
};

struct closed_walks {
    const struct wr_csr *csr;
    int64_t length;
    struct wr_counts closed;
    uint8_t *width;            /* n */
    uint32_t *vertex;          /* n vertices, those of equal width together */
    int64_t first[WIDTHS + 1]; /* where each width begins in vertex */
    enum width current;        /* width at work */
    int threads;
    struct wr_walkblock *block; /* threads */
};

/* width[v] = MORE or BITS_128, then BITS_64; closed gets limbs for every result. */
static enum wr_status find_widths(struct closed_walks *c, struct wr_error *err)
{
    struct wr_walks walks = {0};
    int64_t n = c->csr->n, half = c->length - c->length / 2;
    enum wr_status status = wr_walks_from_all(&walks, c->csr, err);
    if (status || (status = wr_walks_advance(&walks, half, err)))
        goto out;
    for (int64_t v = 0; v < n; v++)
        c->width[v] = wr_counts_bits(&walks.x, v) > 64 ? MORE : BITS_128;
    if ((status = wr_walks_advance(&walks, c->length - half, err)))
        goto out;
    for (int64_t v = 0; v < n; v++)
        if (wr_counts_bits(&walks.x, v) <= 64)
            c->width[v] = BITS_64;
    status = wr_counts_init(&c->closed, n, wr_limbs_for(wr_counts_max_bits(&walks.x)), err);
out:
    wr_walks_release(&walks);
    return status;
}

static void group_by_width(struct closed_walks *c)
{
    int64_t filled = 0;
    for (int width = 0; width < WIDTHS; width++) {
        c->first[width] = filled;
        for (uint32_t v = 0; v < c->csr->n; v++)
            if (c->width[v] == width)
                c->vertex[filled++] = v;
    }
    c->first[WIDTHS] = filled;
}

static enum wr_status init(struct closed_walks *c, struct wr_error *err)
{
    int64_t n = c->csr->n;
    c->threads = wr_threads();
    c->width = wr_alloc(n, sizeof *c->width, err);
    c->vertex = wr_alloc(n, sizeof *c->vertex, err);
    c->block = wr_calloc(c->threads, sizeof *c->block, err);
    if (!c->width || !c->vertex || !c->block)
        return WR_ENOMEM;
    for (int thread = 0; thread < c->threads; thread++)
        if (wr_walkblock_init(&c->block[thread], c->csr, err))
            return WR_ENOMEM;
    return find_widths(c, err);
}

static void release(struct closed_walks *c)
{
    for (int thread = 0; c->block && thread < c->threads; thread++)
        wr_walkblock_release(&c->block[thread]);
    free(c->block);
    free(c->width);
    free(c->vertex);
    wr_counts_release(&c->closed);
}

/* Up to WR_LANES vertices of the current width. */
static void count_lanes(void *context, int64_t begin, int64_t end)
{
    struct closed_walks *c = context;
    struct wr_walkblock *b = &c->block[wr_thread_id()];
    const uint32_t *vertex = c->vertex + c->first[c->current] + begin;
    unsigned __int128 closed[WR_LANES];
    wr_walkblock_start(b, vertex, end - begin);
    for (int64_t step = 0; step < c->length / 2; step++)
        wr_walkblock_step(b);
    wr_walkblock_closed(b, c->length % 2, c->current == BITS_128, closed);
    for (int64_t lane = 0; lane < end - begin; lane++)
        wr_counts_set_u128(&c->closed, vertex[lane], closed[lane]);
}

/* closed[t] = x'y */
static enum wr_status add_products(struct wr_counts *closed, uint32_t t, const struct wr_counts *x,
                                   const struct wr_counts *y, struct wr_error *err)
{
    uint64_t *product = wr_alloc(2 * x->limbs, sizeof *product, err);
    if (!product)
        return WR_ENOMEM;
    for (int64_t v = 0; v < x->count; v++)
        wr_limbs_add_product(wr_counts_at(closed, t), closed->limbs, wr_counts_at(x, v),
                             wr_counts_at(y, v), x->limbs, product);
    free(product);
    return WR_OK;
}

/* One vertex whose numbers are large. */
static enum wr_status count_large(struct closed_walks *c, uint32_t t, struct wr_error *err)
{
    struct wr_walks walks;
    enum wr_status status = wr_walks_from_vertex(&walks, c->csr, t, err);
    if (status)
        return status;
    if ((status = wr_walks_advance(&walks, c->length / 2, err)))
        goto out;
    if (c->length % 2 == 0)
        status = add_products(&c->closed, t, &walks.x, &walks.x, err);
    else if (!(status = wr_walks_advance(&walks, 1, err)))
        status = add_products(&c->closed, t, &walks.previous, &walks.x, err);
out:
    wr_walks_release(&walks);
    return status;
}

static enum wr_status count_all(struct closed_walks *c, const struct wr_progress *progress,
                                struct wr_error *err)
{
    for (c->current = BITS_64; c->current <= BITS_128; c->current++) {
        int64_t vertices = c->first[c->current + 1] - c->first[c->current];
        if (wr_blocks_run_progress(vertices, WR_LANES, count_lanes, c, progress, err))
            return WR_EINTERRUPT;
    }
    for (int64_t i = c->first[MORE]; i < c->first[WIDTHS]; i++) {
        enum wr_status status = count_large(c, c->vertex[i], err);
        if (status)
            return status;
        if (!wr_progress_step(progress, i, c->first[WIDTHS]))
            return wr_error_set(err, WR_EINTERRUPT, "interrupted");
    }
    return WR_OK;
}

enum wr_status wr_closed_walks(const struct wr_csr *csr, int64_t length,
                               const struct wr_progress *progress, struct wr_counts *closed,
                               struct wr_error *err)
{
    assert(length >= 0);
    struct closed_walks c = {.csr = csr, .length = length};
    enum wr_status status;
    if (length < 4 || (length == 4 && four_steps_fit(csr))) {
        status = short_closed_walks(csr, length, &c.closed, err);
    } else if (!(status = init(&c, err))) {
        group_by_width(&c);
        status = count_all(&c, progress, err);
    }
    if (!status) {
        *closed = c.closed;
        c.closed = (struct wr_counts){0};
    }
    release(&c);
    return status;
}
