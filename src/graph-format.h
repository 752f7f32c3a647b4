/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GRAPH_FORMAT_H
#define GRAPH_FORMAT_H

#include <argp.h>
#include <stdint.h>

#include "io/format.h"
#include "json.h"

/* The format that an option such as --from names; a usage error lists those there are: the four
 * that every tool reads, and others' formats when foreign. */
enum wr_graph_format graph_format(struct argp_state *state, const char *option, const char *arg,
                                  bool foreign);

/* A value of --nodes. */
int64_t graph_nodes(struct argp_state *state, const char *arg);

/* The options of the tools that read one graph, of the four formats. */
struct graph_input {
    enum wr_graph_format format;
    const char *format_name; /* as it was written; NULL: by content and name */
    int64_t nodes;           /* at least this many vertices */
};

/* cli_children and these options: the tool's parser passes its struct cli and its struct
 * graph_input to its children 0 and 1 in ARGP_KEY_INIT. */
extern const struct argp_child graph_children[];

/* They for --report. */
void graph_report_options(struct json *options, const struct graph_input *input);

#endif
