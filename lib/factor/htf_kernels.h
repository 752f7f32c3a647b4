/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_HTF_KERNELS_H
#define WR_FACTOR_HTF_KERNELS_H

#include "factor/htf_internal.h"
#include "linalg/padded.h"

/* What the kernels of the HTF model share. */

/* Rows of a node, or of a factor's gradient, per unit of work. */
enum { HTF_PANEL = WR_PADDED_ROWS };

/* A pass of one forest through its room. */
struct htf_pass {
    const struct htf *htf;
    const struct wr_forest *forest;
    const struct wr_pair_matrix *matrix;
    const struct htf_room *room;
};

/* Room for the forest with at most `most' observations; with that for gradients, which is in
 * `grad' for modes, unless grad is NULL. Release with wr_htf_room_release. Errors: WR_ENOMEM. */
enum wr_status WR_KERNEL(wr_htf_room_init)(struct htf_room *room, const struct htf *htf,
                                           const struct wr_forest *f, int64_t most, wr_real *grad,
                                           struct wr_error *err);
void WR_KERNEL(wr_htf_room_release)(struct htf_room *room);
/* How many numbers are in rows of pools without gradients. */
int64_t WR_KERNEL(wr_htf_room_numbers)(const struct htf *htf, const struct wr_forest *f,
                                       int64_t most);

/* Predictions into room->x; from slopes there to all gradients. */
void WR_KERNEL(wr_htf_forward)(const struct htf_pass *p);
void WR_KERNEL(wr_htf_backward)(const struct htf_pass *p);

/* The rest of the model's class. */
enum wr_status WR_KERNEL(wr_htf_predict)(const struct wr_factorization *m,
                                         const struct wr_observations *at, double *out,
                                         struct wr_error *err);

#endif
