/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "files.h"

#include "io/partitions.h"

static enum wr_status read_text(const char *text, struct wr_partitions *p, struct wr_error *err)
{
    files_put("x", O_TRUNC, text, strlen(text));
    *err = (struct wr_error){0};
    return wr_partitions_read("x", p, err);
}

START_TEST(lines_become_partitions)
{
    struct wr_partitions p;
    struct wr_error err;
    files_enter();
    ck_ok(read_text("# all of them\n"
                    "\n"
                    "3: 5,1 4\t1\r\n"
                    "  7 , 2 # a comment\n"
                    "\t#4 5\n"
                    "0:0",
                    &p, &err),
          err);
    const int64_t start[] = {0, 3, 5, 6}, line[] = {3, 4, 6};
    const uint32_t vertex[] = {1, 4, 5, 2, 7, 0}, target[] = {3, WR_NO_TARGET, 0};
    ck_assert_int_eq(p.count, 3);
    ck_assert_mem_eq(p.start, start, sizeof start);
    ck_assert_mem_eq(p.vertex, vertex, sizeof vertex);
    ck_assert_mem_eq(p.target, target, sizeof target);
    ck_assert_mem_eq(p.line, line, sizeof line);
    wr_partitions_release(&p);
    files_leave();
}
END_TEST

START_TEST(no_lines_no_partitions)
{
    struct wr_partitions p;
    struct wr_error err;
    files_enter();
    ck_ok(read_text("# nothing\n\n", &p, &err), err);
    ck_assert_int_eq(p.count, 0);
    wr_partitions_release(&p);
    ck_ok(read_text("", &p, &err), err);
    ck_assert_int_eq(p.count, 0);
    wr_partitions_release(&p);
    files_leave();
}
END_TEST

/* A line of many ids grows the buffers. */
START_TEST(a_long_line)
{
    enum { IDS = 5000 };
    static char text[IDS * 6];
    struct wr_partitions p;
    struct wr_error err;
    size_t size = 0;
    files_enter();
    for (int i = IDS - 1; i >= 0; i--)
        size += (size_t)snprintf(text + size, sizeof text - size, "%d ", i);
    ck_ok(read_text(text, &p, &err), err);
    ck_assert_int_eq(p.start[1], IDS);
    for (uint32_t i = 0; i < IDS; i++)
        ck_assert_uint_eq(p.vertex[i], i);
    wr_partitions_release(&p);
    files_leave();
}
END_TEST

START_TEST(malformed_lines)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"1 2\n3 x\n", "'x' is not a vertex id, expected an integer from 0"},
        {"\n1 -2\n", "'-2' is not a vertex id, expected an integer from 0"},
        {"\n1 2.0\n", "'2.0' is not a vertex id, expected an integer from 0"},
        {"1\n4294967295\n", "vertex id 4294967295 is too large, expected at most 4294967294"},
        {"\n: 1\n", "no target before ':', expected a vertex id"},
        {"\n1 2: 3\n", "more than one vertex id before ':', expected the target alone"},
        {"\nt: 3\n", "'t' is not a vertex id, expected an integer from 0"},
        {"\n1: 2: 3\n", "'2:' is not a vertex id, expected an integer from 0"},
        {"\n1: 0,1,,2\n", "nothing beside a comma, expected a vertex id"},
        {"\n1: 0,1 , # 2\n", "nothing beside a comma, expected a vertex id"},
        {"\n ,0\n", "nothing beside a comma, expected a vertex id"},
        {"\n1, : 3\n", "more than one vertex id before ':', expected the target alone"},
        {"\n1: # 2\n", "a target alone, expected vertex ids after it"},
    };
    files_enter();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wr_partitions p = {.count = -1};
        struct wr_error err;
        ck_assert_int_eq(read_text(bad[i].text, &p, &err), WR_EDATA);
        ck_assert_str_eq(err.message, bad[i].message);
        ck_assert_str_eq(err.input, "x");
        ck_assert_int_eq(err.line, 2);
        ck_assert_int_eq(p.count, -1);
    }
    files_leave();
}
END_TEST

START_TEST(no_such_file)
{
    struct wr_partitions p;
    struct wr_error err = {0};
    ck_assert_int_eq(wr_partitions_read("no/such/file", &p, &err), WR_EIO);
}
END_TEST

unit_main("partitionfile", lines_become_partitions, no_lines_no_partitions, a_long_line,
          malformed_lines, no_such_file)
