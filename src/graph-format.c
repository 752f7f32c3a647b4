/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graph-format.h"

enum wr_graph_format graph_format(struct argp_state *state, const char *option, const char *arg,
                                  bool foreign)
{
    enum wr_graph_format format = WR_FORMAT_AUTO;
    if (!wr_graph_format_by_name(arg, &format))
        argp_error(state, "--%s: '%s' is none of edges, mtx, metis, npy%s", option, arg,
                   foreign ? ", graphml, gml, pajek, ncol, lgl, dot" : "");
    return format;
}
