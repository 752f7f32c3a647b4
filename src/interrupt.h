/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/*
 * SIGHUP, SIGINT, SIGPIPE and SIGTERM. They end the process as they do by default, but not in the
 * moments in which files take their names, and no file with a draft's name is left to lie. A
 * process that ignores one of them goes on ignoring it.
 */
void interrupt_begin(void);

/*
 * SIGINT for tools that stop by themselves, write what they have, and exit with
 * CLI_INTERRUPTED. From interrupt_catch on the first one is noted; a second one ends the process.
 */
void interrupt_catch(void);

/* Whether one has been noted. */
bool interrupt_noted(void);

/* Let signals wait, and no longer. */
void interrupt_hold(void);
void interrupt_release(void);

/*
 * A file that is to be removed when a signal ends the process: its path is the caller's and stays
 * valid until it is forgotten. NULL is no file. Up to 64 at a time, others are left to lie. While
 * signals wait.
 */
void interrupt_removes(const char *path);
void interrupt_forgets(const char *path);

#endif
