/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_COMPILER_H
#define WR_BASE_COMPILER_H

/*
 * WR_CLONES before a function compiles it for AVX-512, AVX2 and the baseline; the loader picks
 * the best the machine has, so that one binary runs everywhere. For loops that the compiler makes
 * vectors of; those that are written with vectors are in files of kernels (base/machine.h).
 * Include config.h first. Not with clang, whose resolvers of static functions are global: those of
 * two files clash.
 */
#if defined WR_HAVE_CLONES && !defined __clang__
#define WR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WR_CLONES
#endif

/* A function that becomes part of its callers, compiled for the machines that they are. */
#define WR_INLINE static inline __attribute__((always_inline))

/* A loop over registers, at most 8, that becomes code without a loop: else they would be memory. */
#ifdef __clang__
#define WR_UNROLLED(i, count) _Pragma("clang loop unroll(full)") for (int i = 0; i < (count); i++)
#else
#define WR_UNROLLED(i, count) _Pragma("GCC unroll 8") for (int i = 0; i < (count); i++)
#endif

#define WR_LIKELY(x) __builtin_expect(!!(x), 1)
#define WR_UNLIKELY(x) __builtin_expect(!!(x), 0)

#endif
