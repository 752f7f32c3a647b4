/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graph.h"

#include <stdio.h>
#include <string.h>

#include "io/listing.h"

/* Numbers, names, in which a carriage return is a blank, and line ends are what is written. */
static void check_written(const struct wr_names *names)
{
    struct wr_sink *sink = fuzz_sink();
    wr_names_write(names, sink);
    struct wr_span left = fuzz_written(sink);
    for (uint32_t i = 0; i < names->count; i++) {
        char number[16];
        const char *name = wr_names_get(names, i);
        size_t digits = (size_t)snprintf(number, sizeof number, "%u\t", i), size = strlen(name);
        fuzz_check(size > 0 && left.size > digits + size);
        fuzz_same_bytes(left.data, number, digits);
        for (size_t k = 0; k < size; k++)
            fuzz_check(left.data[digits + k] == (name[k] == '\r' ? ' ' : name[k]));
        fuzz_check(left.data[digits + size] == '\n');
        left.data += digits + size + 1;
        left.size -= digits + size + 1;
    }
    fuzz_check(left.size == 0);
    wr_sink_discard(sink);
}

static void check_names(const struct wr_listing *list)
{
    fuzz_check(list->names.count == list->pairs.n);
    for (int64_t i = 0; i < list->pairs.count; i++)
        fuzz_check(wr_edge_u(list->pairs.key[i]) < list->pairs.n &&
                   wr_edge_v(list->pairs.key[i]) < list->pairs.n);
    check_written(&list->names);
}

static void read_ways(const uint8_t *data, size_t size, int weight_column)
{
    struct wr_listing list[FUZZ_WAYS];
    struct wr_error err[FUZZ_WAYS] = {{0}};
    const struct wr_listing_options options = {
        .format = WR_FORMAT_EDGES, .relabel = true, .weight_column = weight_column};
    for (int i = 0; i < FUZZ_WAYS; i++) {
        fuzz_file(data, size, fuzz_ways[i]);
        fuzz_status(wr_listing_read(&list[i], "names", &options, &err[i]), &err[i]);
    }
    fuzz_same_error(&err[0], &err[1]);
    if (err[0].status)
        return;
    check_names(&list[0]);
    fuzz_same_pairs(&list[0].pairs, &list[1].pairs);
    fuzz_check(list[0].names.text_size == list[1].names.text_size);
    fuzz_same_bytes(list[0].names.text, list[1].names.text, (size_t)list[0].names.text_size);
    for (int i = 0; i < FUZZ_WAYS; i++)
        wr_listing_release(&list[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_ways(data, size, 0);
    read_ways(data, size, 3);
    return 0;
}
