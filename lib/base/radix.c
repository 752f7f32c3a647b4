/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/radix.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/cacheline.h"
#include "base/compiler.h"

enum {
    BLOCK = 1 << 18, /* keys that a thread moves at a time */
    BUCKETS = 1 << WR_RADIX_BITS,
    LINE = WR_CACHE_LINE / sizeof(uint64_t) /* words of a cache line */
};

struct partition {
    struct wr_keyed from, to;
    int shift, bits;
    int64_t *at; /* for each block and bucket: how many, then where they go */
};

static inline unsigned digit_of(uint64_t key, int shift, int bits)
{
    return (unsigned)(key >> shift) & ((1U << bits) - 1);
}

static void count_block(void *context, int64_t begin, int64_t end)
{
    const struct partition *p = context;
    const uint64_t *key = p->from.key;
    const int shift = p->shift, bits = p->bits;
    uint32_t count[BUCKETS] = {0};
    for (int64_t i = begin; i < end; i++)
        count[digit_of(key[i], shift, bits)]++;
    int64_t *at = p->at + (begin / BLOCK << p->bits);
    for (int d = 0; d < 1 << p->bits; d++)
        at[d] = count[d];
}

/* Counts become places: buckets in order, in each bucket the blocks in order. */
static void place_blocks(const struct partition *p, int64_t blocks, int64_t *start)
{
    int64_t sum = 0;
    for (int d = 0; d < 1 << p->bits; d++) {
        start[d] = sum;
        for (int64_t b = 0; b < blocks; b++) {
            int64_t here = p->at[(b << p->bits) + d];
            p->at[(b << p->bits) + d] = sum;
            sum += here;
        }
    }
    start[1 << p->bits] = sum;
}

/*
 * An array that is written in many places at once, a cache line at a time: words gather in a line
 * for each bucket and go to memory together, past the caches. Lines are those of memory: `skew`
 * words of the first one lie before the array.
 */
struct gather {
    uint64_t *to;
    int64_t skew;
    uint64_t line[BUCKETS][LINE] __attribute__((aligned(WR_CACHE_LINE)));
};

static void gather_start(struct gather *g, uint64_t *to)
{
    g->to = to;
    g->skew = (int64_t)((uintptr_t)to / sizeof *to % LINE);
}

static inline void store_line(uint64_t *to, const uint64_t *line)
{
#ifdef __x86_64__
    /* word by word, as they were written: a wider load would wait for the last of them */
    for (int i = 0; i < LINE; i++)
        _mm_stream_si64((long long *)to + i, (long long)line[i]);
#else
    memcpy(to, line, LINE * sizeof *to);
#endif
}

/* Write out bucket d's line up to place `end` of the array; the bucket began at `begin`. */
static inline void gather_flush(struct gather *g, unsigned d, int64_t begin, int64_t end)
{
    int64_t line = ((end + g->skew - 1) & -LINE) - g->skew; /* where it starts */
    if (line >= begin && end - line == LINE) {
        store_line(g->to + line, g->line[d]);
        return;
    }
    for (int64_t i = line > begin ? line : begin; i < end; i++)
        g->to[i] = g->line[d][(i + g->skew) & (LINE - 1)];
}

static inline void gather_put(struct gather *g, unsigned d, int64_t begin, int64_t place,
                              uint64_t word)
{
    int64_t slot = (place + g->skew) & (LINE - 1);
    g->line[d][slot] = word;
    if (slot == LINE - 1)
        gather_flush(g, d, begin, place + 1);
}

static inline uint64_t payload_of(const struct partition *p, int64_t i)
{
    uint64_t word;
    if (!p->from.payload)
        return (uint64_t)i;
    memcpy(&word, (const char *)p->from.payload + i * (int64_t)sizeof word, sizeof word);
    return word;
}

/* payload: a constant for the compiler. */
static inline __attribute__((always_inline)) void
move_block(const struct partition *p, int64_t begin, int64_t end, bool payload)
{
    struct gather keys, payloads;
    int64_t first[BUCKETS], next[BUCKETS];
    size_t size = sizeof *next << p->bits;
    memcpy(first, p->at + (begin / BLOCK << p->bits), size);
    memcpy(next, first, size);
    gather_start(&keys, p->to.key);
    if (payload)
        gather_start(&payloads, p->to.payload);
    const uint64_t *from = p->from.key; /* copies: the stores below could change *p */
    const int shift = p->shift, bits = p->bits;
    for (int64_t i = begin; i < end; i++) {
        uint64_t key = from[i];
        unsigned d = digit_of(key, shift, bits);
        int64_t place = next[d]++;
        gather_put(&keys, d, first[d], place, key);
        if (payload)
            gather_put(&payloads, d, first[d], place, payload_of(p, i));
    }
    for (unsigned d = 0; d < 1U << p->bits; d++) {
        if ((next[d] + keys.skew) & (LINE - 1))
            gather_flush(&keys, d, first[d], next[d]);
        if (payload && (next[d] + payloads.skew) & (LINE - 1))
            gather_flush(&payloads, d, first[d], next[d]);
    }
#ifdef __x86_64__
    _mm_sfence(); /* stores past the caches are seen by other threads */
#endif
}

static void move_keys(void *context, int64_t begin, int64_t end)
{
    move_block(context, begin, end, false);
}

static void move_both(void *context, int64_t begin, int64_t end)
{
    move_block(context, begin, end, true);
}

enum wr_status wr_radix_partition(struct wr_keyed from, int64_t count, int shift, int bits,
                                  struct wr_keyed to, int64_t *start, struct wr_error *err)
{
    assert(bits >= 0 && bits <= WR_RADIX_BITS);
    int64_t blocks = wr_block_count(count, BLOCK);
    struct partition p = {.from = from, .to = to, .shift = shift, .bits = bits};
    p.at = wr_alloc(blocks << bits, sizeof *p.at, err);
    if (!p.at)
        return WR_ENOMEM;
    wr_blocks_run(count, BLOCK, count_block, &p);
    place_blocks(&p, blocks, start);
    wr_blocks_run(count, BLOCK, to.payload ? move_both : move_keys, &p);
    free(p.at);
    return WR_OK;
}
