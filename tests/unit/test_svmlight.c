/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <float.h>

#include "base/blocks.h"
#include "base/rng.h"
#include "packed.h"
#include "io/featurefile.h"
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

static const char plain_text[] = "# label index:value ...\n"
                                 "3 2:0.1 3:-2 5:3.4028235e+38 7:1e-45\n"
                                 "-1 qid:7 1:1 # the 1st: a comment\n"
                                 "\t# 5:5\n"
                                 "0\n"
                                 "+1\t4294967295:12345678  \n"
                                 "2.0 1:+1 2:16777217 3:0 4:-.5 5:5.#6:6\n"
                                 "2147483646 qid:-1";

static void check_plain(const char *path)
{
    const int32_t label[] = {3, -1, 0, 1, 2, 2147483646};
    const int64_t row[] = {0, 4, 5, 5, 6, 11, 11};
    const uint32_t col[] = {1, 2, 4, 6, 0, 4294967294, 0, 1, 2, 3, 4};
    const float value[] = {0.1f, -2, FLT_MAX, 1e-45f, 1, 12345678, 1, 16777216, 0, -.5f, 5};
    struct wr_feature_matrix x;
    struct wr_labels labels;
    struct wr_error err = {0};
    ck_ok(wr_feature_file_read(path, NULL, &x, &labels, &err), err);
    ck_assert_int_eq(x.rows, 6);
    ck_assert_int_eq(x.cols, 4294967295);
    ck_assert_int_eq(x.widest_line, 6);
    ck_assert_ptr_null(x.dense);
    ck_assert_mem_eq(x.row, row, sizeof row);
    ck_assert_mem_eq(x.col, col, sizeof col);
    ck_assert_mem_eq(x.value, value, sizeof value);
    ck_assert_int_eq(labels.count, 6);
    ck_assert_int_eq(labels.classes, 2147483647);
    ck_assert_mem_eq(labels.label, label, sizeof label);
    wr_feature_matrix_release(&x);
    wr_labels_release(&labels);
}

START_TEST(lines_become_rows)
{
    char crlf[2 * sizeof plain_text], *p = crlf;
    files_enter();
    packed_put_text("plain", plain_text);
    packed_put_text("x.gz", plain_text);
    packed_put_text("x.zst", plain_text);
    for (const char *q = plain_text; *q; *p++ = *q++)
        if (*q == '\n')
            *p++ = '\r';
    packed_put("crlf", crlf, (size_t)(p - crlf));
    check_plain("plain");
    check_plain("x.gz");
    check_plain("x.zst");
    check_plain("crlf");
    files_pipe(plain_text, sizeof plain_text - 1);
    check_plain("-");
    files_leave();
}
END_TEST

START_TEST(no_lines_no_rows)
{
    files_enter();
    static const char *const texts[] = {"", "# 1:2\n", "#"};
    for (int i = 0; i < 3; i++) {
        struct wr_feature_matrix x;
        struct wr_labels labels;
        struct wr_error err = {0};
        packed_put_text("x", texts[i]);
        ck_ok(wr_feature_file_read("x", NULL, &x, &labels, &err), err);
        ck_assert(x.rows == 0 && x.cols == 0 && x.row[0] == 0);
        ck_assert(labels.count == 0 && labels.classes == 0);
        wr_feature_matrix_release(&x);
        wr_labels_release(&labels);
    }
    files_leave();
}
END_TEST

