/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_SORT_H
#define WR_BASE_SORT_H

#include <stdint.h>

#include "base/error.h"

/*
 * wr_sort_u64 - sort count keys ascending.
 *
 * keys    in/out  count keys
 * Errors  WR_ENOMEM: some keys may be lost then
 * Cost    O(count) time with all threads (radix sort over the bits in which keys differ, each key
 *         written to memory about twice), 8 count bytes of memory; one scan and no memory when
 *         the keys are sorted already
 */
enum wr_status wr_sort_u64(uint64_t *keys, int64_t count, struct wr_error *err);

/* The same, and of equal keys only one stays. *count: in and out. */
enum wr_status wr_sort_unique_u64(uint64_t *keys, int64_t *count, struct wr_error *err);

/* Sort keys and take 8 bytes of payload along with each; equal keys stay in the order they had.
 * 16 count bytes of memory. */
enum wr_status wr_sort_u64_with(uint64_t *keys, void *payload, int64_t count, struct wr_error *err);

/* Remove repeated keys from a sorted array; the number that remain. */
int64_t wr_unique_u64(uint64_t *keys, int64_t count);

#endif
