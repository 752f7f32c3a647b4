/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cp.h"
#include "sealed.h"

#include "complete-checkpoint.h"

static void resume(const uint8_t *data, size_t size, enum wr_optimizer_kind optimizer)
{
    struct complete_options o = complete_defaults();
    struct wr_factorization *m = fuzz_cp(3);
    struct wr_descent d;
    struct wr_error err = {0};
    o.cli.quiet = true;
    o.resume = "resume";
    o.optimizer.kind = optimizer;
    fuzz_check(!wr_descent_init(&d, m, &o.optimizer, &err));
    fuzz_file(data, size, fuzz_ways[0]);
    fuzz_status(complete_checkpoint_read(&o, m, &d, &err), &err);
    wr_descent_release(&d);
    wr_factorization_free(m);
}

static void resume_all(const uint8_t *data, size_t size)
{
    for (int i = 0; i < WR_OPTIMIZERS; i++)
        resume(data, size, (enum wr_optimizer_kind)i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read_sealed(data, size, resume_all);
    return 0;
}
