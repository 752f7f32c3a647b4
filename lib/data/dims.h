/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_DIMS_H
#define WR_DATA_DIMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/*
 * The dimensions of a tensor of order N: dim[0] .. dim[N-1], each from 1 to WR_DIM_MAX, so that an
 * index from 0 fits 32 bits. Their product need not fit anything: a tensor of order 784 has
 * observations, but no array of all its entries.
 */

enum { WR_ORDER_MAX = 1000 };

#define WR_DIM_MAX UINT32_MAX

/* WR_EINVAL with a message unless 1 <= order <= WR_ORDER_MAX and every dimension is in range. */
enum wr_status wr_dims_check(int order, const int64_t *dim, struct wr_error *err);

/* The product of count dimensions (1 of none); false when it passes 2^63 - 1. */
bool wr_dims_size(int count, const int64_t *dim, int64_t *size);

/* Go on to the next index, the last one fastest, after the last back to the first. */
void wr_dims_next(int order, const int64_t *dim, uint32_t *index);

/* The indices of entry number `place`, 0 <= place < product, counted with the last one fastest. */
void wr_dims_index(int order, const int64_t *dim, int64_t place, uint32_t *index);

#endif
