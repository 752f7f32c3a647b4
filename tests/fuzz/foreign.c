/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include "io/foreign.h"
#include "io/graphfile.h"

/* igraph's readers, of the format that the first byte names; the rest is the file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum wr_graph_format formats[] = {WR_FORMAT_GRAPHML, WR_FORMAT_GML,
                                                   WR_FORMAT_PAJEK, WR_FORMAT_NCOL, WR_FORMAT_LGL};
    const struct wr_foreign_options options = {.number = true, .weights = true};
    struct wr_input *input;
    struct wr_foreign file;
    struct wr_error err = {0};
    if (size == 0 || data[0] < '0' || data[0] > '4')
        return 0;
    fuzz_file(data + 1, size - 1, fuzz_ways[1]);
    if (wr_input_open(&input, "graph", &(struct wr_input_options){0}, &err))
        return 0;
    enum wr_status status = wr_foreign_read(input, formats[data[0] - '0'], &options, &file, &err);
    fuzz_status(status, &err);
    if (!status)
        wr_foreign_release(&file);
    wr_input_close(input);
    return 0;
}
