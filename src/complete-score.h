/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_SCORE_H
#define COMPLETE_SCORE_H

#include "complete-data.h"
#include "complete-kind.h"
#include "complete-slabs.h"

/* How far a model is from what is known beside the observations. NaN: not asked for. */
struct complete_errors {
    double test;           /* mean squared error on --test */
    double reconstruction; /* ||W - truth|| / ||truth|| */
};

/* Room for computing them again and again. Release with complete_score_release, also after an
 * error. */
struct complete_score {
    const struct complete_data *d;
    const struct wr_factorization *m;
    struct complete_slabs slabs;
    struct wr_tensor whole; /* the model's, when there is a truth */
    double *test;           /* predictions */
    double zero_fill;       /* the reconstruction error of the observations and 0 elsewhere */
};

/* Errors: WR_ENOMEM. */
enum wr_status complete_score_init(struct complete_score *s, const struct complete_kind *kind,
                                   const struct wr_factorization *m, const struct complete_data *d,
                                   struct wr_error *err);
void complete_score_release(struct complete_score *s);

enum wr_status complete_score(struct complete_score *s, struct complete_errors *errors,
                              struct wr_error *err);

#endif
