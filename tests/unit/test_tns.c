/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "base/rng.h"
#include "packed.h"
#include "io/npy.h"
#include "io/tensorfile.h"

static const struct wr_tensor_file_options from_one = {.index_base = 1};

static struct wr_observations read_text(const char *text,
                                        const struct wr_tensor_file_options *options)
{
    struct wr_error err = {0};
    struct wr_observations o = {0};
    packed_put_text("f.tns", text);
    ck_assert_msg(wr_observations_read("f.tns", options, &o, &err) == WR_OK, "%s: %s", text,
                  err.message);
    return o;
}

/* --- what is accepted ---------------------------------------------------------------------- */

/* The same three entries, written in many ways. */
START_TEST(forms)
{
    static const char *const texts[] = {
        "1 1 0.5\n2 3 -1\n1 2 7\n",
        "# a comment\n1 1 0.5\n\n2 3 -1\n% another\n1 2 7",
        "# dims: 2 3\r\n1\t1\t5e-1\r\n2 3 -1.0\r\n1 2 7\r\n",
        "#dims:2x3\n1 1 .5\n2 3 -1\n1 2 7\n",
        "2\n2 3\n1 1 0.5\n2 3 -1\n1 2 7\n",
        "# of FROSTT\n 2 \n\n2x3\n  1 1   0.50 \n2 3 -1\n1 2 7\n",
        "# dims: 2 3\n2\n2 3\n1 1 0.5\n# dims: 2 3\n2 3 -1\n1 2 7\n",
    };
    const uint32_t index[] = {0, 0, 1, 2, 0, 1};
    const double value[] = {0.5, -1, 7};
    files_enter();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct wr_observations o = read_text(texts[i], &from_one);
        ck_assert(o.order == 2 && o.count == 3);
        ck_assert(o.dim[0] == 2 && o.dim[1] == 3);
        ck_assert_mem_eq(o.index, index, sizeof index);
        ck_assert_mem_eq(o.value, value, sizeof value);
        wr_observations_release(&o);
    }
    files_leave();
}
END_TEST

START_TEST(bases_and_dimensions)
{
    const int64_t dim[] = {5, 6};
    files_enter();
    struct wr_observations o = read_text("0 1 3\n", &(struct wr_tensor_file_options){0});
    ck_assert(o.dim[0] == 1 && o.dim[1] == 2 && o.index[1] == 1);
    wr_observations_release(&o);
    /* what is given wins over the header */
    o = read_text("# dims: 2 2\n5 6 3\n",
                  &(struct wr_tensor_file_options){.index_base = 1, .order = 2, .dim = dim});
    ck_assert(o.dim[0] == 5 && o.dim[1] == 6 && o.index[0] == 4);
    wr_observations_release(&o);
    o = read_text("4294967294 1\n", &from_one);
    ck_assert(o.order == 1 && o.dim[0] == 4294967294);
    wr_observations_release(&o);
    o = read_text("4294967294 1\n", &(struct wr_tensor_file_options){0});
    ck_assert(o.order == 1 && o.dim[0] == WR_DIM_MAX);
    wr_observations_release(&o);
    files_leave();
}
END_TEST

START_TEST(coordinates_alone)
{
    const int64_t dim[] = {3, 4};
    const struct wr_tensor_file_options at = {
        .index_base = 1, .order = 2, .dim = dim, .coordinates = true};
    const struct wr_tensor_file_options at_one = {
        .index_base = 1, .order = 1, .dim = dim, .coordinates = true};
    files_enter();
    struct wr_observations o = read_text("3 4\n1 1\n1 1\n", &at);
    ck_assert(o.count == 3 && !o.value && o.index[1] == 3);
    wr_observations_release(&o);
    o = read_text("2\n3 4\n1 2 0.5\n", &at);
    ck_assert(o.count == 1 && o.value[0] == 0.5 && o.dim[1] == 4);
    wr_observations_release(&o);
    o = read_text("# none\n", &at);
    ck_assert(o.count == 0 && o.order == 2);
    wr_observations_release(&o);
    o = read_text("3\n2\n", &at_one);
    ck_assert(o.count == 2 && o.index[0] == 2);
    wr_observations_release(&o);
    files_leave();
}
END_TEST

