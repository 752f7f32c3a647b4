/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_CP_INTERNAL_H
#define WR_FACTOR_CP_INTERNAL_H

#include "base/machine.h"
#include "factor/cp.h"
#include "factor/forest.h"

/* What the files of the CP model share; each is compiled in both precisions. */

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
    wr_real *dense;               /* gemm: predictions of all pairs, then slopes; whole lines */
    double *partial;              /* sums of losses, of blocks */
    struct cp_chain chain;
};

/* The two tops of halved modes. */
static inline const struct cp_rows *cp_half(const struct cp *cp, int side)
{
    return &cp->rows[cp->forest.top[side]];
}

/* What the model measures of itself. */
int wr_cp_measures(const struct wr_factorization *m, int top);
void wr_cp_measure_name(const struct wr_factorization *m, int top, int i, char name[32]);
enum wr_status wr_cp_measure(const struct wr_factorization *m, int top, double *out,
                             struct wr_error *err);

#define CP_NEW_ARGUMENTS                                             \
    const struct wr_cp_options *options, const struct wr_loss *loss, \
        struct wr_factorization **out, struct wr_error *err
enum wr_status wr_cp_new_f32(const struct wr_observations *o, CP_NEW_ARGUMENTS);
enum wr_status wr_cp_new_f64(const struct wr_observations *o, CP_NEW_ARGUMENTS);
enum wr_status wr_cp_sensing_new_f32(const struct wr_measurements *data, CP_NEW_ARGUMENTS);
enum wr_status wr_cp_sensing_new_f64(const struct wr_measurements *data, CP_NEW_ARGUMENTS);
#undef CP_NEW_ARGUMENTS
WR_DECLARE_KERNEL(wr_cp_new_f32);
#define wr_cp_new_f32 WR_ON_MACHINE(wr_cp_new_f32)
WR_DECLARE_KERNEL(wr_cp_new_f64);
#define wr_cp_new_f64 WR_ON_MACHINE(wr_cp_new_f64)
WR_DECLARE_KERNEL(wr_cp_sensing_new_f32);
#define wr_cp_sensing_new_f32 WR_ON_MACHINE(wr_cp_sensing_new_f32)
WR_DECLARE_KERNEL(wr_cp_sensing_new_f64);
#define wr_cp_sensing_new_f64 WR_ON_MACHINE(wr_cp_sensing_new_f64)

#endif
