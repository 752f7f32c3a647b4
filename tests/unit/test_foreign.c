/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graphtext.h"

#include "io/foreign.h"

static const enum wr_graph_format formats[] = {WR_FORMAT_GRAPHML, WR_FORMAT_GML, WR_FORMAT_PAJEK,
                                               WR_FORMAT_NCOL, WR_FORMAT_LGL};

enum { FORMATS = sizeof formats / sizeof *formats };

static enum wr_status read_path(const char *path, enum wr_graph_format format, bool number,
                                struct wr_foreign *file, struct wr_error *err)
{
    struct wr_input *input = NULL;
    struct wr_foreign_options options = {.number = number, .weights = true};
    enum wr_status status = wr_input_open(&input, path, &(struct wr_input_options){0}, err);
    if (!status)
        status = wr_foreign_read(input, format, &options, file, err);
    wr_input_close(input);
    return status;
}

static void write_path(const char *path, enum wr_graph_format format, const struct wr_pairs *pairs,
                       bool directed, const struct wr_names *names)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_ok(wr_sink_open(&sink, path, &err), err);
    ck_ok(wr_foreign_write(format, pairs, directed, names, sink, &err), err);
    ck_ok(wr_sink_commit(sink, &err), err);
}

struct sample {
    struct wr_pairs pairs;
    bool directed;
    struct wr_names names;
};

/* Some pairs, the highest vertex among them, so that NCOL does not lose it; no copies, whose
 * order LGL loses. */
static void draw_sample(struct sample *s, struct wr_rng *rng)
{
    struct wr_error err = {0};
    *s = (struct sample){.directed = wr_rng_below(rng, 2)};
    uint32_t n = s->pairs.n = 1 + (uint32_t)wr_rng_below(rng, 12);
    s->pairs.key = malloc((size_t)n * n * sizeof *s->pairs.key);
    if (wr_rng_below(rng, 2))
        s->pairs.weight = malloc((size_t)n * n * sizeof *s->pairs.weight);
    for (uint32_t u = 0; u < n; u++) {
        for (uint32_t v = s->directed ? 0 : u; v < n; v++) {
            if (wr_rng_below(rng, 4) && u != n - 1)
                continue;
            if (s->pairs.weight)
                s->pairs.weight[s->pairs.count] = (double)wr_rng_below(rng, 1000) / 8 - 3;
            s->pairs.key[s->pairs.count++] = wr_arc(u, v);
        }
    }
    for (uint32_t v = 0; v < n && s->directed; v++) {
        char name[16];
        struct wr_span span = {name, (size_t)snprintf(name, sizeof name, "v%u & w", n - v)};
        ck_ok(wr_names_append(&s->names, span, &err), err);
    }
}

static bool has_names(enum wr_graph_format format)
{
    return format != WR_FORMAT_NCOL && format != WR_FORMAT_LGL;
}

static void check_sample(const struct sample *s, enum wr_graph_format format,
                         const struct wr_foreign *file)
{
    const struct wr_pairs *p = &s->pairs, *q = &file->pairs;
    ck_assert_uint_eq(q->n, p->n);
    ck_assert_int_eq(q->count, p->count);
    for (int64_t e = 0; e < p->count; e++) {
        ck_assert(q->key[e] == p->key[e]);
        ck_assert(!p->weight || q->weight[e] == p->weight[e]);
    }
    ck_assert(p->weight || !q->weight);
    ck_assert_int_eq(file->directed, s->directed && has_names(format));
    ck_assert_int_eq(file->undirected, !s->directed && has_names(format));
    ck_assert_uint_eq(file->names.count, has_names(format) ? s->names.count : 0);
    for (uint32_t v = 0; v < file->names.count; v++)
        ck_assert_str_eq(wr_names_get(&file->names, v), wr_names_get(&s->names, v));
}

START_TEST(what_is_written_is_read)
{
    static const char *const paths[] = {"x", "x.gz"};
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 200; round++) {
        struct wr_error err = {0};
        struct sample s;
        struct wr_foreign file;
        enum wr_graph_format format = formats[round % FORMATS];
        draw_sample(&s, &rng);
        write_path(paths[round % 2], format, &s.pairs, s.directed, &s.names);
        ck_ok(read_path(paths[round % 2], format, false, &file, &err), err);
        check_sample(&s, format, &file);
        wr_foreign_release(&file);
        wr_pairs_release(&s.pairs);
        wr_names_release(&s.names);
    }
    files_leave();
}
END_TEST