/* Many entries: several blocks and chunks, with comments, in any number of threads. */
START_TEST(large_files)
{
    enum { ORDER = 3 };
    const int64_t count = 300000 / unit_step(2);
    const int64_t dim[ORDER] = {1000000, 5, 4000000000};
    struct wr_error err = {0};
    struct wr_observations o, again;
    struct wr_rng rng;
    struct wr_sink *sink;
    wr_rng_init(&rng, 1, 0);
    files_enter();
    ck_ok(wr_observations_init(&o, ORDER, dim, count, true, &err), err);
    for (int64_t i = 0; i < count; i++) {
        o.index[i * ORDER] = (uint32_t)i;
        o.index[i * ORDER + 1] = (uint32_t)wr_rng_below(&rng, 5);
        o.index[i * ORDER + 2] = (uint32_t)wr_rng_below(&rng, 4000000000);
        o.value[i] = wr_rng_normal(&rng) * exp(20 * wr_rng_normal(&rng));
    }
    for (int threads = 1; threads <= 3; threads += 2) {
        wr_threads_set(threads);
        const char *path = threads == 1 ? "f.tns" : "f.tns.zst";
        ck_ok(wr_sink_open(&sink, path, &err), err);
        ck_ok(wr_observations_write(&o, 1, sink, &err), err);
        ck_ok(wr_sink_commit(sink, &err), err);
        ck_ok(wr_observations_read(path, &from_one, &again, &err), err);
        ck_assert_int_eq(again.count, count);
        ck_assert_mem_eq(again.dim, dim, sizeof dim);
        ck_assert_mem_eq(again.index, o.index, (size_t)count * ORDER * sizeof *o.index);
        ck_assert_mem_eq(again.value, o.value, (size_t)count * sizeof *o.value);
        wr_observations_release(&again);
    }
    wr_observations_release(&o);
    files_leave();
}
END_TEST

START_TEST(high_order)
{
    enum { ORDER = 784, COUNT = 500 };
    int64_t dim[ORDER];
    struct wr_error err = {0};
    struct wr_observations o, again;
    struct wr_rng rng;
    struct wr_sink *sink;
    wr_rng_init(&rng, 2, 0);
    files_enter();
    for (int n = 0; n < ORDER; n++)
        dim[n] = 2;
    ck_ok(wr_observations_init(&o, ORDER, dim, COUNT, true, &err), err);
    for (int64_t i = 0; i < ORDER * COUNT; i++)
        o.index[i] = wr_rng_u32(&rng) & 1;
    for (int64_t i = 0; i < COUNT; i++)
        o.value[i] = (double)(i % 3);
    ck_ok(wr_sink_open(&sink, "f.tns.gz", &err), err);
    ck_ok(wr_observations_write(&o, 0, sink, &err), err);
    ck_ok(wr_sink_commit(sink, &err), err);
    ck_ok(wr_observations_read("f.tns.gz", &(struct wr_tensor_file_options){0}, &again, &err), err);
    ck_assert(again.order == ORDER && again.count == COUNT && again.dim[ORDER - 1] == 2);
    ck_assert_mem_eq(again.index, o.index, ORDER * COUNT * sizeof *o.index);
    wr_observations_release(&o);
    wr_observations_release(&again);
    files_leave();
}
END_TEST

/* --- what is refused ----------------------------------------------------------------------- */

struct malformed {
    const char *text;
    int64_t line;
    const char *message;
};

static void refuse(const struct malformed *table, size_t count,
                   const struct wr_tensor_file_options *options)
{
    for (size_t i = 0; i < count; i++) {
        struct wr_error err = {0};
        struct wr_observations o;
        packed_put_text("f.tns", table[i].text);
        ck_assert_msg(wr_observations_read("f.tns", options, &o, &err) == WR_EDATA, "%s",
                      table[i].text);
        ck_assert_str_eq(err.message, table[i].message);
        ck_assert_str_eq(err.input, "f.tns");
        ck_assert_msg(err.line == table[i].line, "%s: line %lld", table[i].text,
                      (long long)err.line);
    }
}

#define REFUSE(table, options) refuse(table, sizeof table / sizeof *table, options)

static const char none[] = "no observation, expected lines `i_1 ... i_N value'";

