/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graphtext.h"

#include "io/edgearray.h"
#include "io/npy.h"

enum { MAX_M = 9000 }; /* more than one block */

struct sample {
    struct wr_npy form;
    int64_t m;
    uint32_t ends[2][MAX_M];
};

static void draw_sample(struct sample *s, struct wr_rng *rng, int64_t most)
{
    static const int sizes[] = {1, 2, 4, 8};
    s->m = (int64_t)wr_rng_below(rng, (uint64_t)most);
    bool ends_first = s->m == 2 || wr_rng_below(rng, 2);
    s->form = (struct wr_npy){.kind = wr_rng_below(rng, 2) ? 'i' : 'u',
                              .size = sizes[wr_rng_below(rng, 4)],
                              .fortran = wr_rng_below(rng, 2),
                              .version = 1 + (int)wr_rng_below(rng, 3),
                              .rank = 2,
                              .shape = {ends_first ? 2 : s->m, ends_first ? s->m : 2},
                              .count = 2 * s->m};
    s->form.swapped = s->form.size > 1 && wr_rng_below(rng, 2);
    for (int e = 0; e < 2; e++)
        for (int64_t i = 0; i < s->m; i++)
            s->ends[e][i] = (uint32_t)wr_rng_below(rng, 40);
}

/* The file of those edges for which keep says so, or of all: element by element. */
static void put_sample(const char *path, const struct sample *s, const bool *keep)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    struct wr_npy form = s->form;
    int64_t place[MAX_M], m = 0;
    for (int64_t i = 0; i < s->m; i++)
        if (!keep || keep[i])
            place[m++] = i;
    bool ends_first = s->form.shape[0] == 2;
    form.shape[ends_first] = m;
    ck_ok(wr_sink_open(&sink, path, &err), err);
    wr_npy_write_header(&form, sink);
    for (int64_t j = 0; j < 2 * m; j++) {
        bool planar = ends_first != form.fortran;
        int64_t end = planar ? j / m : j % 2, edge = planar ? j % m : j / 2;
        uint32_t id = s->ends[end][place[edge]];
        char bytes[8] = {0};
        bytes[form.swapped ? form.size - 1 : 0] = (char)id; /* ids are below 128 */
        wr_sink_write(sink, bytes, (size_t)form.size);
    }
    ck_ok(wr_sink_commit(sink, &err), err);
}

static void check_filtered(const struct sample *s, const struct wr_graph_file *file,
                           const struct wr_edgeset *removed)
{
    bool keep[MAX_M];
    int64_t lines, want_lines = 0;
    size_t size, want_size;
    for (int64_t i = 0; i < s->m; i++) {
        uint32_t u = s->ends[0][i], v = s->ends[1][i];
        keep[i] = u == v || !wr_edgeset_has(removed, wr_graph_find(removed->graph, wr_edge(u, v)));
        want_lines += keep[i];
    }
    put_sample("wanted", s, keep);
    char *want = packed_get("wanted", &want_size);
    char *got = filtered(file, removed, &lines, &size);
    ck_assert_int_eq(lines, want_lines);
    ck_assert_uint_eq(size, want_size);
    ck_assert_mem_eq(got, want, size);
    free(got);
    free(want);
}

START_TEST(random_arrays_are_read_and_filtered)
{
    static const char *const paths[] = {"x", "x.gz", "x.zst"};
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    struct sample *s = malloc(sizeof *s);
    for (int round = 0; round < 200; round++) {
        struct wr_error err = {0};
        struct wr_graph_file file;
        struct wr_graph g;
        struct wr_edgeset removed;
        struct wr_graph_file_options options = {.filter = true};
        draw_sample(s, &rng, round % 20 ? 60 : MAX_M);
        put_sample(paths[round % 3], s, NULL);
        ck_ok(wr_graph_file_read(&file, paths[round % 3], &options, &err), err);
        ck_assert_int_eq(file.format, WR_FORMAT_NPY);
        ck_assert_int_eq(file.pairs.count, s->m);
        uint32_t n = 0;
        for (int64_t i = 0; i < s->m; i++) {
            ck_assert(file.pairs.key[i] == wr_arc(s->ends[0][i], s->ends[1][i]));
            for (int e = 0; e < 2; e++)
                n = s->ends[e][i] >= n ? s->ends[e][i] + 1 : n;
        }
        ck_assert_uint_eq(file.pairs.n, n);
        ck_ok(wr_graph_init(&g, &file.pairs, false, &err), err);
        draw_edges(&rng, &g, &removed);
        check_filtered(s, &file, &removed);
        wr_edgeset_release(&removed);
        wr_graph_release(&g);
        wr_graph_file_release(&file);
    }
    free(s);
    files_leave();
}
END_TEST

