/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_COUNTS_H
#define WR_DATA_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Many exact natural numbers of any size: count numbers of `limbs` 64-bit words each, the least
 * significant first. Owned by the caller; release with wr_counts_release. Arithmetic never
 * allocates; the caller sees to it that results fit.
 */
struct wr_counts {
    int64_t count;
    int64_t limbs;  /* at least 1, the same for every number */
    uint64_t *limb; /* count x limbs */
};

/* All zero. Errors: WR_ENOMEM. */
enum wr_status wr_counts_init(struct wr_counts *c, int64_t count, int64_t limbs,
                              struct wr_error *err);
void wr_counts_release(struct wr_counts *c);

/* The same numbers with more limbs each. Errors: WR_ENOMEM; c is as it was. */
enum wr_status wr_counts_widen(struct wr_counts *c, int64_t limbs, struct wr_error *err);

/* Limbs of number i. */
static inline uint64_t *wr_counts_at(const struct wr_counts *c, int64_t i)
{
    return c->limb + i * c->limbs;
}

static inline void wr_counts_set_u128(struct wr_counts *c, int64_t i, unsigned __int128 value)
{
    uint64_t *limb = wr_counts_at(c, i);
    limb[0] = (uint64_t)value;
    if (c->limbs > 1)
        limb[1] = (uint64_t)(value >> 64);
}

/* Bits of number i without leading zeros: 0 for 0, 64 for 2^64 - 1. */
int64_t wr_counts_bits(const struct wr_counts *c, int64_t i);

/* Bits of the largest number. O(count). */
int64_t wr_counts_max_bits(const struct wr_counts *c);

/* Limbs that numbers of so many bits need, at least 1. */
static inline int64_t wr_limbs_for(int64_t bits)
{
    return bits > 64 ? (bits + 63) / 64 : 1;
}

/* The floating-point number nearest to number i up to a few units in the last place; infinite
 * above 1.8e308. */
double wr_counts_double(const struct wr_counts *c, int64_t i);

/* sum (size limbs) += x (no more limbs than size). The sum must fit. */
void wr_limbs_add(uint64_t *sum, int64_t size, const uint64_t *x, int64_t x_size);

/*
 * wr_limbs_add_product - sum += x y.
 *
 * sum      in/out  size limbs; the new sum must fit
 * x, y     in      factor_size limbs each
 * product  -       scratch, 2 factor_size limbs
 */
void wr_limbs_add_product(uint64_t *sum, int64_t size, const uint64_t *x, const uint64_t *y,
                          int64_t factor_size, uint64_t *product);

/* Characters that any of the numbers needs in decimal, with the final 0. */
size_t wr_counts_text_size(const struct wr_counts *c);

/* Write number i in decimal at text (wr_counts_text_size characters), 0-terminated; its length.
 * Cost: quasilinear in the limbs. */
size_t wr_counts_text(const struct wr_counts *c, int64_t i, char *text);

#endif
