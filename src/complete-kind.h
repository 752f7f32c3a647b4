/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_KIND_H
#define COMPLETE_KIND_H

#include "complete-data.h"
#include "complete-options.h"

#include "factor/factorization.h"

/* What a completion tool adds to what they share: its model. The options are the tool's own
 * struct, which begins with them. */
struct complete_kind {
    /* A model of the data, all parameters 0. Errors as the model's; WR_EINVAL for an option that
     * these data do not allow. */
    enum wr_status (*make)(struct complete_options *o, const struct complete_data *d,
                           struct wr_factorization **m, struct wr_error *err);
    /* Initialize it; std instead of o->init_std. NULL: normal numbers. */
    enum wr_status (*draw)(const struct complete_options *o, double std, struct wr_factorization *m,
                           struct wr_error *err);
    /* All entries at once, last index fastest; NULL: entries are predicted one by one. */
    enum wr_status (*whole)(const struct wr_factorization *m, double *out, struct wr_error *err);
    /* The tool's own options, for --report. */
    void (*report)(const struct complete_options *o, struct json *j);
};

#endif
