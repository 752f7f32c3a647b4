/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include "io/tensorfile.h"

static void same(const struct wr_observations *a, const struct wr_observations *b)
{
    fuzz_check(a->order == b->order && a->count == b->count);
    fuzz_same_bytes(a->dim, b->dim, (size_t)a->order * sizeof *a->dim);
    fuzz_same_bytes(a->index, b->index, (size_t)(a->count * a->order) * sizeof *a->index);
    fuzz_same_bytes(a->value, b->value, (size_t)a->count * sizeof *a->value);
}

static void check_indices(const struct wr_observations *o)
{
    for (int64_t i = 0; i < o->count; i++)
        for (int d = 0; d < o->order; d++)
            fuzz_check(wr_observations_at(o, i)[d] < o->dim[d]);
}

/* What is written as text is read as the same. */
static void write_again(const struct wr_observations *o)
{
    struct wr_sink *sink = fuzz_sink();
    struct wr_observations again;
    struct wr_error err = {0};
    const struct wr_tensor_file_options options = {.index_base = 0};
    fuzz_check(!wr_observations_write(o, 0, sink, &err));
    struct wr_span text = fuzz_written(sink);
    fuzz_file(text.data, text.size, fuzz_ways[1]);
    fuzz_status(wr_observations_read("written", &options, &again, &err), &err);
    fuzz_check(!err.status);
    same(o, &again);
    wr_observations_release(&again);
    wr_sink_discard(sink);
}

static void read_ways(const uint8_t *data, size_t size,
                      const struct wr_tensor_file_options *options)
{
    struct wr_observations o[FUZZ_WAYS];
    struct wr_error err[FUZZ_WAYS] = {{0}};
    for (int i = 0; i < FUZZ_WAYS; i++) {
        fuzz_file(data, size, fuzz_ways[i]);
        fuzz_status(wr_observations_read("tensor", options, &o[i], &err[i]), &err[i]);
    }
    fuzz_same_error(&err[0], &err[1]);
    if (err[0].status)
        return;
    same(&o[0], &o[1]);
    check_indices(&o[0]);
    if (o[0].value && !options->coordinates) /* which may repeat */
        write_again(&o[0]);
    for (int i = 0; i < FUZZ_WAYS; i++)
        wr_observations_release(&o[i]);
}

static void read_whole(const uint8_t *data, size_t size)
{
    struct wr_tensor t;
    struct wr_error err = {0};
    const struct wr_tensor_file_options options = {.index_base = 1};
    fuzz_file(data, size, fuzz_ways[0]);
    enum wr_status status = wr_tensor_read("tensor", &options, &t, &err);
    fuzz_status(status, &err);
    if (!status)
        wr_tensor_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t dim[] = {2, 3};
    const struct wr_tensor_file_options all[] = {
        {.index_base = 1},
        {.index_base = 0},
        {.index_base = 1, .order = 2, .dim = dim},
        {.index_base = 1, .order = 2, .dim = dim, .coordinates = true},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        read_ways(data, size, &all[i]);
    read_whole(data, size);
    return 0;
}
