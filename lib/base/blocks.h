/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_BLOCKS_H
#define WR_BASE_BLOCKS_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "base/team.h"

/*
 * Parallel work in fixed blocks: a range is cut by its length alone, never by the number of
 * threads, so that what a block computes, and the order in which results are added, is the same
 * on every machine size.
 */

enum { WR_BLOCK = 4096 }; /* elements per block unless a caller has a reason */

static inline int64_t wr_block_count(int64_t length, int64_t block)
{
    return length / block + (length % block != 0);
}

static inline int64_t wr_block_end(int64_t begin, int64_t block, int64_t length)
{
    return length - begin < block ? length : begin + block;
}

/* Call work(context, begin, end) for every block of 0 .. length - 1, in parallel, in no order. */
void wr_blocks_run(int64_t length, int64_t block,
                   void (*work)(void *context, int64_t begin, int64_t end), void *context);

/* The same for blocks of about equal cost: each thread begins with consecutive ones, of the same
 * data the same ones each time, which then stay in its cache, and helps the others at the end. */
void wr_blocks_run_even(int64_t length, int64_t block,
                        void (*work)(void *context, int64_t begin, int64_t end), void *context);

/* wr_blocks_run with progress in elements, reported by the calling thread. When it asks to stop,
 * the blocks that have not begun are left out: WR_EINTERRUPT. */
enum wr_status wr_blocks_run_progress(int64_t length, int64_t block,
                                      void (*work)(void *context, int64_t begin, int64_t end),
                                      void *context, const struct wr_progress *progress,
                                      struct wr_error *err);

/* As wr_blocks_run, while the calling thread first calls beside(context), which may wait for a
 * device. */
void wr_blocks_run_beside(int64_t length, int64_t block,
                          void (*work)(void *context, int64_t begin, int64_t end),
                          void (*beside)(void *context), void *context);

#endif
