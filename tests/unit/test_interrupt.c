/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "files.h"

#include <signal.h>

#include "interrupt.h"

/* Each test runs in a process of its own, which would die of the signals: they are blocked and the
 * handler is called as the system would call it. */
static void block(int number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &set, NULL), 0);
}

static void deliver(int number)
{
    struct sigaction action;
    ck_assert_int_eq(sigaction(number, NULL, &action), 0);
    ck_assert(action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
    action.sa_handler(number);
}

static bool is_pending(int number)
{
    sigset_t set;
    ck_assert_int_eq(sigpending(&set), 0);
    return sigismember(&set, number) == 1;
}

/* It dies of the signal once that is no longer blocked. */
static void expect_death(int number)
{
    struct sigaction action;
    ck_assert_int_eq(sigaction(number, NULL, &action), 0);
    ck_assert(action.sa_handler == SIG_DFL);
    ck_assert(is_pending(number));
    signal(number, SIG_IGN); /* takes it back */
}

START_TEST(unfinished_files_are_removed_before_death)
{
    static const char *const names[] = {"a", "b", "c"};
    static const int numbers[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM};
    for (int i = 0; i < 4; i++)
        signal(numbers[i], SIG_DFL);
    interrupt_begin();
    files_enter();
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 3; k++) {
            files_put(names[k], O_TRUNC, "x", 1);
            interrupt_removes(names[k]);
        }
        interrupt_forgets(names[1]); /* it is finished */
        block(numbers[i]);
        deliver(numbers[i]);
        expect_death(numbers[i]);
        ck_assert_int_ne(access("a", F_OK), 0);
        ck_assert_int_eq(access("b", F_OK), 0);
        ck_assert_int_ne(access("c", F_OK), 0);
        interrupt_forgets(names[0]);
        interrupt_forgets(names[2]);
    }
    files_leave();
}
END_TEST

/* While a file gets its name, signals wait. */
START_TEST(held_signals_come_afterwards)
{
    signal(SIGTERM, SIG_DFL);
    interrupt_begin();
    files_enter();
    files_put("a", O_TRUNC, "x", 1);
    interrupt_removes("a");
    block(SIGTERM);
    interrupt_hold();
    deliver(SIGTERM);
    ck_assert_int_eq(access("a", F_OK), 0);
    ck_assert(!is_pending(SIGTERM));
    interrupt_forgets("a");
    interrupt_release();
    ck_assert(is_pending(SIGTERM));
    ck_assert_int_eq(access("a", F_OK), 0);
    signal(SIGTERM, SIG_IGN);
    interrupt_hold();
    interrupt_release(); /* once only */
    files_leave();
}
END_TEST

START_TEST(first_interrupt_is_noted_second_is_death)
{
    signal(SIGINT, SIG_DFL);
    interrupt_begin();
    block(SIGINT);
    interrupt_catch();
    ck_assert(!interrupt_noted());
    deliver(SIGINT);
    ck_assert(interrupt_noted());
    ck_assert(!is_pending(SIGINT));
    deliver(SIGINT);
    expect_death(SIGINT);
}
END_TEST

/* As nohup and shells' background jobs want it. */
START_TEST(what_was_ignored_stays_ignored)
{
    signal(SIGHUP, SIG_IGN);
    interrupt_begin();
    struct sigaction action;
    ck_assert_int_eq(sigaction(SIGHUP, NULL, &action), 0);
    ck_assert(action.sa_handler == SIG_IGN);
}
END_TEST

unit_main("interrupt", unfinished_files_are_removed_before_death, held_signals_come_afterwards,
          first_interrupt_is_noted_second_is_death, what_was_ignored_stays_ignored)
