/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "roofline.h"

#include <stdlib.h>

#include "bench.h"

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/compiler.h"
#include "base/machine.h"

enum { TRIES = 10, CHAINS = 12, ROUNDS = 1 << 20 };

/* More chains than a multiply-add has latency, no more than there are registers. */
#define FMA_LOOP(name, type, bytes, machine)                                 \
    machine static void name(void *context, int64_t begin, int64_t end)      \
    {                                                                        \
        typedef type vector __attribute__((vector_size(bytes)));             \
        type *result = context;                                              \
        vector x[CHAINS], factor = {0}, sum = {0};                           \
        (void)end;                                                           \
        factor += (type)0.999;                                               \
        for (int k = 0; k < CHAINS; k++)                                     \
            x[k] = factor + (type)k;                                         \
        for (int64_t i = 0; i < ROUNDS; i++)                                 \
            _Pragma("GCC unroll 12") for (int k = 0; k < CHAINS; k++) x[k] = \
                x[k] * factor + factor;                                      \
        for (int k = 0; k < CHAINS; k++)                                     \
            sum += x[k];                                                     \
        result[begin * (int64_t)(bytes / sizeof(type))] = sum[0];            \
    }
#define FMA_LOOPS(name, type)         \
    FMA_LOOP(name##_v1, type, 16, )   \
    FMA_LOOP(name##_v3, type, 32, V3) \
    FMA_LOOP(name##_v4, type, 64, V4)
#ifdef WR_HAVE_MACHINES
#define V3 __attribute__((target("arch=x86-64-v3")))
#define V4 __attribute__((target("arch=x86-64-v4")))
#else
#define V3
#define V4
#endif
FMA_LOOPS(multiply_single, float)
FMA_LOOPS(multiply_double, double)

double bench_peak_flops(bool single)
{
    int threads = wr_threads();
    static void (*const loop[][2])(void *, int64_t, int64_t) = {
        [WR_MACHINE_V1] = {multiply_double_v1, multiply_single_v1},
        [WR_MACHINE_V3] = {multiply_double_v3, multiply_single_v3},
        [WR_MACHINE_V4] = {multiply_double_v4, multiply_single_v4},
    };
    static const int bytes[] = {16, 32, 64};
    double best = 0, lanes = bytes[wr_machine()] / (single ? 4.0 : 8.0);
    double work = 2 * lanes * CHAINS * ROUNDS * threads;
    double *result = wr_calloc(8 * (int64_t)threads, sizeof *result, NULL);
    for (int k = 0; result && k < TRIES; k++) {
        double start = bench_now();
        wr_blocks_run_even(threads, 1, loop[wr_machine()][single], result);
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
