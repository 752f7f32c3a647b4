/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/independent.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "gen/stream.h"

enum { BLOCK_EDGES = 1 << 16 }; /* edges expected in a block */

/* A range of a region's pairs, numbered row by row: the unit of work, with a stream of its own. */
struct block {
    const struct wr_pair_region *region;
    int64_t begin, end;
};

static bool is_triangle(const struct wr_pair_region *r)
{
    return r->row == r->col;
}

static int64_t region_size(const struct wr_pair_region *r)
{
    return is_triangle(r) ? wr_pair_count(r->rows) : (int64_t)r->rows * r->cols;
}

/* Pair k of the triangle i < j < n. Counted from the end, row r = n - 2 - i begins after the
 * r (r + 1) / 2 pairs of the rows below it; the root finds r up to rounding. */
static uint64_t triangle_pair(uint32_t n, uint32_t first, int64_t k)
{
    int64_t back = wr_pair_count(n) - 1 - k;
    int64_t r = (int64_t)((sqrt(8.0 * (double)back + 1) - 1) / 2);
    while (wr_pair_count((uint32_t)(r + 1)) > back)
        r--;
    while (wr_pair_count((uint32_t)(r + 2)) <= back)
        r++;
    int64_t i = n - 2 - r, j = n - 1 - (back - wr_pair_count((uint32_t)(r + 1)));
    return wr_arc(first + (uint32_t)i, first + (uint32_t)j);
}

static uint64_t region_pair(const struct wr_pair_region *r, int64_t k)
{
    if (is_triangle(r))
        return triangle_pair(r->rows, r->row, k);
    return wr_arc(r->row + (uint32_t)(k / r->cols), r->col + (uint32_t)(k % r->cols));
}

/* The first edge at or after pair `at`: with E exponential, floor(E / -log(1 - p)) is geometric,
 * P(leap >= k) = (1 - p)^k. */
static int64_t next_edge(struct wr_rng *rng, double scale, int64_t at, int64_t end)
{
    double leap = wr_rng_exponential(rng) * scale;
    return leap < (double)(end - at) ? at + (int64_t)leap : end;
}

/* The number of edges in block b; they are written to `edges` unless that is NULL. */
static int64_t draw_block(const struct block *b, struct wr_rng rng, uint64_t *edges)
{
    double scale = -1 / log1p(-b->region->p);
    int64_t found = 0;
    for (int64_t at = next_edge(&rng, scale, b->begin, b->end); at < b->end;
         at = next_edge(&rng, scale, at + 1, b->end)) {
        if (edges)
            edges[found] = region_pair(b->region, at);
        found++;
    }
    return found;
}

/* Pairs per block of region r; 0 when it has no edge for certain. */
static int64_t block_length(const struct wr_pair_region *r)
{
    double size = (double)region_size(r);
    if (size * r->p <= BLOCK_EDGES)
        return r->p > 0 ? region_size(r) : 0;
    return (int64_t)(BLOCK_EDGES / r->p);
}

/* The blocks of all regions; *count of them. NULL on failure. */
static struct block *cut(const struct wr_pair_region *regions, int64_t region_count, int64_t *count,
                         struct wr_error *err)
{
    int64_t total = 0;
    for (int64_t i = 0; i < region_count; i++) {
        int64_t length = block_length(&regions[i]);
        total += length ? wr_block_count(region_size(&regions[i]), length) : 0;
    }
    struct block *blocks = wr_alloc(total, sizeof *blocks, err);
    if (!blocks)
        return NULL;
    *count = 0;
    for (int64_t i = 0; i < region_count; i++) {
        int64_t length = block_length(&regions[i]), size = length ? region_size(&regions[i]) : 0;
        for (int64_t begin = 0, end; begin < size; begin = end) {
            end = wr_block_end(begin, length, size);
            blocks[(*count)++] = (struct block){&regions[i], begin, end};
        }
    }
    return blocks;
}

/* Room for the edges that are expected, so that a graph far beyond memory fails at once. */
static uint64_t *reserve(const struct wr_pair_region *regions, int64_t count, struct wr_error *err)
{
    double expected = 0;
    for (int64_t i = 0; i < count; i++)
        expected += (double)region_size(&regions[i]) * regions[i].p;
    return wr_alloc((int64_t)fmin(expected, 0x1p62), sizeof(uint64_t), err);
}

static struct wr_rng block_rng(uint64_t seed, int64_t attempt, int64_t block)
{
    struct wr_rng rng;
    wr_draw_init(&rng, seed, WR_DRAW_PAIRS, attempt << 32 | block);
    return rng;
}

struct drawing {
    const struct block *blocks;
    uint64_t seed;
    int64_t attempt;
    int64_t *start;  /* of each block's edges */
    uint64_t *edges; /* NULL: count them, into the next block's start */
};

static void draw_blocks(void *context, int64_t begin, int64_t end)
{
    const struct drawing *d = context;
    for (int64_t b = begin; b < end; b++) {
        struct wr_rng rng = block_rng(d->seed, d->attempt, b);
        if (d->edges)
            draw_block(&d->blocks[b], rng, d->edges + d->start[b]);
        else
            d->start[b + 1] = draw_block(&d->blocks[b], rng, NULL);
    }
}

enum wr_status wr_gen_independent(const struct wr_pair_region *regions, int64_t count,
                                  uint64_t seed, int64_t attempt, struct wr_pairs *pairs,
                                  struct wr_error *err)
{
    enum wr_status status = WR_ENOMEM;
    int64_t block_count = 0, *start = NULL;
    uint64_t *edges = reserve(regions, count, err);
    struct block *blocks = edges ? cut(regions, count, &block_count, err) : NULL;
    if (!blocks)
        goto out;
    start = wr_alloc(block_count + 1, sizeof *start, err);
    if (!start)
        goto out;
    /* every block is drawn twice: once to learn where its edges go */
    start[0] = 0;
    struct drawing drawing = {blocks, seed, attempt, start, NULL};
    wr_blocks_run(block_count, 1, draw_blocks, &drawing);
    for (int64_t b = 0; b < block_count; b++)
        start[b + 1] += start[b];
    if (wr_grow(&edges, start[block_count], sizeof *edges, err))
        goto out;
    drawing.edges = edges;
    wr_blocks_run(block_count, 1, draw_blocks, &drawing);
    *pairs = (struct wr_pairs){.count = start[block_count], .key = edges};
    edges = NULL;
    status = WR_OK;
out:
    free(edges);
    free(blocks);
    free(start);
    return status;
}
