/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_SELINV_H
#define WR_LINALG_SELINV_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"

/*
 * A sparse Cholesky factor M = U' U, U upper triangular, in supernodes: groups of consecutive rows
 * that share their structure. Supernode s has the rows first[s] .. first[s+1]-1 of U, with entries
 * in the columns column[column_at[s]] .. column[column_at[s+1]-1], ascending, of which the first
 * are those of its own rows. The values are a dense row-major panel, rows x columns, from
 * value[value_at[s]]; what is below the diagonal is meaningless. The arrays are borrowed.
 */
struct wr_supernodes {
    int64_t n;                /* order of M */
    int64_t count;            /* supernodes */
    const int64_t *first;     /* count + 1 */
    const int64_t *column_at; /* count + 1 */
    const int64_t *value_at;  /* count */
    const int64_t *column;
    double *value;
    const int64_t *owner; /* n: the supernode of each row */
};

/*
 * wr_selected_inverse - the entries of Z = M^-1 where U has entries, in place of U.
 *
 * f       in/out  on success f->value holds Z; undefined otherwise
 * Errors  WR_ENOMEM; WR_EINTERRUPT
 * Cost    about twice the operations of the factorization, in parallel; memory for a square
 *         of the side of the widest panel. The result does not depend on the thread count.
 * Source  K. Takahashi, J. Fagan, M. Chen, "Formation of a sparse bus impedance matrix", PICA
 *         1973; by supernodes as in L. Lin et al., "SelInv", TOMS 37(4), 2011.
 */
enum wr_status wr_selected_inverse(struct wr_supernodes *f, const struct wr_progress *progress,
                                   struct wr_error *err);

/* Z(i, j) where M or U has an entry, after wr_selected_inverse. O(log columns). */
double wr_selected_entry(const struct wr_supernodes *f, int64_t i, int64_t j);

#endif