START_TEST(malformed_lines)
{
#define LABEL " is not a label, expected a class from 0, or -1 for none"
#define FEATURE " is not a feature, expected index:value, indices from 1"
#define VALUE " is not a feature, expected a finite number after the colon"
    static const struct {
        const char *line, *message;
    } bad[] = {
        {"", "a blank line, expected a label and index:value pairs"},
        {" \t\r", "a blank line, expected a label and index:value pairs"},
        {"1:1 2:2", "'1:1'" LABEL},
        {"x 1:1", "'x'" LABEL},
        {"-2 1:1", "'-2'" LABEL},
        {"0.5 1:1", "'0.5'" LABEL},
        {"-0.5 1:1", "'-0.5'" LABEL},
        {"1,2 1:1", "'1,2'" LABEL},
        {"nan 1:1", "'nan'" LABEL},
        {"2147483647 1:1", "'2147483647'" LABEL},
        {"1e300 1:1", "'1e300'" LABEL},
        {"qid:1 1:1", "'qid:1'" LABEL},
        {"1 qid:x 1:1", "'qid:x' is not a query, expected qid: and an integer"},
        {"1 qid: 1:1", "'qid:' is not a query, expected qid: and an integer"},
        {"1 1:1 qid:1", "'qid:1'" FEATURE},
        {"1 2", "'2'" FEATURE},
        {"1 2 :3", "'2'" FEATURE},
        {"1 :4", "':4'" FEATURE},
        {"1 -1:4", "'-1:4'" FEATURE},
        {"1 0:4", "'0:4'" FEATURE},
        {"1 x:4", "'x:4'" FEATURE},
        {"1 1.0:4", "'1.0:4'" FEATURE},
        {"1 1=4", "'1=4'" FEATURE},
        {"1 1:1,2:1", "'1:1,2:1'" VALUE},
        {"1 3:", "'3:'" VALUE},
        {"1 3: 4", "'3:'" VALUE},
        {"1 3:x", "'3:x'" VALUE},
        {"1 3:4x", "'3:4x'" VALUE},
        {"1 3:4:5", "'3:4:5'" VALUE},
        {"1 3:nan", "'3:nan'" VALUE},
        {"1 3:-inf", "'3:-inf'" VALUE},
        {"1 3:1e39", "'3:1e39'" VALUE},
        {"1 3:3.40282357e38", "'3:3.40282357e38'" VALUE},
        {"1 3:0x1", "'3:0x1'" VALUE},
        {"1 3:#", "'3:'" VALUE},
        {"1 3:1 3:2", "'3:2' follows index 3, expected ascending indices"},
        {"1 3:1 2:2", "'2:2' follows index 3, expected ascending indices"},
        {"1 4294967296:1", "'4294967296:1' has too large an index, expected at most 4294967295"},
        {"1 99999999999999999999999:1",
         "'99999999999999999999999:1' has too large an index, expected at most 4294967295"},
        {"1 1:\x01\x7f", "'1:\?\?'" VALUE},
    };
    files_enter();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[256];
        struct wr_feature_matrix x = {.rows = -7};
        struct wr_labels labels = {.count = -7};
        struct wr_error err = {0};
        snprintf(text, sizeof text, "1 1:1\n# 2:2\n%s\n1 x\n", bad[i].line);
        packed_put_text("x", text);
        ck_assert_int_eq(wr_feature_file_read("x", NULL, &x, &labels, &err), WR_EDATA);
        ck_assert_str_eq(err.message, bad[i].message);
        ck_assert_str_eq(err.input, "x");
        ck_assert_int_eq(err.line, 3);
        ck_assert(x.rows == -7 && labels.count == -7);
    }
    files_leave();
}
END_TEST

START_TEST(no_such_file)
{
    struct wr_feature_matrix x;
    struct wr_labels labels;
    struct wr_error err = {0};
    ck_assert_int_eq(wr_feature_file_read("no/such/file", NULL, &x, &labels, &err), WR_EIO);
}
END_TEST

/* --- large files --------------------------------------------------------------------------- */

enum { DIM = 60 };

static int64_t rows(void)
{
    return 10000 / unit_step(2);
}

