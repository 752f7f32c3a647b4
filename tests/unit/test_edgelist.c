/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "edgetext.h"
#include "files.h"

#include "base/blocks.h"
#include "base/rng.h"
#include "base/sort.h"
#include "data/graph.h"
#include "io/edgeblock.h"
#include "io/edgelist.h"
#include "io/input.h"

static const enum wr_edgeparse fast_ones[] = {WR_EDGEPARSE_SCALAR, WR_EDGEPARSE_AVX512};

/* --- every loop against the careful one ---------------------------------------------------- */

static int64_t start_of(const struct wr_edgeblock *block)
{
    return block->bad ? block->bad - block->lines.data : -1;
}

static void expect_same_block(const struct wr_edgeblock *a, const struct wr_edgeblock *b)
{
    ck_assert_int_eq(a->edges, b->edges);
    ck_assert_int_eq(a->others, b->others);
    ck_assert_uint_eq(a->nodes, b->nodes);
    ck_assert_int_eq(start_of(a), start_of(b));
    ck_assert(a->edges == 0 || memcmp(a->key, b->key, (size_t)a->edges * 8) == 0);
}

static void read_blocks(struct edgetext text, struct wr_edgeblocks *blocks)
{
    struct wr_span lines = {text.data, text.size};
    struct wr_edgeblock_options careful = {.how = WR_EDGEPARSE_CAREFUL};
    wr_edgeblock_read(&blocks->block[0], lines, &careful);
    for (int i = 0; i < 2; i++) {
        struct wr_edgeblock_options fast = {.how = fast_ones[i]};
        if (!wr_edgeparse_supported(fast.how))
            continue;
        wr_edgeblock_read(&blocks->block[1], lines, &fast);
        expect_same_block(&blocks->block[1], &blocks->block[0]);
    }
}

START_TEST(loops_agree_on_random_texts)
{
    struct wr_rng rng;
    struct wr_edgeblocks blocks;
    struct wr_error err = {0};
    wr_rng_init(&rng, 11, 0);
    ck_ok(wr_edgeblocks_init(&blocks, false, &err), err);
    for (int round = 0; round < unit_rounds(3000); round++) {
        struct edgetext_recipe recipe = {.size = wr_rng_below(&rng, round % 10 ? 400 : 5000),
                                         .strange = round % 3 ? (int)wr_rng_below(&rng, 300) : 0,
                                         .bad = round % 5 ? 0 : 20,
                                         .digits = 1 + round % 10};
        struct edgetext text = edgetext_random(&rng, &recipe);
        read_blocks(text, &blocks);
        free(text.data);
    }
    wr_edgeblocks_release(&blocks);
}
END_TEST

/* One byte of a plain text becomes another, at every place of the loops' vectors. */
START_TEST(loops_agree_on_any_byte_anywhere)
{
    struct wr_rng rng;
    struct wr_edgeblocks blocks;
    struct wr_error err = {0};
    wr_rng_init(&rng, 12, 0);
    ck_ok(wr_edgeblocks_init(&blocks, false, &err), err);
    for (int digits = 1; digits <= 9; digits += 4) {
        struct edgetext_recipe recipe = {.size = 260, .digits = digits};
        struct edgetext text = edgetext_random(&rng, &recipe);
        for (size_t at = 0; at < 130; at++) {
            char was = text.data[at];
            for (int byte = 0; byte < 256; byte += byte < 64 ? 1 : 13) {
                text.data[at] = (char)byte;
                read_blocks(text, &blocks);
            }
            text.data[at] = was;
        }
        free(text.data);
    }
    wr_edgeblocks_release(&blocks);
}
END_TEST

/* --- whole inputs -------------------------------------------------------------------------- */

struct result {
    enum wr_status status;
    struct wr_error err;
    struct wr_pairs pairs;
    bool has_header;
};

