/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_COMPILER_H
#define WR_BASE_COMPILER_H

/* With WR_PORTABLE a file is compiled as for a machine without AVX-512: tests of both ways need no
 * such machine. */
#ifdef WR_PORTABLE
#undef WR_HAVE_CLONES
#endif

/*
 * WR_CLONES before a function compiles it for AVX-512, AVX2 and the baseline; the loader picks
 * the best the machine has, so that one binary runs everywhere. Include config.h first. Not with
 * clang, whose resolvers of static functions are global: those of two files clash.
 */
#if defined WR_HAVE_CLONES && !defined __clang__
#define WR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WR_CLONES
#endif

/*
 * WR_AVX512 before a function compiles it for AVX-512 alone, for loops that have a better choice
 * elsewhere: to be called when wr_have_avx512() says so.
 */
#ifdef WR_HAVE_CLONES
#define WR_AVX512 __attribute__((target("arch=x86-64-v4")))
#else
#define WR_AVX512
#endif

static inline int wr_have_avx512(void)
{
#if defined __AVX512F__ && !defined WR_PORTABLE
    return 1;
#elif defined WR_HAVE_CLONES
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd");
#else
    return 0;
#endif
}

/* A function that becomes part of its callers, compiled for the machines that they are. */
#define WR_INLINE static inline __attribute__((always_inline))

#define WR_LIKELY(x) __builtin_expect(!!(x), 1)
#define WR_UNLIKELY(x) __builtin_expect(!!(x), 0)

#endif
