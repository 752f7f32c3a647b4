/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "packed.h"
#include "io/labelfile.h"
#include "io/membershipfile.h"
#include "io/npy.h"

/* Lists of integers by their two kinds, labels and graph numbers. */

static void put_array(const char *path, char kind, int size, int rank, const int64_t *shape,
                      const void *data)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_ok(wr_sink_open(&sink, path, &err), err);
    wr_npy_write(kind, size, rank, shape, data, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
}

static void expect_labels(const char *path, int64_t count, const int32_t *want, int32_t classes)
{
    struct wr_labels labels;
    struct wr_error err = {0};
    ck_ok(wr_labels_read(path, &labels, &err), err);
    ck_assert_int_eq(labels.count, count);
    ck_assert_int_eq(labels.classes, classes);
    if (count > 0)
        ck_assert_mem_eq(labels.label, want, (size_t)count * sizeof *want);
    wr_labels_release(&labels);
    ck_assert(labels.count == 0 && !labels.label);
}

START_TEST(lines_become_labels)
{
    static const char text[] = "# classes\n"
                               "3\n"
                               " -1 # unknown\r\n"
                               "\r\n"
                               "\t\n"
                               "  # 5\n"
                               "007\r\n"
                               "2147483646";
    static const int32_t want[] = {3, -1, 7, 2147483646};
    files_enter();
    packed_put_text("x", text);
    packed_put_text("x.gz", text);
    packed_put_text("x.zst", text);
    expect_labels("x", 4, want, INT32_MAX);
    expect_labels("x.gz", 4, want, INT32_MAX);
    expect_labels("x.zst", 4, want, INT32_MAX);
    files_pipe(text, sizeof text - 1);
    expect_labels("-", 4, want, INT32_MAX);
    packed_put_text("x", "");
    expect_labels("x", 0, NULL, 0);
    packed_put_text("x", "-1\n-1\n");
    expect_labels("x", 2, (int32_t[]){-1, -1}, 0);
    files_leave();
}
END_TEST

START_TEST(arrays_become_labels)
{
    enum { MANY = 10000 }; /* more than a block */
    static int32_t many[MANY];
    const int32_t want[] = {3, -1, 7};
    files_enter();
    put_array("x", 'i', 1, 1, (int64_t[]){3}, (int8_t[]){3, -1, 7});
    expect_labels("x", 3, want, 8);
    put_array("x.gz", 'i', 8, 1, (int64_t[]){3}, (int64_t[]){3, -1, 7});
    expect_labels("x.gz", 3, want, 8);
    put_array("x", 'u', 2, 1, (int64_t[]){1}, (uint16_t[]){3});
    expect_labels("x", 1, want, 4);
    put_array("x", 'i', 4, 1, (int64_t[]){0}, want);
    expect_labels("x", 0, NULL, 0);
    for (int i = 0; i < MANY; i++)
        many[i] = i - 1;
    put_array("x", 'i', 4, 1, (int64_t[]){MANY}, many);
    expect_labels("x", MANY, many, MANY - 1);
    size_t size;
    char *bytes = files_get("x", &size);
    files_pipe(bytes, size);
    expect_labels("-", MANY, many, MANY - 1);
    free(bytes);
    files_leave();
}
END_TEST

static void expect_refused(int64_t line, const char *message)
{
    struct wr_labels labels = {.count = -7};
    struct wr_error err = {0};
    ck_assert_int_eq(wr_labels_read("x", &labels, &err), WR_EDATA);
    ck_assert_str_eq(err.message, message);
    ck_assert_str_eq(err.input, "x");
    ck_assert_int_eq(err.line, line);
    ck_assert_int_eq(labels.count, -7);
}

#define LABEL " is not a label, expected an integer from 0 to 2147483646, or -1 for none"

