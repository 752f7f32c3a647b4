/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/walks.h"

#include <string.h>

#include "base/blocks.h"

enum { ROWS = 4096, WIDE_ROWS = 256 }; /* per block: of at most 128 bits, of more */

static int64_t degree_bits(const struct wr_csr *csr)
{
    int64_t most = 0;
    for (uint32_t u = 0; u < csr->n; u++) {
        int64_t entries = wr_csr_degree(csr, u) + 1;
        most = entries > most ? entries : most;
    }
    return most ? 64 - __builtin_clzll((uint64_t)most) : 0;
}

static enum wr_status init(struct wr_walks *w, const struct wr_csr *csr, struct wr_error *err)
{
    struct wr_walks made = {.csr = csr, .degree_bits = degree_bits(csr)};
    if (wr_counts_init(&made.x, csr->n, 1, err) || wr_counts_init(&made.previous, csr->n, 1, err)) {
        wr_walks_release(&made);
        return WR_ENOMEM;
    }
    *w = made;
    return WR_OK;
}

enum wr_status wr_walks_from_all(struct wr_walks *w, const struct wr_csr *csr, struct wr_error *err)
{
    if (init(w, csr, err))
        return WR_ENOMEM;
    for (uint32_t v = 0; v < csr->n; v++)
        w->x.limb[v] = 1;
    return WR_OK;
}

enum wr_status wr_walks_from_vertex(struct wr_walks *w, const struct wr_csr *csr, uint32_t t,
                                    struct wr_error *err)
{
    if (init(w, csr, err))
        return WR_ENOMEM;
    w->x.limb[t] = 1;
    return WR_OK;
}

void wr_walks_release(struct wr_walks *w)
{
    wr_counts_release(&w->x);
    wr_counts_release(&w->previous);
}

/* The three kernels: rows begin .. end - 1 of y = A x, for numbers of one, two and more limbs. */

static void step_64(void *context, int64_t begin, int64_t end)
{
    const struct wr_walks *w = context;
    const struct wr_csr *csr = w->csr;
    const uint64_t *restrict x = w->x.limb;
    uint64_t *restrict y = w->previous.limb;
    for (int64_t u = begin; u < end; u++) {
        uint64_t sum = x[u];
        for (int64_t e = csr->row[u]; e < csr->row[u + 1]; e++)
            sum += x[csr->col[e]];
        y[u] = sum;
    }
}

static unsigned __int128 load_128(const uint64_t *x, int64_t i)
{
    return (unsigned __int128)x[2 * i + 1] << 64 | x[2 * i];
}

static void step_128(void *context, int64_t begin, int64_t end)
{
    const struct wr_walks *w = context;
    const struct wr_csr *csr = w->csr;
    const uint64_t *restrict x = w->x.limb;
    uint64_t *restrict y = w->previous.limb;
    for (int64_t u = begin; u < end; u++) {
        unsigned __int128 sum = load_128(x, u);
        for (int64_t e = csr->row[u]; e < csr->row[u + 1]; e++)
            sum += load_128(x, csr->col[e]);
        y[2 * u] = (uint64_t)sum;
        y[2 * u + 1] = (uint64_t)(sum >> 64);
    }
}

static void step_limbs(void *context, int64_t begin, int64_t end)
{
    const struct wr_walks *w = context;
    const struct wr_csr *csr = w->csr;
    int64_t limbs = w->x.limbs;
    for (int64_t u = begin; u < end; u++) {
        uint64_t *sum = wr_counts_at(&w->previous, u);
        memcpy(sum, wr_counts_at(&w->x, u), (size_t)limbs * sizeof *sum);
        for (int64_t e = csr->row[u]; e < csr->row[u + 1]; e++)
            wr_limbs_add(sum, limbs, wr_counts_at(&w->x, csr->col[e]), limbs);
    }
}

/* A step multiplies the largest number by at most the entries of a row: widen before it could
 * overflow, never after. */
static enum wr_status make_room(struct wr_walks *w, struct wr_error *err)
{
    int64_t limbs = wr_limbs_for(wr_counts_max_bits(&w->x) + w->degree_bits);
    if (limbs <= w->x.limbs)
        return WR_OK;
    if (wr_counts_widen(&w->x, limbs, err) || wr_counts_widen(&w->previous, limbs, err))
        return WR_ENOMEM;
    return WR_OK;
}

static void step_once(struct wr_walks *w)
{
    if (w->x.limbs == 1)
        wr_blocks_run(w->csr->n, ROWS, step_64, w);
    else if (w->x.limbs == 2)
        wr_blocks_run(w->csr->n, ROWS, step_128, w);
    else
        wr_blocks_run(w->csr->n, WIDE_ROWS, step_limbs, w);
}

enum wr_status wr_walks_advance(struct wr_walks *w, int64_t steps, struct wr_error *err)
{
    for (int64_t step = 0; step < steps; step++) {
        if (make_room(w, err))
            return WR_ENOMEM;
        step_once(w);
        struct wr_counts swap = w->x;
        w->x = w->previous;
        w->previous = swap;
    }
    return WR_OK;
}
