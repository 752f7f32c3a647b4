/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/edgearray.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "io/npy.h"

/* Where the ids of an array of edges are: end e (0 or 1) of edge k is element
 * e * end_stride + k * edge_stride. */
struct layout {
    int64_t edges; /* M */
    int64_t end_stride, edge_stride;
    bool ends_first; /* shape (2, M) */
};

static enum wr_status find_layout(const struct wr_npy *a, const char *name, struct layout *layout,
                                  struct wr_error *err)
{
    if (a->rank != 2 || (a->shape[0] != 2 && a->shape[1] != 2)) {
        char shape[WR_NPY_SHAPE];
        return wr_error_at(err, WR_EDATA, name, 0,
                           "an array of shape %s, expected (2, M) or (M, 2)",
                           wr_npy_shape(a, shape));
    }
    if (a->kind != 'i' && a->kind != 'u')
        return wr_error_at(err, WR_EDATA, name, 0, "an array of %s, expected integers",
                           wr_npy_elements(a));
    layout->ends_first = a->shape[0] == 2;
    layout->edges = a->shape[layout->ends_first];
    bool planar = layout->ends_first != a->fortran;
    layout->end_stride = planar ? layout->edges : 1;
    layout->edge_stride = planar ? 1 : 2;
    return WR_OK;
}

static enum wr_status bad_id(const struct layout *layout, const char *name, int64_t edge, int end,
                             int64_t id, struct wr_error *err)
{
    int64_t first = layout->ends_first ? end : edge, second = layout->ends_first ? edge : end;
    return wr_error_at(err, WR_EDATA, name, 0,
                       "vertex id %lld at index [%lld, %lld] is %s, expected 0 to %u",
                       (long long)id, (long long)first, (long long)second,
                       id < 0 ? "negative" : "too large", WR_MAX_VERTEX);
}

/* Both ends of `count` edges from `begin`, count at most WR_BLOCK. */
static void get_ends(const struct wr_npy *a, const struct layout *layout, int64_t begin,
                     int64_t count, int64_t ends[2][WR_BLOCK])
{
    int64_t mixed[2 * WR_BLOCK];
    if (layout->edge_stride == 1) {
        for (int e = 0; e < 2; e++)
            wr_npy_get_i64(a, e * layout->end_stride + begin, count, ends[e]);
        return;
    }
    wr_npy_get_i64(a, 2 * begin, 2 * count, mixed);
    for (int64_t i = 0; i < 2 * count; i++)
        ends[i & 1][i >> 1] = mixed[i];
}

/* Pack a block of edges and find the largest id. */
static enum wr_status take_block(const struct layout *layout, const char *name,
                                 int64_t ends[2][WR_BLOCK], int64_t begin, int64_t count,
                                 uint64_t *key, int64_t *largest, struct wr_error *err)
{
    int64_t low = 0, high = 0;
    for (int e = 0; e < 2; e++) {
        for (int64_t i = 0; i < count; i++) {
            low = ends[e][i] < low ? ends[e][i] : low;
            high = ends[e][i] > high ? ends[e][i] : high;
        }
    }
    if (low < 0 || high > WR_MAX_VERTEX) {
        for (int64_t i = 0; i < count; i++)
            for (int e = 0; e < 2; e++)
                if (ends[e][i] < 0 || ends[e][i] > WR_MAX_VERTEX)
                    return bad_id(layout, name, begin + i, e, ends[e][i], err);
    }
    for (int64_t i = 0; i < count; i++)
        key[begin + i] = wr_arc((uint32_t)ends[0][i], (uint32_t)ends[1][i]);
    if (high > *largest)
        *largest = high;
    return WR_OK;
}

