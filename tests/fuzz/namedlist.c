/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include <string.h>

#include "io/listing.h"

/* Names that are written are the names again. */
static void check_names(const struct wr_listing *list)
{
    struct wr_sink *sink = fuzz_sink();
    fuzz_check(list->names.count == list->pairs.n);
    for (uint32_t i = 0; i < list->names.count; i++)
        fuzz_check(strlen(wr_names_get(&list->names, i)) > 0);
    for (int64_t i = 0; i < list->pairs.count; i++)
        fuzz_check(wr_edge_u(list->pairs.key[i]) < list->pairs.n &&
                   wr_edge_v(list->pairs.key[i]) < list->pairs.n);
    wr_names_write(&list->names, sink);
    wr_sink_discard(sink);
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
