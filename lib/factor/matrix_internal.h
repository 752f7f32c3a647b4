/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_MATRIX_INTERNAL_H
#define WR_FACTOR_MATRIX_INTERNAL_H

#include "factor/matrix.h"

/* What the files of the matrix model share. */
struct matrix {
    struct wr_factorization model;
    int64_t rows, cols;
    int tracked;
    uint32_t *track; /* tracked x 2 */
    int64_t *place;  /* of each observation in a rows x cols matrix */
    void *y;         /* the observations, then room for those of a batch */
    void *x;         /* predictions, then slopes */
    void **product;  /* of each layer: W_k ... W_1; that of the first layer is the layer */
    void *slopes[2]; /* of the loss with respect to products, by turns; the first is rows x cols */
    double *partial; /* sums of losses */
};

/* The mean loss, and the gradients of the layers. */
double wr_matrix_gradient_f32(struct wr_factorization *m, const uint32_t *batch, int64_t count);
double wr_matrix_gradient_f64(struct wr_factorization *m, const uint32_t *batch, int64_t count);

int wr_matrix_measures(const struct wr_factorization *m, int top);
void wr_matrix_measure_name(const struct wr_factorization *m, int top, int i, char name[32]);
enum wr_status wr_matrix_measure(const struct wr_factorization *m, int top, double *out,
                                 struct wr_error *err);

#endif