START_TEST(malformed_lines)
{
    static const struct {
        const char *line, *message;
    } bad[] = {
        {"-2", "'-2'" LABEL},
        {"2147483647", "'2147483647'" LABEL},
        {"99999999999999999999", "'99999999999999999999'" LABEL},
        {"1.0", "'1.0'" LABEL},
        {"+1", "'+1'" LABEL},
        {"3x", "'3x'" LABEL},
        {"cat", "'cat'" LABEL},
        {"% 1", "'%'" LABEL},
        {"\x93NUMPY", "'?NUMPY'" LABEL},
        {"1 2", "'2' follows 1, expected one integer per line"},
        {"1,2", "'2' follows 1, expected one integer per line"},
    };
    files_enter();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[100];
        snprintf(text, sizeof text, "0\n\n%s\ny\n", bad[i].line);
        packed_put_text("x", text);
        expect_refused(3, bad[i].message);
    }
    files_leave();
}
END_TEST

START_TEST(unsuitable_arrays)
{
    const int64_t value[] = {0, -2, 2147483647, 1};
    files_enter();
    put_array("x", 'i', 8, 1, (int64_t[]){4}, value);
    expect_refused(0, "'-2' at index 1 is not a label, expected an integer from 0 to 2147483646, "
                      "or -1 for none");
    put_array("x", 'i', 8, 1, (int64_t[]){2}, value + 2);
    expect_refused(0, "'2147483647' at index 0 is not a label, expected an integer from 0 to "
                      "2147483646, or -1 for none");
    put_array("x", 'i', 8, 2, (int64_t[]){4, 1}, value);
    expect_refused(0, "an array of shape (4, 1), expected one dimension");
    put_array("x", 'i', 8, 0, NULL, value);
    expect_refused(0, "an array of shape (), expected one dimension");
    put_array("x", 'f', 8, 1, (int64_t[]){4}, value);
    expect_refused(0, "an array of floats, expected integers");
    put_array("x", 'b', 1, 1, (int64_t[]){4}, value);
    expect_refused(0, "an array of booleans, expected integers");
    packed_put("x", "\x93NUMPY\x01\0", 8);
    struct wr_labels labels;
    struct wr_error err = {0};
    ck_assert_int_eq(wr_labels_read("x", &labels, &err), WR_EDATA);
    err = (struct wr_error){0};
    ck_assert_int_eq(wr_labels_read("no/such/file", &labels, &err), WR_EIO);
    files_leave();
}
END_TEST

START_TEST(graph_numbers)
{
    const uint32_t want[] = {0, 2, 0}; /* no vertex is in graph 1 */
    struct wr_membership m;
    struct wr_error err = {0};
    files_enter();
    packed_put_text("x", "0\n2 # the last\n0\n");
    put_array("x.npy", 'u', 8, 1, (int64_t[]){3}, (uint64_t[]){0, 2, 0});
    for (int i = 0; i < 2; i++) {
        ck_ok(wr_membership_read(i ? "x.npy" : "x", &m, &err), err);
        ck_assert(m.vertices == 3 && m.graphs == 3);
        ck_assert_mem_eq(m.graph, want, sizeof want);
        wr_membership_release(&m);
    }
    packed_put_text("x", "4294967294");
    ck_ok(wr_membership_read("x", &m, &err), err);
    ck_assert(m.vertices == 1 && m.graphs == 4294967295 && m.graph[0] == 4294967294);
    wr_membership_release(&m);
    packed_put_text("x", "");
    ck_ok(wr_membership_read("x", &m, &err), err);
    ck_assert(m.vertices == 0 && m.graphs == 0);
    wr_membership_release(&m);
    static const char *const bad[] = {"-1", "4294967295", "x"};
    for (int i = 0; i < 3; i++) {
        char message[120];
        err = (struct wr_error){0};
        packed_put_text("x", bad[i]);
        ck_assert_int_eq(wr_membership_read("x", &m, &err), WR_EDATA);
        snprintf(message, sizeof message,
                 "'%s' is not the number of a graph, expected an integer "
                 "from 0 to 4294967294",
                 bad[i]);
        ck_assert_str_eq(err.message, message);
        ck_assert_int_eq(err.line, 1);
    }
    files_leave();
}
END_TEST

unit_main("integers", lines_become_labels, arrays_become_labels, malformed_lines, unsuitable_arrays,
          graph_numbers)
