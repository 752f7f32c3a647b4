/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iteration.h"
#include "bench.h"
#include "roofline.h"

#include "base/alloc.h"
#include "base/blocks.h"
#include "factor/cp_internal.h"
#include "factor/matrix.h"

/*
 * Seconds per iteration, loss, gradient and step, of the factorizations: the sizes of the
 * published experiments, and growth with R, the observations and the order. Random observations.
 *
 * Of CP also the rate of operations, multiplications and additions that the method takes, and the
 * share that this is of what the machine could do at most: its peak, or its bandwidth times the
 * operations per byte of parameters, gradients and observations, when all else stays in cache.
 */

enum { SEED = 1 };

struct row {
    const char *what;
    int order;
    int64_t dim, count, rank, batch;
    int depth; /* of a matrix, instead of rank */
};

static enum wr_status make_model(const struct row *row, const struct wr_observations *o,
                                 enum wr_precision precision, struct wr_factorization **m,
                                 struct wr_error *err)
{
    const struct wr_cp_options cp = {row->rank, precision, row->batch, WR_CP_CHOOSE};
    const struct wr_matrix_options matrix = {.depth = row->depth, .precision = precision};
    const struct wr_loss l2 = {WR_LOSS_L2, 0};
    return row->depth ? wr_matrix_new(o, &matrix, &l2, m, err) : wr_cp_new(o, &cp, &l2, m, err);
}

/* --- the roofline ---------------------------------------------------------------------------- */

struct machine {
    double peak[2], triad; /* operations by precision, bytes; per second */
};

/* Operations for each component of the rows of pools: a product up, a product and a sum for either
 * child down. */
static double pool_operations(const struct cp *cp)
{
    double rows = 0;
    for (int i = cp->order; i < cp->forest.nodes; i++)
        rows += (double)cp->forest.node[i].rows;
    return rows * (1 + 2 * 2);
}

/* Operations in an iteration for each component. */
static double cp_operations(const struct cp *cp, double count)
{
    const struct wr_forest *f = &cp->forest;
    double pools = pool_operations(cp), step = 0;
    for (int i = 0; i < cp->order; i++)
        step += 4 * (double)f->node[i].rows; /* the norm of the gradient, and along it */
    if (cp->method == WR_CP_CHAIN)           /* forward once or twice, backward */
        return pools + step +
               count * (f->tops * (cp->width > (int64_t)(64 / cp->model.element) ? 2 : 1) +
                        3 * (f->tops - 1) + 1);
    double pairs = cp->method == WR_CP_GEMM
                       ? (double)f->node[f->top[0]].rows * (double)f->node[f->top[1]].rows
                       : count;
    return pools + step + 3 * 2 * pairs; /* a dot, and two rows that are added to */
}

/* `rate of operations, share of what is attainable' of a CP model, nothing of others. */
static void print_roofline(const struct row *row, const struct wr_factorization *m,
                           const struct machine *machine, double seconds)
{
    if (row->depth) {
        printf("\t-\t-\n");
        return;
    }
    const struct cp *cp = (const struct cp *)m;
    double count = (double)(row->batch ? row->batch : row->count);
    double operations = cp_operations(cp, count) * (double)row->rank;
    /* values and gradients are read and written; rows of an observation, its value */
    double bytes = 4.0 * (double)m->size * (double)m->element +
                   count * (cp->forest.tops * 4.0 + (double)m->element);
    double attainable = operations / bytes * machine->triad;
    if (attainable > machine->peak[m->element == sizeof(float)])
        attainable = machine->peak[m->element == sizeof(float)];
    printf("\t%.3g\t%.2g\n", operations / seconds / 1e9, operations / seconds / attainable);
}

