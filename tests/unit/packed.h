/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_PACKED_H
#define TESTS_PACKED_H

#include "files.h"
#include "unit.h"

#include "io/input.h"
#include "io/sink.h"

/* Files of a test that may be compressed, in the folder that files_enter has made. */

/* Write a file through a sink: .gz and .zst compress. */
static inline void packed_put(const char *path, const void *data, size_t size)
{
    struct wr_error err = {0};
    struct wr_sink *sink = NULL;
    ck_assert_int_eq(wr_sink_open(&sink, path, &err), WR_OK);
    wr_sink_write(sink, data, size);
    ck_assert_msg(wr_sink_commit(sink, &err) == WR_OK, "%s", err.message);
}

static inline void packed_put_text(const char *path, const char *text)
{
    packed_put(path, text, strlen(text));
}

/* The (decompressed) content of a file, 0-terminated; the caller frees. */
static inline char *packed_get(const char *path, size_t *size)
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
