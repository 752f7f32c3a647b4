/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include "factor-files.h"
#include "factor/cp.h"

/* One file for both factors of a CP model of rank 2, 2 x 2. */
static struct wr_factorization *make_model(void)
{
    int64_t dim[] = {2, 2};
    uint32_t index[] = {0, 0, 1, 1};
    double value[] = {1, 2};
    struct wr_observations o = {.order = 2, .dim = dim, .count = 2, .index = index, .value = value};
    struct wr_factorization *m = NULL;
    const struct wr_loss loss = {WR_LOSS_L2, 1};
    fuzz_check(!wr_cp_new(&o, &(struct wr_cp_options){.rank = 2}, &loss, &m, NULL));
    return m;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wr_factorization *m = make_model();
    struct wr_error err[2] = {{0}};
    int64_t shape[2];
    fuzz_file(data, size, fuzz_ways[0]);
    fuzz_status(factor_files_shape("prefix", "mode1", shape, &err[0]), &err[0]);
    fuzz_status(factor_files_load("prefix", m, &err[1]), &err[1]);
    wr_factorization_free(m);
    return 0;
}
