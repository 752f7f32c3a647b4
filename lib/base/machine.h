/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_MACHINE_H
#define WR_BASE_MACHINE_H

#include <stdbool.h>

#include "base/real.h"

/*
 * Kernels, the loops over vectors of numbers (base/lanes.h), are compiled as whole files for each
 * kind of machine, so that one program runs everywhere and is fast everywhere: for any x86-64, with
 * AVX2 and FMA (x86-64-v3) and with AVX-512 (x86-64-v4). In these files WR_MACHINE is defined, as
 * v1, v3 or v4, and public names end in it. A header that declares such a function adds
 *
 *     WR_DECLARE_KERNEL(wr_spmm);
 *     #define wr_spmm WR_ON_MACHINE(wr_spmm)
 *
 * and its name then means, in the kernels, the one for the same machine and elsewhere the one that
 * wr_machine() chooses. Where only one kind is compiled (configure chooses), none of
 * this is defined and the name is the function's. Include
 * config.h first.
 */
enum wr_machine { WR_MACHINE_V1, WR_MACHINE_V3, WR_MACHINE_V4 };

/* The best that this machine is within the limit. */
enum wr_machine wr_machine(void);

/* No better from now on than x86-64, x86-64-v3 or x86-64-v4; false for other names. To be called
 * before there is anything that kernels made: they do not take over from each other. */
bool wr_machine_limit(const char *name);

#ifdef WR_HAVE_MACHINES
#define WR_DECLARE_NAMES(name) extern __typeof__(name) name##_v1, name##_v3, name##_v4
#else
#define WR_DECLARE_NAMES(name) extern __typeof__(name) name
#endif
#define WR_DECLARE_KERNEL(name) WR_DECLARE_NAMES(name)

#define WR_JOIN_TOKENS(name, end) name##_##end
#define WR_JOIN(name, end) WR_JOIN_TOKENS(name, end)

#if defined WR_MACHINE
#define WR_ON_MACHINE(name) WR_JOIN(name, WR_MACHINE)
#elif defined WR_HAVE_MACHINES
#define WR_ON_MACHINE(name)                      \
    (wr_machine() == WR_MACHINE_V4   ? name##_v4 \
     : wr_machine() == WR_MACHINE_V3 ? name##_v3 \
                                     : name##_v1)
#else
#define WR_ON_MACHINE(name) name
#endif

/* The name of a function that only kernels call, in both precisions. */
#ifdef WR_MACHINE
#define WR_KERNEL(name) WR_ON_MACHINE(WR_REAL(name))
#else
#define WR_KERNEL(name) WR_REAL(name)
#endif

#endif
