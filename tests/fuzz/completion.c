/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sealed.h"

#include "complete-checkpoint.h"
#include "factor/cp.h"

/* The model whose checkpoints are read: CP of rank 2, 2 x 3. */
static struct wr_factorization *make_model(void)
{
    int64_t dim[] = {2, 3};
    uint32_t index[] = {0, 0, 1, 2};
    double value[] = {1, 2};
    struct wr_observations o = {.order = 2, .dim = dim, .count = 2, .index = index, .value = value};
    struct wr_factorization *m = NULL;
    const struct wr_loss loss = {WR_LOSS_L2, 1};
    fuzz_check(!wr_cp_new(&o, &(struct wr_cp_options){.rank = 2}, &loss, &m, NULL));
    return m;
}

static void resume(const uint8_t *data, size_t size, enum wr_optimizer_kind optimizer)
{
    struct complete_options o = complete_defaults();
    struct wr_factorization *m = make_model();
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *sealed = fuzz_sealed(data, size);
    for (int i = 0; i < WR_OPTIMIZERS; i++) {
        resume(data, size, (enum wr_optimizer_kind)i);
        resume(sealed, size + 4, (enum wr_optimizer_kind)i);
    }
    free(sealed);
    return 0;
}
