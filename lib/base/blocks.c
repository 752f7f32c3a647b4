/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/blocks.h"

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
#pragma omp parallel for schedule(dynamic) if (blocks > 1)
    for (int64_t b = 0; b < blocks; b++)
        work(context, b * block, wr_block_end(b * block, block, length));
}

double wr_blocks_sum(int64_t length, double (*term)(void *context, int64_t begin, int64_t end),
                     void *context)
{
    enum { BATCH = 1024 }; /* blocks whose terms are held at a time */
    int64_t blocks = wr_block_count(length, WR_BLOCK);
    double sum = 0;
    for (int64_t done = 0; done < blocks; done += BATCH) {
        int64_t batch = wr_block_end(done, BATCH, blocks) - done;
        double terms[BATCH];
#pragma omp parallel for schedule(static) if (batch > 1)
        for (int64_t b = 0; b < batch; b++) {
            int64_t begin = (done + b) * WR_BLOCK;
            terms[b] = term(context, begin, wr_block_end(begin, WR_BLOCK, length));
        }
        for (int64_t b = 0; b < batch; b++)
            sum += terms[b];
    }
    return sum;
}
