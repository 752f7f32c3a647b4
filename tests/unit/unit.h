/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/machine.h"

/* How many of a test's random rounds to do: all, or one of so many as the variable UNIT_SHARE says,
 * where programs run much slower than they are. At least one. */
static inline int unit_rounds(int all)
{
    const char *share = getenv("UNIT_SHARE");
    int divisor = share ? atoi(share) : 1;
    return divisor > 1 ? (all + divisor - 1) / divisor : all;
}

/* A suite of one test case; tests follow as a NULL-terminated list. */
static inline int unit_run(const char *name, const TTest *const tests[])
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 120);
    for (int i = 0; tests[i]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    const char *cpu = getenv("WALKRANK_CPU");
    if (cpu && !wr_machine_limit(cpu))
        return 1;
    SRunner *runner = srunner_create(suite);
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
