/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_FORMAT_H
#define WR_IO_FORMAT_H

#include <stdbool.h>

/* The formats of graph files; walkrank-formats(5) describes them. */
enum wr_graph_format {
    WR_FORMAT_AUTO, /* by the first bytes, then by the name, else WR_FORMAT_EDGES */
    WR_FORMAT_EDGES,
    WR_FORMAT_MTX,
    WR_FORMAT_METIS,
    WR_FORMAT_NPY,
    /* those that only graph-convert knows, through igraph */
    WR_FORMAT_GRAPHML,
    WR_FORMAT_GML,
    WR_FORMAT_PAJEK,
    WR_FORMAT_NCOL,
    WR_FORMAT_LGL,
    WR_FORMAT_DOT,
    WR_FORMATS
};

static inline bool wr_graph_format_is_foreign(enum wr_graph_format format)
{
    return format >= WR_FORMAT_GRAPHML;
}

/* The format called name ("edges", "mtx", ...); false when there is none. */
bool wr_graph_format_by_name(const char *name, enum wr_graph_format *format);

/* Its name. */
const char *wr_graph_format_name(enum wr_graph_format format);

/* The format that the suffix of a path says, before .gz or .zst; WR_FORMAT_AUTO when it says
 * nothing. */
enum wr_graph_format wr_graph_format_by_suffix(const char *path);

#endif
