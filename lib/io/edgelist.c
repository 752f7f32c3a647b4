/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/edgelist.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/blocks.h"
#include "base/compiler.h"
#include "base/sort.h"
#include "io/edgeblock.h"
#include "io/number.h"
#include "io/textblocks.h"

struct reader {
    struct wr_input *input;
    struct wr_edgeblock_options options;
    struct wr_edgeblocks blocks;
    int64_t start[WR_TEXTBLOCKS];    /* where the pairs of each block go */
    uint32_t largest[WR_TEXTBLOCKS]; /* id in each block */
    struct wr_pairs pairs;
    int64_t capacity;
    int64_t distinct; /* pairs at which copies are looked for next; 0: never */
    int64_t bytes;    /* of the input that have been read */
    int64_t line;     /* lines that have been read */
    uint64_t nodes;   /* the largest of max id + 1 and every Nodes: N */
    uint64_t header;  /* the largest Nodes: N */
};

static void read_block(void *context, int slot, struct wr_span lines)
{
    struct reader *r = context;
    wr_edgeblock_read(&r->blocks.block[slot], lines, &r->options);
}

/* Space for count pairs in all. The rest of a file probably has lines as long as those that were
 * read: one allocation serves for all of it, and what is not touched costs nothing. */
static enum wr_status reserve(struct reader *r, int64_t count, struct wr_error *err)
{
    if (count <= r->capacity)
        return WR_OK;
    double density = (double)count / (double)r->bytes;
    int64_t wanted = (int64_t)(1.03 * density * (double)wr_input_size(r->input));
    if (r->distinct && wanted > 2 * r->distinct)
        wanted = 2 * r->distinct;
    int64_t least = r->capacity ? 2 * count : count;
    if (wanted < least) /* a stream, or a file whose lines became shorter */
        wanted = least;
    bool weighted = r->options.weight_column != 0;
    enum wr_status status = wr_pairs_resize(&r->pairs, wanted, weighted, err);
    if (!status)
        r->capacity = wanted;
    return status;
}

/* Copy count keys; the largest id in them. */
WR_CLONES static uint32_t copy_keys(const uint64_t *restrict from, int64_t count,
                                    uint64_t *restrict to)
{
    uint32_t largest = 0;
    for (int64_t i = 0; i < count; i++) {
        uint32_t u = wr_edge_u(from[i]), v = wr_edge_v(from[i]);
        largest = u > largest ? u : largest;
        largest = v > largest ? v : largest;
        to[i] = from[i];
    }
    return largest;
}

static void place_block(void *context, int64_t begin, int64_t end)
{
    struct reader *r = context;
    (void)end;
    const struct wr_edgeblock *block = &r->blocks.block[begin];
    int64_t start = r->start[begin];
    if (block->edges == 0) /* and perhaps there is no array yet */
        return;
    r->largest[begin] = copy_keys(block->key, block->edges, r->pairs.key + start);
    if (r->options.weight_column)
        memcpy(r->pairs.weight + start, block->weight,
               (size_t)block->edges * sizeof *block->weight);
}

/* Where each block's pairs go, what comments say, and the first malformed line. */
static enum wr_status survey(struct reader *r, int blocks, struct wr_error *err)
{
    int64_t count = r->pairs.count;
    for (int i = 0; i < blocks; i++) {
        const struct wr_edgeblock *block = &r->blocks.block[i];
        r->start[i] = count;
        count += block->edges;
        r->line += block->edges + block->others;
        r->bytes += (int64_t)block->lines.size;
        if (block->bad)
            return wr_edgeblock_error(block, &r->options, wr_input_name(r->input), r->line + 1,
                                      err);
        if (block->nodes > r->header)
            r->header = block->nodes;
        if (block->nodes > r->nodes)
            r->nodes = block->nodes;
    }
    r->pairs.count = count;
    return WR_OK;
}

/* Leave copies out. The next time comes when there are twice as many pairs as stay: each is sorted
 * a few times at most. */
static enum wr_status drop_copies(struct reader *r, struct wr_error *err)
{
    struct wr_pairs *p = &r->pairs;
    int64_t before = p->count, loops = wr_count_loops(p->key, p->count);
    enum wr_status status = wr_sort_unique_u64(p->key, &p->count, err);
    if (status)
        return status;
    p->copies += before - p->count;
    p->copied_loops += loops - wr_count_loops(p->key, p->count);
    if (r->distinct < 2 * p->count)
        r->distinct = 2 * p->count;
    return WR_OK;
}

static enum wr_status take_blocks(void *context, int blocks, struct wr_error *err)
{
    struct reader *r = context;
    enum wr_status status = WR_OK;
    if (r->distinct && r->pairs.count >= r->distinct)
        status = drop_copies(r, err);
    if (!status)
        status = survey(r, blocks, err);
    if (!status)
        status = reserve(r, r->pairs.count, err);
    if (status)
        return status;
    wr_blocks_run(blocks, 1, place_block, r);
    for (int i = 0; i < blocks; i++)
        if (r->blocks.block[i].edges > 0 && r->largest[i] >= r->nodes)
            r->nodes = (uint64_t)r->largest[i] + 1;
    return WR_OK;
}

enum wr_status wr_edgelist_read(struct wr_input *input, const struct wr_edgelist_options *options,
                                struct wr_pairs *pairs, bool *has_header, struct wr_error *err)
{
    struct reader r = {.input = input,
                       .options = {.how = wr_edgeparse_best(options->how),
                                   .weight_column = options->weight_column},
                       .nodes = (uint64_t)options->nodes,
                       .distinct = options->distinct};
    assert(!options->distinct || !options->weight_column);
    struct wr_textblocks how = {read_block, take_blocks, &r};
    enum wr_status status = wr_edgeblocks_init(&r.blocks, options->weight_column != 0, err);
    if (!status)
        status = wr_textblocks_run(input, &how, err);
    if (!status) /* also when there was no edge: the arrays exist */
        status = wr_pairs_resize(&r.pairs, r.pairs.count, options->weight_column != 0, err);
    wr_edgeblocks_release(&r.blocks);
    if (status) {
        wr_pairs_release(&r.pairs);
        return status;
    }
    r.pairs.n = (uint32_t)r.nodes;
    *pairs = r.pairs;
    *has_header = r.header > 0 && r.header >= r.nodes;
    return WR_OK;
}

static void write_pair(const struct wr_pairs *pairs, int64_t i, struct wr_sink *sink)
{
    char line[2 * WR_U64_DIGITS + 2], *p = line;
    p = wr_format_u64(p, wr_edge_u(pairs->key[i]));
    *p++ = '\t';
    p = wr_format_u64(p, wr_edge_v(pairs->key[i]));
    *p++ = pairs->weight ? '\t' : '\n';
    wr_sink_write(sink, line, (size_t)(p - line));
    if (pairs->weight) {
        wr_sink_double(sink, pairs->weight[i]);
        wr_sink_write(sink, "\n", 1);
    }
}

void wr_edgelist_write_pairs(const struct wr_pairs *pairs, const struct wr_progress *progress,
                             struct wr_sink *sink)
{
    enum { STEP = 1 << 16 };
    wr_sink_printf(sink, "# Nodes: %u Edges: %lld\n", pairs->n, (long long)pairs->count);
    for (int64_t i = 0; i < pairs->count; i++) {
        if (i % STEP == 0 && (wr_sink_failed(sink) || !wr_progress_step(progress, i, pairs->count)))
            return;
        write_pair(pairs, i, sink);
    }
}
