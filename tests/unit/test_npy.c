/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <float.h>
#include <math.h>

#include "base/rng.h"
#include "packed.h"
#include "io/npy.h"

/* An .npy file with this dictionary; the caller frees. */
static char *make_file(int version, const char *dictionary, const void *data, size_t bytes,
                       size_t *size)
{
    size_t prefix = version == 1 ? 10 : 12, length = strlen(dictionary);
    char *text = calloc(1, prefix + length + bytes);
    memcpy(text, "\x93NUMPY", 6);
    text[6] = (char)version;
    text[8] = (char)length;
    text[9] = (char)(length >> 8);
    memcpy(text + prefix, dictionary, length);
    if (bytes)
        memcpy(text + prefix + length, data, bytes);
    *size = prefix + length + bytes;
    return text;
}

static enum wr_status parse(struct wr_npy *a, const char *text, size_t size, struct wr_error *err)
{
    return wr_npy_parse(a, (struct wr_span){text, size}, "x.npy", err);
}

struct type {
    char kind;
    int size;
};

static const struct type types[] = {{'i', 1}, {'i', 2}, {'i', 4}, {'i', 8}, {'u', 1}, {'u', 2},
                                    {'u', 4}, {'u', 8}, {'f', 4}, {'f', 8}, {'b', 1}};

enum { TYPES = sizeof types / sizeof *types };

/* A value that the type holds exactly, and its bytes in either order. */
static double draw(struct wr_rng *rng, struct type t, bool swapped, char *bytes)
{
    int bits = 8 * t.size > 50 ? 50 : 8 * t.size;
    double value = (double)wr_rng_below(rng, t.kind == 'b' ? 2 : UINT64_C(1) << bits);
    if (t.kind == 'i')
        value -= (double)(UINT64_C(1) << (bits - 1));
    if (t.kind == 'f')
        value = t.size == 4 ? (double)(float)(value * 0x1p-40) : value * 0x1p-60;
    float single = (float)value;
    int64_t integer = (int64_t)value; /* little end first, as this machine has it */
    char raw[8];
    if (t.kind == 'f')
        memcpy(raw, t.size == 4 ? (void *)&single : (void *)&value, (size_t)t.size);
    else
        memcpy(raw, &integer, (size_t)t.size);
    for (int i = 0; i < t.size; i++)
        bytes[i] = raw[swapped ? t.size - 1 - i : i];
    return value;
}

/* Element `place` of the file, of what index does C order count it? The plain formula. */
static int64_t c_index(const struct wr_npy *a, int64_t place)
{
    int64_t index[WR_NPY_RANK], c = 0;
    for (int i = 0; i < a->rank; i++) {
        int d = a->fortran ? i : a->rank - 1 - i;
        index[d] = place % a->shape[d];
        place /= a->shape[d];
    }
    for (int d = 0; d < a->rank; d++)
        c = c * a->shape[d] + index[d];
    return c;
}

static void check_values(const struct wr_npy *a, const double *want)
{
    double *real = malloc((size_t)a->count * sizeof *real + 1);
    float *single = malloc((size_t)a->count * sizeof *single + 1);
    int64_t *integer = malloc((size_t)a->count * sizeof *integer + 1);
    wr_npy_read_double(a, real);
    wr_npy_read_float(a, single);
    bool integers = a->kind != 'f' && !a->fortran; /* these come in the order of the file */
    if (integers)
        wr_npy_get_i64(a, 0, a->count, integer);
    for (int64_t i = 0; i < a->count; i++) {
        ck_assert(real[i] == want[i]);
        ck_assert(single[i] == (float)want[i]);
        ck_assert(!integers || (double)integer[i] == want[i]);
    }
    free(real);
    free(single);
    free(integer);
}

