/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graphtext.h"

#include "io/mtx.h"

#define BANNER "%%MatrixMarket matrix coordinate "

/* A random file, the lines of it, and what they say. */
enum { MAX_LINES = 400 };

struct sample {
    struct text text;
    struct text count; /* the digits of the number of entries */
    size_t line[MAX_LINES + 1];
    bool entry[MAX_LINES];
    uint64_t key[MAX_LINES]; /* of entry lines */
    double value[MAX_LINES];
    int lines, entries, size_line;
    uint32_t n;
    int field;
    bool symmetric;
};

static void end_line(struct sample *s, struct wr_rng *rng)
{
    text_add_newline(&s->text, rng);
    s->line[++s->lines] = s->text.size;
}

static void add_noise(struct sample *s, struct wr_rng *rng)
{
    while (wr_rng_below(rng, 5) == 0) {
        if (wr_rng_below(rng, 2))
            text_add(&s->text, "%% 1 1 comment");
        else
            text_add_blanks(&s->text, rng, 0);
        end_line(s, rng);
    }
}

static void add_entry(struct sample *s, struct wr_rng *rng)
{
    uint32_t u = (uint32_t)wr_rng_below(rng, s->n), v = (uint32_t)wr_rng_below(rng, s->n);
    double value = (double)wr_rng_below(rng, 9) - 4;
    if (s->field == 2)
        value /= 8;
    s->entry[s->lines] = true;
    s->key[s->lines] = wr_arc(u, v);
    s->value[s->lines] = value;
    text_add_blanks(&s->text, rng, 0);
    text_add(&s->text, "%u", u + 1);
    text_add_blanks(&s->text, rng, 1);
    text_add(&s->text, "%s%u", wr_rng_below(rng, 9) ? "" : "00", v + 1);
    if (s->field > 0) {
        text_add_blanks(&s->text, rng, 1);
        text_add(&s->text, "%g", value);
    }
    text_add_blanks(&s->text, rng, 0);
    end_line(s, rng);
    s->entries++;
}

static void draw_sample(struct sample *s, struct wr_rng *rng)
{
    static const char *const fields[] = {"pattern", "integer", "Real"};
    memset(s, 0, sizeof *s);
    s->n = 1 + (uint32_t)wr_rng_below(rng, 12);
    s->field = (int)wr_rng_below(rng, 3);
    s->symmetric = wr_rng_below(rng, 2);
    int entries = (int)wr_rng_below(rng, 60);
    text_add(&s->text, "%s%s %s", BANNER, fields[s->field], s->symmetric ? "symmetric" : "GENERAL");
    end_line(s, rng);
    add_noise(s, rng);
    s->size_line = s->lines;
    text_add(&s->text, "%u %u %d", s->n, s->n, entries);
    end_line(s, rng);
    for (int i = 0; i < entries; i++) {
        add_noise(s, rng);
        add_entry(s, rng);
    }
    add_noise(s, rng);
    if (wr_rng_below(rng, 3) == 0 && s->text.data[s->text.size - 2] != '\r') {
        s->text.size--; /* the last newline */
        s->line[s->lines]--;
    }
}

static const char *draw_path(struct wr_rng *rng)
{
    static const char *const paths[] = {"x", "x.gz", "x.zst", NULL};
    return paths[wr_rng_below(rng, 4)];
}

static void check_pairs(const struct sample *s, const struct wr_graph_file *file)
{
    const struct wr_pairs *p = &file->pairs;
    ck_assert_int_eq(file->format, WR_FORMAT_MTX);
    ck_assert_int_eq(file->undirected, s->symmetric);
    ck_assert_uint_eq(p->n, s->n);
    ck_assert_int_eq(p->count, s->entries);
    ck_assert((p->weight != NULL) == (s->field > 0) || s->entries == 0);
    int64_t e = 0;
    for (int l = 0; l < s->lines; l++) {
        if (!s->entry[l])
            continue;
        ck_assert(p->key[e] == s->key[l]);
        ck_assert(!p->weight || p->weight[e] == s->value[l]);
        e++;
    }
}