static struct result read_input(const char *path, enum wr_edgeparse how, int weight_column)
{
    struct result r = {0};
    struct wr_input *in;
    ck_ok(wr_input_open(&in, path, &(struct wr_input_options){0}, &r.err), r.err);
    struct wr_edgelist_options options = {.how = how, .weight_column = weight_column};
    r.status = wr_edgelist_read(in, &options, &r.pairs, &r.has_header, &r.err);
    wr_input_close(in);
    return r;
}

static struct result read_distinct(const char *path, int64_t distinct)
{
    struct result r = {0};
    struct wr_input *in;
    ck_ok(wr_input_open(&in, path, &(struct wr_input_options){0}, &r.err), r.err);
    struct wr_edgelist_options options = {.distinct = distinct};
    r.status = wr_edgelist_read(in, &options, &r.pairs, &r.has_header, &r.err);
    wr_input_close(in);
    return r;
}

static void expect_same_result(const struct result *a, const struct result *b)
{
    ck_assert_int_eq(a->status, b->status);
    ck_assert_str_eq(a->err.message, b->err.message);
    ck_assert_int_eq(a->err.line, b->err.line);
    ck_assert_int_eq(a->has_header, b->has_header);
    ck_assert_uint_eq(a->pairs.n, b->pairs.n);
    ck_assert_int_eq(a->pairs.count, b->pairs.count);
    size_t bytes = (size_t)a->pairs.count * 8;
    ck_assert(bytes == 0 || memcmp(a->pairs.key, b->pairs.key, bytes) == 0);
    ck_assert(!a->pairs.weight == !b->pairs.weight);
    ck_assert(!a->pairs.weight || memcmp(a->pairs.weight, b->pairs.weight, bytes) == 0);
}

START_TEST(any_loop_and_number_of_threads_reads_the_same)
{
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 13, 0);
    for (int round = 0; round < 6; round += unit_step(4)) {
        struct edgetext_recipe recipe = {.size = (size_t)(round + 1) << 20,
                                         .strange = 200 * (round % 3),
                                         .bad = round == 5,
                                         .digits = 5 + round};
        struct edgetext text = edgetext_random(&rng, &recipe);
        files_put("text", O_TRUNC, text.data, text.size);
        wr_threads_set(1);
        struct result want = read_input("text", WR_EDGEPARSE_CAREFUL, 0);
        ck_assert_int_eq(want.status, round == 5 ? WR_EDATA : WR_OK);
        for (int threads = 1; threads <= 4; threads += unit_step(3)) {
            wr_threads_set(threads);
            files_pipe(text.data, text.size);
            struct result got = read_input(threads % 2 ? "text" : "-", WR_EDGEPARSE_AUTO, 0);
            expect_same_result(&got, &want);
            wr_pairs_release(&got.pairs);
        }
        wr_pairs_release(&want.pairs);
        free(text.data);
    }
    files_leave();
}
END_TEST

/* The distinct pairs of a list, ascending, and what was left out. */
static void make_distinct(struct wr_pairs *p)
{
    int64_t lines = p->count, loops = wr_count_loops(p->key, p->count);
    struct wr_error err = {0};
    ck_ok(wr_sort_unique_u64(p->key, &p->count, &err), err);
    p->copies += lines - p->count;
    p->copied_loops += loops - wr_count_loops(p->key, p->count);
}

START_TEST(copies_that_are_left_out_are_counted)
{
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 14, 0);
    for (int round = 0; round < 6; round += unit_step(4)) {
        struct edgetext_recipe recipe = {.size = 5 << 20, .strange = 100, .digits = 1 + round};
        struct edgetext text = edgetext_random(&rng, &recipe);
        files_put("text", O_TRUNC, text.data, text.size);
        struct result all = read_input("text", WR_EDGEPARSE_AUTO, 0);
        struct result few = read_distinct("text", 1000 << round);
        ck_assert(few.pairs.copies > 0);
        ck_assert(few.pairs.count < all.pairs.count);
        make_distinct(&all.pairs);
        make_distinct(&few.pairs);
        ck_assert_int_eq(few.pairs.copies, all.pairs.copies);
        ck_assert_int_eq(few.pairs.copied_loops, all.pairs.copied_loops);
        expect_same_result(&few, &all);
        wr_pairs_release(&all.pairs);
        wr_pairs_release(&few.pairs);
        free(text.data);
    }
    files_leave();
}
END_TEST

