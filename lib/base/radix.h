/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_RADIX_H
#define WR_BASE_RADIX_H

#include <stdint.h>

#include "base/error.h"

/*
 * One stable step of a radix sort, with all threads: keys move to the bucket of a digit. It is the
 * step that makes sorting and transposing large arrays fast: each key goes to memory once, in
 * whole cache lines, and what remains to be done in a bucket happens inside a cache.
 */

enum { WR_RADIX_BITS = 10 }; /* of a digit, at most: a cache line for each bucket is held */

/* Keys, and optionally 8 bytes that go with each. */
struct wr_keyed {
    uint64_t *key;
    void *payload; /* NULL: none */
};

/*
 * wr_radix_partition - move count keys to the buckets of their digits, `bits` bits from bit
 * `shift`.
 *
 * from     in   from.payload NULL, while to.payload is not: a key's payload is its position
 * to       out  other arrays of equal size: keys ordered by digit, those of equal digit as before
 * start    out  2^bits + 1: bucket d is to.key[start[d]] .. to.key[start[d+1]-1]
 * Errors   WR_ENOMEM
 * Cost     O(count + blocks 2^bits) time
 */
enum wr_status wr_radix_partition(struct wr_keyed from, int64_t count, int shift, int bits,
                                  struct wr_keyed to, int64_t *start, struct wr_error *err);

#endif
