/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis_key.h"

#include <assert.h>

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

/* word = P(value, count), its complement when flip is all ones; limit is the largest number that
 * fits where the count stands. */
static void put(const struct wr_key_format *f, uint64_t *word, wr_walkcount value, uint64_t count,
                uint64_t flip)
{
    if (f->width == 1) {
        uint64_t limit = (UINT64_C(1) << f->count_bits) - 1;
        word[0] = ((uint64_t)value << f->count_bits | (limit - count)) ^ flip;
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
    uint64_t limit = f->width == 1 ? (UINT64_C(1) << f->count_bits) - 1 : UINT64_MAX;
    put(f, word, from, limit, UINT64_MAX);
}

wr_walkcount wr_key_value(const struct wr_key_format *f, const uint64_t *word)
{
    uint64_t flip = word[0] >> 63 ? UINT64_MAX : 0;
    if (f->width == 1)
        return (word[0] ^ flip) >> f->count_bits;
    return (wr_walkcount)(word[0] ^ flip) << 64 | (word[1] ^ flip);
}

bool wr_key_is_end(const struct wr_key_format *f, const uint64_t *word)
{
    return word[0] == INT64_MAX && (f->width == 1 || word[1] == UINT64_MAX);
}
