/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_FEATURE_MATRIX_H
#define WR_DATA_FEATURE_MATRIX_H

#include <stdint.h>

#include "base/real.h"

/*
 * The input of a network: a row of features per vertex, sparse (compressed rows) or dense.
 * Owned by the caller; release with wr_feature_matrix_release.
 */
struct wr_feature_matrix {
    int64_t rows, cols;
    wr_real *dense; /* rows x cols; NULL: sparse */
    int64_t *row;   /* sparse: rows + 1 */
    uint32_t *col;  /* row[rows], ascending in a row */
    wr_real *value; /* row[rows] */
    int64_t widest_line; /* of the text that the last column is first used in; 0: no text */
};

void wr_feature_matrix_release(struct wr_feature_matrix *x);

/* Divide every row by its sum; rows that sum to 0 stay. */
void wr_feature_matrix_normalize_rows(struct wr_feature_matrix *x);

#endif
