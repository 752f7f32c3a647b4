/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graphtext.h"

#include "io/metis.h"

enum { MAX_N = 14 };

/* A random graph by its adjacency matrix: 0, or the weight of the edge. */
struct sample {
    uint32_t n;
    int m;
    int weight[MAX_N][MAX_N];
    int sizes, ncon;
    bool weighted, comments;
};

static void draw_sample(struct sample *s, struct wr_rng *rng)
{
    memset(s, 0, sizeof *s);
    s->n = (uint32_t)wr_rng_below(rng, MAX_N + 1);
    s->sizes = (int)wr_rng_below(rng, 2);
    s->ncon = (int)wr_rng_below(rng, 3);
    s->weighted = wr_rng_below(rng, 2);
    s->comments = wr_rng_below(rng, 2);
    uint64_t one_in = 1 + wr_rng_below(rng, 5);
    for (uint32_t u = 0; u < s->n; u++) {
        for (uint32_t v = u + 1; v < s->n; v++) {
            if (wr_rng_below(rng, one_in))
                continue;
            s->weight[u][v] = s->weight[v][u] = 1 + (int)wr_rng_below(rng, 9);
            s->m++;
        }
    }
}

static void add_comment(const struct sample *s, struct text *t, struct wr_rng *rng)
{
    if (s->comments && wr_rng_below(rng, 4) == 0)
        text_add(t, "%% 1 2 comment\n");
}

static void add_header(const struct sample *s, struct text *t, struct wr_rng *rng)
{
    add_comment(s, t, rng);
    text_add(t, "%u %d", s->n, s->m);
    if (s->sizes || s->ncon > 0)
        text_add(t, " %d%d%d", s->sizes, s->ncon > 0, s->weighted);
    else if (s->weighted || wr_rng_below(rng, 2))
        text_add(t, wr_rng_below(rng, 2) ? " %d" : " 00%d", s->weighted);
    if (s->ncon > 1)
        text_add(t, "\t%d", s->ncon);
    text_add_newline(t, rng);
}

/* The words of row u, every one after blanks; neighbours from `v` on as wrap-around order. */
static void add_row(const struct sample *s, struct text *t, struct wr_rng *rng, uint32_t u)
{
    uint32_t start = wr_rng_below(rng, 2) ? 0 : (uint32_t)wr_rng_below(rng, s->n);
    int blanks = 0;
    for (int i = 0; i < s->sizes + s->ncon; i++, blanks = 1) {
        text_add_blanks(t, rng, blanks);
        text_add(t, "%d", (int)wr_rng_below(rng, 9));
    }
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t v = (start + i) % s->n;
        if (s->weight[u][v] == 0)
            continue;
        text_add_blanks(t, rng, blanks);
        text_add(t, "%u", v + 1);
        if (s->weighted) {
            text_add_blanks(t, rng, 1);
            text_add(t, "%d", s->weight[u][v]);
        }
        blanks = 1;
    }
    text_add_blanks(t, rng, 0);
    text_add_newline(t, rng);
}

static void make_text(const struct sample *s, struct text *t, struct wr_rng *rng)
{
    t->size = 0;
    add_header(s, t, rng);
    for (uint32_t u = 0; u < s->n; u++) {
        add_comment(s, t, rng);
        add_row(s, t, rng, u);
    }
    add_comment(s, t, rng);
}

static void check_pairs(const struct sample *s, const struct wr_pairs *p)
{
    int64_t e = 0;
    ck_assert_uint_eq(p->n, s->n);
    ck_assert_int_eq(p->count, s->m);
    for (uint32_t u = 0; u < s->n; u++) {
        for (uint32_t v = u + 1; v < s->n; v++) {
            if (s->weight[u][v] == 0)
                continue;
            ck_assert(p->key[e] == wr_arc(u, v));
            ck_assert(!s->weighted || p->weight[e] == s->weight[u][v]);
            e++;
        }
    }
}

