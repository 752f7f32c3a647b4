/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <dirent.h>
#include <stdatomic.h>

#include "base/blocks.h"

enum { LONGEST = 1000 };

struct marks {
    int64_t length, block;
    atomic_int done[LONGEST];
    atomic_int beside;
};

static void mark(void *context, int64_t begin, int64_t end)
{
    struct marks *m = context;
    ck_assert_int_eq(begin % m->block, 0);
    ck_assert_int_eq(end, wr_block_end(begin, m->block, m->length));
    for (int64_t i = begin; i < end; i++)
        m->done[i]++;
}

static void mark_beside(void *context)
{
    struct marks *m = context;
    m->beside++;
    ck_assert_int_eq(wr_thread_id(), 0);
}

static void mark_by_way(int way, struct marks *m)
{
    struct wr_error err = {0};
    if (way == 0)
        wr_blocks_run(m->length, m->block, mark, m);
    else if (way == 1)
        wr_blocks_run_even(m->length, m->block, mark, m);
    else if (way == 2)
        ck_ok(wr_blocks_run_progress(m->length, m->block, mark, m, NULL, &err), err);
    else
        wr_blocks_run_beside(m->length, m->block, mark, mark_beside, m);
}

START_TEST(every_block_is_done_once)
{
    const int64_t lengths[] = {0, 1, 7, 8, 9, 100, LONGEST}, blocks[] = {1, 3, 8, LONGEST + 1};
    const int threads[] = {1, 2, 5, 100}; /* the last: more than there are shares */
    for (int round = 0; round < 7 * 4 * 4 * 4; round++) {
        struct marks m = {.length = lengths[round % 7], .block = blocks[round / 7 % 4]};
        int way = round / 28 % 4;
        wr_threads_set(threads[round / 112]);
        mark_by_way(way, &m);
        for (int64_t i = 0; i < LONGEST; i++)
            ck_assert_int_eq(m.done[i], i < m.length);
        ck_assert_int_eq(m.beside, way == 3);
    }
}
END_TEST

static int threads_of_this_process(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int threads = 0;
    ck_assert_ptr_nonnull(tasks);
    while (readdir(tasks))
        threads++;
    closedir(tasks);
    return threads - 2; /* . and .. */
}

/* A sanitizer adds a thread of its own to the first one that is made, so that one is there before
 * they are counted. */
START_TEST(few_blocks_make_few_threads)
{
    struct marks first = {.length = 2, .block = 1};
    wr_threads_set(2);
    mark_by_way(0, &first);
    int others = threads_of_this_process() - 1;
    wr_threads_set(100);
    for (int blocks = 0; blocks < 4; blocks++)
        for (int way = 0; way < 4; way++) {
            struct marks m = {.length = 10 * blocks, .block = 10};
            int most = blocks > 2 ? blocks - 1 : 1;
            mark_by_way(way, &m);
            ck_assert_int_le(threads_of_this_process() - others, most);
        }
}
END_TEST

struct listener {
    int64_t last, total, stop_at;
    int calls;
};

static bool listen(void *context, int64_t done, int64_t total)
{
    struct listener *l = context;
    ck_assert_int_eq(wr_thread_id(), 0);
    ck_assert_int_gt(done, l->last);
    ck_assert_int_le(done, total);
    l->last = done;
    l->total = total;
    l->calls++;
    return done < l->stop_at;
}

START_TEST(progress_grows_and_can_end_it)
{
    for (int threads = 1; threads <= 3; threads++)
        for (int64_t stop_at = 300; stop_at <= 2 * LONGEST; stop_at += 1700) {
            struct wr_error err = {0};
            struct marks m = {.length = LONGEST, .block = 2};
            struct listener l = {.stop_at = stop_at};
            wr_threads_set(threads);
            enum wr_status status = wr_blocks_run_progress(m.length, m.block, mark, &m,
                                                           &(struct wr_progress){listen, &l}, &err);
            int64_t done = 0;
            for (int64_t i = 0; i < LONGEST; i++)
                done += m.done[i];
            if (threads == 1) {
                ck_assert_int_eq(status, stop_at < LONGEST ? WR_EINTERRUPT : WR_OK);
                ck_assert_int_eq(done, stop_at < LONGEST ? stop_at + m.block : LONGEST);
                ck_assert_int_gt(l.calls, 100);
            }
            ck_assert_int_eq(l.calls > 0 ? l.total : LONGEST, LONGEST);
            ck_assert(status ? l.last >= stop_at : done == LONGEST);
        }
}
END_TEST

unit_main("blocks", every_block_is_done_once, few_blocks_make_few_threads,
          progress_grows_and_can_end_it)
