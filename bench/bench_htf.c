/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdio.h>

#include "iteration.h"
#include "bench.h"
#include "roofline.h"

#include "base/blocks.h"
#include "factor/forest.h"
#include "factor/htf.h"

/*
 * Iterations, loss, gradient and step, of hierarchical factorizations of growing order and width,
 * beside the roofline: what the operations of an iteration take at the speed of fused multiplies
 * and adds in registers, which is measured first.
 */

enum { SEED = 1, DIM = 16, COUNT = 2048 };

/* --- the models ------------------------------------------------------------------------------ */

/* The operations of a gradient in matrices: three products for each node, and those at the root. */
static enum wr_status operations(const struct wr_observations *o, const struct wr_modetree *tree,
                                 double width, double *count, struct wr_error *err)
{
    int at[2 * WR_ORDER_MAX];
    struct wr_forest forest;
    enum wr_status status = wr_forest_init_tree(&forest, o, tree, at, err);
    if (status)
        return status;
    *count = 6 * width * (double)o->count;
    for (int k = tree->first[1]; k < tree->first[tree->levels - 1]; k++)
        *count += 6 * width * width * (double)forest.node[at[k]].rows;
    wr_forest_release(&forest);
    return WR_OK;
}

/* A row of the table. */
static enum wr_status bench(int order, int64_t width, enum wr_precision precision, double peak,
                            struct wr_error *err)
{
    struct wr_observations o = {0};
    struct wr_modetree tree = {0};
    struct wr_factorization *m = NULL;
    int64_t widths[WR_ORDER_MAX];
    double flops = 0, seconds = 0;
    enum wr_status status = bench_observe(order, DIM, COUNT, &o, err);
    if (!status)
        status = wr_modetree_init(&tree, order, 2, WR_TREE_ADJACENT, err);
    for (int l = 0; !status && l < tree.levels - 1; l++)
        widths[l] = width;
    const struct wr_htf_options options = {
        .arity = 2, .layers = tree.levels - 1, .width = widths, .precision = precision};
    if (!status)
        status = operations(&o, &tree, (double)width, &flops, err);
    if (!status)
        status = wr_htf_new(&o, &options, &(struct wr_loss){WR_LOSS_L2, 0}, &m, err);
    if (!status) {
        wr_factorization_draw(m, 0, 0.1, SEED);
        status = bench_iterations(m, NULL, 0, &seconds, err);
    }
    if (!status) {
        printf("%d\t%lld\t%s\t%d\t%.3g\t%.4g\t%.3g\t%.0f\n", order, (long long)width,
               precision == WR_PRECISION_DOUBLE ? "double" : "single", wr_threads(), seconds,
               flops / 1e6, flops / seconds / 1e9, 100 * flops / seconds / peak);
        fflush(stdout);
    }
    wr_factorization_free(m);
    wr_modetree_release(&tree);
    wr_observations_release(&o);
    return status;
}

static const struct {
    int order;
    int64_t width;
} sizes[] = {{2, 128},  {3, 128}, {4, 128}, {5, 128}, {6, 128},  {8, 128},
             {16, 128}, {4, 64},  {4, 256}, {4, 512}, {4, 1024}, {3, 512}};

int main(void)
{
    struct wr_error err = {0};
    double peak[2];
    bench_begin();
    for (int precision = 0; precision < 2; precision++) {
        peak[precision] = bench_peak_flops(precision == WR_PRECISION_SINGLE);
        printf("# %s precision, %d threads: at most %.0f GFLOP/s\n",
               precision ? "single" : "double", wr_threads(), peak[precision] / 1e9);
    }
    printf("order\twidth\tprecision\tthreads\tseconds\tMFLOP\tGFLOP/s\t%%peak\n");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int precision = 0; precision < 2; precision++)
            if (bench(sizes[i].order, sizes[i].width, (enum wr_precision)precision, peak[precision],
                      &err)) {
                fprintf(stderr, "bench_htf: %s\n", err.message);
                return 1;
            }
    return 0;
}