/* A row to write: its values lie in all ranges of floats, and now and then it is a long one. */
static int64_t random_row(struct wr_rng *rng, float *row)
{
    int64_t dim = wr_rng_below(rng, 1000) ? DIM : 100000;
    for (int64_t j = 0; j < dim; j++) {
        union {
            uint32_t bits;
            float value;
        } x = {wr_rng_u32(rng)};
        if (x.value != x.value || x.value - x.value != 0)
            x.value = 1;
        row[j] = wr_rng_below(rng, 4) ? 0 : wr_rng_below(rng, 2) ? x.value : (float)j;
    }
    return dim;
}

static void write_random(const char *path, bool comments)
{
    static float row[100000];
    struct wr_error err = {0};
    struct wr_sink *sink;
    struct wr_rng rng;
    wr_rng_init(&rng, 3, 0);
    ck_ok(wr_sink_open(&sink, path, &err), err);
    for (int64_t i = 0; i < rows(); i++) {
        int64_t dim = random_row(&rng, row);
        if (comments && i % 5 == 0)
            wr_sink_printf(sink, "# row:%d::\n", (int)i);
        wr_svmlight_write_row(i % 11 - 1, row, dim, sink);
    }
    ck_ok(wr_sink_commit(sink, &err), err);
}

static void check_random(const struct wr_feature_matrix *x, const struct wr_labels *labels)
{
    static float row[100000];
    struct wr_rng rng;
    int64_t entry = 0, longest = 0;
    bool same = true; /* an assertion for every entry takes longer than all the rest */
    wr_rng_init(&rng, 3, 0);
    ck_assert_int_eq(x->rows, rows());
    for (int64_t i = 0; i < rows(); i++) {
        int64_t dim = random_row(&rng, row);
        same = same && labels->label[i] == i % 11 - 1 && x->row[i] == entry;
        for (int64_t j = 0; j < dim && same; j++) {
            if (row[j] == 0)
                continue;
            same = x->col[entry] == j && memcmp(&x->value[entry], &row[j], sizeof *row) == 0;
            entry++;
            longest = longest > j ? longest : j + 1;
        }
        ck_assert_msg(same, "row %d", (int)i);
    }
    ck_assert_int_eq(x->row[rows()], entry);
    ck_assert_int_eq(x->cols, longest);
    ck_assert_int_eq(labels->count, rows());
    ck_assert_int_eq(labels->classes, 10);
}

/* What is written is read, bit for bit, by any number of threads, over many turns of blocks, with
 * lines longer than a block, with comments that make the bounds too large, from a stream. */
START_TEST(round_trip)
{
    static const char *const path[] = {"plain", "comments", "x.zst"};
    files_enter();
    for (int i = 0; i < 3; i++) {
        write_random(path[i], i > 0);
        for (int threads = 1; threads <= 4; threads += 3) {
            struct wr_feature_matrix x;
            struct wr_labels labels;
            struct wr_error err = {0};
            wr_threads_set(threads);
            ck_ok(wr_feature_file_read(path[i], NULL, &x, &labels, &err), err);
            check_random(&x, &labels);
            wr_feature_matrix_release(&x);
            wr_labels_release(&labels);
        }
    }
    files_leave();
}
END_TEST

/* The first malformed line is the one that is reported, with its number, whoever finds it. */
START_TEST(first_bad_line_of_many)
{
    enum { LINES = 400000, FIRST = 270001 };
    struct wr_feature_matrix x;
    struct wr_labels labels;
    struct wr_error err = {0};
    FILE *file;
    files_enter();
    file = fopen("x", "w");
    for (int i = 1; i <= LINES; i++)
        fputs(i < FIRST        ? i % 3 ? "1 5:0.25 9:1\n" : "# a comment: long or short\n"
              : i % 10000 == 1 ? "1 9:1 5:1\n"
                               : "2\n",
              file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(wr_feature_file_read("x", NULL, &x, &labels, &err), WR_EDATA);
    ck_assert_int_eq(err.line, FIRST);
    files_leave();
}
END_TEST

unit_main("svmlight", rows_are_sparse_and_shortest, lines_become_rows, no_lines_no_rows,
          malformed_lines, no_such_file, round_trip, first_bad_line_of_many)
