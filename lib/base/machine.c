/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/machine.h"

#include <stdatomic.h>
#include <string.h>

#ifdef WR_HAVE_MACHINES
/* By the features that tell the levels apart on processors that exist; clang 14 does not know the
 * levels themselves. */
static enum wr_machine best(void)
{
    bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
              __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl");
    return v4 ? WR_MACHINE_V4 : v3 ? WR_MACHINE_V3 : WR_MACHINE_V1;
}
#else
static enum wr_machine best(void)
{
    return WR_MACHINE_V1;
}
#endif

static atomic_int most = WR_MACHINE_V4;

bool wr_machine_limit(const char *name)
{
    static const char *const names[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    for (int m = WR_MACHINE_V1; m <= WR_MACHINE_V4; m++)
        if (strcmp(name, names[m]) == 0) {
            atomic_store_explicit(&most, m, memory_order_relaxed);
            return true;
        }
    return false;
}

enum wr_machine wr_machine(void)
{
    enum wr_machine limit = (enum wr_machine)atomic_load_explicit(&most, memory_order_relaxed);
    enum wr_machine machine = best();
    return machine < limit ? machine : limit;
}