/* (2, 2) could be either; it is PyTorch Geometric's. */
START_TEST(two_by_two_is_edge_index)
{
    static const int64_t data[] = {0, 1, 2, 3};
    files_enter();
    struct wr_error err = {0};
    struct wr_sink *sink;
    struct wr_graph_file file;
    ck_ok(wr_sink_open(&sink, "x", &err), err);
    wr_npy_write('i', 8, 2, (int64_t[]){2, 2}, data, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
    ck_ok(wr_graph_file_read(&file, "x", &(struct wr_graph_file_options){0}, &err), err);
    ck_assert_int_eq(file.pairs.count, 2);
    ck_assert(file.pairs.key[0] == wr_arc(0, 2) && file.pairs.key[1] == wr_arc(1, 3));
    wr_graph_file_release(&file);
    files_leave();
}
END_TEST

static void expect_refused(char kind, int size, int rank, const int64_t *shape, const void *data,
                           const char *message)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    struct wr_graph_file file;
    ck_ok(wr_sink_open(&sink, "x", &err), err);
    wr_npy_write(kind, size, rank, shape, data, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
    ck_assert_int_eq(wr_graph_file_read(&file, "x", &(struct wr_graph_file_options){0}, &err),
                     WR_EDATA);
    ck_assert_str_eq(err.message, message);
    ck_assert_str_eq(err.input, "x");
}

START_TEST(other_arrays_are_refused)
{
    static const int64_t ids[] = {0, 1, 2, -3, 4, 4294967295};
    static const uint64_t huge[] = {1, UINT64_MAX};
    files_enter();
    expect_refused('i', 8, 2, (int64_t[]){2, 3}, ids,
                   "vertex id -3 at index [1, 0] is negative, expected 0 to 4294967294");
    expect_refused('i', 8, 2, (int64_t[]){3, 2}, ids,
                   "vertex id -3 at index [1, 1] is negative, expected 0 to 4294967294");
    expect_refused('i', 8, 2, (int64_t[]){1, 2}, ids + 4,
                   "vertex id 4294967295 at index [0, 1] is too large, expected 0 to 4294967294");
    expect_refused('u', 8, 2, (int64_t[]){2, 1}, huge,
                   "vertex id 9223372036854775807 at index [1, 0] is too large, expected 0 to "
                   "4294967294");
    expect_refused('i', 8, 1, (int64_t[]){2}, ids,
                   "an array of shape (2,), expected (2, M) or (M, 2)");
    expect_refused('i', 8, 2, (int64_t[]){1, 1}, ids,
                   "an array of shape (1, 1), expected (2, M) or (M, 2)");
    expect_refused('i', 8, 3, (int64_t[]){2, 1, 2}, ids,
                   "an array of shape (2, 1, 2), expected (2, M) or (M, 2)");
    expect_refused('i', 8, 0, NULL, ids, "an array of shape (), expected (2, M) or (M, 2)");
    expect_refused('f', 8, 2, (int64_t[]){2, 1}, ids, "an array of floats, expected integers");
    expect_refused('b', 1, 2, (int64_t[]){2, 1}, ids, "an array of booleans, expected integers");
    files_leave();
}
END_TEST

START_TEST(writing_reads_back)
{
    uint64_t key[] = {wr_arc(0, 2), wr_arc(1, 0), wr_arc(UINT32_MAX - 1, 3)};
    struct wr_pairs pairs = {.n = UINT32_MAX, .count = 3, .key = key};
    files_enter();
    struct wr_error err = {0};
    struct wr_sink *sink;
    struct wr_graph_file file;
    ck_ok(wr_sink_open(&sink, "x", &err), err);
    wr_edgearray_write(&pairs, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
    ck_ok(wr_graph_file_read(&file, "x", &(struct wr_graph_file_options){0}, &err), err);
    ck_assert_uint_eq(file.pairs.n, UINT32_MAX);
    ck_assert_int_eq(file.pairs.count, 3);
    ck_assert_mem_eq(file.pairs.key, key, sizeof key);
    wr_graph_file_release(&file);
    files_leave();
}
END_TEST

unit_main("edgearray", random_arrays_are_read_and_filtered, two_by_two_is_edge_index,
          other_arrays_are_refused, writing_reads_back)
