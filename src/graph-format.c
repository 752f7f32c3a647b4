/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graph-format.h"

#include "cli-args.h"
#include "cli.h"
#include "data/graph.h"

enum wr_graph_format graph_format(struct argp_state *state, const char *option, const char *arg,
                                  bool foreign)
{
    enum wr_graph_format format = WR_FORMAT_AUTO;
    if (!wr_graph_format_by_name(arg, &format))
        cli_refuse(state, "--%s: '%s' is none of edges, mtx, metis, npy%s", option, arg,
                   foreign ? ", graphml, gml, pajek, ncol, lgl, dot" : "");
    return format;
}

int64_t graph_nodes(struct argp_state *state, const char *arg)
{
    return (int64_t)cli_uint(state, "nodes", arg, 0, WR_MAX_VERTEX + UINT64_C(1));
}

enum { KEY_FROM = 0x100, KEY_NODES };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "How to read the graph:", 99},
    {"from", KEY_FROM, "FORMAT", 0, "edges, mtx, metis or npy; default by content and name", 99},
    {"nodes", KEY_NODES, "N", 0, "At least N vertices", 99},
    {0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct graph_input *input = state->input;
    switch (key) {
    case KEY_FROM:
        input->format = graph_format(state, "from", arg, false);
        input->format_name = arg;
        break;
    case KEY_NODES:
        input->nodes = graph_nodes(state, arg);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp graph_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};

const struct argp_child graph_children[] = {
    {&cli_argp, 0, NULL, 100}, {&graph_argp, 0, NULL, 99}, {0}};

void graph_report_options(struct json *report, const struct graph_input *input)
{
    json_string(report, "from", input->format_name);
    json_int(report, "nodes", input->nodes);
}
