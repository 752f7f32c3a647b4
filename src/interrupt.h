/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

/*
 * SIGINT for tools that stop by themselves, write what they have, and exit with
 * CLI_INTERRUPTED. From interrupt_catch on the first one is noted; a second one kills at once. A
 * process that ignores SIGINT goes on ignoring it.
 */
void interrupt_catch(void);

/* Whether one has been noted. */
bool interrupt_noted(void);

/*
 * SIGHUP, SIGINT and SIGTERM wait from interrupt_hold until interrupt_release: for the moments in
 * which files take their names.
 */
enum { INTERRUPT_SIGNALS = 3 };

struct interrupt_actions {
    struct sigaction action[INTERRUPT_SIGNALS];
};

void interrupt_hold(struct interrupt_actions *before);
void interrupt_release(const struct interrupt_actions *before);

#endif
