/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

/* A signal reaches its handler without a context: the flag has to be the process's. */
static volatile sig_atomic_t noted;

static void note(int number)
{
    (void)number;
    noted = 1;
}

void interrupt_catch(void)
{
    struct sigaction old,
        action = {.sa_handler = note, .sa_flags = (int)(SA_RESTART | SA_RESETHAND)};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(SIGINT, &action, NULL);
}

bool interrupt_noted(void)
{
    return noted;
}
