/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_SLABS_H
#define COMPLETE_SLABS_H

#include <stdint.h>

#include "complete-kind.h"

/*
 * All entries of a model's tensor, the last index fastest, a slab at a time. Release with
 * complete_slabs_release, also after an error.
 */
struct complete_slabs {
    const struct complete_kind *kind;
    const struct wr_factorization *m;
    int order;
    const int64_t *dim;
    int64_t size, most;   /* entries of the tensor, and of a slab */
    int64_t begin, count; /* the current slab; count 0 at the end */
    double *value;        /* its entries */
};

/* The number of entries must fit; dim lives as long as s. Errors: WR_ENOMEM. */
enum wr_status complete_slabs_init(struct complete_slabs *s, const struct complete_kind *kind,
                                   const struct wr_factorization *m, int order, const int64_t *dim,
                                   struct wr_error *err);
void complete_slabs_release(struct complete_slabs *s);

/* The next slab; the first one after complete_slabs_init and at the end. Errors: WR_ENOMEM. */
enum wr_status complete_slabs_next(struct complete_slabs *s, struct wr_error *err);

#endif
