/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/dims.h"

enum wr_status wr_dims_check(int order, const int64_t *dim, struct wr_error *err)
{
    if (order < 1 || order > WR_ORDER_MAX)
        return wr_error_set(err, WR_EINVAL, "a tensor of order %d, expected 1 to %d", order,
                            WR_ORDER_MAX);
    for (int n = 0; n < order; n++)
        if (dim[n] < 1 || dim[n] > WR_DIM_MAX)
            return wr_error_set(err, WR_EINVAL, "dimension %d is %lld, expected 1 to %u", n + 1,
                                (long long)dim[n], WR_DIM_MAX);
    return WR_OK;
}

bool wr_dims_size(int count, const int64_t *dim, int64_t *size)
{
    int64_t product = 1;
    for (int n = 0; n < count; n++)
        if (__builtin_mul_overflow(product, dim[n], &product))
            return false;
    *size = product;
    return true;
}

void wr_dims_next(int order, const int64_t *dim, uint32_t *index)
{
    for (int n = order - 1; n >= 0; n--) {
        if (++index[n] < dim[n])
            return;
        index[n] = 0;
    }
}

void wr_dims_index(int order, const int64_t *dim, int64_t place, uint32_t *index)
{
    for (int n = order - 1; n >= 0; n--) {
        index[n] = (uint32_t)(place % dim[n]);
        place /= dim[n];
    }
}
