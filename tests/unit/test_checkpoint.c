/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "files.h"
#include "unit.h"

#include <zlib.h>

#include "io/checkpoint.h"

static const float f32[] = {1.5F, -0.0F, 3e-39F};
static const double f64[] = {0.1, 1e300};
static const int64_t i64[] = {INT64_MIN, 7};

/* A small checkpoint; its bytes, which the caller frees. */
static char *write_small(const char *path, size_t *size)
{
    struct wr_checkpoint c = {0};
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_ok(wr_checkpoint_put(&c, "model", "gcn", &err), err);
    ck_ok(wr_checkpoint_put_int(&c, "layers", 3, &err), err);
    ck_ok(wr_checkpoint_put_array(&c, "weights", WR_NUMBER_F32, 3, f32, &err), err);
    ck_ok(wr_checkpoint_put_double(&c, "dropout", 0.1, &err), err);
    ck_ok(wr_checkpoint_put_array(&c, "moments", WR_NUMBER_F64, 2, f64, &err), err);
    ck_ok(wr_checkpoint_put_array(&c, "counts", WR_NUMBER_I64, 2, i64, &err), err);
    ck_ok(wr_checkpoint_put_array(&c, "nothing", WR_NUMBER_F32, 0, NULL, &err), err);
    ck_ok(wr_sink_open(&sink, path, &err), err);
    wr_checkpoint_write(&c, "test", sink);
    ck_ok(wr_sink_commit(sink, &err), err);
    wr_checkpoint_release(&c);
    return files_get(path, size);
}

static enum wr_status try_read(const char *path, struct wr_error *err)
{
    struct wr_checkpoint c;
    enum wr_status status = wr_checkpoint_read(&c, path, "test", NULL, err);
    if (!status)
        wr_checkpoint_release(&c);
    return status;
}

static void expect_content(const char *path)
{
    static const char *const models[] = {"gin", "gcn"};
    struct wr_checkpoint c;
    struct wr_error err = {0};
    int model;
    int64_t layers, counts[2];
    float weights[3];
    double dropout, moments[2];
    ck_ok(wr_checkpoint_read(&c, path, "test", NULL, &err), err);
    ck_ok(wr_checkpoint_choice(&c, "model", models, 2, &model, &err), err);
    ck_ok(wr_checkpoint_int(&c, "layers", 1, 10, &layers, &err), err);
    ck_ok(wr_checkpoint_double(&c, "dropout", 0, 1, &dropout, &err), err);
    ck_ok(wr_checkpoint_numbers(&c, "weights", WR_NUMBER_F32, 3, weights, &err), err);
    ck_ok(wr_checkpoint_numbers(&c, "moments", WR_NUMBER_F64, 2, moments, &err), err);
    ck_ok(wr_checkpoint_numbers(&c, "counts", WR_NUMBER_I64, 2, counts, &err), err);
    ck_ok(wr_checkpoint_numbers(&c, "nothing", WR_NUMBER_F32, 0, weights, &err), err);
    ck_assert_int_eq(model, 1);
    ck_assert_int_eq(layers, 3);
    ck_assert_double_eq(dropout, 0.1);
    ck_assert_mem_eq(weights, f32, sizeof f32);
    ck_assert_mem_eq(moments, f64, sizeof f64);
    ck_assert_mem_eq(counts, i64, sizeof i64);
    wr_checkpoint_release(&c);
}

START_TEST(what_is_written_is_read)
{
    files_enter();
    size_t size;
    free(write_small("plain", &size));
    expect_content("plain");
    char *packed = write_small("packed.gz", &size);
    expect_content("packed.gz");
    files_pipe(packed, size);
    expect_content("-");
    free(packed);
    files_leave();
}
END_TEST

/* The layout is the one that is documented. */
START_TEST(layout)
{
    files_enter();
    static const char header[] = "walkrank-checkpoint 1 test\nmodel gcn\nlayers 3\n"
                                 "array weights f32 3\ndropout 0.1\narray moments f64 2\n"
                                 "array counts i64 2\narray nothing f32 0\ndata\n";
    size_t size;
    char *text = write_small("file", &size);
    ck_assert_uint_eq(size, sizeof header - 1 + 12 + 16 + 16 + 4);
    ck_assert_mem_eq(text, header, sizeof header - 1);
    ck_assert_mem_eq(text + sizeof header - 1, "\0\0\xc0\x3f\0\0\0\x80", 8);
    free(text);
    files_leave();
}
END_TEST

