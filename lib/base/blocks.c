/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/blocks.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "base/cacheline.h"

typedef void block_work(void *context, int64_t begin, int64_t end);

/* The blocks of a range, of which the next ones are still to be done. */
struct blocks {
    int64_t length, block;
    block_work *work;
    void *context;
    atomic_int_least64_t next;
};

static int64_t count_of(const struct blocks *s)
{
    return wr_block_count(s->length, s->block);
}

static void run_block(const struct blocks *s, int64_t b)
{
    s->work(s->context, b * s->block, wr_block_end(b * s->block, s->block, s->length));
}

static int64_t next_of(atomic_int_least64_t *next)
{
    return atomic_fetch_add_explicit(next, 1, memory_order_relaxed);
}

/* --- in turn ------------------------------------------------------------------------------- */

static void run_what_is_left(void *context)
{
    struct blocks *s = context;
    int64_t b, blocks = count_of(s);
    while ((b = next_of(&s->next)) < blocks)
        run_block(s, b);
}

void wr_blocks_run(int64_t length, int64_t block, block_work *work, void *context)
{
    struct blocks s = {length, block, work, context, 0};
    wr_team_run(count_of(&s), run_what_is_left, &s);
}

/* --- shares -------------------------------------------------------------------------------- */

/* A thread's blocks; on a cache line of its own. */
struct share {
    _Alignas(WR_CACHE_LINE) atomic_int_least64_t next;
    int64_t end;
};

enum { MOST_SHARES = 64 }; /* further threads only help */

struct even {
    struct blocks blocks;
    int shares;
    struct share share[MOST_SHARES];
};

static void run_own_share_first(void *context)
{
    struct even *e = context;
    for (int i = 0; i < e->shares; i++) {
        struct share *s = &e->share[(wr_thread_id() + i) % e->shares];
        int64_t b;
        while ((b = next_of(&s->next)) < s->end)
            run_block(&e->blocks, b);
    }
}

void wr_blocks_run_even(int64_t length, int64_t block, block_work *work, void *context)
{
    struct even e = {.blocks = {length, block, work, context, 0}};
    int64_t blocks = count_of(&e.blocks);
    e.shares = wr_threads() < MOST_SHARES ? wr_threads() : MOST_SHARES;
    if (blocks < e.shares)
        e.shares = (int)blocks;
    for (int i = 0; i < e.shares; i++) {
        atomic_init(&e.share[i].next, blocks * i / e.shares);
        e.share[i].end = blocks * (i + 1) / e.shares;
    }
    wr_team_run(blocks, run_own_share_first, &e);
}

/* --- progress ------------------------------------------------------------------------------ */

struct reported {
    struct blocks blocks;
    const struct wr_progress *progress;
    int reporter; /* the calling thread's number */
    int64_t said; /* by it */
    atomic_int_least64_t done;
    atomic_bool stop;
};

static void run_and_report(void *context)
{
    enum { REPORTS = 1000 };
    struct reported *r = context;
    struct blocks *s = &r->blocks;
    int64_t b, blocks = count_of(s);
    while (!atomic_load_explicit(&r->stop, memory_order_relaxed) &&
           (b = next_of(&s->next)) < blocks) {
        run_block(s, b);
        int64_t end = wr_block_end(b * s->block, s->block, s->length), size = end - b * s->block;
        int64_t done = atomic_fetch_add_explicit(&r->done, size, memory_order_relaxed);
        if (wr_thread_id() == r->reporter && done - r->said > s->length / REPORTS) {
            r->said = done;
            if (!wr_progress_step(r->progress, done, s->length))
                atomic_store_explicit(&r->stop, true, memory_order_relaxed);
        }
    }
}

enum wr_status wr_blocks_run_progress(int64_t length, int64_t block, block_work *work,
                                      void *context, const struct wr_progress *progress,
                                      struct wr_error *err)
{
    struct reported r = {.blocks = {length, block, work, context, 0},
                         .progress = progress,
                         .reporter = wr_thread_id()};
    wr_team_run(count_of(&r.blocks), run_and_report, &r);
    return r.stop ? wr_error_set(err, WR_EINTERRUPT, "interrupted") : WR_OK;
}

/* --- beside something else ------------------------------------------------------------------ */

struct beside {
    struct blocks blocks;
    void (*beside)(void *context);
    int caller; /* the calling thread's number */
};

static void run_beside(void *context)
{
    struct beside *s = context;
    if (wr_thread_id() == s->caller)
        s->beside(s->blocks.context);
    run_what_is_left(&s->blocks);
}

void wr_blocks_run_beside(int64_t length, int64_t block, block_work *work,
                          void (*beside)(void *context), void *context)
{
    struct beside s = {{length, block, work, context, 0}, beside, wr_thread_id()};
    wr_team_run(count_of(&s.blocks), run_beside, &s);
}
