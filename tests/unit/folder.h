/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/input.h"
#include "io/sink.h"

/* Files for a test: each test runs in a process of its own and enters a folder of its own. */

static inline void folder_enter(void)
{
    static char name[] = "/tmp/walkrank-test-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(name));
    ck_assert_int_eq(chdir(name), 0);
}

/* Remove the folder and the files that the test names, in a NULL-terminated list. */
static inline void folder_leave(const char *file, ...)
{
    char name[4096];
    va_list files;
    va_start(files, file);
    for (; file; file = va_arg(files, const char *))
        (void)unlink(file);
    va_end(files);
    ck_assert_ptr_nonnull(getcwd(name, sizeof name));
    ck_assert_int_eq(rmdir(name), 0);
}

/* Write a file; .gz and .zst compress. */
static inline void folder_put(const char *path, const void *data, size_t size)
{
    struct wr_error err = {0};
    struct wr_sink *sink = NULL;
    ck_assert_int_eq(wr_sink_open(&sink, path, &err), WR_OK);
    wr_sink_write(sink, data, size);
    ck_assert_msg(wr_sink_commit(sink, &err) == WR_OK, "%s", err.message);
}

static inline void folder_put_text(const char *path, const char *text)
{
    folder_put(path, text, strlen(text));
}

/* The (decompressed) content of a file, 0-terminated; the caller frees. */
static inline char *folder_get(const char *path, size_t *size)
{
    struct wr_error err = {0};
    struct wr_input *in = NULL;
    struct wr_span text;
    struct wr_input_options options = {.keep_text = true};
    ck_assert_int_eq(wr_input_open(&in, path, &options, &err), WR_OK);
    ck_assert_int_eq(wr_input_all(in, &text, &err), WR_OK);
    char *copy = malloc(text.size + 1);
    ck_assert_ptr_nonnull(copy);
    if (text.size)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    if (size)
        *size = text.size;
    wr_input_close(in);
    return copy;
}

#endif