START_TEST(asked_for_something_else)
{
    files_enter();
    static const char *const models[] = {"gin", "gat"};
    struct wr_checkpoint c;
    struct wr_error err[9] = {{0}};
    size_t size;
    int64_t i = -5;
    int k = -5;
    double d = -5;
    float out[4] = {-5, -5, -5, -5};
    free(write_small("file", &size));
    ck_assert_int_eq(wr_checkpoint_read(&c, "file", "other", NULL, &err[0]), WR_EDATA);
    ck_assert_str_eq(err[0].message, "the checkpoint holds 'test', expected 'other'");
    ck_ok(wr_checkpoint_read(&c, "file", "test", NULL, &err[1]), err[1]);
    ck_assert_int_eq(wr_checkpoint_int(&c, "hidden", 1, 9, &i, &err[1]), WR_EDATA);
    ck_assert_str_eq(err[1].message, "the checkpoint does not have 'hidden'");
    ck_assert_str_eq(err[1].input, "file");
    ck_assert_int_eq(wr_checkpoint_int(&c, "layers", 4, 9, &i, &err[2]), WR_EDATA);
    ck_assert_str_eq(err[2].message, "the checkpoint has 'layers 3', a value that makes no sense");
    ck_assert_int_eq(wr_checkpoint_int(&c, "model", 0, 9, &i, &err[3]), WR_EDATA);
    ck_assert_int_eq(wr_checkpoint_double(&c, "dropout", 0.2, 1, &d, &err[4]), WR_EDATA);
    ck_assert_int_eq(wr_checkpoint_choice(&c, "model", models, 2, &k, &err[5]), WR_EDATA);
    ck_assert_int_eq(wr_checkpoint_numbers(&c, "weight", WR_NUMBER_F32, 3, out, &err[6]), WR_EDATA);
    ck_assert_int_eq(wr_checkpoint_numbers(&c, "weights", WR_NUMBER_F64, 3, out, &err[7]),
                     WR_EDATA);
    ck_assert_int_eq(wr_checkpoint_numbers(&c, "weights", WR_NUMBER_F32, 4, out, &err[8]),
                     WR_EDATA);
    ck_assert_str_eq(err[8].message, "array weights of the checkpoint has 3 numbers of type f32, "
                                     "expected 4 of type f32");
    ck_assert(i == -5 && k == -5 && d == -5 && out[0] == -5);
    wr_checkpoint_release(&c);
    files_leave();
}
END_TEST

START_TEST(cut_short_anywhere)
{
    files_enter();
    size_t size;
    char *text = write_small("file", &size);
    for (size_t cut = 0; cut < size; cut++) {
        struct wr_error err = {0};
        files_put("cut", O_TRUNC, text, cut);
        ck_assert_int_eq(try_read("cut", &err), WR_EDATA);
        ck_assert_str_eq(err.input, "cut");
    }
    files_put("cut", O_TRUNC, text, size);
    files_put("cut", O_APPEND, "", 1);
    ck_assert_int_eq(try_read("cut", NULL), WR_EDATA);
    free(text);
    files_leave();
}
END_TEST

START_TEST(any_bit_flipped)
{
    files_enter();
    size_t size;
    char *text = write_small("file", &size);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        files_put("flipped", O_TRUNC, text, size);
        ck_assert_int_eq(try_read("flipped", NULL), WR_EDATA);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
    free(text);
    files_leave();
}
END_TEST

/* Text that is wrong although its checksum is right. */
START_TEST(malformed)
{
    files_enter();
    static const struct {
        const char *text;
        const char *message;
        int line;
    } cases[] = {
        {"walkrank-checkpoint 2 test\ndata\n", "version 2 of the checkpoint format, expected 1", 1},
        {"walkrank-checkpoint 1 test\n", "no line 'data'", 1},
        {"walkrank-checkpoint 1 test", "no line 'data'", 1},
        {"walkrank-checkpoint 1 test\nmodel\ndata\n", "expected 'KEY VALUE'", 2},
        {"walkrank-checkpoint 1 test\nmodel \ndata\n", "expected 'KEY VALUE'", 2},
        {"walkrank-checkpoint 1 test\n\ndata\n", "expected 'KEY VALUE'", 2},
        {"walkrank-checkpoint 1 test\narray x f16 0\ndata\n",
         "expected 'array NAME f32|f64|i64 COUNT'", 2},
        {"walkrank-checkpoint 1 test\narray x f32 -1\ndata\n",
         "expected 'array NAME f32|f64|i64 COUNT'", 2},
        {"walkrank-checkpoint 1 test\narray x f32 1 2\ndata\n1234",
         "expected 'array NAME f32|f64|i64 COUNT'", 2},
        {"walkrank-checkpoint 1 test\na b\narray x f32 9223372036854775807\ndata\n",
         "expected 'array NAME f32|f64|i64 COUNT'", 3},
        {"walkrank-checkpoint 1 test\narray x f64 1000000000000\ndata\n12345678",
         "the data ends before the 1000000000000 numbers of array x", 0},
        {"walkrank-checkpoint 1 test\narray x f32 1\narray y f32 2\ndata\n12345678",
         "the data ends before the 2 numbers of array y", 0},
        {"walkrank-checkpoint 1 test\narray x f32 1\ndata\n12345", "1 bytes after the last array",
         0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wr_error err = {0};
        const char *text = cases[i].text;
        uint32_t crc = (uint32_t)crc32(0, (const Bytef *)text, (uInt)strlen(text));
        const unsigned char tail[] = {(unsigned char)crc, (unsigned char)(crc >> 8),
                                      (unsigned char)(crc >> 16), (unsigned char)(crc >> 24)};
        files_put("file", O_TRUNC, text, strlen(text));
        files_put("file", O_APPEND, tail, sizeof tail);
        ck_assert_int_eq(try_read("file", &err), WR_EDATA);
        ck_assert_str_eq(err.message, cases[i].message);
        ck_assert_int_eq((int)err.line, cases[i].line);
    }
    files_leave();
}
END_TEST

START_TEST(foreign_files)
{
    files_enter();
    struct wr_error err[2] = {{0}};
    files_put("edges", O_TRUNC, "0 1\n", 4);
    ck_assert_int_eq(try_read("edges", &err[0]), WR_EDATA);
    ck_assert_str_eq(err[0].message, "not a checkpoint of walkrank");
    ck_assert_int_eq(try_read("missing", &err[1]), WR_EIO);
    files_leave();
}
END_TEST

unit_main("checkpoint", what_is_written_is_read, layout, asked_for_something_else,
          cut_short_anywhere, any_bit_flipped, malformed, foreign_files)