/* Arrays of every type, order and shape, written and read. */
START_TEST(every_type_and_order)
{
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 200; round++) {
        struct type t = types[wr_rng_below(&rng, TYPES)];
        struct wr_npy form = {.kind = t.kind,
                              .size = t.size,
                              .swapped = t.size > 1 && wr_rng_below(&rng, 2),
                              .fortran = wr_rng_below(&rng, 2),
                              .version = 1 + (int)wr_rng_below(&rng, 3),
                              .rank = (int)wr_rng_below(&rng, 5),
                              .count = 1};
        for (int d = 0; d < form.rank; d++)
            form.count *= form.shape[d] = (int64_t)wr_rng_below(&rng, 6);
        char *data = malloc((size_t)form.count * 8 + 1);
        double *want = malloc((size_t)form.count * sizeof *want + 1);
        for (int64_t i = 0; i < form.count; i++)
            want[c_index(&form, i)] = draw(&rng, t, form.swapped, data + i * t.size);

        struct wr_error err = {0};
        struct wr_sink *sink;
        struct wr_npy a;
        ck_ok(wr_sink_open(&sink, round % 2 ? "x.npy" : "x.npy.gz", &err), err);
        wr_npy_write_header(&form, sink);
        wr_sink_write(sink, data, (size_t)(form.count * t.size));
        ck_ok(wr_sink_commit(sink, &err), err);
        ck_ok(wr_npy_open(&a, round % 2 ? "x.npy" : "x.npy.gz", NULL, &err), err);
        ck_assert_int_eq(a.rank, form.rank);
        ck_assert_int_eq(a.count, form.count);
        ck_assert_int_eq(a.swapped, form.swapped);
        check_values(&a, want);
        wr_npy_close(&a);
        free(data);
        free(want);
    }
    files_leave();
}
END_TEST

START_TEST(extreme_integers)
{
    static const uint64_t data[] = {0, UINT64_MAX, INT64_MAX, (uint64_t)INT64_MAX + 1};
    size_t size;
    struct wr_error err = {0};
    struct wr_npy a;
    int64_t out[4];
    char *text = make_file(1, "{'descr': '<u8', 'fortran_order': False, 'shape': (4,)}", data,
                           sizeof data, &size);
    ck_ok(parse(&a, text, size, &err), err);
    wr_npy_get_i64(&a, 0, 4, out);
    ck_assert(out[0] == 0 && out[1] == INT64_MAX && out[2] == INT64_MAX && out[3] == INT64_MAX);
    a.kind = 'i';
    wr_npy_get_i64(&a, 0, 4, out);
    ck_assert(out[1] == -1 && out[3] == INT64_MIN);
    free(text);
}
END_TEST

/* The bytes of numpy.save (NumPy 1.24). */
START_TEST(header_is_numpys)
{
    static const struct {
        struct wr_npy a;
        const char *dictionary;
    } cases[] = {
        {{.kind = 'i', .size = 8, .version = 1, .rank = 2, .shape = {2, 3}},
         "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }"},
        {{.kind = 'u', .size = 1, .version = 1, .rank = 1, .shape = {3}},
         "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }"},
        {{.kind = 'f', .size = 4, .swapped = true, .version = 1, .rank = 0},
         "{'descr': '>f4', 'fortran_order': False, 'shape': (), }"},
        {{.kind = 'f', .size = 8, .fortran = true, .version = 1, .rank = 2, .shape = {4, 20}},
         "{'descr': '<f8', 'fortran_order': True, 'shape': (4, 20), }"},
    };
    files_enter();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wr_error err = {0};
        struct wr_sink *sink;
        char want[129];
        size_t size;
        snprintf(want, sizeof want, "\x93NUMPY\x01%c%c%c%-117s\n", 0, 118, 0, cases[i].dictionary);
        ck_ok(wr_sink_open(&sink, "x", &err), err);
        wr_npy_write_header(&cases[i].a, sink);
        ck_ok(wr_sink_commit(sink, &err), err);
        char *got = packed_get("x", &size);
        ck_assert_uint_eq(size, 128);
        ck_assert_mem_eq(got, want, 128);
        free(got);
    }
    files_leave();
}
END_TEST

