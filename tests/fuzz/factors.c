/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cp.h"

#include "factor-files.h"

/* One file for both factors. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wr_factorization *m = fuzz_cp(2);
    struct wr_error err[2] = {{0}};
    int64_t shape[2];
    fuzz_file(data, size, fuzz_ways[0]);
    fuzz_status(factor_files_shape("prefix", "mode1", shape, &err[0]), &err[0]);
    fuzz_status(factor_files_load("prefix", m, &err[1]), &err[1]);
    wr_factorization_free(m);
    return 0;
}
