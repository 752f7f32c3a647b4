/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graph.h"

#include <stdlib.h>
#include <string.h>

#include "data/edgeset.h"
#include "data/graph.h"
#include "io/graphfile.h"
#include "io/listing.h"

/* Larger graphs are read, but no array over their vertices is made. */
enum { MOST_VERTICES = 1 << 16 };

static const char name[] = "graph";

static enum wr_status read_graph(struct wr_graph_file *file,
                                 const struct wr_graph_file_options *options, struct wr_error *err)
{
    enum wr_status status = wr_graph_file_read(file, name, options, err);
    fuzz_status(status, err);
    return status;
}

void fuzz_same_pairs(const struct wr_pairs *a, const struct wr_pairs *b)
{
    fuzz_check(a->n == b->n);
    fuzz_check(a->count == b->count);
    fuzz_same_bytes(a->key, b->key, (size_t)a->count * sizeof *a->key);
    fuzz_same_bytes(a->weight, b->weight, (size_t)a->count * sizeof *a->weight);
}

/* --- filtering ----------------------------------------------------------------------------- */

/* Take every edge whose bit is set in the hash of the text, wrapped. */
static void choose(struct wr_edgeset *removed, uint32_t hash)
{
    for (int64_t e = 0; e < removed->graph->m; e++)
        if (hash >> (e & 31) & 1)
            wr_edgeset_add(removed, e);
}

/* What the filter wrote is read again: the pairs that are not removed, in their order. */
static void check_rest(const struct wr_graph_file *file, const struct wr_edgeset *removed,
                       struct wr_span text, struct fuzz_way way)
{
    struct wr_graph_file rest;
    struct wr_graph_file_options options = {.format = file->format, .filter = true};
    struct wr_error err = {0};
    int64_t kept = 0;
    fuzz_file(text.data, text.size, way);
    fuzz_check(!read_graph(&rest, &options, &err));
    for (int64_t i = 0; i < file->pairs.count; i++) {
        uint64_t key = file->pairs.key[i];
        if (wr_edgeset_has_pair(removed, wr_edge_u(key), wr_edge_v(key)))
            continue;
        fuzz_check(kept < rest.pairs.count && rest.pairs.key[kept] == key);
        kept++;
    }
    fuzz_check(kept == rest.pairs.count);
    fuzz_check(rest.pairs.n == file->pairs.n ||
               (!file->has_header && rest.pairs.n < file->pairs.n));
    wr_graph_file_release(&rest);
}

static void filter(const struct wr_graph_file *file, uint32_t hash, struct fuzz_way way)
{
    struct wr_graph g;
    struct wr_edgeset removed;
    struct wr_error err = {0};
    struct wr_sink *sink = fuzz_sink();
    int64_t lines = -1;
    fuzz_check(
        !wr_graph_from_edges(&g, file->pairs.n, file->pairs.key, file->pairs.count, false, &err));
    fuzz_check(!wr_edgeset_init(&removed, &g, &err));
    choose(&removed, hash);
    fuzz_check(!wr_graph_file_filter(file, &removed, hash & 1, sink, &lines, &err));
    fuzz_check(lines >= 0 && lines <= file->pairs.count);
    bool ambiguous = file->format == WR_FORMAT_NPY && lines == 2; /* (2, 2) of (M, 2) */
    if (!ambiguous)
        check_rest(file, &removed, fuzz_written(sink), way);
    wr_sink_discard(sink);
    wr_edgeset_release(&removed);
    wr_graph_release(&g);
}

/* --- writing ------------------------------------------------------------------------------- */

/* Read and write a list; text edges are read again and are the same. */
static void write_again(const uint8_t *data, size_t size, struct wr_listing_options options)
{
    struct wr_listing listing, again;
    struct wr_error err = {0};
    struct wr_sink *sink = fuzz_sink();
    fuzz_file(data, size, fuzz_ways[0]);
    enum wr_status status = wr_listing_read(&listing, name, &options, &err);
    fuzz_status(status, &err);
    if (status || listing.pairs.n > MOST_VERTICES)
        goto out;
    if (wr_listing_write(&listing, options.format, NULL, sink, &err)) {
        /* weights that METIS cannot hold */
        fuzz_check(options.format == WR_FORMAT_METIS && err.status == WR_EDATA);
    } else if (options.format == WR_FORMAT_EDGES) {
        struct wr_span text = fuzz_written(sink);
        fuzz_file(text.data, text.size, fuzz_ways[1]);
        fuzz_check(!wr_listing_read(&again, name, &options, &err));
        fuzz_same_pairs(&listing.pairs, &again.pairs);
        wr_listing_release(&again);
    }
out:
    wr_sink_discard(sink);
    if (!status)
        wr_listing_release(&listing);
}

/* ------------------------------------------------------------------------------------------- */

static void read_ways(const uint8_t *data, size_t size, const struct wr_graph_file_options *options)
{
    struct wr_graph_file file[FUZZ_WAYS];
    struct wr_error err[FUZZ_WAYS] = {{0}};
    for (int i = 0; i < FUZZ_WAYS; i++) {
        fuzz_file(data, size, fuzz_ways[i]);
        read_graph(&file[i], options, &err[i]);
    }
    fuzz_same_error(&err[0], &err[1]);
    if (err[0].status)
        return;
    fuzz_same_pairs(&file[0].pairs, &file[1].pairs);
    fuzz_check(file[0].has_header == file[1].has_header);
    for (int i = 0; i < FUZZ_WAYS && options->filter && file[0].pairs.n <= MOST_VERTICES; i++) {
        fuzz_file(data, size, fuzz_ways[i]);
        filter(&file[i], fuzz_hash(data, size), fuzz_ways[i]);
    }
    for (int i = 0; i < FUZZ_WAYS; i++)
        wr_graph_file_release(&file[i]);
}

void fuzz_graph(const uint8_t *data, size_t size, enum wr_graph_format format)
{
    const struct wr_graph_file_options all[] = {
        {.format = format, .filter = true},
        {.format = format, .weight_column = 3},
        {.format = format, .any_values = true, .nodes = 7},
        {.format = format, .directed = true},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        read_ways(data, size, &all[i]);
    write_again(data, size, (struct wr_listing_options){.format = format, .weights = true});
    if (format == WR_FORMAT_EDGES)
        write_again(data, size, (struct wr_listing_options){.format = format, .weight_column = 3});
}
