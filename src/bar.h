/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BAR_H
#define BAR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/*
 * A progress bar on standard error. A thread of its own draws it, ten times a second once a phase
 * has lasted a second, so that phases that count nothing show that they are alive as well.
 * Zero the struct, then set tool and on.
 */
struct bar {
    const char *tool;
    bool on; /* false: nothing is ever drawn */

    pthread_t thread;
    bool running;
    pthread_mutex_t lock; /* over all below but the counts */
    pthread_cond_t end;
    bool ending, drawn;
    const char *what, *unit; /* unit NULL: nothing is counted */
    struct timespec start;
    atomic_llong done, total;
};

/* Begin a phase, such as "reading", in place of the current one. */
void bar_phase(struct bar *bar, const char *what, const char *unit);

/* done of total units; cheap, from one thread. */
void bar_step(struct bar *bar, int64_t done, int64_t total);

/* End the phase and wipe the bar, before anything else is written to standard error. */
void bar_end(struct bar *bar);

/* Seconds since a time of CLOCK_MONOTONIC. */
double seconds_since(const struct timespec *start);

#endif
