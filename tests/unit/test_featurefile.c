/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "packed.h"
#include "io/featurefile.h"
#include "io/npy.h"

static const double values[] = {1, -2, 0.1, 4, 5e-30, 6};

/* A matrix of doubles; Fortran order has columns one after another. */
static void put_matrix(const char *path, bool fortran, int rank, const int64_t *shape,
                       const double *data)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    struct wr_npy a = {
        .kind = 'f', .size = 8, .version = 1, .rank = rank, .fortran = fortran, .count = 1};
    for (int d = 0; d < rank; d++)
        a.count *= a.shape[d] = shape[d];
    ck_ok(wr_sink_open(&sink, path, &err), err);
    wr_npy_write_header(&a, sink);
    wr_sink_write(sink, data, (size_t)a.count * sizeof *data);
    ck_ok(wr_sink_commit(sink, &err), err);
}

static void expect_matrix(const char *path, const float want[6])
{
    struct wr_error err = {0};
    struct wr_feature_matrix x;
    struct wr_labels labels = {.count = -7};
    ck_ok(wr_feature_file_read(path, NULL, &x, &labels, &err), err);
    ck_assert(x.rows == 3 && x.cols == 2 && !x.row && !x.col && !x.value);
    ck_assert_mem_eq(x.dense, want, 6 * sizeof *want);
    ck_assert(labels.count == 0 && !labels.label && labels.classes == 0);
    wr_feature_matrix_release(&x);
}

START_TEST(arrays_become_dense)
{
    const float rows[] = {1, -2, 0.1f, 4, 5e-30f, 6}, columns[] = {1, 4, -2, 5e-30f, 0.1f, 6};
    files_enter();
    put_matrix("x", false, 2, (int64_t[]){3, 2}, values);
    expect_matrix("x", rows);
    put_matrix("x.gz", true, 2, (int64_t[]){3, 2}, values);
    expect_matrix("x.gz", columns);
    size_t size;
    char *bytes = files_get("x", &size);
    files_pipe(bytes, size);
    expect_matrix("-", rows);
    free(bytes);
    files_leave();
}
END_TEST

START_TEST(integers_and_empty)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    struct wr_feature_matrix x;
    struct wr_labels labels;
    files_enter();
    ck_ok(wr_sink_open(&sink, "x", &err), err);
    wr_npy_write('i', 1, 2, (int64_t[]){1, 2}, (int8_t[]){-3, 4}, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
    ck_ok(wr_feature_file_read("x", NULL, &x, &labels, &err), err);
    ck_assert(x.rows == 1 && x.cols == 2 && x.dense[0] == -3 && x.dense[1] == 4);
    wr_feature_matrix_release(&x);
    for (int i = 0; i < 2; i++) {
        put_matrix("x", false, 2, (int64_t[]){i ? 0 : 4, i ? 4 : 0}, values);
        ck_ok(wr_feature_file_read("x", NULL, &x, &labels, &err), err);
        ck_assert(x.rows == (i ? 0 : 4) && x.cols == (i ? 4 : 0) && x.dense);
        wr_feature_matrix_release(&x);
    }
    files_leave();
}
END_TEST

START_TEST(text_becomes_sparse)
{
    struct wr_error err = {0};
    struct wr_feature_matrix x;
    struct wr_labels labels;
    files_enter();
    packed_put_text("x.npy", "1 2:0.5\n0\n"); /* the content decides, not the name */
    ck_ok(wr_feature_file_read("x.npy", NULL, &x, &labels, &err), err);
    ck_assert(x.rows == 2 && x.cols == 2 && !x.dense && x.row[2] == 1 && x.value[0] == 0.5f);
    ck_assert(labels.count == 2 && labels.classes == 2 && labels.label[0] == 1);
    wr_feature_matrix_release(&x);
    wr_labels_release(&labels);
    files_leave();
}
END_TEST

static void expect_refused(const char *message)
{
    struct wr_feature_matrix x = {.rows = -7};
    struct wr_labels labels = {.count = -7};
    struct wr_error err = {0};
    ck_assert_int_eq(wr_feature_file_read("x", NULL, &x, &labels, &err), WR_EDATA);
    ck_assert_str_eq(err.message, message);
    ck_assert_str_eq(err.input, "x");
    ck_assert(x.rows == -7 && labels.count == -7);
}

START_TEST(unsuitable_arrays)
{
    static const struct {
        double value;
        const char *shown;
    } bad[] = {{(double)NAN, "nan"},
               {-(double)NAN, "nan"},
               {(double)INFINITY, "inf"},
               {-(double)INFINITY, "-inf"},
               {-1e39, "-inf"}};
    files_enter();
    put_matrix("x", false, 1, (int64_t[]){6}, values);
    expect_refused("an array of shape (6,), expected two dimensions, a row per vertex");
    put_matrix("x", false, 2, (int64_t[]){1000000000, 0}, values);
    expect_refused("an array of shape (1000000000, 0) has no elements, expected at most 65536 rows "
                   "or columns then");
    put_matrix("x", false, 3, (int64_t[]){1, 2, 3}, values);
    expect_refused("an array of shape (1, 2, 3), expected two dimensions, a row per vertex");
    put_matrix("x", false, 9, (int64_t[]){1, 1, 1, 1, 1, 1, 1, 1, 1}, values);
    expect_refused("an array of shape (1, 1, 1, 1, 1, 1, 1, 1, 1), expected two dimensions, a row "
                   "per vertex");
    int64_t ones[WR_NPY_RANK];
    for (int d = 0; d < WR_NPY_RANK; d++)
        ones[d] = 1;
    put_matrix("x", false, WR_NPY_RANK, ones, values);
    expect_refused("an array of shape (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ...), "
                   "expected two dimensions, a row per vertex");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double matrix[6];
        char message[200];
        memcpy(matrix, values, sizeof matrix);
        matrix[3] = bad[i].value;
        matrix[5] = (double)NAN;
        for (int fortran = 0; fortran < 2; fortran++) {
            put_matrix("x", fortran, 2, (int64_t[]){3, 2}, matrix);
            snprintf(message, sizeof message,
                     "the value at row %d and column 1, counted from 0, is %s in single "
                     "precision, expected a finite number",
                     fortran ? 0 : 1, bad[i].shown);
            expect_refused(message);
        }
    }
    packed_put_text("x", "1 1:nan\n");
    expect_refused("'1:nan' is not a feature, expected a finite number after the colon");
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

unit_main("featurefile", arrays_become_dense, integers_and_empty, text_becomes_sparse,
          unsuitable_arrays, no_such_file)