START_TEST(write_is_header_and_data)
{
    static const float data[6] = {0, 1, 2, 3, 4, 5};
    files_enter();
    struct wr_error err = {0};
    struct wr_sink *sink;
    struct wr_npy a;
    double got[6];
    ck_ok(wr_sink_open(&sink, "x", &err), err);
    wr_npy_write('f', 4, 2, (int64_t[]){2, 3}, data, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
    ck_ok(wr_npy_open(&a, "x", NULL, &err), err);
    ck_assert(a.rank == 2 && a.shape[0] == 2 && a.shape[1] == 3 && !a.fortran && !a.swapped);
    wr_npy_read_double(&a, got);
    for (int i = 0; i < 6; i++)
        ck_assert(got[i] == i);
    wr_npy_close(&a);
    files_leave();
}
END_TEST

START_TEST(header_variants_are_read)
{
    static const char *const good[] = {
        "{\"shape\":(2L,3L),\"fortran_order\":False,\"descr\":\"<i2\"}",
        "  { 'descr' : '<i2' , 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , }    \n",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '=i2', 'fortran_order': False, 'shape': (2, 3), }\n",
    };
    static const int16_t data[6] = {-1, 1, 2, 3, 4, 5};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        for (int version = 1; version <= 3; version++) {
            size_t size;
            struct wr_error err = {0};
            struct wr_npy a;
            char *text = make_file(version, good[i], data, sizeof data, &size);
            ck_ok(parse(&a, text, size, &err), err);
            ck_assert(a.rank == 2 && a.shape[0] == 2 && a.shape[1] == 3 && a.version == version);
            int64_t out[6];
            wr_npy_get_i64(&a, 0, 6, out);
            ck_assert(out[0] == -1 && out[5] == 5);
            free(text);
        }
    }
}
END_TEST

#define KEYS \
    "malformed .npy header: expected the keys descr, fortran_order and shape, once each, at "

START_TEST(malformed_headers_are_refused)
{
    static const struct {
        const char *dictionary, *message;
    } bad[] = {
        {"", "malformed .npy header: expected '{' at its byte 1"},
        {"descr", "malformed .npy header: expected '{' at its byte 1"},
        {"{", "malformed .npy header: expected a string in quotes at its byte 2"},
        {"{}", KEYS "its byte 3"},
        {"{'descr': '<i8'}", KEYS "its byte 17"},
        {"{'descr': '<i8', 'descr': '<i8'}", KEYS "its byte 25"},
        {"{'Descr': '<i8'}", KEYS "its byte 9"},
        {"{'descr' '<i8'}", "malformed .npy header: expected a colon at its byte 10"},
        {"{'descr': '<i8' 'shape': (1,)}",
         "malformed .npy header: expected a comma or '}' at its byte 17"},
        {"{'descr': '<i8", "malformed .npy header: expected a string with an end at its byte 12"},
        {"{'descr': '<i3'}", "an array of type '<i3', expected integers or floats such as '<i8', "
                             "'<f4' or '<f8'"},
        {"{'descr': '<c16'}", "an array of type '<c16', expected integers or floats such as "
                              "'<i8', '<f4' or '<f8'"},
        {"{'descr': '|O'}", "an array of type '|O', expected integers or floats such as '<i8', "
                            "'<f4' or '<f8'"},
        {"{'descr': '|i8'}", "an array of type '|i8', expected integers or floats such as '<i8', "
                             "'<f4' or '<f8'"},
        {"{'descr': [('x', '<i8')]}", "an array of structures, expected integers or floats"},
        {"{'fortran_order': true}", "malformed .npy header: expected True or False at its byte 19"},
        {"{'shape': 3}", "malformed .npy header: expected the shape in parentheses at its byte 11"},
        {"{'shape': (3)}", "malformed .npy header: expected a comma at its byte 13"},
        {"{'shape': (3 4)}", "malformed .npy header: expected a comma at its byte 14"},
        {"{'shape': (-3,)}",
         "malformed .npy header: expected a dimension below 2^63 at its byte 12"},
        {"{'shape': (9223372036854775808,)}",
         "malformed .npy header: expected a dimension below 2^63 at its byte 12"},
        {"{'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}",
         "malformed .npy header: expected at most 32 dimensions at its byte 76"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (1,)} x",
         "malformed .npy header: expected nothing more at its byte 57"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (1000000000000,)}",
         "8 bytes of data, expected 8000000000000 for 1000000000000 elements of 8 bytes"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
         "the shape's product passes 2^63"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (2305843009213693952,)}",
         "the shape's product passes 2^63"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (0, 4294967296, 4294967296)}",
         "8 bytes of data, expected 0 for 0 elements of 8 bytes"},
        {"{'descr': '<i4', 'fortran_order': False, 'shape': (1,)}",
         "8 bytes of data, expected 4 for 1 elements of 4 bytes"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t size;
        struct wr_error err = {0};
        struct wr_npy a;
        char *text = make_file(2, bad[i].dictionary, "12345678", 8, &size);
        ck_assert_msg(parse(&a, text, size, &err) == WR_EDATA, "%s", bad[i].dictionary);
        ck_assert_str_eq(err.message, bad[i].message);
        ck_assert_str_eq(err.input, "x.npy");
        free(text);
    }
}
END_TEST