START_TEST(malformed_lines_are_named)
{
    files_enter();
    char text[8192];
    for (int i = 0; i < EDGETEXT_MALFORMED; i++) {
        int before = 7 * i;
        size_t size = 0;
        for (int k = 0; k < before; k++)
            size += (size_t)sprintf(text + size, k % 11 ? "%d %d\n" : "# %d %d\n", k, k + 1);
        size += (size_t)sprintf(text + size, "%s", edgetext_malformed[i].line);
        size += (size_t)sprintf(text + size, "5 6\nworse\n");
        files_put("text", O_TRUNC, text, size);
        struct result r = read_input("text", WR_EDGEPARSE_AUTO, 0);
        ck_assert_int_eq(r.status, WR_EDATA);
        ck_assert_str_eq(r.err.input, "text");
        ck_assert_int_eq(r.err.line, before + 1);
        ck_assert_str_eq(r.err.message, edgetext_malformed[i].problem);
    }
    files_leave();
}
END_TEST

START_TEST(zero_bytes_are_no_blanks)
{
    files_enter();
    files_put("text", O_TRUNC, "1 2\0\n", 5);
    struct result r = read_input("text", WR_EDGEPARSE_AUTO, 0);
    ck_assert_str_eq(r.err.message, "'2?' is not a vertex id, expected an integer from 0");
    files_put("text", O_TRUNC, "# \0\n1 2 \0\n", 10);
    r = read_input("text", WR_EDGEPARSE_AUTO, 0);
    ck_assert_int_eq(r.status, WR_OK);
    ck_assert_int_eq(r.pairs.count, 1);
    wr_pairs_release(&r.pairs);
    files_leave();
}
END_TEST

/* The first of two errors, blocks apart, is the one reported. */
START_TEST(first_error_of_the_file_wins)
{
    files_enter();
    size_t lines = 400000;
    char *text = malloc(8 * lines);
    for (size_t i = 0; i < lines; i++)
        memcpy(text + 8 * i, "123 456\n", 8);
    memcpy(text + 8 * 300000, "123 45x\n", 8);
    memcpy(text + 8 * 250000, "12  4x6\n", 8);
    files_put("text", O_TRUNC, text, 8 * lines);
    for (int threads = 1; threads <= 4; threads++) {
        wr_threads_set(threads);
        struct result r = read_input("text", WR_EDGEPARSE_AUTO, 0);
        ck_assert_int_eq(r.err.line, 250001);
        ck_assert_str_eq(r.err.message, "'4x6' is not a vertex id, expected an integer from 0");
    }
    free(text);
    files_leave();
}
END_TEST

static void expect_nodes(const char *text, uint32_t n, bool has_header)
{
    files_put("text", O_TRUNC, text, strlen(text));
    struct result r = read_input("text", WR_EDGEPARSE_AUTO, 0);
    ck_assert_msg(r.status == WR_OK, "%s", r.err.message);
    ck_assert_msg(r.pairs.n == n, "%s: %u vertices", text, r.pairs.n);
    ck_assert_int_eq(r.has_header, has_header);
    wr_pairs_release(&r.pairs);
}

START_TEST(headers_of_many_forms)
{
    files_enter();
    expect_nodes("", 0, false);
    expect_nodes("0 1\n", 2, false);
    expect_nodes("# Nodes: 5 Edges: 7\n0 1\n", 5, true);
    expect_nodes("#Nodes:5\n", 5, true);
    expect_nodes("%\tNodes:\t 5, Edges: 7\r\n", 5, true);
    expect_nodes("# graph; Nodes: 5; Edges: 7", 5, true);
    expect_nodes("# Nodes: 5\n0 9\n# Nodes: 8\n", 10, false); /* covers not all */
    expect_nodes("# Nodes: many, that is Nodes: 6\n", 6, true);
    expect_nodes("# Nodes: 0\n", 0, false);
    expect_nodes("# Nodes: 4294967295\n", UINT32_MAX, true);
    expect_nodes("# Nodes: 1,000 Edges: 2,000\n", 0, false);
    expect_nodes("# Nodes: -5\n", 0, false);
    expect_nodes("# Nodes: 5x\n", 0, false);
    expect_nodes("# Nodes: 1e3\n", 0, false);
    expect_nodes("# Nodes:\n", 0, false);
    expect_nodes("# NumNodes: 5\n", 0, false);
    expect_nodes("# nodes: 5\n", 0, false);
    expect_nodes("0 1 Nodes: 5\n", 2, false);
    files_leave();
}
END_TEST

