/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "edgetext.h"
#include "files.h"

#include "base/blocks.h"
#include "base/rng.h"
#include "data/graph.h"
#include "io/edgefilter.h"
#include "io/edgeline.h"
#include "io/edgelist.h"

/* --- the plainest filter ------------------------------------------------------------------- */

struct naive {
    char *out;
    size_t size;
    int64_t kept;
};

static size_t line_size(const char *p, const char *end)
{
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    return newline ? (size_t)(newline - p) + 1 : (size_t)(end - p);
}

static bool line_stays(struct wr_span line, const struct wr_edgeset *removed, bool *is_edge)
{
    struct wr_edgeline edge;
    *is_edge = wr_edgeline_parse(line, 0, &edge) == WR_LINE_EDGE;
    return !*is_edge || !wr_edgeset_has_pair(removed, edge.u, edge.v);
}

static void put(struct naive *f, const char *data, size_t size)
{
    memcpy(f->out + f->size, data, size);
    f->size += size;
}

static void put_line(struct naive *f, struct wr_span line, bool is_edge, int64_t left)
{
    struct wr_snap_header header;
    if (is_edge || line.data[0] == '\n' || !wr_snap_header_find(line, &header) ||
        !header.edges.data) {
        put(f, line.data, line.size);
        return;
    }
    const char *rest = header.edges.data + header.edges.size;
    put(f, line.data, (size_t)(header.edges.data - line.data));
    f->size += (size_t)sprintf(f->out + f->size, "%lld", (long long)left);
    put(f, rest, (size_t)(line.data + line.size - rest));
}

static struct naive filter_naively(struct edgetext text, const struct wr_edgeset *removed)
{
    struct naive f = {.out = malloc(4 * text.size + 1)};
    const char *end = text.data + text.size;
    bool is_edge;
    for (const char *p = text.data; p < end; p += line_size(p, end))
        f.kept += line_stays((struct wr_span){p, line_size(p, end)}, removed, &is_edge) && is_edge;
    int64_t left = f.kept;
    for (const char *p = text.data; p < end; p += line_size(p, end)) {
        struct wr_span line = {p, line_size(p, end)};
        if (line_stays(line, removed, &is_edge)) {
            put_line(&f, line, is_edge, left);
            left -= is_edge;
        }
    }
    return f;
}

/* --- ours ---------------------------------------------------------------------------------- */

static struct wr_input *read_graph(const char *path, bool directed, struct wr_graph *g)
{
    struct wr_error err = {0};
    struct wr_input *in;
    struct wr_pairs pairs;
    bool has_header;
    struct wr_input_options options = {.keep_text = true, .memory = 100000, .tmp_dir = "."};
    ck_ok(wr_input_open(&in, path, &options, &err), err);
    ck_ok(wr_edgelist_read(in, &(struct wr_edgelist_options){0}, &pairs, &has_header, &err), err);
    ck_ok(wr_graph_init(g, &pairs, directed, &err), err);
    return in;
}

static int64_t filter_to_file(struct wr_input *in, const struct wr_edgeset *removed, bool header)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    int64_t lines;
    ck_ok(wr_sink_open(&sink, "out", &err), err);
    ck_ok(wr_edgelist_filter(in, removed, header, sink, &lines, &err), err);
    ck_ok(wr_sink_commit(sink, &err), err);
    return lines;
}

static void remove_some(struct wr_rng *rng, struct wr_edgeset *removed, uint64_t percent)
{
    for (int64_t e = 0; e < removed->graph->m; e++)
        if (wr_rng_below(rng, 100) < percent)
            wr_edgeset_add(removed, e);
}

static void expect_naive(struct wr_input *in, struct edgetext text,
                         const struct wr_edgeset *removed)
{
    struct naive want = filter_naively(text, removed);
    size_t size;
    ck_assert_int_eq(filter_to_file(in, removed, false), want.kept);
    char *got = files_get("out", &size);
    ck_assert_uint_eq(size, want.size);
    ck_assert(memcmp(got, want.out, size) == 0);
    free(got);
    free(want.out);
}

static void try_text(struct wr_rng *rng, struct edgetext text, int round)
{
    struct wr_graph g;
    struct wr_edgeset removed;
    struct wr_error err = {0};
    wr_threads_set(1 + round % 4);
    if (round % 2)
        files_pipe(text.data, text.size);
    else
        files_put("text", O_TRUNC, text.data, text.size);
    struct wr_input *in = read_graph(round % 2 ? NULL : "text", round % 3 == 0, &g);
    ck_ok(wr_edgeset_init(&removed, &g, &err), err);
    remove_some(rng, &removed, (uint64_t)(round * 7 % 101));
    expect_naive(in, text, &removed);
    wr_edgeset_release(&removed);
    wr_graph_release(&g);
    wr_input_close(in);
}

START_TEST(agrees_with_the_plainest_filter)
{
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 21, 0);
    for (int round = 0; round < unit_rounds(120); round++) {
        struct edgetext_recipe recipe = {.size = round % 20 ? wr_rng_below(&rng, 3000)
                                                            : wr_rng_below(&rng, 700000),
                                         .strange = 100 * (round % 4),
                                         .digits = 1 + round % 3};
        struct edgetext text = edgetext_random(&rng, &recipe);
        try_text(&rng, text, round);
        free(text.data);
    }
    files_leave();
}
END_TEST

