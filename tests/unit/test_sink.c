/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "packed.h"

#include <sys/stat.h>

#include "io/sink.h"

static int files_here(void)
{
    int files = 0;
    DIR *dir = opendir(".");
    for (struct dirent *entry; (entry = readdir(dir));)
        files += entry->d_name[0] != '.' || entry->d_name[1] > '.';
    closedir(dir);
    return files;
}

/* The (decompressed) content of path. */
static void expect_content(const char *path, const char *want, size_t size)
{
    size_t got_size;
    char *got = packed_get(path, &got_size);
    ck_assert_uint_eq(got_size, size);
    ck_assert_mem_eq(got, want, size);
    free(got);
}

START_TEST(file_appears_when_committed)
{
    files_enter();
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_ok(wr_sink_open(&sink, "out", &err), err);
    wr_sink_printf(sink, "%d\t", 42);
    wr_sink_u64(sink, UINT64_MAX);
    wr_sink_double(sink, 0.25);
    ck_assert_int_ne(access("out", F_OK), 0);
    ck_ok(wr_sink_commit(sink, &err), err);
    expect_content("out", "42\t184467440737095516150.25", 27);
    ck_assert_int_eq(files_here(), 1);
    files_leave();
}
END_TEST

START_TEST(a_name_beside_it_is_not_its_own)
{
    files_enter();
    packed_put_text("out", "before");
    struct wr_error err = {0};
    for (int commit = 0; commit < 2; commit++) {
        struct wr_sink *sink;
        ck_ok(wr_sink_open(&sink, "out", &err), err);
        wr_sink_string(sink, "after");
        ck_ok(wr_sink_name(sink, &err), err);
        expect_content("out", "before", 6);
        ck_assert_int_eq(files_here(), 2);
        if (commit)
            ck_ok(wr_sink_commit(sink, &err), err);
        else
            wr_sink_discard(sink);
        ck_assert_int_eq(files_here(), 1);
    }
    expect_content("out", "after", 5);
    files_leave();
}
END_TEST

START_TEST(discarded_file_leaves_no_trace)
{
    files_enter();
    packed_put_text("out", "before");
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_ok(wr_sink_open(&sink, "out", &err), err);
    wr_sink_string(sink, "after");
    wr_sink_discard(sink);
    expect_content("out", "before", 6);
    ck_assert_int_eq(files_here(), 1);
    files_leave();
}
END_TEST

START_TEST(suffix_compresses)
{
    files_enter();
    size_t size = 5 << 20;
    char *text = malloc(size + 1);
    for (size_t i = 0; i < size; i++)
        text[i] = (char)('a' + i * i % 17);
    text[size] = '\0';
    static const char *const names[] = {"x.gz", "x.zst", "x"};
    for (int i = 0; i < 3; i++) {
        struct stat st;
        packed_put_text(names[i], text);
        expect_content(names[i], text, size);
        ck_assert_int_eq(stat(names[i], &st), 0);
        ck_assert((st.st_size < (off_t)size / 10) == (i < 2));
    }
    packed_put_text("empty.gz", "");
    packed_put_text("empty.zst", "");
    expect_content("empty.gz", "", 0);
    expect_content("empty.zst", "", 0);
    free(text);
    files_leave();
}
END_TEST

START_TEST(full_disk_is_an_error)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_ok(wr_sink_open(&sink, "/dev/full", &err), err);
    wr_sink_string(sink, "x");
    ck_assert_int_eq(wr_sink_commit(sink, &err), WR_EIO);
    ck_assert_str_eq(err.input, "/dev/full");
}
END_TEST

START_TEST(unwritable_places_are_named)
{
    files_enter();
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_assert_int_eq(wr_sink_open(&sink, "none/x", &err), WR_EIO);
    ck_assert_str_eq(err.input, "none/x");
    err = (struct wr_error){0};
    ck_assert_int_eq(wr_sink_open(&sink, ".", &err), WR_EIO);
    ck_assert_int_eq(files_here(), 0);
    files_leave();
}
END_TEST

START_TEST(mode_and_link_of_a_replaced_file_stay)
{
    files_enter();
    packed_put_text("target", "1");
    ck_assert_int_eq(chmod("target", 0640), 0);
    ck_assert_int_eq(symlink("target", "link"), 0);
    packed_put_text("link", "2");
    struct stat st;
    ck_assert_int_eq(lstat("link", &st), 0);
    ck_assert(S_ISLNK(st.st_mode));
    ck_assert_int_eq(stat("target", &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0640);
    expect_content("target", "2", 1);
    files_leave();
}
END_TEST

START_TEST(new_file_obeys_umask)
{
    files_enter();
    umask(027);
    packed_put_text("x", "1");
    struct stat st;
    ck_assert_int_eq(stat("x", &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0640);
    files_leave();
}
END_TEST

unit_main("sink", file_appears_when_committed, a_name_beside_it_is_not_its_own,
          discarded_file_leaves_no_trace, suffix_compresses, full_disk_is_an_error,
          unwritable_places_are_named, mode_and_link_of_a_replaced_file_stay, new_file_obeys_umask)
