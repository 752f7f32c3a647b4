/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "iteration.h"

#include "bench.h"

#include "base/rng.h"
#include "optim/optimizer.h"

enum { SEED = 1, RUNS = 7 };

enum wr_status bench_observe(int order, int64_t dim, int64_t count, struct wr_observations *o,
                             struct wr_error *err)
{
    int64_t dims[WR_ORDER_MAX];
    struct wr_rng rng;
    wr_rng_init(&rng, SEED, 0);
    for (int n = 0; n < order; n++)
        dims[n] = dim;
    enum wr_status status = wr_observations_init(o, order, dims, count, true, err);
    for (int64_t i = 0; !status && i < count; i++) {
        o->value[i] = wr_rng_normal(&rng);
        for (int n = 0; n < order; n++)
            o->index[i * order + n] = (uint32_t)wr_rng_below(&rng, (uint64_t)dim);
    }
    return status;
}

static double iterate(struct wr_factorization *m, struct wr_optimizer *opt, const uint32_t *batch,
                      int64_t size)
{
    double start = bench_now();
    m->class->gradient(m, batch, size);
    if (m->element == sizeof(double))
        wr_optimizer_step_f64(opt, m->value, m->grad);
    else
        wr_optimizer_step_f32(opt, m->value, m->grad);
    return bench_now() - start;
}

enum wr_status bench_iterations(struct wr_factorization *m, const uint32_t *batch, int64_t size,
                                double *seconds, struct wr_error *err)
{
    double runs[RUNS];
    struct wr_optimizer opt;
    enum wr_status status = wr_optimizer_init(&opt, &(struct wr_optimizer_options){.lr = 1e-9},
                                              m->size, m->element, err);
    if (status)
        return status;
    (void)iterate(m, &opt, batch, size); /* touches fresh memory */
    double once = iterate(m, &opt, batch, size);
    int times = once > 0.1 ? 1 : (int)(0.1 / once);
    for (int run = 0; run < RUNS; run++) {
        double start = bench_now();
        for (int i = 0; i < times; i++)
            (void)iterate(m, &opt, batch, size);
        runs[run] = (bench_now() - start) / times;
    }
    wr_optimizer_release(&opt);
    *seconds = bench_median(runs, RUNS);
    return WR_OK;
}