START_TEST(isolated_vertices_and_copies)
{
    uint64_t key[] = {wr_arc(1, 0), wr_arc(0, 1), wr_arc(2, 2), wr_arc(0, 1)};
    const struct wr_pairs pairs = {.n = 5, .count = 4, .key = key};
    const struct wr_names none = {0};
    files_enter();
    for (int f = 0; f < FORMATS; f++) {
        struct wr_error err = {0};
        struct wr_foreign file;
        write_path("x", formats[f], &pairs, false, &none);
        ck_ok(read_path("x", formats[f], false, &file, &err), err);
        ck_assert_int_eq(file.pairs.count, 4);
        /* NCOL knows vertices by their edges only */
        ck_assert_uint_eq(file.pairs.n, formats[f] == WR_FORMAT_NCOL ? 3 : 5);
        ck_assert_uint_eq(file.names.count, 0);
        wr_foreign_release(&file);
    }
    files_leave();
}
END_TEST

START_TEST(dot)
{
    uint64_t key[] = {wr_arc(0, 2), wr_arc(2, 2)};
    double weight[] = {1, 0.5};
    const struct wr_pairs pairs = {.n = 3, .count = 2, .key = key, .weight = weight};
    const struct wr_names none = {0};
    files_enter();
    write_path("x", WR_FORMAT_DOT, &pairs, true, &none);
    char *text = packed_get("x", NULL);
    ck_assert_str_eq(strchr(text, '\n') + 1, "digraph {\n"
                                             "  0;\n"
                                             "  1;\n"
                                             "  2;\n"
                                             "\n"
                                             "  0 -> 2 [\n"
                                             "    weight=1\n"
                                             "  ];\n"
                                             "  2 -> 2 [\n"
                                             "    weight=0.5\n"
                                             "  ];\n"
                                             "}\n");
    free(text);
    files_leave();
}
END_TEST

START_TEST(names_are_numbered_or_ids)
{
    files_enter();
    struct wr_error err = {0};
    struct wr_foreign file;
    packed_put_text("x", "bob alice\ncarol bob\n");
    ck_ok(read_path("x", WR_FORMAT_NCOL, true, &file, &err), err);
    ck_assert_uint_eq(file.pairs.n, 3);
    ck_assert(file.pairs.key[0] == wr_arc(0, 1) && file.pairs.key[1] == wr_arc(2, 0));
    ck_assert_str_eq(wr_names_get(&file.names, 2), "carol");
    wr_foreign_release(&file);
    ck_assert_int_eq(read_path("x", WR_FORMAT_NCOL, false, &file, &err), WR_EDATA);
    ck_assert_str_eq(err.message, "'bob' is not a vertex id, expected an integer from 0; --relabel "
                                  "numbers names");
    err = (struct wr_error){0};
    packed_put_text("x", "# 7\n2 1.5\n# 9\n");
    ck_ok(read_path("x", WR_FORMAT_LGL, false, &file, &err), err);
    ck_assert_uint_eq(file.pairs.n, 10);
    ck_assert(file.pairs.key[0] == wr_arc(7, 2) && file.pairs.weight[0] == 1.5);
    wr_foreign_release(&file);
    files_leave();
}
END_TEST

#define GRAPHML \
    "<?xml version=\"1.0\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"

