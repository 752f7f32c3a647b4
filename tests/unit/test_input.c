/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "packed.h"

#include <signal.h>
#include <sys/resource.h>

#include "base/rng.h"
#include "io/input.h"

/* Lines of up to `longest` bytes, some empty, the last one without its newline. */
static char *random_lines(size_t size, uint64_t longest)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 7, longest);
    char *text = malloc(size);
    uint64_t left = 0;
    for (size_t i = 0; i < size; i++) {
        if (i > 0)
            text[i] = left == 0 ? '\n' : (char)('a' + i % 23);
        else
            text[i] = 'x';
        left = left == 0 ? wr_rng_below(&rng, longest) : left - 1;
    }
    text[size - 1] = 'z';
    return text;
}

/* All chunks of the input are whole lines and make up text; how many there were. */
static int expect_chunks(struct wr_input *in, const char *text, size_t size)
{
    struct wr_error err = {0};
    struct wr_span chunk;
    size_t at = 0;
    int chunks = 0;
    for (;;) {
        ck_ok(wr_input_next(in, &chunk, &err), err);
        if (chunk.size == 0)
            break;
        ck_assert_uint_le(at + chunk.size, size);
        ck_assert(memcmp(chunk.data, text + at, chunk.size) == 0);
        at += chunk.size;
        ck_assert(at == size || chunk.data[chunk.size - 1] == '\n');
        if (++chunks % 2)
            wr_input_ahead(in);
    }
    ck_assert_uint_eq(at, size);
    ck_ok(wr_input_next(in, &chunk, &err), err);
    ck_assert_uint_eq(chunk.size, 0);
    return chunks;
}

/* The input at path, NULL for standard input, is text, twice and as a whole. */
static int expect_text(const char *path, const char *text, size_t size, size_t memory)
{
    struct wr_error err = {0};
    struct wr_input *in;
    struct wr_input_options options = {.keep_text = true, .memory = memory, .tmp_dir = "."};
    ck_ok(wr_input_open(&in, path, &options, &err), err);
    struct wr_span head = wr_input_head(in), all;
    ck_assert_uint_eq(head.size, size < 4096 ? size : 4096);
    ck_assert(head.size == 0 || memcmp(head.data, text, head.size) == 0);
    int chunks = expect_chunks(in, text, size);
    ck_assert_uint_eq(wr_input_text(in).size, size);
    wr_input_rewind(in);
    ck_assert_int_eq(expect_chunks(in, text, size), chunks);
    ck_ok(wr_input_all(in, &all, &err), err);
    ck_assert_uint_eq(all.size, size);
    ck_assert(size == 0 || memcmp(all.data, text, size) == 0);
    wr_input_close(in);
    return chunks;
}

START_TEST(file_in_chunks)
{
    files_enter();
    size_t size = 13 << 20;
    char *text = random_lines(size, 300);
    files_put("text", O_TRUNC, text, size);
    ck_assert_int_gt(expect_text("text", text, size, 0), 2);
    files_put("short", O_TRUNC, "1 2\n", 4);
    ck_assert_int_eq(expect_text("short", "1 2\n", 4, 0), 1);
    files_put("empty", O_TRUNC, "", 0);
    ck_assert_int_eq(expect_text("empty", "", 0, 0), 0);
    free(text);
    files_leave();
}
END_TEST

START_TEST(lines_longer_than_a_chunk)
{
    files_enter();
    size_t size = 40 << 20;
    char *text = random_lines(size, 12 << 20);
    files_put("text", O_TRUNC, text, size);
    expect_text("text", text, size, 0);
    memset(text, 'x', size);
    files_put("text", O_TRUNC, text, size);
    ck_assert_int_eq(expect_text("text", text, size, 0), 1);
    free(text);
    files_leave();
}
END_TEST

START_TEST(pipe_is_kept_in_memory_or_in_a_file)
{
    files_enter();
    size_t size = 10 << 20;
    char *text = random_lines(size, 50);
    const size_t memory[] = {0, 1, 1 << 20};
    for (int i = 0; i < 3; i++) {
        files_pipe(text, size);
        expect_text(NULL, text, size, memory[i]);
    }
    files_pipe(text, 0);
    expect_text("-", "", 0, 1);
    free(text);
    files_leave();
}
END_TEST

