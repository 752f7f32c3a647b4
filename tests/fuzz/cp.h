/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FUZZ_CP_H
#define TESTS_FUZZ_CP_H

#include "fuzz.h"

#include "factor/cp.h"

/* A CP model of rank 2 for a 2 x cols matrix, which files are read into. */
static inline struct wr_factorization *fuzz_cp(int64_t cols)
{
    int64_t dim[] = {2, cols};
    uint32_t index[] = {0, 0, 1, (uint32_t)cols - 1};
    double value[] = {1, 2};
    struct wr_observations o = {.order = 2, .dim = dim, .count = 2, .index = index, .value = value};
    struct wr_factorization *m = NULL;
    const struct wr_loss loss = {WR_LOSS_L2, 1};
    fuzz_check(!wr_cp_new(&o, &(struct wr_cp_options){.rank = 2}, &loss, &m, NULL));
    return m;
}

#endif
