/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/format.h"

#include <stddef.h>
#include <string.h>

#include "io/name.h"

static const char *const names[WR_FORMATS] = {
    [WR_FORMAT_AUTO] = "auto",   [WR_FORMAT_EDGES] = "edges", [WR_FORMAT_MTX] = "mtx",
    [WR_FORMAT_METIS] = "metis", [WR_FORMAT_NPY] = "npy",     [WR_FORMAT_GRAPHML] = "graphml",
    [WR_FORMAT_GML] = "gml",     [WR_FORMAT_PAJEK] = "pajek", [WR_FORMAT_NCOL] = "ncol",
    [WR_FORMAT_LGL] = "lgl",     [WR_FORMAT_DOT] = "dot",
};

static const struct {
    const char *suffix;
    enum wr_graph_format format;
} suffixes[] = {
    {".mtx", WR_FORMAT_MTX},   {".graph", WR_FORMAT_METIS}, {".metis", WR_FORMAT_METIS},
    {".npy", WR_FORMAT_NPY},   {".gml", WR_FORMAT_GML},     {".graphml", WR_FORMAT_GRAPHML},
    {".net", WR_FORMAT_PAJEK}, {".pajek", WR_FORMAT_PAJEK}, {".ncol", WR_FORMAT_NCOL},
    {".lgl", WR_FORMAT_LGL},   {".dot", WR_FORMAT_DOT},     {".gv", WR_FORMAT_DOT},
};

bool wr_graph_format_by_name(const char *name, enum wr_graph_format *format)
{
    for (int f = WR_FORMAT_EDGES; f < WR_FORMATS; f++) {
        if (strcmp(name, names[f]) == 0) {
            *format = (enum wr_graph_format)f;
            return true;
        }
    }
    return false;
}

const char *wr_graph_format_name(enum wr_graph_format format)
{
    return names[format];
}

enum wr_graph_format wr_graph_format_by_suffix(const char *path)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (wr_name_ends(path, suffixes[i].suffix))
            return suffixes[i].format;
    return WR_FORMAT_AUTO;
}
