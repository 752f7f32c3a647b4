/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_DATA_H
#define COMPLETE_DATA_H

#include "complete-options.h"

#include "data/observations.h"
#include "data/tensor.h"

/* What a completion tool reads. Release with complete_data_release, also after an error. */
struct complete_data {
    int order;
    const int64_t *dim;                   /* the observations' */
    struct wr_observations observed;      /* of measurements: none */
    struct wr_observations val, test, at; /* order 0: not asked for */
    struct wr_tensor truth;               /* order 0: not asked for */
    int64_t measurements;
    double *x, *y; /* measurements x (sum of dims), measurements */
};

/* Read all that the options ask for. Errors: those of the readers; WR_EDATA, naming both files,
 * when they do not fit together. */
enum wr_status complete_data_read(struct complete_data *d, const struct complete_options *o,
                                  struct wr_error *err);
void complete_data_release(struct complete_data *d);

/* Observations or measurements that a model is fitted to. */
static inline int64_t complete_data_count(const struct complete_data *d)
{
    return d->y ? d->measurements : d->observed.count;
}

#endif