/* What remains of a graph file, read again. */
static void check_filtered(const struct sample *s, const struct wr_graph_file *file,
                           const struct wr_edgeset *removed)
{
    int64_t edges;
    size_t size;
    struct wr_error err = {0};
    struct wr_graph_file again;
    struct wr_graph_file_options options = {.format = WR_FORMAT_METIS, .any_values = true};
    char *text = filtered(file, removed, &edges, &size);
    ck_ok(wr_graph_file_read(&again, "filtered", &options, &err), err);
    ck_assert_int_eq(edges, s->m - removed->count);
    ck_assert_int_eq(again.pairs.count, edges);
    ck_assert_uint_eq(again.pairs.n, s->n);
    for (int64_t e = 0; e < edges; e++) {
        uint32_t u = wr_edge_u(again.pairs.key[e]), v = wr_edge_v(again.pairs.key[e]);
        ck_assert(s->weight[u][v]);
        ck_assert(!wr_edgeset_has_pair(removed, u, v));
        ck_assert(!s->weighted || again.pairs.weight[e] == s->weight[u][v]);
    }
    wr_graph_file_release(&again);
    free(text);
}

START_TEST(random_files_are_read_and_filtered)
{
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    struct text *t = calloc(1, sizeof *t);
    struct sample s;
    for (int round = 0; round < 300; round++) {
        static const char *const paths[] = {"x", "x.gz", NULL};
        struct wr_error err = {0};
        struct wr_graph_file file;
        struct wr_graph g;
        struct wr_edgeset removed;
        struct wr_graph_file_options options = {
            .format = WR_FORMAT_METIS, .any_values = true, .filter = true};
        draw_sample(&s, &rng);
        make_text(&s, t, &rng);
        ck_ok(text_read(t, paths[round % 3], &options, &file, &err), err);
        check_pairs(&s, &file.pairs);
        ck_assert(file.undirected && file.has_header);
        ck_ok(wr_graph_init(&g, &file.pairs, false, &err), err);
        draw_edges(&rng, &g, &removed);
        check_filtered(&s, &file, &removed);
        wr_edgeset_release(&removed);
        wr_graph_release(&g);
        wr_graph_file_release(&file);
    }
    free(t);
    files_leave();
}
END_TEST

/* The text without `count' edges is `want'. */
static void expect_filtered(const char *text, const uint64_t *gone, int count, const char *want)
{
    struct wr_error err = {0};
    struct wr_graph_file file;
    struct wr_graph g;
    struct wr_edgeset removed;
    struct wr_graph_file_options options = {.filter = true};
    int64_t lines;
    packed_put_text("x.graph", text);
    ck_ok(wr_graph_file_read(&file, "x.graph", &options, &err), err);
    ck_ok(wr_graph_init(&g, &file.pairs, false, &err), err);
    ck_ok(wr_edgeset_init(&removed, &g, &err), err);
    for (int i = 0; i < count; i++)
        wr_edgeset_add(&removed, wr_graph_find(&g, gone[i]));
    char *got = filtered(&file, &removed, &lines, NULL);
    ck_assert_str_eq(got, want);
    ck_assert_int_eq(lines, g.m - count);
    free(got);
    wr_edgeset_release(&removed);
    wr_graph_release(&g);
    wr_graph_file_release(&file);
}

/* All but the removed neighbours and the count stays, byte for byte. */
START_TEST(filter_keeps_bytes)
{
    static const char text[] = "%% a graph\n"
                               " 4\t5 011  2 \n"
                               "7 8  2 1 3 5  4 6\r\n"
                               "% inside\n"
                               "0 0 1 1   3 2\n"
                               "0 0  1 5 2 2\t4 9\n"
                               "3 3 1 6 3 9\n"
                               "\n";
    static const char want[] = "%% a graph\n"
                               " 4\t3 011  2 \n"
                               "7 8  2 1  4 6\r\n"
                               "% inside\n"
                               "0 0 1 1\n"
                               "0 0\t4 9\n"
                               "3 3 1 6 3 9\n"
                               "\n";
    files_enter();
    expect_filtered(text, (uint64_t[]){wr_edge(0, 2), wr_edge(1, 2)}, 2, want);
    files_leave();
}
END_TEST

