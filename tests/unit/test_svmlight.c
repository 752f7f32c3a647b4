/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <float.h>

#include "packed.h"
#include "io/svmlight.h"

START_TEST(rows_are_sparse_and_shortest)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    const float row[] = {0, 0.1f, -2, 0, FLT_MAX, -0.0f, 1e-20f};
    files_enter();
    ck_ok(wr_sink_open(&sink, "f", &err), err);
    wr_svmlight_write_row(3, row, 7, sink);
    wr_svmlight_write_row(-1, row + 1, 1, sink);
    wr_svmlight_write_row(INT64_MIN, row, 1, sink);
    wr_svmlight_write_row(INT64_MAX, NULL, 0, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
    char *text = packed_get("f", NULL);
    ck_assert_str_eq(text, "3 2:0.1 3:-2 5:3.4028235e+38 7:1e-20\n"
                           "-1 1:0.1\n"
                           "-9223372036854775808\n"
                           "9223372036854775807\n");
    free(text);
    files_leave();
}
END_TEST

unit_main("svmlight", rows_are_sparse_and_shortest)