START_TEST(malformed_files_are_refused)
{
    static const struct {
        enum wr_graph_format format;
        struct malformed file;
    } table[] = {
        {WR_FORMAT_GRAPHML, {"", 1, "Extra content at the end of the document"}},
        {WR_FORMAT_GRAPHML,
         {GRAPHML "<graph edgedefault=\"directed\">\n<node id=\"a\"\n</graph>", 5,
          "Couldn't find end of Start Tag node"}},
        {WR_FORMAT_GRAPHML, {"<?xml version=\"1.0\"?>\n<a/>\n", 0, "Graph index was too large"}},
        {WR_FORMAT_GML, {"", 0, "No 'graph' object in GML file"}},
        {WR_FORMAT_GML,
         {"graph [\n node [ id 1 ]\n", 3,
          "syntax error, unexpected end of file, expecting keyword or ]"}},
        {WR_FORMAT_GML,
         {"graph [\n node [ id 1 ]\n edge [ source 1 target 9 ]\n]\n", 3,
          "Unknown target node id found in an edge in GML file, line 3"}},
        {WR_FORMAT_GML,
         {"graph [\n node [ id 1 ] node [ id 2 ]\n edge [ source 1 target 2 weight 1 ]\n"
          " edge [ source 1 target 2 ]\n]\n",
          0, "edge 2 of the file has no finite weight"}},
        {WR_FORMAT_PAJEK, {"*Vertices x\n", 1, "syntax error, unexpected ALNUM, expecting number"}},
        {WR_FORMAT_PAJEK,
         {"*Vertices 2\n*Edges\n1 5\n", 0, "Out-of-range vertex IDs when adding edges"}},
        {WR_FORMAT_NCOL,
         {"1 2\n1\n", 3, "syntax error, unexpected end of line, expecting alphanumeric"}},
        {WR_FORMAT_NCOL, {"1 2\n1 3 x\n", 2, "Unexpected character 'x' while parsing real number"}},
        {WR_FORMAT_LGL,
         {"1 2\n", 1,
          "syntax error, unexpected alphanumeric, expecting end of file or end of line or #"}},
    };
    files_enter();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct wr_error err = {0};
        struct wr_foreign file;
        const struct malformed *m = &table[i].file;
        packed_put_text("x", m->text);
        ck_assert_msg(read_path("x", table[i].format, false, &file, &err) == WR_EDATA, "%s",
                      m->text);
        ck_assert_str_eq(err.message, m->message);
        ck_assert_str_eq(err.input, "x");
        ck_assert_msg(err.line == m->line, "%s: line %lld", m->text, (long long)err.line);
    }
    files_leave();
}
END_TEST

/* 24 bytes made igraph take 574 MB: it believes the number of vertices. */
START_TEST(pajek_vertices_out_of_proportion)
{
    static const struct malformed refused[] = {
        {"*Vertices 6900000\n1 a\n", 1,
         "6900000 vertices in a text of 22 bytes, expected at most 66636"},
        {"%\n*net 1\n%\n  *VERTICES +67187 3\r\n", 4,
         "67187 vertices in a text of 33 bytes, expected at most 67186"},
        {"*Vertices % 1\n2147483647 1 \n", 2,
         "2147483647 vertices in a text of 28 bytes, expected at most 66936"},
        {"*Vertices 2147483648\n", 1, "2147483648 vertices, expected at most 2147483647"},
        {"*Vertices 18446744073709551617 1\n", 1,
         "18446744073709551617 vertices, expected at most 2147483647"},
    };
    static const char *const paths[] = {"x", "x.gz"};
    files_enter();
    for (size_t i = 0; i < 2 * sizeof refused / sizeof *refused; i++) {
        const struct malformed *m = &refused[i / 2];
        struct wr_error err = {0};
        struct wr_foreign file;
        packed_put_text(paths[i % 2], m->text);
        ck_assert_int_eq(read_path(paths[i % 2], WR_FORMAT_PAJEK, false, &file, &err), WR_EDATA);
        ck_assert_str_eq(err.message, m->message);
        ck_assert_str_eq(err.input, paths[i % 2]);
        ck_assert_msg(err.line == m->line, "%s: line %lld", m->text, (long long)err.line);
    }
    files_leave();
}
END_TEST

/* `*Vertices n' and then empty lines, `bytes' in all. */
static void put_header(const char *path, uint32_t n, size_t bytes)
{
    char *text = malloc(bytes + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, '\n', bytes);
    text[snprintf(text, bytes, "*Vertices %u", n)] = '\n';
    packed_put(path, text, bytes);
    free(text);
}

START_TEST(pajek_vertices_at_the_limit)
{
    static const char *const paths[] = {"x", "x.gz"};
    files_enter();
    for (int i = 0; i < 8; i++) {
        struct wr_error err = {0};
        struct wr_foreign file;
        const char *path = paths[i % 2];
        size_t bytes = i < 4 ? 40 : 30000;
        uint32_t most = 65536 + 50 * (uint32_t)bytes, n = i % 4 < 2 ? most : most + 1;
        put_header(path, n, bytes);
        enum wr_status status = read_path(path, WR_FORMAT_PAJEK, false, &file, &err);
        ck_assert_int_eq(status, i % 4 < 2 ? WR_OK : WR_EDATA);
        if (status)
            continue;
        ck_assert_uint_eq(file.pairs.n, most);
        wr_foreign_release(&file);
    }
    /* several chunks */
    for (int i = 0; i < 2; i++) {
        struct wr_error err = {0};
        struct wr_foreign file;
        put_header(paths[i], INT32_MAX, 9 << 20);
        ck_assert_int_eq(read_path(paths[i], WR_FORMAT_PAJEK, false, &file, &err), WR_EDATA);
        ck_assert_str_eq(err.message, "2147483647 vertices in a text of 9437184 bytes, expected at "
                                      "most 471924736");
    }
    files_leave();
}
END_TEST