/* An empty row at the end is one because of its newline. */
START_TEST(filter_keeps_the_last_row)
{
    const uint64_t last = wr_edge(1, 2);
    files_enter();
    expect_filtered("3 2\n2\n1 3\n2", &last, 1, "3 1\n2\n1\n\n");
    expect_filtered("3 2\n2\n1 3\n2\n", &last, 1, "3 1\n2\n1\n\n");
    expect_filtered("3 3\n2 3\n1 3\n1 2", &last, 1, "3 2\n2 3\n1\n1");
    files_leave();
}
END_TEST

START_TEST(malformed_files_are_refused)
{
    static const struct malformed table[] = {
        {"", 1, "the file ends before its header, expected `vertices edges'"},
        {"% only\n% comments\n", 2, "the file ends before its header, expected `vertices edges'"},
        {"3\n", 1, "the header is short, expected `vertices edges [fmt [ncon]]'"},
        {"\n3 2\n", 1, "the header is short, expected `vertices edges [fmt [ncon]]'"},
        {"x 2\n", 1, "'x' is not a number of vertices, expected 0 to 4294967295"},
        {"4294967296 2\n", 1, "'4294967296' is not a number of vertices, expected 0 to 4294967295"},
        {"3 -2\n", 1, "'-2' is not a number of edges"},
        {"3 9223372036854775807\n", 1, "'9223372036854775807' is not a number of edges"},
        {"3 2 002\n", 1, "'002' is not a format, expected three digits 0 or 1"},
        {"3 2 0001\n", 1, "'0001' is not a format, expected three digits 0 or 1"},
        {"3 2 010 1001\n", 1, "'1001' is not a number of vertex weights, expected 0 to 1000"},
        {"3 2 001 2\n", 1, "fmt and the number of vertex weights contradict each other"},
        {"3 2 010 0\n", 1, "fmt and the number of vertex weights contradict each other"},
        {"3 2 010 1 5\n", 1, "'5' is not expected after `vertices edges fmt ncon'"},
        {"% c\n2 1\n2\n% c\n1\n\n1\n", 7, "more rows than the 2 vertices of the header"},
        {"1000000000 1000000000000\n2\n1\n", 3,
         "the file ends after 2 rows, the header promises 1000000000 vertices"},
        {"3 1\n2\n1 3\n2\n", 3, "more neighbours than the 1 edges of the header have"},
        {"3 2\n2\n1\n\n", 1, "the header promises 2 edges, the rows have 1"},
        {"2 1\n2 x\n1\n", 2, "'x' is not a neighbour, expected an integer from 1 to 2"},
        {"2 1\n0\n1\n", 2, "'0' is not a neighbour, expected an integer from 1 to 2"},
        {"2 1\n3\n1\n", 2, "'3' is not a neighbour, expected an integer from 1 to 2"},
        {"2 1\n2,\n1\n", 2, "'2,' is not a neighbour, expected an integer from 1 to 2"},
        {"2 1\n2\n1 2\n", 3, "the vertex is its own neighbour, which METIS graphs do not have"},
        {"2 2\n2\n1 1\n", 3, "vertex 2 lists 1 twice"},
        {"3 2\n3 2\n1\n\n", 2, "vertex 1 lists 3, which does not list it"},
        {"3 2\n2\n1\n1\n", 4, "vertex 3 lists 1, which does not list it"},
        {"3 2\n2\n3\n2\n", 2, "vertex 1 lists 2, which does not list it"},
        {"3 2\n2\n% c\n3\n2\n", 2, "vertex 1 lists 2, which does not list it"},
        {"%\n3 2\n%\n%\n2\n1\n%\n1\n%\n", 8, "vertex 3 lists 1, which does not list it"},
        {"2 1 1\n2 5\n1 6\n", 3, "vertex 2 lists 1 with another weight than the other way round"},
        {"2 1 1\n2 5\n% c\n1 6\n% d\n", 4,
         "vertex 2 lists 1 with another weight than the other way round"},
        {"2 1 1\n2\n1\n", 2, "no weight after the last neighbour"},
        {"2 1 1\n2 0\n1 0\n", 2, "'0' is not an edge weight, expected an integer from 1"},
        {"2 1 1\n2 1.5\n1 1.5\n", 2, "'1.5' is not an edge weight, expected an integer from 1"},
        {"2 1 10\n\n1 1\n", 2, "1 numbers of the vertex expected before its neighbours, found 0"},
        {"2 1 110 2\n1 1\n1 1\n", 2,
         "3 numbers of the vertex expected before its neighbours, found 2"},
        {"2 1 10\n-1 2\n1 1\n", 2, "'-1' is not a size or weight, expected an integer from 0"},
    };
    files_enter();
    expect_malformed("x.graph", &(struct wr_graph_file_options){.any_values = true}, table,
                     sizeof table / sizeof *table);
    files_leave();
}
END_TEST

