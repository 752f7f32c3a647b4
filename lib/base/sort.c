/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/compiler.h"
#include "base/radix.h"

/*
 * Radix sort from both ends. Large ranges are partitioned by their highest digit, in parallel,
 * until they fit a core's cache (leaves); leaves are sorted by their lowest digits first, a leaf
 * to a thread, in cache.
 */

enum {
    LEAF = 1 << 16, /* keys of a leaf at most: twice 512 KiB in the second-level cache */
    DIGIT_BITS = 11,
    DIGITS = 64, /* of a key at most: one for each bit when no two that differ are neighbours */
    FEW = 24,    /* keys that are sorted by insertion */
    BLOCK = 1 << 18
};

/* Keys that agree in all bits from `top` on. */
struct range {
    int64_t begin, count;
    int top;
    bool in_scratch; /* else in the caller's array */
    int64_t kept;    /* once sorted, at `begin` of the scratch array */
    int64_t place;   /* where these go in the caller's array */
};

struct sorter {
    struct wr_keyed data, scratch;
    struct wr_keyed temporary; /* LEAF keys for each thread */
    uint64_t differ;           /* bits in which any two keys differ */
    bool unique;
    struct range *leaf;
    int64_t leaves, leaf_space;
};

/* --- what the keys are like ---------------------------------------------------------------- */

struct survey {
    uint64_t any, all; /* bits set in any key, in all keys */
    uint64_t descents; /* keys smaller than the one before them: whether there are any */
    uint64_t repeats;  /* keys equal to it */
};

WR_CLONES static struct survey survey_keys(const uint64_t *keys, int64_t begin, int64_t end)
{
    struct survey s = {keys[begin], keys[begin], 0, 0};
    for (int64_t i = begin > 0 ? begin : 1; i < end; i++) {
        s.any |= keys[i];
        s.all &= keys[i];
        s.descents |= keys[i - 1] > keys[i];
        s.repeats |= keys[i - 1] == keys[i];
    }
    return s;
}

struct survey_run {
    const uint64_t *keys;
    struct survey *block;
};

static void survey_block(void *context, int64_t begin, int64_t end)
{
    const struct survey_run *run = context;
    run->block[begin / BLOCK] = survey_keys(run->keys, begin, end);
}

static enum wr_status survey(const uint64_t *keys, int64_t count, struct survey *all,
                             struct wr_error *err)
{
    int64_t blocks = wr_block_count(count, BLOCK);
    struct survey_run run = {keys, wr_alloc(blocks, sizeof *run.block, err)};
    if (!run.block)
        return WR_ENOMEM;
    wr_blocks_run(count, BLOCK, survey_block, &run);
    *all = (struct survey){0, UINT64_MAX, 0, 0};
    for (int64_t b = 0; b < blocks; b++) {
        all->any |= run.block[b].any;
        all->all &= run.block[b].all;
        all->descents |= run.block[b].descents;
        all->repeats |= run.block[b].repeats;
    }
    free(run.block);
    return WR_OK;
}

/* --- large ranges -------------------------------------------------------------------------- */

static struct wr_keyed part_of(struct wr_keyed array, int64_t begin)
{
    char *payload = array.payload;
    return (struct wr_keyed){array.key + begin, payload ? payload + 8 * begin : NULL};
}

static uint64_t bits_below(int top)
{
    return top == 64 ? UINT64_MAX : (UINT64_C(1) << top) - 1;
}

static enum wr_status add_leaf(struct sorter *s, const struct range *r, struct wr_error *err)
{
    if (s->leaves == s->leaf_space) {
        int64_t space = 2 * s->leaf_space + 64;
        if (wr_grow(&s->leaf, space, sizeof *s->leaf, err))
            return WR_ENOMEM;
        s->leaf_space = space;
    }
    s->leaf[s->leaves++] = *r;
    return WR_OK;
}

/* Bits of a digit that cuts count keys to about half a leaf each. */
static int digit_for(int64_t count)
{
    int bits = 1;
    while (bits < WR_RADIX_BITS && count >> bits > LEAF / 2)
        bits++;
    return bits;
}