/* What reading a pipe to its end says when its text cannot be kept in a file in tmp_dir. */
static void expect_not_kept(const char *tmp_dir, const char *message)
{
    size_t size = 1 << 20;
    char *text = random_lines(size, 50);
    struct wr_error err = {0};
    struct wr_input *in;
    struct wr_span all;
    struct wr_input_options options = {.keep_text = true, .memory = 1, .tmp_dir = tmp_dir};
    files_pipe(text, size);
    enum wr_status status = wr_input_open(&in, NULL, &options, &err);
    if (!status) {
        status = wr_input_all(in, &all, &err);
        wr_input_close(in);
    }
    ck_assert_int_eq(status, WR_EIO);
    ck_assert(strncmp(err.input, tmp_dir, sizeof err.input - 1) == 0); /* what it has room for */
    ck_assert_str_eq(err.message, message);
    free(text);
}

START_TEST(pipe_that_cannot_be_kept)
{
    expect_not_kept("none", "cannot create a temporary file: No such file or directory");
    /* file systems without files that have no name */
    expect_not_kept("/proc", "cannot create a temporary file: No such file or directory");
    char deep[4090] = "/proc";
    while (strlen(deep) < 4084)
        strcat(deep, "/.");
    expect_not_kept(deep, "cannot create a temporary file: File name too long");

    files_enter();
    struct rlimit old;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    struct rlimit small = {50000, old.rlim_max}; /* more than Check notes of this test */
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    expect_not_kept(".", "cannot write a temporary file: File too large");
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    files_leave();
}
END_TEST

START_TEST(pipe_need_not_be_kept)
{
    size_t size = 10 << 20;
    char *text = random_lines(size, 50);
    struct wr_error err = {0};
    struct wr_input *in;
    files_pipe(text, size);
    ck_ok(wr_input_open(&in, "-", &(struct wr_input_options){0}, &err), err);
    ck_assert_int_eq(wr_input_size(in), -1);
    ck_assert_str_eq(wr_input_name(in), "standard input");
    expect_chunks(in, text, size);
    wr_input_close(in);
    free(text);
}
END_TEST

START_TEST(pipe_is_kept_after_all)
{
    files_enter();
    size_t size = 5 << 20;
    char *text = random_lines(size, 50);
    struct wr_error err = {0};
    struct wr_input *in;
    struct wr_span all;
    files_pipe(text, size);
    ck_ok(wr_input_open(&in, NULL, &(struct wr_input_options){0}, &err), err);
    ck_ok(wr_input_keep(in, ".", &err), err);
    ck_ok(wr_input_all(in, &all, &err), err);
    ck_assert_uint_eq(all.size, size);
    ck_assert(memcmp(all.data, text, size) == 0);
    wr_input_close(in);
    free(text);
    files_leave();
}
END_TEST

START_TEST(standard_input_from_where_it_stands)
{
    files_enter();
    size_t size = 5 << 20;
    char *text = random_lines(size, 50);
    files_put("text", O_TRUNC, text, size);
    int fd = open("text", O_RDONLY);
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(lseek(STDIN_FILENO, 12345, SEEK_SET), 12345);
    expect_text(NULL, text + 12345, size - 12345, 0);
    ck_assert_int_eq(lseek(STDIN_FILENO, (off_t)size, SEEK_SET), (off_t)size);
    expect_text(NULL, "", 0, 0);
    close(fd);
    free(text);
    files_leave();
}
END_TEST

/* Files that were written one behind the other, as parallel compressors do. */
START_TEST(compressed_in_several_members)
{
    files_enter();
    size_t size = 6 << 20;
    char *text = random_lines(size, 50);
    static const char *const names[] = {"x.gz", "x.zst"};
    const unsigned char skippable[] = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
    for (int i = 0; i < 2; i++) {
        size_t cut = size / 3, first_size, second_size;
        packed_put(names[i], text, cut);
        char *first = files_get(names[i], &first_size);
        packed_put(names[i], text + cut, size - cut);
        char *second = files_get(names[i], &second_size);
        ck_assert_int_eq(unlink(names[i]), 0);
        if (i == 1)
            files_put(names[i], O_APPEND, skippable, sizeof skippable);
        files_put(names[i], O_APPEND, first, first_size);
        if (i == 1)
            files_put(names[i], O_APPEND, skippable, sizeof skippable);
        files_put(names[i], O_APPEND, second, second_size);
        expect_text(names[i], text, size, 0);
        expect_text(names[i], text, size, 4096);
        free(first);
        free(second);
    }
    free(text);
    files_leave();
}
END_TEST