START_TEST(other_files_are_refused)
{
    static const struct {
        const char *text;
        size_t size;
        const char *message;
    } bad[] = {
        {"", 0, "not an .npy file: it does not begin with NumPy's magic bytes"},
        {"0 1\n", 4, "not an .npy file: it does not begin with NumPy's magic bytes"},
        {"\x93NUMPY\1\0\0", 9, "the .npy header is truncated"},
        {"\x93NUMPY\1\0\377\377{}", 12, "the .npy header is truncated"},
        {"\x93NUMPY\2\0\377\377\377\377{}", 14, "the .npy header is truncated"},
        {"\x93NUMPY\4\0\2\0\0\0{}", 14, "version 4.0 of the .npy format, expected 1.0, 2.0 or 3.0"},
        {"\x93NUMPY\1\1\2\0\0\0{}", 14, "version 1.1 of the .npy format, expected 1.0, 2.0 or 3.0"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wr_error err = {0};
        struct wr_npy a;
        ck_assert_int_eq(parse(&a, bad[i].text, bad[i].size, &err), WR_EDATA);
        ck_assert_str_eq(err.message, bad[i].message);
    }
}
END_TEST

/* Damaged headers end in an error or in a consistent array, never in a crash. */
START_TEST(damaged_headers)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 3, 0);
    for (int round = 0; round < 20000; round++) {
        size_t size;
        struct wr_npy a;
        char *text = make_file(1 + round % 3,
                               "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 2), }   \n",
                               "0123456789abcdef", 16, &size);
        for (uint64_t hits = 1 + wr_rng_below(&rng, 3); hits > 0; hits--)
            text[wr_rng_below(&rng, size)] = (char)wr_rng_u32(&rng);
        if (wr_rng_below(&rng, 4) == 0)
            size = wr_rng_below(&rng, size);
        char *exact = malloc(size ? size : 1); /* so that reading past the end is seen */
        memcpy(exact, text, size);
        if (parse(&a, exact, size, NULL) == WR_OK) {
            double out[16];
            ck_assert(a.count * a.size <= 16);
            wr_npy_read_double(&a, out);
        }
        free(exact);
        free(text);
    }
}
END_TEST

unit_main("npy", every_type_and_order, extreme_integers, header_is_numpys, write_is_header_and_data,
          header_variants_are_read, malformed_headers_are_refused, other_files_are_refused,
          damaged_headers)
