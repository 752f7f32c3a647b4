/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graphtext.h"

static enum wr_graph_format told(const char *path)
{
    struct wr_error err = {0};
    struct wr_graph_file file;
    struct wr_graph_file_options options = {0};
    ck_ok(wr_graph_file_read(&file, path, &options, &err), err);
    enum wr_graph_format format = file.format;
    wr_graph_file_release(&file);
    return format;
}

static const char mtx[] = "%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n2 1\n";
static const char metis[] = "2 1\n2\n1\n";
static const char edges[] = "0 1\n";

START_TEST(formats_are_told_apart)
{
    files_enter();
    packed_put_text("x.txt", edges);
    ck_assert_int_eq(told("x.txt"), WR_FORMAT_EDGES);
    packed_put_text("x.txt", mtx); /* by its banner, whatever the name */
    ck_assert_int_eq(told("x.txt"), WR_FORMAT_MTX);
    packed_put_text("x.graph", mtx);
    ck_assert_int_eq(told("x.graph"), WR_FORMAT_MTX);
    static const char *const names[] = {"x.graph", "x.graph.gz", "x.metis.zst"};
    for (int i = 0; i < 3; i++) {
        packed_put_text(names[i], metis);
        ck_assert_int_eq(told(names[i]), WR_FORMAT_METIS);
    }
    packed_put_text(".graph", edges); /* a suffix is not a name */
    ck_assert_int_eq(told(".graph"), WR_FORMAT_EDGES);
    files_leave();
}
END_TEST

START_TEST(names_of_formats)
{
    enum wr_graph_format format;
    ck_assert(wr_graph_format_by_name("edges", &format) && format == WR_FORMAT_EDGES);
    ck_assert(wr_graph_format_by_name("npy", &format) && format == WR_FORMAT_NPY);
    ck_assert(!wr_graph_format_by_name("auto", &format));
    ck_assert(!wr_graph_format_by_name("", &format));
    ck_assert_str_eq(wr_graph_format_name(WR_FORMAT_METIS), "metis");
}
END_TEST