/* The lines of the sample minus those of the removed edges, and the size line made right. */
static void expect_filtered(const struct sample *s, const struct wr_edgeset *removed,
                            struct text *want, int64_t *entries)
{
    bool stays[MAX_LINES];
    *entries = 0;
    want->size = 0;
    for (int l = 0; l < s->lines; l++) {
        uint32_t u = wr_edge_u(s->key[l]), v = wr_edge_v(s->key[l]);
        stays[l] = !s->entry[l] || u == v ||
                   !wr_edgeset_has(removed, wr_graph_find(removed->graph, wr_edge(u, v)));
        *entries += s->entry[l] && stays[l];
    }
    for (int l = 0; l < s->lines; l++) {
        const char *line = s->text.data + s->line[l];
        int size = (int)(s->line[l + 1] - s->line[l]);
        if (l == s->size_line)
            text_add(want, "%u %u %lld%s", s->n, s->n, (long long)*entries,
                     line[size - 2] == '\r'   ? "\r\n"
                     : line[size - 1] == '\n' ? "\n"
                                              : "");
        else if (stays[l])
            text_add(want, "%.*s", size, line);
    }
}

START_TEST(random_files_are_read_and_filtered)
{
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    struct sample *s = malloc(sizeof *s);
    struct text *want = calloc(1, sizeof *want);
    for (int round = 0; round < 300; round++) {
        draw_sample(s, &rng);
        struct wr_error err = {0};
        struct wr_graph_file file;
        struct wr_graph g;
        struct wr_edgeset removed;
        struct wr_graph_file_options options = {.any_values = true, .filter = true};
        ck_ok(text_read(&s->text, draw_path(&rng), &options, &file, &err), err);
        check_pairs(s, &file);
        free(file.pairs.weight); /* copies may have other values */
        file.pairs.weight = NULL;
        ck_ok(wr_graph_init(&g, &file.pairs, false, &err), err);
        draw_edges(&rng, &g, &removed);
        int64_t entries, want_entries;
        size_t size;
        expect_filtered(s, &removed, want, &want_entries);
        char *got = filtered(&file, &removed, &entries, &size);
        ck_assert_str_eq(got, want->data);
        ck_assert_int_eq(entries, want_entries);
        free(got);
        wr_edgeset_release(&removed);
        wr_graph_release(&g);
        wr_graph_file_release(&file);
    }
    free(s);
    free(want);
    files_leave();
}
END_TEST

START_TEST(malformed_files_are_refused)
{
    static const struct malformed table[] = {
        {"", 1, "the file is empty, expected a Matrix Market banner"},
        {"1 1 0\n", 1, "no Matrix Market banner, expected `%%MatrixMarket matrix coordinate'"},
        {"%%MatrixMarkets matrix coordinate real general\n", 1,
         "no Matrix Market banner, expected `%%MatrixMarket matrix coordinate'"},
        {"%%MatrixMarket vector coordinate real general\n", 1,
         "'vector' is not an object that can be read, expected matrix"},
        {"%%MatrixMarket matrix array real general\n", 1,
         "'array' is not a format that can be read, expected coordinate"},
        {BANNER "complex general\n", 1,
         "'complex' is not a field that can be read, expected pattern, integer or real"},
        {BANNER "real hermitian\n", 1,
         "'hermitian' is not a symmetry that can be read, expected general or symmetric"},
        {BANNER "real skew-symmetric\n", 1,
         "'skew-symmetric' is not a symmetry that can be read, expected general or symmetric"},
        {BANNER "real\n", 1,
         "'' is not a symmetry that can be read, expected general or symmetric"},
        {BANNER "real general 5\n", 1, "'5' is not expected after the banner"},
        {BANNER "real general\n% c\n", 2,
         "the file ends before the size line, expected `rows columns entries'"},
        {BANNER "real general\n% c\n\n3 3\n", 4,
         "the size line is short, expected `rows columns entries'"},
        {BANNER "real general\n3 3 -1\n", 2, "'-1' is not a size, expected `rows columns entries'"},
        {BANNER "real general\n3 3 1 1\n", 2, "'1' is not expected after `rows columns entries'"},
        {BANNER "real general\n3 5 0\n", 2,
         "the matrix is rectangular, 3 by 5, expected the square one of a graph"},
        {BANNER "real general\n4294967296 4294967296 0\n", 2,
         "4294967296 vertices are too many, at most 4294967295 are possible"},
        {BANNER "pattern general\n3 3 1000000000000\n1 2\n% end\n", 4,
         "the file ends after 1 entries, the size line promises 1000000000000"},
        {BANNER "pattern general\n3 3 1\n1 2\n\n2 3\n", 5,
         "more entries than the 1 of the size line"},
        {BANNER "pattern general\n3 3 1\n1\n", 3, "one index, expected two"},
        {BANNER "pattern general\n3 3 1\n0 1\n", 3,
         "'0' is not a row, expected an integer from 1 to 3"},
        {BANNER "pattern general\n3 3 1\n1 4\n", 3,
         "'4' is not a column, expected an integer from 1 to 3"},
        {BANNER "pattern general\n3 3 1\n1 99999999999999999999\n", 3,
         "'99999999999999999999' is not a column, expected an integer from 1 to 3"},
        {BANNER "pattern general\n3 3 1\n1,2\n", 3,
         "'1,2' is not a row, expected an integer from 1 to 3"},
        {BANNER "pattern general\n3 3 1\n1 2 3\n", 3,
         "'3' is not expected, an entry of a pattern matrix is `row column'"},
        {BANNER "real general\n3 3 1\n1 2\n", 3, "no value, expected `row column value'"},
        {BANNER "real general\n3 3 1\n1 2 1e999\n", 3, "'1e999' is not a number"},
        {BANNER "real general\n3 3 1\n1 2 nan\n", 3, "'nan' is not a number"},
        {BANNER "integer general\n3 3 1\n1 2 1.5\n", 3, "'1.5' is not an integer"},
        {BANNER "real general\n3 3 1\n1 2 3 4\n", 3,
         "'4' is not expected after `row column value'"},
    };
    files_enter();
    expect_malformed("x.mtx", &(struct wr_graph_file_options){0}, table,
                     sizeof table / sizeof *table);
    files_leave();
}
END_TEST