static enum wr_status bench(const struct row *row, enum wr_precision precision,
                            const struct machine *machine, struct wr_error *err)
{
    struct wr_observations o = {0};
    struct wr_factorization *m = NULL;
    uint32_t *batch = NULL;
    enum wr_status status = bench_observe(row->order, row->dim, row->count, &o, err);
    if (!status)
        status = make_model(row, &o, precision, &m, err);
    if (!status && row->batch) {
        batch = wr_alloc(row->batch, sizeof *batch, err);
        for (int64_t i = 0; batch && i < row->batch; i++)
            batch[i] = (uint32_t)(i * 7919 % row->count);
        status = batch ? WR_OK : WR_ENOMEM;
    }
    double seconds = 0;
    if (!status) {
        wr_factorization_draw(m, row->order > 100, row->order > 100 ? 0.001 : 0.1, SEED);
        status = bench_iterations(m, batch, row->batch, &seconds, err);
    }
    if (!status) {
        printf("%s\t%d\t%lld\t%lld\t%lld\t%lld\t%s\t%.3g", row->what, row->order,
               (long long)row->dim, (long long)row->count, (long long)(row->depth + row->rank),
               (long long)row->batch, precision ? "single" : "double", seconds);
        print_roofline(row, m, machine, seconds);
        fflush(stdout);
    }
    free(batch);
    wr_factorization_free(m);
    wr_observations_release(&o);
    return status;
}

static const struct row rows[] = {
    {"cp", 4, 10, 2000, 1000, 0, 0},
    {"cp", 3, 8, 100, 64, 0, 0},
    {"cp", 784, 2, 60000, 5, 5000, 0},
    {"mf", 2, 2, 3, 0, 0, 2},
    {"mf", 2, 2, 3, 0, 0, 3},
    {"mf", 2, 2, 3, 0, 0, 4},
    {"mf", 2, 100, 2000, 0, 0, 3},
    {"rank", 4, 10, 2000, 10, 0, 0},
    {"rank", 4, 10, 2000, 30, 0, 0},
    {"rank", 4, 10, 2000, 100, 0, 0},
    {"rank", 4, 10, 2000, 300, 0, 0},
    {"rank", 4, 10, 2000, 1000, 0, 0},
    {"rank", 4, 10, 2000, 3000, 0, 0},
    {"count", 4, 10, 500, 1000, 0, 0},
    {"count", 4, 10, 1000, 1000, 0, 0},
    {"count", 4, 10, 4000, 1000, 0, 0},
    {"count", 4, 10, 8000, 1000, 0, 0},
    {"count", 4, 10, 16000, 1000, 0, 0},
    {"order", 3, 10, 2000, 100, 0, 0},
    {"order", 4, 10, 2000, 100, 0, 0},
    {"order", 5, 10, 2000, 100, 0, 0},
    {"order", 6, 10, 2000, 100, 0, 0},
    {"order", 7, 10, 2000, 100, 0, 0},
    {"order", 8, 10, 2000, 100, 0, 0},
    {"order", 100, 10, 2000, 100, 0, 0},
    {"order", 2, 1000, 100000, 20, 0, 0},
};

/* With an argument only the cases whose names begin with it. */
int main(int argc, char **argv)
{
    struct wr_error err = {0};
    const char *wanted = argc > 1 ? argv[1] : "";
    bench_begin();
    const struct machine machine = {{bench_peak_flops(false), bench_peak_flops(true)},
                                    bench_triad()};
    printf("# %d threads: peak %.3g GFLOP/s double, %.3g single; triad %.3g GB/s\n", wr_threads(),
           machine.peak[0] / 1e9, machine.peak[1] / 1e9, machine.triad / 1e9);
    printf("case\torder\tdim\tobservations\trank_or_depth\tbatch\tprecision\tseconds"
           "\tgflops\tof_attainable\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int precision = 0; precision < 2; precision++)
            if (strncmp(rows[i].what, wanted, strlen(wanted)) == 0 &&
                bench(&rows[i], (enum wr_precision)precision, &machine, &err)) {
                fprintf(stderr, "bench_factor: %s\n", err.message);
                return 1;
            }
    return 0;
}
