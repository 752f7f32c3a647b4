/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graphtext.h"

#include "io/listing.h"

static void write_path(const char *path, struct wr_listing *listing, enum wr_graph_format format)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_ok(wr_sink_open(&sink, path, &err), err);
    ck_ok(wr_listing_write(listing, format, NULL, sink, &err), err);
    ck_ok(wr_sink_commit(sink, &err), err);
}

static struct wr_listing read_path(const char *path, const struct wr_listing_options *options)
{
    struct wr_error err = {0};
    struct wr_listing listing;
    ck_ok(wr_listing_read(&listing, path, options, &err), err);
    return listing;
}

/* A simple undirected graph with positive integers as weights passes every format. */
START_TEST(round_trips_between_all_formats)
{
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 30; round++) {
        uint32_t n = 2 + (uint32_t)wr_rng_below(&rng, 20);
        struct wr_listing listing = {.pairs.n = n, .direction = WR_UNDIRECTED};
        listing.pairs.key = malloc((size_t)n * n * sizeof(uint64_t));
        listing.pairs.weight = malloc((size_t)n * n * sizeof(double));
        for (uint32_t u = 0; u < n; u++) {
            for (uint32_t v = u + 1; v < n; v++) {
                if (wr_rng_below(&rng, 4) && v != n - 1)
                    continue;
                listing.pairs.weight[listing.pairs.count] = 1 + (double)wr_rng_below(&rng, 99);
                listing.pairs.key[listing.pairs.count++] = wr_arc(u, v);
            }
        }
        write_path("first", &listing, WR_FORMAT_EDGES);
        for (int f = WR_FORMAT_EDGES; f < WR_FORMAT_DOT; f++) {
            if (f == WR_FORMAT_NPY) /* has no weights */
                continue;
            struct wr_listing_options options = {.format = (enum wr_graph_format)f,
                                                 .weights = true,
                                                 .weight_column = f == WR_FORMAT_EDGES ? 3 : 0};
            write_path("x", &listing, options.format);
            wr_listing_release(&listing);
            listing = read_path("x", &options);
            ck_assert_int_eq(listing.format, f);
            struct wr_error err = {0};
            ck_ok(wr_listing_simplify(&listing, &err), err); /* matrices turn edges over */
        }
        write_path("last", &listing, WR_FORMAT_EDGES);
        char *want = packed_get("first", NULL), *got = packed_get("last", NULL);
        ck_assert_str_eq(got, want);
        free(want);
        free(got);
        wr_listing_release(&listing);
    }
    files_leave();
}
END_TEST

/* Lines keep their order, direction and copies where the format allows. */
START_TEST(lines_are_kept)
{
    static const char text[] = "# Nodes: 4 Edges: 5\n1\t0\n2\t2\n0\t1\n3\t1\n1\t0\n";
    static const enum wr_graph_format formats[] = {WR_FORMAT_EDGES, WR_FORMAT_MTX, WR_FORMAT_NPY,
                                                   WR_FORMAT_NCOL};
    files_enter();
    for (int f = 0; f < 4; f++) {
        packed_put_text("x", text);
        struct wr_listing listing = read_path("x", &(struct wr_listing_options){0});
        write_path("y", &listing, formats[f]);
        wr_listing_release(&listing);
        listing = read_path("y", &(struct wr_listing_options){.format = formats[f]});
        write_path("x", &listing, WR_FORMAT_EDGES);
        wr_listing_release(&listing);
        char *got = packed_get("x", NULL);
        ck_assert_str_eq(got, text);
        free(got);
    }
    files_leave();
}
END_TEST

