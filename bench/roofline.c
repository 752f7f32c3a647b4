/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "roofline.h"

#include <stdlib.h>

#include "bench.h"

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/compiler.h"

enum { TRIES = 10, CHAINS = 16, ROUNDS = 1 << 20 };

/* More chains than a multiply-add has latency, fewer than there are registers. */
#define FMA_LOOP(name, type, lanes)                                          \
    WR_CLONES static void name(void *context, int64_t begin, int64_t end)    \
    {                                                                        \
        typedef type vector __attribute__((vector_size(64)));                \
        type *result = context;                                              \
        vector x[CHAINS], factor = {0}, sum = {0};                           \
        (void)end;                                                           \
        factor += (type)0.999;                                               \
        for (int k = 0; k < CHAINS; k++)                                     \
            x[k] = factor + (type)k;                                         \
        for (int64_t i = 0; i < ROUNDS; i++)                                 \
            _Pragma("GCC unroll 16") for (int k = 0; k < CHAINS; k++) x[k] = \
                x[k] * factor + factor;                                      \
        for (int k = 0; k < CHAINS; k++)                                     \
            sum += x[k];                                                     \
        result[begin * lanes] = sum[0];                                      \
    }
FMA_LOOP(multiply_single, float, 16)
FMA_LOOP(multiply_double, double, 8)

double bench_peak_flops(bool single)
{
    int threads = wr_threads();
    double best = 0, work = 2.0 * (single ? 16 : 8) * CHAINS * ROUNDS * threads;
    double *result = wr_calloc(8 * (int64_t)threads, sizeof *result, NULL);
    for (int k = 0; result && k < TRIES; k++) {
        double start = bench_now();
        wr_blocks_run_even(threads, 1, single ? multiply_single : multiply_double, result);
        double rate = work / (bench_now() - start);
        best = rate > best ? rate : best;
    }
    free(result);
    return best;
}

enum { TRIAD = 1 << 23, PIECE = 1 << 16 };

WR_CLONES
static void add(void *context, int64_t begin, int64_t end)
{
    double *restrict a = context, *b = a + TRIAD, *c = b + TRIAD;
    for (int64_t i = begin; i < end; i++)
        a[i] = b[i] + 3 * c[i];
}

double bench_triad(void)
{
    double best = 0, *a = wr_calloc(3 * (int64_t)TRIAD, sizeof *a, NULL);
    for (int k = 0; a && k < TRIES; k++) {
        double start = bench_now();
        wr_blocks_run_even(TRIAD, PIECE, add, a);
        double rate = 3.0 * TRIAD * sizeof *a / (bench_now() - start);
        best = rate > best ? rate : best;
    }
    free(a);
    return best;
}
