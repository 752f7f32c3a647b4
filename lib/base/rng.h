/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_RNG_H
#define WR_BASE_RNG_H

#include <stdint.h>

/*
 * Random numbers from Philox4x32-10, a counter-based generator: the i-th block of a stream is a
 * function of (seed, stream, i), so that work cut into fixed blocks, a stream each, draws the
 * same numbers whatever the number of threads. The streams are part of the suite's interface:
 * they change with no library and no release.
 *
 * Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel Random Numbers: As Easy
 * as 1, 2, 3", SC 2011.
 */
struct wr_rng {
    uint32_t key[2];     /* seed */
    uint32_t counter[4]; /* block number (low two words), stream (high two) */
    uint32_t block[4];   /* the current block */
    unsigned used;       /* words of it that are spent */
};

/* Start stream number `stream` of `seed`; different streams are independent. */
void wr_rng_init(struct wr_rng *rng, uint64_t seed, uint64_t stream);

/* One word, uniform over all its values. */
uint32_t wr_rng_u32(struct wr_rng *rng);
uint64_t wr_rng_u64(struct wr_rng *rng);

/* The words that count calls of wr_rng_u32 would return, several times faster. */
void wr_rng_fill_u32(struct wr_rng *rng, uint32_t *out, int64_t count);

/* Uniform over 0 .. bound - 1, without bias; bound >= 1. */
uint64_t wr_rng_below(struct wr_rng *rng, uint64_t bound);

/* Uniform in [0, 1), a multiple of 2^-53. */
double wr_rng_uniform(struct wr_rng *rng);

/* Standard normal (Box-Muller; two words of 64 bits per draw). */
double wr_rng_normal(struct wr_rng *rng);

/* Exponential with rate 1, never 0. */
double wr_rng_exponential(struct wr_rng *rng);

/* Shuffle count elements in place (Fisher-Yates): every order is equally likely. */
void wr_rng_shuffle_u64(struct wr_rng *rng, uint64_t *array, int64_t count);

/* The block function itself, for tests against published vectors. */
void wr_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
