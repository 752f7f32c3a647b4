/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/machine.h"
#include "base/team.h"

/* How many of a test's random rounds to do: all, or one of so many as the variable UNIT_SHARE says,
 * where programs run much slower than they are. At least one. */
static inline int unit_rounds(int all)
{
    const char *share = getenv("UNIT_SHARE");
    int divisor = share ? atoi(share) : 1;
    return divisor > 1 ? (all + divisor - 1) / divisor : all;
}

/* 1, or the number given where UNIT_SHARE asks for less: the step from one of a test's rounds to
 * the next, where their numbers say what they test (a step that has no divisor in common with what
 * those are split by goes through all of it), or what divides a size. */
static inline int unit_step(int step)
{
    return unit_rounds(2) < 2 ? step : 1;
}

/* Whether every test runs in a process of its own; until unit_run says so, none does. */
static bool unit_forks;

/* Check writes the place of every assertion that holds into a file, to say behind which one a test
 * crashed (0.15.2, by a function of this name). In loops over many numbers that is most of what a
 * test costs: a place that follows upon itself is written once, which says the same, and none where
 * a crash is the end of Check as well. */
static inline void unit_mark(const char *file, int line)
{
    static _Thread_local const char *last_file;
    static _Thread_local int last_line;
    if (!unit_forks || (file == last_file && line == last_line))
        return;
    last_file = file;
    last_line = line;
    _mark_point(file, line);
}
#define _mark_point unit_mark

/* A suite of one test case; tests follow as a NULL-terminated list. */
static inline int unit_run(const char *name, const TTest *const tests[])
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 120);
    for (int i = 0; tests[i]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    const char *threads = getenv("OMP_NUM_THREADS"), *cpu = getenv("WALKRANK_CPU");
    if (threads && atoi(threads) > 0)
        wr_threads_set(atoi(threads));
    if (cpu && *cpu && !wr_machine_limit(cpu)) {
        fprintf(stderr, "%s: no such WALKRANK_CPU: %s\n", name, cpu);
        return 1;
    }
    SRunner *runner = srunner_create(suite);
    unit_forks = srunner_fork_status(runner) == CK_FORK;
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#define unit_main(name, ...)                              \
    int main(void)                                        \
    {                                                     \
        const TTest *const tests[] = {__VA_ARGS__, NULL}; \
        return unit_run(name, tests);                     \
    }

/* The call succeeds, else the test fails with its message. */
#define ck_ok(call, err) ck_assert_msg((call) == WR_OK, "%s", (err).message)

#endif