START_TEST(malformed_entries)
{
    static const struct malformed table[] = {
        {"", 0, none},
        {"# c\n\n", 0, none},
        {"# dims: 2 2\n", 0, none},
        {"2\n2 2\n", 0, none},
        {"1 1 1\n0 1 2\n", 2,
         "index 1 is 0, expected an integer from 1; --index-base=0 counts from 0"},
        {"1 1 1\n1 2 nan\n", 2, "'nan' is not a value, expected a finite number"},
        {"1 1 -inf\n", 1, "'-inf' is not a value, expected a finite number"},
        {"1 1 1e999\n", 1, "'1e999' is not a value, expected a finite number"},
        {"1 1 3x\n", 1, "'3x' is not a value, expected a finite number"},
        {"1 1 1\n\n1 2 3 4\n", 3, "4 words, expected 3: 2 indices and a value"},
        {"1 1 1\n1 2\n", 2, "2 words, expected 3: 2 indices and a value"},
        {"1 1\n2\n", 2, "1 word, expected 2: 1 index and a value"},
        {"# c\n1 1 1\n1.5 2 3\n", 3, "'1.5' is not an index, expected an integer from 1"},
        {"1 1 1\n1 -2 3\n", 2, "'-2' is not an index, expected an integer from 1"},
        {"1,1,1\n", 1,
         "one word, expected an entry `i_1 ... i_N value', or an order from 1 to 1000 before the "
         "dimensions"},
        {"1 4294967295 1\n", 1, "index 2 is 4294967295, too large, expected at most 4294967294"},
        {"99999999999999999999999 1 1\n", 1,
         "index 1 is 99999999999999999999999, too large, expected at most 4294967294"},
        {"# dims: 2 3\n1 3 1\n1 4 1\n", 3, "index 2 is 4, expected at most 3: the dimension is 3"},
        {"# dims: 2 3\n1 3 1 1\n", 2, "4 words, expected 3: 2 indices and a value"},
        {"1 1 1\n# c\n2 1 1\n1 1 2\n2 1 3\n", 4,
         "the coordinates are those of line 1, expected each entry once"},
    };
    files_enter();
    REFUSE(table, &from_one);
    files_leave();
}
END_TEST

START_TEST(malformed_headers)
{
    static const struct malformed table[] = {
        {"# dims:\n1 1 1\n", 1, "no dimensions, expected such as 8 8 8"},
        {"# dims: 2 y\n1 1 1\n", 1,
         "'y' is not a dimension, expected an integer from 1 to 4294967295"},
        {"# dims: 2x0\n1 1 1\n", 1,
         "'0' is not a dimension, expected an integer from 1 to 4294967295"},
        {"# dims: 2xx2\n1 1 1\n", 1,
         "'' is not a dimension, expected an integer from 1 to 4294967295"},
        {"# dims: 2 2\n# dims: 2 3\n1 1 1\n", 2,
         "these dimensions are not those of the header before"},
        {"3\n2 2\n1 1 1\n", 2, "2 dimensions, expected 3 as the order says"},
        {"3\n", 1, "no line after the order, expected the dimensions there"},
        {"1001\n1 1\n", 1,
         "one word, expected an entry `i_1 ... i_N value', or an order from 1 to 1000 before the "
         "dimensions"},
        {"1 1 1\n# dims: 2 2\n", 2, "dimensions after the first entry that do not stand before it"},
    };
    files_enter();
    REFUSE(table, &from_one);
    files_leave();
}
END_TEST

