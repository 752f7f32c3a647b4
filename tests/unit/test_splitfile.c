/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "packed.h"
#include "io/splitfile.h"

START_TEST(lines_become_parts)
{
    static const char *const path[] = {"x", "x.gz"};
    static const char text[] = "# parts\n"
                               "train\n"
                               " none # the second\r\n"
                               "\n"
                               "val\r\n"
                               "\t# test\n"
                               "test";
    static const uint8_t want[] = {WR_PART_TRAIN, WR_PART_NONE, WR_PART_VAL, WR_PART_TEST};
    files_enter();
    for (int i = 0; i < 2; i++) {
        struct wr_error err = {0};
        int64_t count;
        uint8_t *part;
        packed_put_text(path[i], text);
        ck_ok(wr_split_read(path[i], &count, &part, &err), err);
        ck_assert_int_eq(count, 4);
        ck_assert_mem_eq(part, want, sizeof want);
        free(part);
    }
    files_leave();
}
END_TEST

START_TEST(none_and_many)
{
    enum { LINES = 100000 };
    struct wr_error err = {0};
    int64_t count;
    uint8_t *part;
    files_enter();
    packed_put_text("x", "");
    ck_ok(wr_split_read("x", &count, &part, &err), err);
    ck_assert_int_eq(count, 0);
    free(part);
    FILE *file = fopen("x", "w");
    for (int i = 0; i < LINES; i++)
        fputs(i % 3 ? "train\n" : "test\n", file);
    ck_assert_int_eq(fclose(file), 0);
    ck_ok(wr_split_read("x", &count, &part, &err), err);
    ck_assert_int_eq(count, LINES);
    bool same = true;
    for (int i = 0; i < LINES; i++)
        same = same && part[i] == (i % 3 ? WR_PART_TRAIN : WR_PART_TEST);
    ck_assert(same);
    free(part);
    files_leave();
}
END_TEST

START_TEST(malformed_lines)
{
    static const struct {
        const char *line, *message;
    } bad[] = {
        {"training", "'training' is not a part, expected train, val, test or none"},
        {"Train", "'Train' is not a part, expected train, val, test or none"},
        {"tes", "'tes' is not a part, expected train, val, test or none"},
        {"0", "'0' is not a part, expected train, val, test or none"},
        {"train val", "'val' follows the part, expected one word per line"},
        {"none,", NULL}, /* a comma is a separator like a blank */
        {"none,none", "'none' follows the part, expected one word per line"},
    };
    files_enter();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[100];
        struct wr_error err = {0};
        int64_t count = -7;
        uint8_t *part = NULL;
        snprintf(text, sizeof text, "train\n# 2\n%s\nx\n", bad[i].line);
        packed_put_text("x", text);
        ck_assert_int_eq(wr_split_read("x", &count, &part, &err), WR_EDATA);
        ck_assert_int_eq(err.line, bad[i].message ? 3 : 4);
        if (bad[i].message)
            ck_assert_str_eq(err.message, bad[i].message);
        ck_assert_str_eq(err.input, "x");
        ck_assert(count == -7 && !part);
    }
    struct wr_error err = {0};
    int64_t count;
    uint8_t *part;
    ck_assert_int_eq(wr_split_read("no/such/file", &count, &part, &err), WR_EIO);
    files_leave();
}
END_TEST

START_TEST(shares)
{
    static const struct {
        const char *text;
        struct wr_split_shares want;
    } good[] = {
        {"80/10/10", {80, 10, 10}},
        {"0/0/0", {0, 0, 0}},
        {"33.3/33.3/33.4", {33.3, 33.3, 33.4}},
        {"100/0/0", {100, 0, 0}},
        {"5/.5/1e1", {5, .5, 10}},
        {"99.9/0.1/0", {99.9, .1, 0}},
    };
    static const char *const bad[] = {
        "",
        "80",
        "80/20",
        "80/10/5/5",
        "80/10/10/",
        "/80/10/10",
        "80//10",
        "80/10/",
        "80/10/x",
        "80/10/-1",
        "-0.1/10/10",
        "80/10/11",
        "1e9/0/0",
        "80 /10/10",
        "80/10/10 ",
        "80%/10/10",
        "nan/10/10",
        "inf/0/0",
        "100/0/0.001",
        "//",
        "0.8:0.1:0.1",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct wr_split_shares s;
        ck_assert_msg(wr_split_shares_parse(good[i].text, &s), "%s", good[i].text);
        ck_assert(s.train == good[i].want.train && s.val == good[i].want.val &&
                  s.test == good[i].want.test);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wr_split_shares s = {7, 7, 7};
        ck_assert_msg(!wr_split_shares_parse(bad[i], &s), "%s", bad[i]);
        ck_assert(s.train == 7 && s.val == 7 && s.test == 7);
    }
}
END_TEST

unit_main("splitfile", lines_become_parts, none_and_many, malformed_lines, shares)
