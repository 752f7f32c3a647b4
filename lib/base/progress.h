/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_PROGRESS_H
#define WR_BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How a long computation tells its caller how far it is, and how the caller stops it. A NULL
 * struct wr_progress * is silent. step() is called from one thread, a few times to a few
 * thousand times per run, with done <= total; when it returns false the computation stops at
 * the next consistent point and returns WR_EINTERRUPT.
 */
struct wr_progress {
    bool (*step)(void *context, int64_t done, int64_t total);
    void *context;
};

static inline bool wr_progress_step(const struct wr_progress *p, int64_t done, int64_t total)
{
    return !p || p->step(p->context, done, total);
}

#endif