/* What we write we read, however many vertices have no edge: from some number on they have
 * labels. Where programs run slowly, no more than at that number. */
START_TEST(pajek_vertices_without_edges)
{
    static const uint32_t beyond[] = {0, 1, 150000};
    files_enter();
    for (int64_t edges = 0; edges < 3; edges += unit_step(2)) {
        for (int i = 0; i < 4 - unit_step(2); i++) {
            struct wr_error err = {0};
            struct wr_foreign file;
            struct wr_names none = {0};
            uint64_t key[] = {wr_edge(0, 1), wr_edge(0, 0)};
            struct wr_pairs pairs = {
                .n = 65536 + 200 * (uint32_t)edges + beyond[i], .count = edges, .key = key};
            write_path("x.net", WR_FORMAT_PAJEK, &pairs, false, &none);
            char *text = packed_get("x.net", NULL);
            ck_assert_int_eq(strstr(text, "\n1 \"0\"\n") != NULL, i > 0);
            free(text);
            ck_ok(read_path("x.net", WR_FORMAT_PAJEK, false, &file, &err), err);
            ck_assert_uint_eq(file.pairs.n, pairs.n);
            ck_assert_int_eq(file.pairs.count, edges);
            ck_assert_uint_eq(file.names.count, 0);
            wr_foreign_release(&file);
        }
    }
    files_leave();
}
END_TEST

START_TEST(pajek_vertices_beyond_the_limit)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    struct wr_pairs pairs = {.n = UINT32_C(1) << 31};
    struct wr_names none = {0};
    files_enter();
    ck_ok(wr_sink_open(&sink, "x.net", &err), err);
    ck_assert_int_eq(wr_foreign_write(WR_FORMAT_PAJEK, &pairs, false, &none, sink, &err), WR_EDATA);
    ck_assert_str_eq(err.message, "2147483648 vertices, a Pajek file has at most 2147483647");
    wr_sink_discard(sink);
    files_leave();
}
END_TEST

/* igraph sees an end where a stream breaks; the error is ours to remember. */
START_TEST(damaged_streams_are_refused)
{
    files_enter();
    struct wr_error err = {0};
    struct wr_foreign file;
    struct text *t = calloc(1, sizeof *t);
    for (int i = 0; i < 3000; i++)
        text_add(t, "%d %d\n", i * 7919 % 3001, i * 104729 % 2999);
    packed_put("whole.gz", t->data, t->size);
    free(t);
    FILE *whole = fopen("whole.gz", "rb");
    char bytes[8192];
    size_t size = fread(bytes, 1, sizeof bytes, whole);
    fclose(whole);
    FILE *cut = fopen("cut.gz", "wb");
    fwrite(bytes, 1, size - 20, cut);
    fclose(cut);
    ck_assert_int_eq(read_path("cut.gz", WR_FORMAT_NCOL, false, &file, &err), WR_EDATA);
    ck_assert_str_eq(err.message, "the gzip stream is truncated");
    files_leave();
}
END_TEST

START_TEST(fifteen_digits)
{
    double weight[] = {0.1, 1e300, -7};
    struct wr_pairs pairs = {.count = 3, .weight = weight};
    ck_assert(wr_foreign_keeps_weights(&pairs));
    weight[2] = 0.1 + 0.2;
    ck_assert(!wr_foreign_keeps_weights(&pairs));
    pairs.weight = NULL;
    ck_assert(wr_foreign_keeps_weights(&pairs));
}
END_TEST

unit_main("foreign", what_is_written_is_read, isolated_vertices_and_copies, dot,
          names_are_numbered_or_ids, malformed_files_are_refused, pajek_vertices_out_of_proportion,
          pajek_vertices_at_the_limit, pajek_vertices_without_edges,
          pajek_vertices_beyond_the_limit, damaged_streams_are_refused, fifteen_digits)