/* The status of reading path to its end; the text so far must be the start of text. */
static enum wr_status read_prefix(const char *path, const char *text, size_t size, size_t *got,
                                  struct wr_error *err)
{
    struct wr_input *in;
    struct wr_span chunk = {NULL, 1};
    *got = 0;
    enum wr_status status = wr_input_open(&in, path, &(struct wr_input_options){0}, err);
    if (status)
        return status;
    while (!status && chunk.size > 0) {
        status = wr_input_next(in, &chunk, err);
        if (!status && chunk.size > 0) {
            ck_assert_uint_le(*got + chunk.size, size);
            ck_assert(memcmp(chunk.data, text + *got, chunk.size) == 0);
            *got += chunk.size;
        }
    }
    wr_input_close(in);
    return status;
}

START_TEST(truncated_streams_are_errors)
{
    files_enter();
    size_t size = 5000, full, got;
    char *text = random_lines(size, 50);
    static const char *const names[] = {"x.gz", "x.zst"};
    for (int i = 0; i < 2; i++) {
        packed_put(names[i], text, size);
        char *data = files_get(names[i], &full);
        for (size_t cut = 4; cut < full; cut += 1 + cut / 50) {
            struct wr_error err = {0};
            files_put("cut", O_TRUNC, data, cut);
            ck_assert_int_eq(read_prefix("cut", text, size, &got, &err), WR_EDATA);
            ck_assert_str_eq(err.input, "cut");
            ck_assert_ptr_nonnull(strstr(err.message, "stream is truncated"));
        }
        free(data);
    }
    free(text);
    files_leave();
}
END_TEST

START_TEST(damaged_streams_are_errors)
{
    files_enter();
    size_t size = 5000, full, got;
    char *text = random_lines(size, 50);
    packed_put("x.gz", text, size);
    char *data = files_get("x.gz", &full);
    for (size_t at = 2; at < full; at += 3) {
        struct wr_error err = {0};
        data[at] ^= 0x41;
        files_put("bad", O_TRUNC, data, full);
        data[at] ^= 0x41;
        enum wr_status status = read_prefix("bad", text, size, &got, &err);
        /* bytes 4 to 9 of the header are a date and hints that change nothing */
        ck_assert(status == WR_EDATA || (at >= 4 && at <= 9 && got == size));
    }
    struct wr_error err = {0};
    files_put("x.gz", O_APPEND, "rest", 4);
    ck_assert_int_eq(read_prefix("x.gz", text, size, &got, &err), WR_EDATA);
    ck_assert_str_eq(err.message, "the gzip stream is followed by something that is not gzip");
    free(data);
    free(text);
    files_leave();
}
END_TEST

START_TEST(unreadable_places_are_named)
{
    files_enter();
    struct wr_error err = {0};
    struct wr_input *in;
    ck_assert_int_eq(wr_input_open(&in, "none", &(struct wr_input_options){0}, &err), WR_EIO);
    ck_assert_str_eq(err.input, "none");
    err = (struct wr_error){0};
    ck_assert_int_eq(wr_input_open(&in, ".", &(struct wr_input_options){0}, &err), WR_EIO);
    ck_assert_str_eq(err.input, ".");
    ck_assert_str_eq(err.message, "cannot read: Is a directory");
    files_leave();
}
END_TEST

START_TEST(empty_name_is_an_error)
{
    struct wr_error err = {0};
    struct wr_input *in;
    ck_assert_int_eq(wr_input_open(&in, "", &(struct wr_input_options){0}, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "an input without a name");
}
END_TEST

START_TEST(file_that_shrinks_is_an_error)
{
    files_enter();
    size_t size = 9 << 20;
    char *text = random_lines(size, 50);
    files_put("text", O_TRUNC, text, size);
    struct wr_error err = {0};
    struct wr_input *in;
    struct wr_span chunk;
    ck_ok(wr_input_open(&in, "text", &(struct wr_input_options){0}, &err), err);
    ck_ok(wr_input_next(in, &chunk, &err), err);
    ck_assert_int_eq(truncate("text", 1000), 0);
    ck_assert_int_eq(wr_input_next(in, &chunk, &err), WR_EIO);
    ck_assert_str_eq(err.message, "became shorter while it was read");
    wr_input_close(in);
    free(text);
    files_leave();
}
END_TEST

unit_main("input", file_in_chunks, lines_longer_than_a_chunk, pipe_is_kept_in_memory_or_in_a_file,
          pipe_that_cannot_be_kept, pipe_need_not_be_kept, pipe_is_kept_after_all,
          standard_input_from_where_it_stands, compressed_in_several_members,
          truncated_streams_are_errors, damaged_streams_are_errors, unreadable_places_are_named,
          empty_name_is_an_error, file_that_shrinks_is_an_error)