enum wr_status wr_edgearray_read(struct wr_span text, const char *name, struct wr_pairs *pairs,
                                 struct wr_error *err)
{
    struct wr_npy a;
    struct layout layout;
    int64_t ends[2][WR_BLOCK];
    int64_t largest = -1;
    enum wr_status status = wr_npy_parse(&a, text, name, err);
    if (!status)
        status = find_layout(&a, name, &layout, err);
    if (status)
        return status;
    uint64_t *key = wr_alloc(layout.edges, sizeof *key, err);
    if (!key)
        return WR_ENOMEM;
    for (int64_t begin = 0; begin < layout.edges && !status; begin += WR_BLOCK) {
        int64_t count = wr_block_end(begin, WR_BLOCK, layout.edges) - begin;
        get_ends(&a, &layout, begin, count, ends);
        status = take_block(&layout, name, ends, begin, count, key, &largest, err);
    }
    if (status) {
        free(key);
        return status;
    }
    *pairs = (struct wr_pairs){
        .n = (uint32_t)(largest + 1), .count = layout.edges, .key = key, .weight = NULL};
    return WR_OK;
}

/* The positions of the edges that stay, ascending; their number. */
static int64_t find_staying(const struct wr_npy *a, const struct layout *layout,
                            const struct wr_edgeset *removed, int64_t *staying)
{
    int64_t ends[2][WR_BLOCK];
    int64_t kept = 0;
    for (int64_t begin = 0; begin < layout->edges; begin += WR_BLOCK) {
        int64_t count = wr_block_end(begin, WR_BLOCK, layout->edges) - begin;
        get_ends(a, layout, begin, count, ends);
        for (int64_t i = 0; i < count; i++)
            if (!wr_edgeset_has_pair(removed, (uint32_t)ends[0][i], (uint32_t)ends[1][i]))
                staying[kept++] = begin + i;
    }
    return kept;
}

/* Write the elements at first + stride * staying[i], `together` neighbours of each. */
static void write_elements(const struct wr_npy *a, int64_t first, int64_t stride, int64_t together,
                           const int64_t *staying, int64_t count, struct wr_sink *sink)
{
    size_t bytes = (size_t)(together * a->size);
    for (int64_t i = 0; i < count && !wr_sink_failed(sink); i++)
        wr_sink_write(sink, a->data + (first + stride * staying[i]) * a->size, bytes);
}

enum wr_status wr_edgearray_filter(struct wr_span text, const struct wr_edgeset *removed,
                                   struct wr_sink *sink, int64_t *edges, struct wr_error *err)
{
    struct wr_npy a;
    struct layout layout;
    enum wr_status status = wr_npy_parse(&a, text, "", err);
    if (!status)
        status = find_layout(&a, "", &layout, err);
    if (status)
        return status;
    int64_t *staying = wr_alloc(layout.edges, sizeof *staying, err);
    if (!staying)
        return WR_ENOMEM;
    int64_t count = find_staying(&a, &layout, removed, staying);
    a.shape[layout.ends_first] = count;
    wr_npy_write_header(&a, sink);
    if (layout.edge_stride == 2)
        write_elements(&a, 0, 2, 2, staying, count, sink);
    for (int e = 0; e < 2 && layout.edge_stride == 1; e++)
        write_elements(&a, e * layout.end_stride, 1, 1, staying, count, sink);
    free(staying);
    *edges = count;
    return WR_OK;
}

void wr_edgearray_write(const struct wr_pairs *pairs, struct wr_sink *sink)
{
    struct wr_npy a = {.kind = 'i',
                       .size = sizeof(int64_t),
                       .version = 1,
                       .rank = 2,
                       .shape = {2, pairs->count},
                       .count = 2 * pairs->count};
    wr_npy_write_header(&a, sink);
    for (int end = 0; end < 2 && !wr_sink_failed(sink); end++) {
        for (int64_t i = 0; i < pairs->count; i++) {
            uint64_t key = pairs->key[i];
            int64_t id = end == 0 ? wr_edge_u(key) : wr_edge_v(key);
            wr_sink_write(sink, &id, sizeof id);
        }
    }
}