START_TEST(weights_and_arcs_where_wanted)
{
    files_enter();
    struct wr_error err = {0};
    struct wr_graph_file file;
    struct wr_graph_file_options options = {.weight_column = 3};
    packed_put_text("x.metis", "2 1\n2\n1\n");
    ck_assert_int_eq(wr_graph_file_read(&file, "x.metis", &options, &err), WR_EDATA);
    ck_assert_str_eq(err.message, "no edge weights, expected fmt 1, 11 or 111");
    err = (struct wr_error){0};
    options = (struct wr_graph_file_options){.directed = true};
    ck_assert_int_eq(wr_graph_file_read(&file, "x.metis", &options, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "a METIS graph has no arcs, it is undirected");
    files_leave();
}
END_TEST

static char *written(const struct wr_graph *g, enum wr_status want, struct wr_error *err)
{
    struct wr_sink *sink;
    ck_assert_int_eq(wr_sink_open(&sink, "x", err), WR_OK);
    ck_assert_int_eq(wr_metis_write(g, sink, err), want);
    if (want) {
        wr_sink_discard(sink);
        return NULL;
    }
    ck_ok(wr_sink_commit(sink, err), *err);
    return packed_get("x", NULL);
}

START_TEST(writing)
{
    const uint64_t edges[] = {wr_arc(0, 2), wr_arc(1, 2)};
    files_enter();
    struct wr_error err = {0};
    struct wr_graph g;
    ck_ok(wr_graph_from_edges(&g, 4, edges, 2, false, &err), err);
    char *text = written(&g, WR_OK, &err);
    ck_assert_str_eq(text, "4 2\n3\n3\n1 2\n\n");
    free(text);
    g.weight = malloc(2 * sizeof *g.weight);
    g.weight[0] = 5;
    g.weight[1] = 1e15;
    text = written(&g, WR_OK, &err);
    ck_assert_str_eq(text, "4 2 001\n3 5\n3 1000000000000000\n1 5 2 1000000000000000\n\n");
    free(text);
    g.weight[1] = 0.5;
    written(&g, WR_EDATA, &err);
    ck_assert_str_eq(err.message, "edge 1 2 has weight 0.5, METIS graphs need integers from 1");
    wr_graph_release(&g);
    files_leave();
}
END_TEST

unit_main("metis", random_files_are_read_and_filtered, filter_keeps_bytes,
          filter_keeps_the_last_row, malformed_files_are_refused, weights_and_arcs_where_wanted,
          writing)
