/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis_key.h"

#include <stdlib.h>

#include "base/alloc.h"

/* Bits of x without leading zeros. */
static int bits(wr_walkcount x)
{
    int b = 0;
    for (; x; x >>= 1)
        b++;
    return b;
}

/* One value more than occurs is wanted for the end mark, and one multiplicity more for
 * "anything". */
struct wr_key_format wr_key_format(wr_walkcount largest, int64_t most)
{
    int count_bits = bits((wr_walkcount)most + 1);
    if (bits(largest + 1) + count_bits <= 63)
        return (struct wr_key_format){1, count_bits};
    return (struct wr_key_format){WR_KEY_WIDEST, 64};
}

/* The largest number that fits where the multiplicity stands. */
static uint64_t limit(const struct wr_key_format *f)
{
    return f->width == 1 ? (UINT64_C(1) << f->count_bits) - 1 : UINT64_MAX;
}

/* word = P(value, count), its complement when flip is all ones. */
static void put(const struct wr_key_format *f, uint64_t *word, wr_walkcount value, uint64_t count,
                uint64_t flip)
{
    if (f->width == 1) {
        word[0] = ((uint64_t)value << f->count_bits | (limit(f) - count)) ^ flip;
        return;
    }
    word[0] = (uint64_t)(value >> 64) ^ flip;
    word[1] = (uint64_t)value ^ flip;
    word[2] = (UINT64_MAX - count) ^ flip;
}

void wr_key_put_change(const struct wr_key_format *f, uint64_t *word, struct wr_change change)
{
    if (change.net > 0)
        put(f, word, change.value, (uint64_t)change.net, 0);
    else
        put(f, word, change.value, (uint64_t)-change.net, UINT64_MAX);
}

void wr_key_put_end(const struct wr_key_format *f, uint64_t *word)
{
    word[0] = INT64_MAX;
    for (int i = 1; i < f->width; i++)
        word[i] = UINT64_MAX;
}

void wr_key_put_anything(const struct wr_key_format *f, uint64_t *word, wr_walkcount from)
{
    put(f, word, from, limit(f), UINT64_MAX);
}

wr_walkcount wr_key_value(const struct wr_key_format *f, const uint64_t *word)
{
    uint64_t flip = word[0] >> 63 ? UINT64_MAX : 0;
    if (f->width == 1)
        return (word[0] ^ flip) >> f->count_bits;
    return (wr_walkcount)(word[0] ^ flip) << 64 | (word[1] ^ flip);
}

/* The multiplicity of an entry. */
static uint64_t count_of(const struct wr_key_format *f, const uint64_t *word)
{
    uint64_t flip = word[0] >> 63 ? UINT64_MAX : 0;
    return limit(f) - ((word[f->width - 1] ^ flip) & limit(f));
}

int64_t wr_key_net(const struct wr_key_format *f, const uint64_t *word)
{
    int64_t count = (int64_t)count_of(f, word);
    return word[0] >> 63 ? -count : count;
}

bool wr_key_is_mark(const struct wr_key_format *f, const uint64_t *word)
{
    return word[0] >> 63 ? count_of(f, word) == limit(f) : wr_key_is_end(f, word);
}

bool wr_key_is_end(const struct wr_key_format *f, const uint64_t *word)
{
    return word[0] == INT64_MAX && (f->width == 1 || word[1] == UINT64_MAX);
}

uint32_t wr_key_doubt(const struct wr_key_format *f, uint64_t *word, uint32_t length,
                      wr_walkcount value)
{
    uint32_t width = (uint32_t)f->width, at = 0;
    while (at < length && wr_key_value(f, word + at) < value)
        at += width;
    if (at == length)
        return 0;
    wr_key_put_anything(f, word + at, value);
    return at + width;
}

enum wr_status wr_key_draft_init(struct wr_key_draft *d, struct wr_key_format format, int64_t pairs,
                                 struct wr_error *err)
{
    struct wr_key_draft made = {.format = format};
    if (wr_changes_init(&made.changes, pairs, err))
        return WR_ENOMEM;
    *d = made;
    return WR_OK;
}

void wr_key_draft_release(struct wr_key_draft *d)
{
    wr_changes_release(&d->changes);
    free(d->word);
    *d = (struct wr_key_draft){0};
}

void wr_key_draft_start(struct wr_key_draft *d)
{
    wr_changes_order(&d->changes);
    d->length = 0;
}

static bool has_ended(const struct wr_key_draft *d)
{
    return d->length > 0 && wr_key_is_mark(&d->format, d->word + d->length - d->format.width);
}

enum wr_status wr_key_draft_extend(struct wr_key_draft *d, int64_t length, struct wr_error *err)
{
    while (d->length < length && !has_ended(d)) {
        if (d->length + d->format.width > d->room) {
            int64_t room = 2 * d->room + 64;
            if (wr_grow(&d->word, room, sizeof *d->word, err))
                return WR_ENOMEM;
            d->room = room;
        }
        struct wr_change change;
        if (wr_changes_next(&d->changes, &change))
            wr_key_put_change(&d->format, d->word + d->length, change);
        else
            wr_key_put_end(&d->format, d->word + d->length);
        d->length += d->format.width;
    }
    return WR_OK;
}

void wr_key_draft_cut(struct wr_key_draft *d)
{
    uint64_t *last = d->word + d->length - d->format.width;
    if (!has_ended(d))
        wr_key_put_anything(&d->format, last, wr_key_value(&d->format, last));
}
