/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/counts.h"

#include <assert.h>
#include <gmp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* GMP's limbs are ours: the numbers are handed to it in place. */
_Static_assert(sizeof(mp_limb_t) == sizeof(uint64_t) && GMP_NAIL_BITS == 0,
               "GMP with 64-bit limbs is needed");

static mp_limb_t *gmp_limbs(uint64_t *limb)
{
    return (mp_limb_t *)limb;
}

static const mp_limb_t *gmp_const_limbs(const uint64_t *limb)
{
    return (const mp_limb_t *)limb;
}

enum wr_status wr_counts_init(struct wr_counts *c, int64_t count, int64_t limbs,
                              struct wr_error *err)
{
    assert(limbs >= 1);
    uint64_t *limb = NULL;
    int64_t total;
    if (__builtin_mul_overflow(count, limbs, &total))
        return wr_error_set(err, WR_ENOMEM, "%lld numbers of %lld bits are too large",
                            (long long)count, 64LL * limbs);
    if (!(limb = wr_calloc(total, sizeof *limb, err)))
        return WR_ENOMEM;
    *c = (struct wr_counts){.count = count, .limbs = limbs, .limb = limb};
    return WR_OK;
}

void wr_counts_release(struct wr_counts *c)
{
    free(c->limb);
    *c = (struct wr_counts){0};
}

enum wr_status wr_counts_widen(struct wr_counts *c, int64_t limbs, struct wr_error *err)
{
    assert(limbs >= c->limbs);
    struct wr_counts wide;
    if (limbs == c->limbs)
        return WR_OK;
    if (wr_counts_init(&wide, c->count, limbs, err))
        return WR_ENOMEM;
    for (int64_t i = 0; i < c->count; i++)
        memcpy(wr_counts_at(&wide, i), wr_counts_at(c, i), (size_t)c->limbs * sizeof *c->limb);
    wr_counts_release(c);
    *c = wide;
    return WR_OK;
}

int64_t wr_counts_bits(const struct wr_counts *c, int64_t i)
{
    const uint64_t *limb = wr_counts_at(c, i);
    for (int64_t top = c->limbs - 1; top >= 0; top--)
        if (limb[top])
            return 64 * (top + 1) - __builtin_clzll(limb[top]);
    return 0;
}

int64_t wr_counts_max_bits(const struct wr_counts *c)
{
    int64_t most = 0;
    for (int64_t i = 0; i < c->count; i++) {
        int64_t bits = wr_counts_bits(c, i);
        most = bits > most ? bits : most;
    }
    return most;
}

double wr_counts_double(const struct wr_counts *c, int64_t i)
{
    double value = 0;
    for (int64_t k = c->limbs - 1; k >= 0; k--)
        value = value * 0x1p64 + (double)wr_counts_at(c, i)[k];
    return value;
}

void wr_limbs_add(uint64_t *sum, int64_t size, const uint64_t *x, int64_t x_size)
{
    mp_limb_t carry =
        mpn_add(gmp_limbs(sum), gmp_const_limbs(sum), size, gmp_const_limbs(x), x_size);
    assert(carry == 0);
    (void)carry;
}

void wr_limbs_add_product(uint64_t *sum, int64_t size, const uint64_t *x, const uint64_t *y,
                          int64_t factor_size, uint64_t *product)
{
    int64_t used = 2 * factor_size;
    mpn_mul_n(gmp_limbs(product), gmp_const_limbs(x), gmp_const_limbs(y), factor_size);
    while (used > size) {
        used--;
        assert(product[used] == 0);
    }
    wr_limbs_add(sum, size, product, used);
}

size_t wr_counts_text_size(const struct wr_counts *c)
{
    /* log10(2) < 0.30103; mpz_get_str wants a place for a sign too */
    return (size_t)ceil(64.0 * (double)c->limbs * 0.30103) + 3;
}

size_t wr_counts_text(const struct wr_counts *c, int64_t i, char *text)
{
    mpz_t number;
    mpz_roinit_n(number, gmp_const_limbs(wr_counts_at(c, i)), c->limbs);
    mpz_get_str(text, 10, number);
    return strlen(text);
}