START_TEST(malformed_coordinates)
{
    static const struct malformed table[] = {
        {"1 1\n1 2 3\n", 2, "3 words, expected 2: 2 indices"},
        {"1 1 1\n1 2\n", 2, "2 words, expected 3: 2 indices and a value"},
        {"1 4\n", 1, "index 2 is 4, expected at most 3: the dimension is 3"},
        {"# dims: 2 2 2\n1 1 1\n", 1, "a tensor of order 3, expected 2"},
    };
    const int64_t dim[] = {2, 3};
    const struct wr_tensor_file_options at = {
        .index_base = 1, .order = 2, .dim = dim, .coordinates = true};
    struct wr_error err = {0};
    struct wr_observations o;
    struct wr_sink *sink;
    const int64_t shape[] = {2, 3};
    const double values[6] = {0};
    files_enter();
    REFUSE(table, &at);
    ck_ok(wr_sink_open(&sink, "a.npy", &err), err);
    wr_npy_write('f', 8, 2, shape, values, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
    ck_assert_int_eq(wr_observations_read("a.npy", &at, &o, &err), WR_EDATA);
    ck_assert_str_eq(err.message, "an .npy array, expected lines of coordinates");
    files_leave();
}
END_TEST

/* A malformed line far behind the first block and chunk. */
START_TEST(late_errors_have_their_line)
{
    enum { LINES = 600000 };
    char *text = malloc(LINES * 20), *p = text;
    struct wr_error err = {0};
    struct wr_observations o;
    files_enter();
    for (int i = 1; i <= LINES; i++)
        p += sprintf(p, i == LINES - 1 ? "%d bad\n" : i % 7 ? "%d 1\n" : "# %d\n", i);
    packed_put("f.tns", text, (size_t)(p - text));
    ck_assert_int_eq(wr_observations_read("f.tns", &from_one, &o, &err), WR_EDATA);
    ck_assert_int_eq(err.line, LINES - 1);
    p = text;
    err = (struct wr_error){0};
    for (int i = 1; i <= LINES; i++)
        p += sprintf(p, i % 7 ? "%d 1\n" : "# %d\n", i == LINES - 3 ? 5 : i);
    packed_put("f.tns", text, (size_t)(p - text));
    ck_assert_int_eq(wr_observations_read("f.tns", &from_one, &o, &err), WR_EDATA);
    ck_assert_int_eq(err.line, LINES - 3);
    ck_assert_str_eq(err.message, "the coordinates are those of line 5, expected each entry once");
    free(text);
    files_leave();
}
END_TEST

/* Random words: a text is read, with indices inside the dimensions, or refused with a message. */
START_TEST(random_texts)
{
    static const char *const words[] = {"1",  "2",  "3", "0.5", "-1",     "1e3", "\n",     "\n",
                                        "\n", "\n", "#", " ",   "dims:",  "2x2", "x",      "%",
                                        "\r", "\t", "0", "",    "999999", "nan", "1 1 1\n"};
    const int64_t dim[] = {3, 3};
    struct wr_rng rng;
    int good = 0;
    wr_rng_init(&rng, 8, 0);
    files_enter();
    for (int round = 0; round < 500; round++) {
        const struct wr_tensor_file_options options = {.index_base = round % 2,
                                                       .order = 2,
                                                       .dim = round % 3 ? NULL : dim,
                                                       .coordinates = round % 6 == 0};
        struct wr_error err = {0};
        struct wr_observations o;
        char text[300] = "";
        for (uint64_t left = wr_rng_below(&rng, 20); left > 0; left--) {
            strcat(text, words[wr_rng_below(&rng, sizeof words / sizeof *words)]);
            strcat(text, wr_rng_below(&rng, 8) ? " " : "");
        }
        files_put("f.tns", O_TRUNC, text, strlen(text));
        if (wr_observations_read("f.tns", &options, &o, &err)) {
            ck_assert_msg(err.status == WR_EDATA && err.message[0] != '\0', "%s", text);
            continue;
        }
        for (int64_t i = 0; i < o.count * o.order; i++)
            ck_assert(o.index[i] < o.dim[i % o.order]);
        good += o.count > 0;
        wr_observations_release(&o);
    }
    ck_assert_int_gt(good, 5);
    files_leave();
}
END_TEST

/* --- whole tensors ------------------------------------------------------------------------- */

static struct wr_tensor draw(int order, const int64_t *dim)
{
    struct wr_error err = {0};
    struct wr_tensor t;
    struct wr_rng rng;
    wr_rng_init(&rng, 3, (uint64_t)order);
    ck_ok(wr_tensor_init(&t, order, dim, &err), err);
    for (int64_t i = 0; i < t.size; i++)
        t.value[i] = wr_rng_normal(&rng);
    return t;
}

START_TEST(tensors_there_and_back)
{
    static const char *const paths[] = {"t.tns", "t.npy", "t.tns.gz", "t.npy.zst"};
    const int64_t dim[] = {3, 1, 5, 2};
    files_enter();
    for (int i = 0; i < 8; i++) {
        int order = 1 + i / 2, base = i % 2;
        const char *path = paths[i / 2];
        const struct wr_tensor_file_options options = {.index_base = base};
        struct wr_tensor t = draw(order, dim), again;
        struct wr_error err = {0};
        struct wr_sink *sink;
        struct wr_observations o;
        ck_ok(wr_sink_open(&sink, path, &err), err);
        struct wr_tensor_writer w;
        ck_ok(wr_tensor_writer_begin(&w, wr_tensor_format_of(path), base, order, dim, sink, &err),
              err);
        ck_ok(wr_tensor_writer_put(&w, t.value, t.size, &err), err);
        ck_ok(wr_sink_commit(sink, &err), err);
        ck_ok(wr_tensor_read(path, &options, &again, &err), err);
        ck_assert(again.order == order && again.size == t.size);
        ck_assert_mem_eq(again.dim, dim, (size_t)order * sizeof *dim);
        ck_assert_mem_eq(again.value, t.value, (size_t)t.size * sizeof *t.value);
        ck_ok(wr_observations_read(path, &options, &o, &err), err);
        ck_assert_int_eq(o.count, t.size);
        ck_assert_mem_eq(o.value, t.value, (size_t)t.size * sizeof *t.value);
        wr_observations_release(&o);
        wr_tensor_release(&again);
        wr_tensor_release(&t);
    }
    files_leave();
}
END_TEST

START_TEST(text_of_a_tensor)
{
    const int64_t dim[] = {2, 2};
    const double value[] = {1, 0.1, -3, 1e-20};
    struct wr_tensor_writer w;
    struct wr_error err = {0};
    struct wr_sink *sink;
    files_enter();
    ck_ok(wr_sink_open(&sink, "t.tns", &err), err);
    ck_ok(wr_tensor_writer_begin(&w, WR_TENSOR_TNS, 1, 2, dim, sink, &err), err);
    ck_ok(wr_tensor_writer_put(&w, value, 1, &err), err);
    ck_ok(wr_tensor_writer_put(&w, value + 1, 3, &err), err);
    ck_ok(wr_sink_commit(sink, &err), err);
    char *text = packed_get("t.tns", NULL);
    ck_assert_str_eq(text, "# dims: 2 2\n1 1 1\n1 2 0.1\n2 1 -3\n2 2 1e-20\n");
    free(text);
    files_leave();
}
END_TEST

static void expect_incomplete(const char *path, const struct wr_tensor_file_options *options,
                              const char *message)
{
    struct wr_error err = {0};
    struct wr_tensor t;
    ck_assert_int_eq(wr_tensor_read(path, options, &t, &err), WR_EDATA);
    ck_assert_str_eq(err.message, message);
    ck_assert_str_eq(err.input, path);
}

static void put_array(int rank, const int64_t *shape, const double *value)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_ok(wr_sink_open(&sink, "a.npy", &err), err);
    wr_npy_write('f', 8, rank, shape, value, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
}

START_TEST(incomplete_tensors)
{
    const int64_t dim[] = {2, 3}, empty[] = {2, 0};
    const double values[] = {1, 2, 3, 4, 5, 6}, nan[] = {1, 2, 3, NAN, 5, 6},
                 inf[] = {1, 2, 3, 4, 5, -INFINITY};
    const struct wr_tensor_file_options other = {.index_base = 1, .order = 2, .dim = empty};
    files_enter();
    packed_put_text("f.tns", "# dims: 2 3\n1 1 5\n2 2 5\n");
    expect_incomplete("f.tns", &from_one, "4 of 6 entries are missing, expected a complete tensor");
    put_array(2, dim, nan);
    expect_incomplete("a.npy", &from_one, "entry 2 1 is NaN, expected a finite number");
    put_array(2, dim, inf);
    expect_incomplete("a.npy", &(struct wr_tensor_file_options){0},
                      "entry 1 2 is infinite, expected a finite number");
    put_array(2, empty, values);
    expect_incomplete("a.npy", &from_one,
                      "an array without entries or dimensions, expected a tensor");
    put_array(0, dim, values);
    expect_incomplete("a.npy", &from_one,
                      "an array without entries or dimensions, expected a tensor");
    put_array(2, dim, values);
    expect_incomplete("a.npy", &other, "dimension 2 is 3, expected 0");
    put_array(1, dim, values);
    expect_incomplete("a.npy", &other, "an array of order 1, expected 2");
    files_leave();
}
END_TEST

START_TEST(order_beyond_npy)
{
    int64_t dim[33];
    struct wr_tensor_writer w;
    struct wr_error err = {0};
    for (int n = 0; n < 33; n++)
        dim[n] = 1;
    ck_assert_int_eq(wr_tensor_writer_begin(&w, WR_TENSOR_NPY, 1, 33, dim, NULL, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "a tensor of order 33, but .npy has at most 32");
}
END_TEST

unit_main("tns", forms, bases_and_dimensions, coordinates_alone, large_files, high_order,
          malformed_entries, malformed_headers, malformed_coordinates, late_errors_have_their_line,
          random_texts, tensors_there_and_back, text_of_a_tensor, incomplete_tensors,
          order_beyond_npy)
