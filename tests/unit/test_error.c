/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <errno.h>

START_TEST(first_error_wins)
{
    struct wr_error err = {0};
    ck_assert_int_eq(wr_error_at(&err, WR_EDATA, "g.txt", 7, "id %d is too large", 9), WR_EDATA);
    ck_assert_int_eq(wr_error_set(&err, WR_ENOMEM, "later"), WR_ENOMEM);
    ck_assert_int_eq(err.status, WR_EDATA);
    ck_assert_str_eq(err.input, "g.txt");
    ck_assert_int_eq(err.line, 7);
    ck_assert_str_eq(err.message, "id 9 is too large");
}
END_TEST

START_TEST(null_is_allowed)
{
    ck_assert_int_eq(wr_error_set(NULL, WR_EINVAL, "nobody listens"), WR_EINVAL);
}
END_TEST

START_TEST(errno_is_spelt_out)
{
    struct wr_error err = {0};
    errno = ENOENT;
    ck_assert_int_eq(wr_error_errno(&err, "x", "cannot open"), WR_EIO);
    ck_assert_str_eq(err.message, "cannot open: No such file or directory");
}
END_TEST

START_TEST(long_messages_are_cut_not_overrun)
{
    struct wr_error err = {0};
    wr_error_set(&err, WR_EDATA, "%2000d", 1);
    ck_assert_uint_eq(strlen(err.message), sizeof err.message - 1);
}
END_TEST

START_TEST(bad_data_gets_the_name_of_its_input)
{
    struct wr_error err = {0}, named = {0}, memory = {0}, option = {0};
    wr_error_set(&err, WR_EDATA, "no");
    wr_error_set(&option, WR_EINVAL, "no");
    wr_error_at(&named, WR_EDATA, "first", 3, "no");
    wr_error_set(&memory, WR_ENOMEM, "no");
    wr_error_in(&err, "g.txt");
    wr_error_in(&named, "g.txt");
    wr_error_in(&memory, "g.txt");
    wr_error_in(&option, "g.txt");
    wr_error_in(NULL, "g.txt");
    ck_assert_str_eq(err.input, "g.txt");
    ck_assert_str_eq(named.input, "first");
    ck_assert_str_eq(memory.input, "g.txt");
    ck_assert_str_eq(option.input, "");
}
END_TEST

unit_main("error", bad_data_gets_the_name_of_its_input, first_error_wins, null_is_allowed,
          errno_is_spelt_out, long_messages_are_cut_not_overrun)
