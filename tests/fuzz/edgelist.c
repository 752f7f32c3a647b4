/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graph.h"

#include "data/graph.h"
#include "io/edgelist.h"

/* The fast loops read what the careful one reads. */
static void compare_loops(const uint8_t *data, size_t size)
{
    static const enum wr_edgeparse how[] = {WR_EDGEPARSE_CAREFUL, WR_EDGEPARSE_SCALAR,
                                            WR_EDGEPARSE_AVX512};
    enum { LOOPS = sizeof how / sizeof *how };
    struct wr_pairs pairs[LOOPS] = {{0}};
    struct wr_error err[LOOPS] = {{0}};
    for (int i = 0; i < LOOPS; i++) {
        struct wr_input *input;
        bool has_header;
        if (!wr_edgeparse_supported(how[i]))
            continue;
        fuzz_file(data, size, fuzz_ways[0]);
        if (wr_input_open(&input, "edges", &(struct wr_input_options){0}, &err[i]))
            return;
        wr_edgelist_read(input, &(struct wr_edgelist_options){.how = how[i]}, &pairs[i],
                         &has_header, &err[i]);
        wr_input_close(input);
        fuzz_same_error(&err[0], &err[i]);
        fuzz_check(pairs[0].n == pairs[i].n && pairs[0].count == pairs[i].count);
        fuzz_same_bytes(pairs[0].key, pairs[i].key, (size_t)pairs[0].count * sizeof(uint64_t));
    }
    for (int i = 0; i < LOOPS; i++)
        wr_pairs_release(&pairs[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    compare_loops(data, size);
    fuzz_graph(data, size, WR_FORMAT_EDGES);
    return 0;
}