/* Cut a range into leaves, smallest keys first. */
static enum wr_status split(struct sorter *s, const struct range *r, struct wr_error *err)
{
    uint64_t differ = s->differ & bits_below(r->top);
    if (r->count <= LEAF || !differ)
        return r->count > 0 ? add_leaf(s, r, err) : WR_OK;
    int highest = 63 - __builtin_clzll(differ), bits = digit_for(r->count);
    if (bits > highest + 1)
        bits = highest + 1;
    int shift = highest + 1 - bits;
    int64_t start[(1 << WR_RADIX_BITS) + 1];
    struct wr_keyed from = part_of(r->in_scratch ? s->scratch : s->data, r->begin);
    struct wr_keyed to = part_of(r->in_scratch ? s->data : s->scratch, r->begin);
    enum wr_status status = wr_radix_partition(from, r->count, shift, bits, to, start, err);
    for (int d = 0; d < 1 << bits && !status; d++) {
        struct range part = {.begin = r->begin + start[d],
                             .count = start[d + 1] - start[d],
                             .top = shift,
                             .in_scratch = !r->in_scratch};
        status = split(s, &part, err);
    }
    return status;
}

/* --- leaves -------------------------------------------------------------------------------- */

struct digit {
    int shift, bits;
};

/* Digits that cover the bits set in differ, lowest first; how many. Runs of such bits are cut
 * evenly. */
static int choose_digits(uint64_t differ, struct digit digits[DIGITS])
{
    int count = 0;
    for (int shift = 0; differ >> shift;) {
        shift += __builtin_ctzll(differ >> shift);
        uint64_t rest = ~(differ >> shift);
        int run = rest ? __builtin_ctzll(rest) : 64;
        int pieces = (run + DIGIT_BITS - 1) / DIGIT_BITS;
        digits[count] = (struct digit){shift, (run + pieces - 1) / pieces};
        shift += digits[count++].bits;
        if (shift >= 64)
            break;
    }
    return count;
}

/* One stable pass by one digit. with: whether there is payload, a constant for the compiler. */
static inline __attribute__((always_inline)) void
sort_pass(struct wr_keyed from, struct wr_keyed to, int64_t count, struct digit digit, bool with)
{
    uint32_t next[1 << DIGIT_BITS];
    const uint64_t mask = (UINT64_C(1) << digit.bits) - 1;
    memset(next, 0, sizeof *next << digit.bits);
    for (int64_t i = 0; i < count; i++)
        next[from.key[i] >> digit.shift & mask]++;
    uint32_t sum = 0;
    for (uint64_t d = 0; d <= mask; d++) {
        uint32_t here = next[d];
        next[d] = sum;
        sum += here;
    }
    for (int64_t i = 0; i < count; i++) {
        uint32_t place = next[from.key[i] >> digit.shift & mask]++;
        to.key[place] = from.key[i];
        if (with)
            memcpy((char *)to.payload + 8 * (int64_t)place, (char *)from.payload + 8 * i, 8);
    }
}

static void copy(struct wr_keyed from, struct wr_keyed to, int64_t count)
{
    memcpy(to.key, from.key, (size_t)count * 8);
    if (from.payload)
        memcpy(to.payload, from.payload, (size_t)count * 8);
}

/* Sort by digits, moving between two places; where the keys end. */
static struct wr_keyed sort_by_digits(struct wr_keyed from, struct wr_keyed other, int64_t count,
                                      uint64_t differ)
{
    struct digit digits[DIGITS];
    int n = choose_digits(differ, digits);
    for (int i = 0; i < n; i++) {
        struct wr_keyed to = other;
        if (from.payload)
            sort_pass(from, to, count, digits[i], true);
        else
            sort_pass(from, to, count, digits[i], false);
        other = from;
        from = to;
    }
    return from;
}

static void insertion_sort(struct wr_keyed at, int64_t count)
{
    for (int64_t i = 1; i < count; i++) {
        uint64_t key = at.key[i], word = 0;
        if (at.payload)
            memcpy(&word, (char *)at.payload + 8 * i, 8);
        int64_t k = i;
        for (; k > 0 && at.key[k - 1] > key; k--) {
            at.key[k] = at.key[k - 1];
            if (at.payload)
                memcpy((char *)at.payload + 8 * k, (char *)at.payload + 8 * (k - 1), 8);
        }
        at.key[k] = key;
        if (at.payload)
            memcpy((char *)at.payload + 8 * k, &word, 8);
    }
}

