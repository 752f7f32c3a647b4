/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

/* A signal reaches its handler without a context: what it has to know has to be the process's. Any
 * thread may run the handler, those of libraries as well. */
static atomic_int held;    /* signals wait */
static atomic_int waiting; /* the last that came meanwhile; 0: none */
static volatile sig_atomic_t catching, noted;

enum { FILES = 64 };
static const char *volatile file[FILES]; /* what interrupt_removes was told */

static void remove_and_die(int number)
{
    for (int i = 0; i < FILES; i++)
        if (file[i])
            unlink(file[i]);
    signal(number, SIG_DFL);
    raise(number);
}

static void handle(int number)
{
    if (held) {
        waiting = number;
        /* released since? whoever takes the signal acts on it */
        if (held || (number = atomic_exchange(&waiting, 0)) == 0)
            return;
    }
    if (number == SIGINT && catching && !noted)
        noted = 1;
    else
        remove_and_die(number);
}

void interrupt_begin(void)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM};
    struct sigaction old, action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
}

void interrupt_catch(void)
{
    catching = 1;
}

bool interrupt_noted(void)
{
    return noted;
}

void interrupt_hold(void)
{
    held = 1;
}

void interrupt_release(void)
{
    held = 0;
    int number = atomic_exchange(&waiting, 0);
    if (number)
        raise(number);
}

void interrupt_removes(const char *path)
{
    int i = 0;
    while (i < FILES && file[i])
        i++;
    if (i < FILES)
        file[i] = path;
}

void interrupt_forgets(const char *path)
{
    for (int i = 0; i < FILES; i++)
        if (file[i] == path)
            file[i] = NULL;
}
