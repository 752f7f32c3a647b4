/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/team.h"

enum { MANY = 8 };

static void sleep_us(long us)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000 * us}, NULL);
}

/* What the threads of a piece of work say of themselves. */
struct roll {
    atomic_int came[MANY]; /* by number */
    atomic_int all, wanted;
};

static void sign(struct roll *r)
{
    int id = wr_thread_id();
    ck_assert_int_ge(id, 0);
    ck_assert_int_lt(id, MANY);
    r->came[id]++;
    r->all++;
}

/* Waits until as many threads have come as are wanted. */
static void sign_and_wait(void *context)
{
    struct roll *r = context;
    sign(r);
    while (r->all < r->wanted)
        sleep_us(10);
}

START_TEST(each_thread_comes_once_with_a_number_of_its_own)
{
    const int sizes[] = {3, 1, MANY, 2, MANY};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct roll r = {.wanted = sizes[i]};
        wr_threads_set(sizes[i]);
        ck_assert_int_eq(wr_threads(), sizes[i]);
        wr_team_run(MANY, sign_and_wait, &r);
        for (int id = 0; id < MANY; id++)
            ck_assert_int_eq(r.came[id], id < sizes[i]);
    }
    ck_assert_int_eq(wr_thread_id(), 0);
}
END_TEST

START_TEST(numbers_of_threads_stay_within_limits)
{
    ck_assert_int_ge(wr_threads(), 1);
    wr_threads_set(0);
    ck_assert_int_eq(wr_threads(), 1);
    wr_threads_set(1 << 20);
    ck_assert_int_eq(wr_threads(), WR_MOST_THREADS);
}
END_TEST

static void sign_only(void *context)
{
    sign(context);
}

/* Helpers that are awake, that fall asleep, that are woken for nothing: no run is lost or waits
 * forever, and nobody is in a run that has ended. */
START_TEST(runs_follow_upon_runs)
{
    wr_threads_set(4);
    for (int run = 0; run < unit_rounds(20000); run++) {
        struct roll r = {.wanted = run % 50 == 0 ? 4 : 0};
        wr_team_run(MANY, run % 50 == 0 ? sign_and_wait : sign_only, &r);
        ck_assert_int_eq(r.came[0], 1);
        ck_assert_int_eq(r.came[0] + r.came[1] + r.came[2] + r.came[3], r.all);
        if (run % 200 == 0)
            sleep_us(run % 400 ? 40 : 400);
    }
}
END_TEST

static void run_within(void *context)
{
    struct roll *r = context;
    int id = wr_thread_id(), before = r->came[id];
    wr_team_run(MANY, sign_only, r);
    ck_assert_int_eq(r->came[id], before + 1);
    ck_assert_int_eq(wr_thread_id(), id);
}

START_TEST(work_within_work_is_its_thread_alone)
{
    wr_threads_set(3);
    for (int run = 0; run < 100; run++) {
        struct roll r = {0};
        wr_team_run(MANY, run_within, &r);
        ck_assert_int_le(r.all, 3);
    }
}
END_TEST

START_TEST(the_child_of_a_fork_has_a_team_of_its_own)
{
    struct roll r = {.wanted = 3}, of_child = {.wanted = 3};
    wr_threads_set(3);
    wr_team_run(MANY, sign_and_wait, &r);
    pid_t child = fork();
    if (child == 0) {
        wr_team_run(MANY, sign_and_wait, &of_child);
        _exit(of_child.all);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 3);
}
END_TEST

/* One thread of a team of its own for each number, in the child of a helper. */
static void fork_helper(void *context)
{
    struct roll *r = context, of_child = {.wanted = 3};
    int status;
    sign_and_wait(r);
    if (wr_thread_id() != 1)
        return;
    pid_t child = fork();
    if (child == 0) {
        wr_team_run(MANY, sign_and_wait, &of_child);
        _exit(of_child.came[0] == 1 && of_child.came[1] == 1 && of_child.came[2] == 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 1);
}

START_TEST(the_child_of_a_helper_is_the_first_of_its_team)
{
    struct roll r = {.wanted = 2};
    wr_threads_set(3);
    wr_team_run(2, fork_helper, &r);
}
END_TEST

/* Stacks that no machine has memory for: no thread can be made, until they are as they were. */
START_TEST(threads_that_the_system_refuses_are_done_without)
{
    pthread_attr_t usual, huge;
    struct roll r = {0};
    ck_assert_int_eq(pthread_getattr_default_np(&usual), 0);
    ck_assert_int_eq(pthread_attr_init(&huge), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&huge, (size_t)1 << 46), 0);
    ck_assert_int_eq(pthread_setattr_default_np(&huge), 0);
    wr_threads_set(MANY);
    wr_team_run(MANY, sign_only, &r);
    ck_assert_int_eq(pthread_setattr_default_np(&usual), 0);
    int left = wr_threads(); /* of those that were made before, if any */
    ck_assert_int_lt(left, MANY);
    ck_assert_int_le(r.all, left);
    wr_threads_set(MANY);
    r = (struct roll){.wanted = MANY};
    wr_team_run(MANY, sign_and_wait, &r);
    pthread_attr_destroy(&usual);
    pthread_attr_destroy(&huge);
}
END_TEST

struct masks {
    struct roll roll;
    sigset_t mask[2];
};

static void look_at_signals(void *context)
{
    struct masks *m = context;
    pthread_sigmask(SIG_SETMASK, NULL, &m->mask[wr_thread_id()]);
    sign_and_wait(&m->roll);
}

START_TEST(signals_are_for_the_calling_thread)
{
    struct masks m = {.roll.wanted = 2};
    wr_threads_set(2);
    wr_team_run(MANY, look_at_signals, &m);
    ck_assert(!sigismember(&m.mask[0], SIGINT) && !sigismember(&m.mask[0], SIGTERM));
    ck_assert(sigismember(&m.mask[1], SIGINT) && sigismember(&m.mask[1], SIGTERM));
    ck_assert(!sigismember(&m.mask[1], SIGSEGV) && !sigismember(&m.mask[1], SIGBUS));
}
END_TEST

unit_main("team", threads_that_the_system_refuses_are_done_without,
          each_thread_comes_once_with_a_number_of_its_own, numbers_of_threads_stay_within_limits,
          runs_follow_upon_runs, work_within_work_is_its_thread_alone,
          the_child_of_a_fork_has_a_team_of_its_own, the_child_of_a_helper_is_the_first_of_its_team,
          signals_are_for_the_calling_thread)
