/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/graphfile.h"

#include <string.h>

#include "io/edgelist.h"

static const struct {
    const char *name;
    enum wr_graph_format format;
} formats[] = {
    {"edges", WR_FORMAT_EDGES},
};

bool wr_graph_format_by_name(const char *name, enum wr_graph_format *format)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(name, formats[i].name) == 0) {
            *format = formats[i].format;
            return true;
        }
    }
    return false;
}

enum wr_status wr_graph_file_read(struct wr_graph_file *file, const char *path,
                                  const struct wr_graph_file_options *options, struct wr_error *err)
{
    struct wr_graph_file made = {.format = WR_FORMAT_EDGES};
    struct wr_input_options input = {.keep_text = options->filter, .tmp_dir = options->tmp_dir};
    enum wr_status status = wr_input_open(&made.input, path, &input, err);
    if (status)
        return status;
    struct wr_edgelist_options edges = {.nodes = options->nodes,
                                        .weight_column = options->weight_column};
    status = wr_edgelist_read(made.input, &edges, &made.pairs, &made.has_header, err);
    if (status)
        wr_graph_file_release(&made);
    else
        *file = made;
    return status;
}

void wr_graph_file_release(struct wr_graph_file *file)
{
    wr_pairs_release(&file->pairs);
    wr_input_close(file->input);
    *file = (struct wr_graph_file){0};
}

enum wr_status wr_graph_file_filter(const struct wr_graph_file *file,
                                    const struct wr_edgeset *removed, bool header,
                                    struct wr_sink *sink, int64_t *lines, struct wr_error *err)
{
    (void)err;
    int64_t written =
        wr_edgelist_filter(wr_input_text(file->input), removed, header && !file->has_header, sink);
    if (lines)
        *lines = written;
    return WR_OK;
}
