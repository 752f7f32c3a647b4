/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/*
 * SIGINT for tools that stop by themselves, write what they have, and exit with
 * CLI_INTERRUPTED. From interrupt_catch on the first one is noted; a second one kills at once. A
 * process that ignores SIGINT goes on ignoring it.
 */
void interrupt_catch(void);

/* Whether one has been noted. */
bool interrupt_noted(void);

#endif
