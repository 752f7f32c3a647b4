/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_ALLOC_H
#define WR_BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Arrays of count elements of size bytes each; the product is checked. NULL means failure, and
 * err says WR_ENOMEM and how much was wanted. An empty array is a valid pointer. Memory is
 * given back with free(). Arrays from 4 MiB lie on huge pages where the system has them: random
 * access wants them, and touching fresh memory for the first time is many times cheaper.
 */

/* Uninitialised. */
void *wr_alloc(int64_t count, size_t size, struct wr_error *err);

/* Zeroed. */
void *wr_calloc(int64_t count, size_t size, struct wr_error *err);

/* Zeroed, for vectors: begins on a cache line, and the memory goes on for another one. */
void *wr_calloc_lanes(int64_t count, size_t size, struct wr_error *err);

/* Resize *array (from wr_alloc, wr_calloc, wr_grow, or NULL) to count elements. On failure
 * *array is as it was. Growing a large array copies it, and both are there meanwhile; shrinking
 * happens in place. */
enum wr_status wr_grow(void *array, int64_t count, size_t size, struct wr_error *err);

#endif
