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

/* --- signals that wait ----------------------------------------------------------------------- */

static const int deadly[INTERRUPT_SIGNALS] = {SIGHUP, SIGINT, SIGTERM};
static volatile sig_atomic_t waiting; /* the last that came, 0: none */

static void let_wait(int number)
{
    waiting = number;
}

void interrupt_hold(struct interrupt_actions *before)
{
    struct sigaction action = {.sa_handler = let_wait, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    waiting = 0;
    for (int i = 0; i < INTERRUPT_SIGNALS; i++) {
        sigaction(deadly[i], NULL, &before->action[i]);
        if (before->action[i].sa_handler != SIG_IGN)
            sigaction(deadly[i], &action, NULL);
    }
}

void interrupt_release(const struct interrupt_actions *before)
{
    for (int i = 0; i < INTERRUPT_SIGNALS; i++)
        sigaction(deadly[i], &before->action[i], NULL);
    if (waiting)
        raise(waiting);
}