/* What the name promises is what has to be there. */
START_TEST(wrong_content_is_refused)
{
    files_enter();
    struct wr_graph_file_options options = {0};
    struct wr_graph_file file;
    static const struct {
        const char *name, *message;
    } cases[] = {
        {"x.mtx", "no Matrix Market banner, expected `%%MatrixMarket matrix coordinate'"},
        {"x.npy.gz", "not an .npy file: it does not begin with NumPy's magic bytes"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct wr_error err = {0};
        packed_put_text(cases[i].name, edges);
        ck_assert_int_eq(wr_graph_file_read(&file, cases[i].name, &options, &err), WR_EDATA);
        ck_assert_str_eq(err.message, cases[i].message);
    }
    files_leave();
}
END_TEST

START_TEST(options_that_formats_do_not_have)
{
    files_enter();
    struct wr_error err = {0};
    struct wr_graph_file file;
    struct wr_graph_file_options options = {.directed = true};
    packed_put_text("x", mtx);
    ck_assert_int_eq(wr_graph_file_read(&file, "x", &options, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "a symmetric matrix has no arcs, it is undirected");
    err = (struct wr_error){0};
    options = (struct wr_graph_file_options){.weight_column = 3, .format = WR_FORMAT_NPY};
    ck_assert_int_eq(wr_graph_file_read(&file, "x", &options, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "an array of edges has no weights");
    files_leave();
}
END_TEST

START_TEST(more_vertices_than_the_file_has)
{
    files_enter();
    struct wr_error err = {0};
    struct wr_graph_file file;
    struct wr_graph_file_options options = {.nodes = 7};
    static const char *const texts[] = {edges, mtx};
    for (int i = 0; i < 2; i++) {
        packed_put_text("x", texts[i]);
        ck_ok(wr_graph_file_read(&file, "x", &options, &err), err);
        ck_assert_uint_eq(file.pairs.n, 7);
        wr_graph_file_release(&file);
    }
    files_leave();
}
END_TEST

/* The file's graph is refused for this reason, at this line. */
static void expect_torn(struct wr_graph_file *file, bool directed, int64_t line,
                        const char *message)
{
    struct wr_error err = {0};
    struct wr_graph g;
    ck_assert_int_eq(wr_graph_file_graph(file, directed, &g, &err), WR_EDATA);
    ck_assert_str_eq(err.message, message);
    ck_assert_str_eq(err.input, wr_input_name(file->input));
    ck_assert_int_eq(err.line, line);
    wr_graph_file_release(file);
}

/* Copies of an edge with different weights are found again by their lines. */
START_TEST(torn_edges_have_lines)
{
    static const char matrix[] = "%%MatrixMarket matrix coordinate real general\n% c\n2 2 4\n\n"
                                 "2 2 9\n2 1 -1.5\n1 2 -1.5\n2 1 0\n";
    static const struct {
        const char *text;
        int column;
        bool directed;
        int64_t line;
        const char *message;
    } table[] = {
        {"0 1 1\n1 0 2", 3, false, 2,
         "edge 0 1 is listed with weights 1 and 2, the first on line 1"},
        {"# c\r\n2 2 1\r\n2,2,3\r\n1,0,5\r\n\r\n0 2 1\r\n0 1 5\r\n1 0 2\r\n0 1 3\r\n", 3, false, 8,
         "edge 0 1 is listed with weights 5 and 2, the first on line 4"},
        {"0 1 1\n1 0 2\n0 1 3\n", 3, true, 3,
         "edge 0 1 is listed with weights 1 and 3, the first on line 1"},
        {"0,1,,4\n0,1,4,5\n", 4, false, 2,
         "edge 0 1 is listed with weights 4 and 5, the first on line 1"},
        {matrix, 0, false, 8, "edge 0 1 is listed with weights -1.5 and 0, the first on line 6"},
        {matrix, 0, true, 8, "edge 1 0 is listed with weights -1.5 and 0, the first on line 6"},
    };
    static const char *const paths[] = {"x", "x.gz", "x.zst"};
    files_enter();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct wr_graph_file_options options = {.weight_column = table[i].column,
                                                .any_values = true};
        for (int p = 0; p < 3; p++) {
            struct wr_error err = {0};
            struct wr_graph_file file;
            packed_put_text(paths[p], table[i].text);
            ck_ok(wr_graph_file_read(&file, paths[p], &options, &err), err);
            expect_torn(&file, table[i].directed, table[i].line, table[i].message);
        }
    }
    files_leave();
}
END_TEST

/* In a pipe only if its text was kept. */
START_TEST(torn_edges_of_streams)
{
    struct text text = {.size = 0};
    text_add(&text, "0 1 1\n1 0 2\n");
    files_enter();
    for (int filter = 0; filter < 2; filter++) {
        struct wr_graph_file_options options = {.weight_column = 3, .filter = filter};
        struct wr_error err = {0};
        struct wr_graph_file file;
        ck_ok(text_read(&text, NULL, &options, &file, &err), err);
        expect_torn(&file, false, filter ? 2 : 0,
                    filter ? "edge 0 1 is listed with weights 1 and 2, the first on line 1"
                           : "edge 0 1 is listed with weights 1 and 2");
    }
    files_leave();
}
END_TEST

/* A stream larger than one chunk of 4 MiB, its lines cut anywhere. */
START_TEST(long_streams)
{
    const int entries = 800000 / unit_step(2);
    files_enter();
    struct wr_error err = {0};
    struct wr_graph_file file;
    struct wr_graph_file_options options = {0};
    struct wr_sink *sink;
    ck_ok(wr_sink_open(&sink, "x.zst", &err), err);
    wr_sink_printf(sink, "%%%%MatrixMarket matrix coordinate pattern general\n%d %d %d\n", entries,
                   entries, entries);
    for (int i = 0; i < entries; i++)
        wr_sink_printf(sink, "%d %d\n", i + 1, entries - i);
    ck_ok(wr_sink_commit(sink, &err), err);
    ck_ok(wr_graph_file_read(&file, "x.zst", &options, &err), err);
    ck_assert_int_eq(file.pairs.count, entries);
    for (uint32_t i = 0; i < (uint32_t)entries; i++)
        ck_assert(file.pairs.key[i] == wr_arc(i, (uint32_t)entries - 1 - i));
    wr_graph_file_release(&file);
    files_leave();
}
END_TEST

unit_main("graphfile", formats_are_told_apart, names_of_formats, wrong_content_is_refused,
          options_that_formats_do_not_have, more_vertices_than_the_file_has, torn_edges_have_lines,
          torn_edges_of_streams, long_streams)
