/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_CP_INTERNAL_H
#define WR_FACTOR_CP_INTERNAL_H

#include "base/machine.h"
#include "factor/cp.h"
#include "factor/forest.h"
#include "factor/lanes.h"

/* What the files of the CP model share; each is compiled in both precisions. */

enum {
    CP_STRIP = 8 * WR_LANES, /* components that are worked on together */
    CP_ROWS = 512,           /* rows per unit of parallel work in a strip */
    CP_WORTH = 100000        /* multiplications that are worth a thread */
};

/* Rows of a mode or pool: the values, and the gradient with respect to them. */
struct cp_rows {
    wr_real *value, *grad;
};

/* Observations as products along the tops of the forest. */
struct cp_chain {
    int64_t numbers; /* in the rows of all tops together */
    int64_t *offset; /* of each top in them */
    wr_real **value; /* the rows of each top */
    wr_real *grads;  /* blocks of observations x numbers: what each adds to the gradient */
    wr_real *prefix; /* blocks x tops x WR_LANES */
};

struct cp {
    struct wr_factorization model;
    int64_t rank;
    int64_t width;  /* rank, padded */
    int64_t stride; /* numbers from row to row, everywhere */
    int order;
    enum wr_cp_method method;
    struct wr_forest forest;
    struct wr_pair_matrix matrix; /* of two halves */
    struct cp_rows *rows;         /* of each node of the forest */
    wr_real *y;                   /* observations, in the order of the matrix or as given */
    wr_real *x;                   /* predictions, then slopes of the loss */
    wr_real *strip_x;             /* halves: predictions by each strip */
    wr_real *dense;               /* gemm: predictions of all pairs, then slopes */
    double *partial;              /* sums of losses, of blocks */
    struct cp_chain chain;
};

/* work(cp, begin, end) for every strip: each thread the same ones every time, whose rows then stay
 * in its cache; on one thread where the observations are few. */
void WR_KERNEL(wr_cp_strips_run)(const struct cp *cp,
                                 void (*work)(void *context, int64_t begin, int64_t end));

static inline int64_t cp_strips(const struct cp *cp)
{
    return (cp->width + CP_STRIP - 1) / CP_STRIP;
}

/* The two tops of halved modes. */
static inline const struct cp_rows *cp_half(const struct cp *cp, int side)
{
    return &cp->rows[cp->forest.top[side]];
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
int wr_cp_measures(const struct wr_factorization *m, int top);
void wr_cp_measure_name(const struct wr_factorization *m, int top, int i, char name[32]);
enum wr_status wr_cp_measure(const struct wr_factorization *m, int top, double *out,
                             struct wr_error *err);

/* Factors of all modes, padded; rank, width and stride of the model. */
enum wr_status WR_KERNEL(wr_cp_lay_out)(struct cp *cp, int order, const int64_t *dim, int64_t rank,
                                        struct wr_error *err);

#define CP_NEW_ARGUMENTS                                             \
    const struct wr_cp_options *options, const struct wr_loss *loss, \
        struct wr_factorization **out, struct wr_error *err
enum wr_status wr_cp_new_f32(const struct wr_observations *o, CP_NEW_ARGUMENTS);
enum wr_status wr_cp_new_f64(const struct wr_observations *o, CP_NEW_ARGUMENTS);
enum wr_status wr_cp_sensing_new_f32(const struct wr_measurements *data, CP_NEW_ARGUMENTS);
enum wr_status wr_cp_sensing_new_f64(const struct wr_measurements *data, CP_NEW_ARGUMENTS);
#undef CP_NEW_ARGUMENTS
WR_MACHINES(wr_cp_new_f32);
#define wr_cp_new_f32 WR_ON_MACHINE(wr_cp_new_f32)
WR_MACHINES(wr_cp_new_f64);
#define wr_cp_new_f64 WR_ON_MACHINE(wr_cp_new_f64)
WR_MACHINES(wr_cp_sensing_new_f32);
#define wr_cp_sensing_new_f32 WR_ON_MACHINE(wr_cp_sensing_new_f32)
WR_MACHINES(wr_cp_sensing_new_f64);
#define wr_cp_sensing_new_f64 WR_ON_MACHINE(wr_cp_sensing_new_f64)

#endif
