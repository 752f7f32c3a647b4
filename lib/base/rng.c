/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/rng.h"

#include <math.h>

#include "base/compiler.h"

/* Multipliers and Weyl increments of the paper. */
#define PHILOX_M0 UINT32_C(0xD2511F53)
#define PHILOX_M1 UINT32_C(0xCD9E8D57)
#define PHILOX_W0 UINT32_C(0x9E3779B9)
#define PHILOX_W1 UINT32_C(0xBB67AE85)

void wr_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)PHILOX_M0 * c0;
        uint64_t p1 = (uint64_t)PHILOX_M1 * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c0 = n0;
        c1 = (uint32_t)p1;
        c2 = n2;
        c3 = (uint32_t)p0;
        k0 += PHILOX_W0;
        k1 += PHILOX_W1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

void wr_rng_init(struct wr_rng *rng, uint64_t seed, uint64_t stream)
{
    *rng = (struct wr_rng){.key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
                           .counter = {0, 0, (uint32_t)stream, (uint32_t)(stream >> 32)},
                           .used = 4};
}

uint32_t wr_rng_u32(struct wr_rng *rng)
{
    if (rng->used == 4) {
        wr_philox4x32(rng->counter, rng->key, rng->block);
        if (++rng->counter[0] == 0)
            rng->counter[1]++;
        rng->used = 0;
    }
    return rng->block[rng->used++];
}

uint64_t wr_rng_u64(struct wr_rng *rng)
{
    uint64_t low = wr_rng_u32(rng);
    return (uint64_t)wr_rng_u32(rng) << 32 | low;
}

enum { LANES = 16, LANE_WORDS = 4 * LANES }; /* blocks computed side by side */

/* Blocks first .. first + LANES - 1 of a stream: wr_philox4x32 with every variable a vector of
 * 32-bit words in 64-bit lanes, the form in which compilers find the widening products. */
WR_CLONES
static void philox_lanes(uint64_t first, const uint32_t stream[2], const uint32_t key[2],
                         uint32_t *restrict out)
{
    uint64_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
    for (int i = 0; i < LANES; i++) {
        uint64_t number = first + (uint64_t)i;
        c0[i] = (uint32_t)number;
        c1[i] = number >> 32;
        c2[i] = stream[0];
        c3[i] = stream[1];
    }
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < LANES; i++) {
            uint64_t p0 = (uint64_t)PHILOX_M0 * (uint32_t)c0[i];
            uint64_t p1 = (uint64_t)PHILOX_M1 * (uint32_t)c2[i];
            c0[i] = (p1 >> 32) ^ c1[i] ^ k0;
            c2[i] = (p0 >> 32) ^ c3[i] ^ k1;
            c1[i] = (uint32_t)p1;
            c3[i] = (uint32_t)p0;
        }
        k0 += PHILOX_W0;
        k1 += PHILOX_W1;
    }
    for (int i = 0; i < LANES; i++) {
        out[4 * i] = (uint32_t)c0[i];
        out[4 * i + 1] = (uint32_t)c1[i];
        out[4 * i + 2] = (uint32_t)c2[i];
        out[4 * i + 3] = (uint32_t)c3[i];
    }
}

void wr_rng_fill_u32(struct wr_rng *rng, uint32_t *out, int64_t count)
{
    int64_t done = 0;
    while (done < count && rng->used < 4)
        out[done++] = wr_rng_u32(rng);
    for (; count - done >= LANE_WORDS; done += LANE_WORDS) {
        uint64_t number = (uint64_t)rng->counter[1] << 32 | rng->counter[0];
        philox_lanes(number, rng->counter + 2, rng->key, out + done);
        rng->counter[0] = (uint32_t)(number + LANES);
        rng->counter[1] = (uint32_t)((number + LANES) >> 32);
    }
    while (done < count)
        out[done++] = wr_rng_u32(rng);
}

/* Multiply and shift, rejecting the few products that would favour small values
 * (D. Lemire, "Fast random integer generation in an interval", TOMACS 2019). */
uint64_t wr_rng_below(struct wr_rng *rng, uint64_t bound)
{
    unsigned __int128 product = (unsigned __int128)wr_rng_u64(rng) * bound;
    if ((uint64_t)product < bound) {
        uint64_t threshold = -bound % bound;
        while ((uint64_t)product < threshold)
            product = (unsigned __int128)wr_rng_u64(rng) * bound;
    }
    return (uint64_t)(product >> 64);
}

double wr_rng_uniform(struct wr_rng *rng)
{
    return (double)(wr_rng_u64(rng) >> 11) * 0x1p-53;
}

double wr_rng_normal(struct wr_rng *rng)
{
    const double two_pi = 6.283185307179586477;
    double radius = sqrt(2.0 * wr_rng_exponential(rng));
    return radius * cos(two_pi * wr_rng_uniform(rng));
}

double wr_rng_exponential(struct wr_rng *rng)
{
    /* 1 - u is in (0, 1]; the half step keeps the logarithm away from 0 at both ends */
    double u = ((double)(wr_rng_u64(rng) >> 12) + 0.5) * 0x1p-52;
    return -log(u);
}

void wr_rng_shuffle_u64(struct wr_rng *rng, uint64_t *array, int64_t count)
{
    for (int64_t i = count - 1; i > 0; i--) {
        int64_t j = (int64_t)wr_rng_below(rng, (uint64_t)i + 1);
        uint64_t swap = array[i];
        array[i] = array[j];
        array[j] = swap;
    }
}
