/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_CP_KERNELS_H
#define WR_FACTOR_CP_KERNELS_H

#include "factor/cp_internal.h"
#include "factor/lanes.h"

/* What the kernels of the CP model share. */

enum {
    CP_STRIP = 8 * WR_LANES, /* components that are worked on together */
    CP_ROWS = 512,           /* rows per unit of parallel work in a strip */
    CP_WORTH = 100000        /* multiplications that are worth a thread */
};

/* work(cp, begin, end) for every strip: each thread the same ones every time, whose rows then stay
 * in its cache; on one thread where the observations are few. */
void WR_KERNEL(wr_cp_strips_run)(const struct cp *cp,
                                 void (*work)(void *context, int64_t begin, int64_t end));

static inline int64_t cp_strips(const struct cp *cp)
{
    return (cp->width + CP_STRIP - 1) / CP_STRIP;
}

/* Values of all pools from those of the modes, and gradients of the modes from those of the tops;
 * strips in parallel. */
void WR_KERNEL(wr_cp_pools_up)(const struct cp *cp);
void WR_KERNEL(wr_cp_pools_down)(const struct cp *cp);
/* The same for the components begin .. end - 1. */
void WR_KERNEL(wr_cp_strip_up)(const struct cp *cp, int64_t begin, int64_t end);
void WR_KERNEL(wr_cp_strip_down)(const struct cp *cp, int64_t begin, int64_t end);

/* The mean loss, and the gradient of every mode; only the chain takes batches. */
double WR_KERNEL(wr_cp_halves)(struct wr_factorization *m, const uint32_t *batch, int64_t count);
double WR_KERNEL(wr_cp_gemm)(struct wr_factorization *m, const uint32_t *batch, int64_t count);
double WR_KERNEL(wr_cp_chain)(struct wr_factorization *m, const uint32_t *batch, int64_t count);
enum wr_status WR_KERNEL(wr_cp_chain_init)(struct cp *cp, struct wr_error *err);

/* The rest of the model's class. */
enum wr_status WR_KERNEL(wr_cp_predict)(const struct wr_factorization *m,
                                        const struct wr_observations *at, double *out,
                                        struct wr_error *err);

/* Factors of all modes, padded; rank, width and stride of the model. */
enum wr_status WR_KERNEL(wr_cp_lay_out)(struct cp *cp, int order, const int64_t *dim, int64_t rank,
                                        struct wr_error *err);

#endif