START_TEST(blocks_with_lines_longer_than_a_block)
{
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 22, 0);
    struct edgetext text = {malloc(1 << 20), 0};
    for (int i = 0; i < 8; i++) {
        text.size += (size_t)sprintf(text.data + text.size, "%d %d\n%d %d ", i, i + 1, i, i + 2);
        memset(text.data + text.size, 'a' + i, 100000);
        text.size += 100000;
        text.size += (size_t)sprintf(text.data + text.size, "\n# Nodes: 30 Edges: 7 ");
    }
    for (int round = 0; round < 8; round++)
        try_text(&rng, text, round);
    free(text.data);
    files_leave();
}
END_TEST

static void expect_output(const char *text, bool header, const char *want)
{
    struct wr_graph g;
    struct wr_edgeset removed;
    struct wr_error err = {0};
    size_t size;
    files_put("text", O_TRUNC, text, strlen(text));
    struct wr_input *in = read_graph("text", false, &g);
    ck_ok(wr_edgeset_init(&removed, &g, &err), err);
    if (g.m > 0)
        wr_edgeset_add(&removed, 0);
    filter_to_file(in, &removed, header);
    char *got = files_get("out", &size);
    ck_assert_str_eq(got, want);
    free(got);
    wr_edgeset_release(&removed);
    wr_graph_release(&g);
    wr_input_close(in);
}

START_TEST(counts_in_comments_are_of_the_lines_that_follow)
{
    files_enter();
    expect_output("# Nodes: 9 Edges: 5\n0 1\n1 2\n#Nodes:9,Edges:5;x\n1 0\n3 3\n# Edges: 5\n2 1",
                  false, "# Nodes: 9 Edges: 3\n1 2\n#Nodes:9,Edges:2;x\n3 3\n# Edges: 5\n2 1");
    expect_output("0 1\r\n# Nodes: 2 Edges: 1\r\n", false, "# Nodes: 2 Edges: 0\r\n");
    expect_output("# Nodes: 1,000 Edges: 2,000\n0 1\n", false, "# Nodes: 1,000 Edges: 2,000\n");
    expect_output("", false, "");
    expect_output("0 1\n", false, "");
    expect_output("0 1", true,
                  "# Undirected graph\n# Each line is an edge\n# Nodes: 2 Edges: 0\n"
                  "# FromNodeId\tToNodeId\n");
    files_leave();
}
END_TEST

static enum wr_status filter_changed(const char *text, struct wr_error *err)
{
    const char *before = "0 1\n1 2\n2 3\n";
    struct wr_graph g;
    struct wr_edgeset removed;
    struct wr_sink *sink;
    int64_t lines;
    files_put("text", O_TRUNC, before, strlen(before));
    struct wr_input *in = read_graph("text", false, &g);
    ck_ok(wr_edgeset_init(&removed, &g, err), *err);
    files_put("text", 0, text, strlen(text));
    ck_ok(wr_sink_open(&sink, "/dev/null", err), *err);
    enum wr_status status = wr_edgelist_filter(in, &removed, false, sink, &lines, err);
    wr_sink_discard(sink);
    wr_edgeset_release(&removed);
    wr_graph_release(&g);
    wr_input_close(in);
    return status;
}

START_TEST(file_that_changes_is_an_error)
{
    files_enter();
    struct wr_error err = {0};
    ck_assert_int_eq(filter_changed("0 x\n", &err), WR_EIO);
    ck_assert_str_eq(err.message, "changed while it was read");
    err = (struct wr_error){0};
    ck_assert_int_eq(filter_changed("9 9\n", &err), WR_OK); /* of equal form: nobody can tell */
    files_leave();
}
END_TEST

START_TEST(full_disk_is_an_error)
{
    files_enter();
    struct wr_rng rng;
    struct wr_graph g;
    struct wr_edgeset removed;
    struct wr_sink *sink;
    struct wr_error err = {0};
    int64_t lines;
    wr_rng_init(&rng, 23, 0);
    struct edgetext_recipe recipe = {.size = 9 << 20, .digits = 6};
    struct edgetext text = edgetext_random(&rng, &recipe);
    files_put("text", O_TRUNC, text.data, text.size);
    struct wr_input *in = read_graph("text", false, &g);
    ck_ok(wr_edgeset_init(&removed, &g, &err), err);
    ck_ok(wr_sink_open(&sink, "/dev/full", &err), err);
    ck_assert_int_eq(wr_edgelist_filter(in, &removed, false, sink, &lines, &err), WR_EIO);
    ck_assert_str_eq(err.message, "cannot write: No space left on device");
    wr_sink_discard(sink);
    wr_edgeset_release(&removed);
    wr_graph_release(&g);
    wr_input_close(in);
    free(text.data);
    files_leave();
}
END_TEST

unit_main("edgefilter", agrees_with_the_plainest_filter, blocks_with_lines_longer_than_a_block,
          counts_in_comments_are_of_the_lines_that_follow, file_that_changes_is_an_error,
          full_disk_is_an_error)
