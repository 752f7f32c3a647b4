/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/blocks.h"

#include <stdatomic.h>

#ifdef _OPENMP
#include <omp.h>

int wr_threads(void)
{
    return omp_get_max_threads();
}

void wr_threads_set(int threads)
{
    omp_set_num_threads(threads);
}

int wr_thread_id(void)
{
    return omp_get_thread_num();
}
#else
int wr_threads(void)
{
    return 1;
}

void wr_threads_set(int threads)
{
    (void)threads;
}

int wr_thread_id(void)
{
    return 0;
}
#endif

void wr_blocks_run(int64_t length, int64_t block,
                   void (*work)(void *context, int64_t begin, int64_t end), void *context)
{
    int64_t blocks = wr_block_count(length, block);
    if (blocks == 1) { /* a team of one costs more than small work */
        work(context, 0, length);
        return;
    }
#pragma omp parallel for schedule(dynamic) if (blocks > 1)
    for (int64_t b = 0; b < blocks; b++)
        work(context, b * block, wr_block_end(b * block, block, length));
}

/* A thread's blocks, of which the next ones are still to be done; on a cache line of its own. */
struct share {
    _Alignas(64) atomic_int_least64_t next;
    int64_t end;
};

enum { MOST_SHARES = 64 }; /* further threads only help */

void wr_blocks_run_even(int64_t length, int64_t block,
                        void (*work)(void *context, int64_t begin, int64_t end), void *context)
{
    int64_t blocks = wr_block_count(length, block);
    int shares = wr_threads() < MOST_SHARES ? wr_threads() : MOST_SHARES;
    if (blocks <= 1 || shares == 1) {
        for (int64_t b = 0; b < blocks; b++)
            work(context, b * block, wr_block_end(b * block, block, length));
        return;
    }
    struct share share[MOST_SHARES];
    for (int i = 0; i < shares; i++) {
        atomic_init(&share[i].next, blocks * i / shares);
        share[i].end = blocks * (i + 1) / shares;
    }
#pragma omp parallel
    for (int i = 0; i < shares; i++) {
        struct share *s = &share[(wr_thread_id() + i) % shares];
        int64_t b;
        while ((b = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed)) < s->end)
            work(context, b * block, wr_block_end(b * block, block, length));
    }
}

enum wr_status wr_blocks_run_progress(int64_t length, int64_t block,
                                      void (*work)(void *context, int64_t begin, int64_t end),
                                      void *context, const struct wr_progress *progress,
                                      struct wr_error *err)
{
    enum { REPORTS = 1000 };
    int64_t blocks = wr_block_count(length, block), reported = 0;
    atomic_int_least64_t done = 0;
    atomic_bool stop = false;
#pragma omp parallel for schedule(dynamic) if (blocks > 1)
    for (int64_t b = 0; b < blocks; b++) {
        if (atomic_load_explicit(&stop, memory_order_relaxed))
            continue;
        int64_t begin = b * block, end = wr_block_end(begin, block, length);
        work(context, begin, end);
        int64_t sum = atomic_fetch_add_explicit(&done, end - begin, memory_order_relaxed);
        if (wr_thread_id() == 0 && sum - reported > length / REPORTS) {
            reported = sum;
            if (!wr_progress_step(progress, sum, length))
                atomic_store_explicit(&stop, true, memory_order_relaxed);
        }
    }
    return stop ? wr_error_set(err, WR_EINTERRUPT, "interrupted") : WR_OK;
}

void wr_blocks_run_beside(int64_t length, int64_t block,
                          void (*work)(void *context, int64_t begin, int64_t end),
                          void (*beside)(void *context), void *context)
{
    int64_t blocks = wr_block_count(length, block);
#pragma omp parallel if (blocks > 1)
    {
#pragma omp single nowait
        beside(context);
#pragma omp for schedule(dynamic)
        for (int64_t b = 0; b < blocks; b++)
            work(context, b * block, wr_block_end(b * block, block, length));
    }
}