START_TEST(weights_are_positive_where_wanted)
{
    static const struct {
        const char *text, *message;
        int64_t line;
    } bad[] = {
        {BANNER "pattern general\n1 1 0\n",
         "a pattern matrix has no weights, expected integer or real", 1},
        {BANNER "real general\n2 2 1\n1 2 0\n", "'0' is not a weight, expected a positive number",
         3},
        {BANNER "integer general\n2 2 1\n1 2 -3\n",
         "'-3' is not a weight, expected a positive number", 3},
    };
    files_enter();
    struct wr_graph_file_options options = {.weight_column = 3};
    struct wr_graph_file file;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wr_error err = {0};
        packed_put_text("x", bad[i].text);
        ck_assert_int_eq(wr_graph_file_read(&file, "x", &options, &err), WR_EDATA);
        ck_assert_str_eq(err.message, bad[i].message);
        ck_assert_int_eq(err.line, bad[i].line);
    }
    struct wr_error err = {0};
    packed_put_text("x", BANNER "real general\n2 2 1\n1 2 0.5\n");
    ck_ok(wr_graph_file_read(&file, "x", &options, &err), err);
    ck_assert(file.pairs.count == 1 && file.pairs.weight[0] == 0.5);
    wr_graph_file_release(&file);
    options.weight_column = 4;
    ck_assert_int_eq(wr_graph_file_read(&file, "x", &options, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "weights in column 4, in this format they are column 3");
    files_leave();
}
END_TEST

static char *written(const struct wr_pairs *pairs, bool symmetric)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_ok(wr_sink_open(&sink, "x", &err), err);
    wr_mtx_write(pairs, symmetric, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
    return packed_get("x", NULL);
}

START_TEST(writing)
{
    uint64_t key[] = {wr_arc(0, 2), wr_arc(1, 0), wr_arc(3, 3)};
    double weight[] = {1, -2, 3};
    struct wr_pairs pairs = {.n = 5, .count = 3, .key = key};
    files_enter();
    char *text = written(&pairs, false);
    ck_assert_str_eq(text, BANNER "pattern general\n5 5 3\n1 3\n2 1\n4 4\n");
    free(text);
    pairs.weight = weight;
    text = written(&pairs, true);
    ck_assert_str_eq(text, BANNER "integer symmetric\n5 5 3\n3 1 1\n2 1 -2\n4 4 3\n");
    free(text);
    weight[1] = 0.1;
    text = written(&pairs, true);
    ck_assert_str_eq(text, BANNER "real symmetric\n5 5 3\n3 1 1\n2 1 0.1\n4 4 3\n");
    free(text);
    files_leave();
}
END_TEST

unit_main("mtx", random_files_are_read_and_filtered, malformed_files_are_refused,
          weights_are_positive_where_wanted, writing)
