/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_TEAM_H
#define WR_BASE_TEAM_H

#include <stdint.h>

/*
 * The threads that share work: the one that calls and helpers, which wait between two pieces of
 * work. They wait awake for some microseconds only, those for whom there is no processor not at
 * all, and nobody waits for a helper that has not begun: on a machine that has other things to do,
 * a step of many short loops costs what its processors give (OpenMP's threads wait awake for
 * milliseconds, at each loop, on the processor that the other one needs). Most work is cut into
 * blocks (base/blocks.h), not given to the team itself.
 */

enum { WR_MOST_THREADS = 1024 };

/* Threads that share work, those that it is planned for: any of them may come. Until it is set, one
 * for every processor that the process may use; fewer when the system has refused some. */
int wr_threads(void);
void wr_threads_set(int threads);

/* This thread's number in the team, from 0, below wr_threads() inside of work. */
int wr_thread_id(void);

/*
 * Calls work(context) on the calling thread and, beside it, on those helpers that come before the
 * caller has returned from it: whoever comes takes what is left of the work. Returns when all have.
 * At most `most' threads, as many as the work has parts: nobody is made or woken for nothing.
 * Within work, or beside another thread's, the calling thread works alone.
 */
void wr_team_run(int64_t most, void (*work)(void *context), void *context);

#endif