START_TEST(simplify)
{
    files_enter();
    packed_put_text("x", "1 0\n2 2\n0 1\n3 1\n1 0\n");
    struct wr_error err = {0};
    struct wr_listing listing = read_path("x", &(struct wr_listing_options){0});
    ck_ok(wr_listing_simplify(&listing, &err), err);
    ck_assert_int_eq(listing.pairs.count, 2);
    ck_assert(listing.pairs.key[0] == wr_arc(0, 1) && listing.pairs.key[1] == wr_arc(1, 3));
    wr_listing_release(&listing);
    listing = read_path("x", &(struct wr_listing_options){.directed = true});
    ck_ok(wr_listing_simplify(&listing, &err), err);
    ck_assert_int_eq(listing.pairs.count, 3);
    ck_assert(listing.pairs.key[1] == wr_arc(1, 0) && listing.pairs.key[2] == wr_arc(3, 1));
    wr_listing_release(&listing);
    files_leave();
}
END_TEST

START_TEST(impossible_wishes)
{
    static const struct {
        struct wr_listing_options options;
        const char *message;
    } table[] = {
        {{.format = WR_FORMAT_DOT}, "dot files are written only"},
        {{.format = WR_FORMAT_MTX, .relabel = true},
         "the vertices of mtx files are numbered: only edges, ncol and lgl files can be "
         "relabelled"},
        {{.format = WR_FORMAT_GML, .weight_column = 3}, "gml files have no columns"},
        {{.format = WR_FORMAT_METIS, .directed = true},
         "a METIS graph has no arcs, it is undirected"},
        {{.format = WR_FORMAT_GML, .directed = true},
         "the graph of the file is undirected, it has no arcs"},
    };
    files_enter();
    packed_put_text("x", "graph [ node [ id 1 ] ]\n");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct wr_error err = {0};
        struct wr_listing listing;
        ck_assert_int_eq(wr_listing_read(&listing, "x", &table[i].options, &err), WR_EINVAL);
        ck_assert_str_eq(err.message, table[i].message);
    }
    files_leave();
}
END_TEST

static void damage(struct wr_rng *rng, char *data, size_t *size)
{
    for (uint64_t hits = 1 + wr_rng_below(rng, 4); hits > 0 && *size > 0; hits--) {
        size_t at = wr_rng_below(rng, *size), cut = wr_rng_below(rng, 20);
        switch (wr_rng_below(rng, 4)) {
        case 0:
            data[at] = (char)wr_rng_u32(rng);
            break;
        case 1:
            data[at] = "0123456789-. \n\t#%*<>[]\"e"[wr_rng_below(rng, 25)];
            break;
        case 2:
            *size = at;
            break;
        default:
            if (at + cut < *size) {
                memmove(data + at, data + at + cut, *size - at - cut);
                *size -= cut;
            }
        }
    }
}

/* A damaged file is an error or another graph, never a crash. */
START_TEST(damaged_files)
{
    files_enter();
    struct wr_rng rng;
    wr_rng_init(&rng, 2, 0);
    packed_put_text(
        "x", "# Nodes: 9 Edges: 8\n0 1 2\n1 2 3\n2 3 1\n3 0 5\n4 7 2\n1 7 3\n5 6 1\n0 6 4\n");
    for (int f = WR_FORMAT_EDGES; f < WR_FORMAT_DOT; f++) {
        struct wr_listing_options options = {.weight_column = 3};
        struct wr_listing listing = read_path("x", &options);
        size_t size;
        write_path("whole", &listing, (enum wr_graph_format)f);
        wr_listing_release(&listing);
        char *whole = packed_get("whole", &size), *copy = malloc(size + 1);
        for (int round = 0; round < 100; round++) {
            size_t left = size;
            memcpy(copy, whole, size);
            damage(&rng, copy, &left);
            packed_put("damaged", copy, left);
            options = (struct wr_listing_options){
                .format = (enum wr_graph_format)f, .weights = true, .tmp_dir = "."};
            if (wr_listing_read(&listing, "damaged", &options, NULL) == WR_OK)
                wr_listing_release(&listing);
        }
        free(whole);
        free(copy);
    }
    files_leave();
}
END_TEST

unit_main("listing", round_trips_between_all_formats, lines_are_kept, simplify, impossible_wishes,
          damaged_files)