START_TEST(long_lines_and_many_comments)
{
    files_enter();
    size_t comments = 1000000, longest = 9 << 20, size = 0;
    char *text = malloc(2 * comments + 2 * longest + 100);
    for (size_t i = 0; i < comments; i++, size += 2)
        memcpy(text + size, "#\n", 2);
    size += (size_t)sprintf(text + size, "1 2");
    memset(text + size, ' ', longest);
    size += longest;
    size += (size_t)sprintf(text + size, "\n3 4\n# Nodes: 9 ");
    memset(text + size, '#', longest);
    size += longest;
    size += (size_t)sprintf(text + size, "\n5 6\n7 x");
    files_put("text", O_TRUNC, text, size - 4);
    struct result r = read_input("text", WR_EDGEPARSE_AUTO, 0);
    ck_assert_msg(r.status == WR_OK, "%s", r.err.message);
    ck_assert_int_eq(r.pairs.count, 3);
    ck_assert_uint_eq(r.pairs.n, 9);
    wr_pairs_release(&r.pairs);
    files_put("text", O_TRUNC, text, size);
    r = read_input("text", WR_EDGEPARSE_AUTO, 0);
    ck_assert_int_eq(r.err.line, 1000005);
    free(text);
    files_leave();
}
END_TEST

START_TEST(weights_from_a_column)
{
    files_enter();
    const char *text = "# u v w\n0 1 0.5\n1,2,3e2,x\n2\t3 \t 1e-300\r\n3 4,7";
    files_put("text", O_TRUNC, text, strlen(text));
    struct result r = read_input("text", WR_EDGEPARSE_AUTO, 3);
    ck_assert_msg(r.status == WR_OK, "%s", r.err.message);
    const double weight[] = {0.5, 300, 1e-300, 7};
    ck_assert_int_eq(r.pairs.count, 4);
    ck_assert_mem_eq(r.pairs.weight, weight, sizeof weight);
    wr_pairs_release(&r.pairs);
    static const char *const wrong[][2] = {
        {"0 1\n", "no column 3, expected a weight there"},
        {"0 1,,2\n", "no column 3, expected a weight there"},
        {"0 1 0\n", "'0' in column 3 is not a weight, expected a positive number"},
        {"0 1 -2\n", "'-2' in column 3 is not a weight, expected a positive number"},
        {"0 1 nan\n", "'nan' in column 3 is not a weight, expected a positive number"},
        {"0 1 1e999\n", "'1e999' in column 3 is not a weight, expected a positive number"},
        {"0 1 2x\n", "'2x' in column 3 is not a weight, expected a positive number"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        files_put("text", O_TRUNC, wrong[i][0], strlen(wrong[i][0]));
        r = read_input("text", WR_EDGEPARSE_AUTO, 3);
        ck_assert_int_eq(r.err.line, 1);
        ck_assert_str_eq(r.err.message, wrong[i][1]);
    }
    files_leave();
}
END_TEST

unit_main("edgelist", loops_agree_on_random_texts, loops_agree_on_any_byte_anywhere,
          any_loop_and_number_of_threads_reads_the_same, copies_that_are_left_out_are_counted,
          malformed_lines_are_named, zero_bytes_are_no_blanks, first_error_of_the_file_wins,
          headers_of_many_forms, long_lines_and_many_comments, weights_from_a_column)
