/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "complete-slabs.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"

enum { SLAB = 1 << 20 }; /* entries, unless the model gives all at once */

enum wr_status complete_slabs_init(struct complete_slabs *s, const struct complete_kind *kind,
                                   const struct wr_factorization *m, int order, const int64_t *dim,
                                   struct wr_error *err)
{
    *s = (struct complete_slabs){.kind = kind, .m = m, .order = order, .dim = dim};
    if (!wr_dims_size(order, dim, &s->size))
        return wr_error_set(err, WR_ENOMEM, "the tensor has more than 2^63 entries");
    s->most = kind->whole || s->size < SLAB ? s->size : SLAB;
    s->value = wr_alloc(s->most, sizeof *s->value, err);
    return s->value ? WR_OK : WR_ENOMEM;
}

void complete_slabs_release(struct complete_slabs *s)
{
    free(s->value);
}

enum wr_status complete_slabs_next(struct complete_slabs *s, struct wr_error *err)
{
    bool again = s->count == 0;
    s->begin = again ? 0 : s->begin + s->count;
    s->count = wr_block_end(s->begin, s->most, s->size) - s->begin;
    if (s->count == 0)
        return WR_OK;
    if (s->kind->whole)
        return s->kind->whole(s->m, s->value, err);
    return wr_factorization_entries(s->m, s->order, s->dim, s->begin, s->count, s->value, err);
}