/* Copy keys, of equal ones only the first; to may be from. */
static int64_t copy_unique(const uint64_t *from, int64_t count, uint64_t *to)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        uint64_t key = from[i];
        bool repeated = i > 0 && key == from[i - 1];
        to[kept] = key; /* written over by the next one if it is a repetition */
        kept += !repeated;
    }
    return kept;
}

static void sort_leaf(void *context, int64_t begin, int64_t end)
{
    struct sorter *s = context;
    (void)end;
    struct range *r = &s->leaf[begin];
    struct wr_keyed from = part_of(r->in_scratch ? s->scratch : s->data, r->begin);
    struct wr_keyed to = part_of(s->scratch, r->begin);
    uint64_t differ = s->differ & bits_below(r->top);
    if (r->count <= FEW)
        insertion_sort(from, r->count);
    else if (differ)
        from = sort_by_digits(from, part_of(s->temporary, (int64_t)wr_thread_id() * LEAF), r->count,
                              differ);
    r->kept = r->count;
    if (s->unique)
        r->kept = copy_unique(from.key, r->count, to.key);
    else if (from.key != to.key)
        copy(from, to, r->count);
}

static void place_leaf(void *context, int64_t begin, int64_t end)
{
    const struct sorter *s = context;
    (void)end;
    const struct range *r = &s->leaf[begin];
    copy(part_of(s->scratch, r->begin), part_of(s->data, r->place), r->kept);
}

static int64_t sort_leaves(struct sorter *s)
{
    int64_t count = 0;
    wr_blocks_run(s->leaves, 1, sort_leaf, s);
    for (int64_t i = 0; i < s->leaves; i++) {
        s->leaf[i].place = count;
        count += s->leaf[i].kept;
    }
    wr_blocks_run(s->leaves, 1, place_leaf, s);
    return count;
}

/* --- all of it ----------------------------------------------------------------------------- */

static enum wr_status allocate(struct sorter *s, int64_t count, bool payload, struct wr_error *err)
{
    int64_t space = count < LEAF ? count : (int64_t)wr_threads() * LEAF;
    s->scratch.key = wr_alloc(count, 8, err);
    s->temporary.key = wr_alloc(space, 8, err);
    if (payload) {
        s->scratch.payload = wr_alloc(count, 8, err);
        s->temporary.payload = wr_alloc(space, 8, err);
    }
    bool failed = !s->scratch.key || !s->temporary.key ||
                  (payload && (!s->scratch.payload || !s->temporary.payload));
    return failed ? WR_ENOMEM : WR_OK;
}

static enum wr_status sort(struct wr_keyed data, int64_t *count, bool unique, struct wr_error *err)
{
    struct survey found;
    if (*count == 0)
        return WR_OK;
    if (survey(data.key, *count, &found, err))
        return WR_ENOMEM;
    if (!found.descents) { /* as the edges of many files and most generators are */
        if (unique && found.repeats)
            *count = wr_unique_u64(data.key, *count);
        return WR_OK;
    }
    struct sorter s = {.data = data, .differ = found.any & ~found.all, .unique = unique};
    struct range all = {.count = *count, .top = 64};
    enum wr_status status = allocate(&s, *count, data.payload != NULL, err);
    if (!status)
        status = split(&s, &all, err);
    if (!status)
        *count = sort_leaves(&s);
    free(s.scratch.key);
    free(s.scratch.payload);
    free(s.temporary.key);
    free(s.temporary.payload);
    free(s.leaf);
    return status;
}

enum wr_status wr_sort_u64(uint64_t *keys, int64_t count, struct wr_error *err)
{
    return sort((struct wr_keyed){keys, NULL}, &count, false, err);
}

enum wr_status wr_sort_unique_u64(uint64_t *keys, int64_t *count, struct wr_error *err)
{
    return sort((struct wr_keyed){keys, NULL}, count, true, err);
}

enum wr_status wr_sort_u64_with(uint64_t *keys, void *payload, int64_t count, struct wr_error *err)
{
    return sort((struct wr_keyed){keys, payload}, &count, false, err);
}

int64_t wr_unique_u64(uint64_t *keys, int64_t count)
{
    return copy_unique(keys, count, keys);
}
