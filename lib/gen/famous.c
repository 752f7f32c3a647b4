/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/famous.h"

#include <igraph.h>
#include <stdio.h>
#include <strings.h>

#include "base/alloc.h"

/* igraph's names, and ours where people know another one. */
static const struct {
    const char *name, *igraph;
} famous[] = {
    {"Bull", "Bull"},
    {"Chvatal", "Chvatal"},
    {"Coxeter", "Coxeter"},
    {"Cubical", "Cubical"},
    {"Diamond", "Diamond"},
    {"Dodecahedral", "Dodecahedral"},
    {"Folkman", "Folkman"},
    {"Franklin", "Franklin"},
    {"Frucht", "Frucht"},
    {"Grotzsch", "Grotzsch"},
    {"Heawood", "Heawood"},
    {"Herschel", "Herschel"},
    {"House", "House"},
    {"HouseX", "HouseX"},
    {"Icosahedral", "Icosahedral"},
    {"Karate", "Zachary"},
    {"Krackhardt_Kite", "Krackhardt_Kite"},
    {"Levi", "Levi"},
    {"McGee", "McGee"},
    {"Meredith", "Meredith"},
    {"Noperfectmatching", "Noperfectmatching"},
    {"Nonline", "Nonline"},
    {"Octahedral", "Octahedral"},
    {"Petersen", "Petersen"},
    {"Robertson", "Robertson"},
    {"Smallestcyclicgroup", "Smallestcyclicgroup"},
    {"Tetrahedral", "Tetrahedral"},
    {"Thomassen", "Thomassen"},
    {"Tutte", "Tutte"},
    {"Uniquely3colorable", "Uniquely3colorable"},
    {"Walther", "Walther"},
    {"Zachary", "Zachary"},
};

enum { FAMOUS_COUNT = sizeof famous / sizeof *famous };

/* igraph's name for name; NULL when there is none. */
static const char *igraph_name(const char *name)
{
    for (int i = 0; i < FAMOUS_COUNT; i++)
        if (strcasecmp(famous[i].name, name) == 0)
            return famous[i].igraph;
    return NULL;
}

static enum wr_status unknown_name(const char *name, struct wr_error *err)
{
    char list[sizeof err->message] = "";
    for (int i = 0, length = 0; i < FAMOUS_COUNT; i++)
        length += snprintf(list + length, sizeof list - (size_t)length, " %s", famous[i].name);
    return wr_error_set(err, WR_EINVAL, "no famous graph is called '%s'; there are%s", name, list);
}

static enum wr_status translate(igraph_error_t code, struct wr_error *err)
{
    if (code == IGRAPH_ENOMEM)
        return wr_error_set(err, WR_ENOMEM, "igraph ran out of memory");
    return wr_error_set(err, WR_EINVAL, "igraph_famous: %s", igraph_strerror(code));
}

/* Copy the vertices and edges of graph. */
static enum wr_status copy_edges(const igraph_t *graph, struct wr_pairs *pairs,
                                 struct wr_error *err)
{
    pairs->n = (uint32_t)igraph_vcount(graph);
    pairs->count = igraph_ecount(graph);
    pairs->key = wr_alloc(pairs->count, sizeof *pairs->key, err);
    if (!pairs->key)
        return WR_ENOMEM;
    for (int64_t e = 0; e < pairs->count; e++)
        pairs->key[e] = wr_arc((uint32_t)IGRAPH_FROM(graph, e), (uint32_t)IGRAPH_TO(graph, e));
    return WR_OK;
}

enum wr_status wr_gen_famous(const char *name, struct wr_graph *g, struct wr_error *err)
{
    const char *known = igraph_name(name);
    if (!known)
        return unknown_name(name, err);
    /* igraph's own handler ends the program */
    igraph_error_handler_t *handler = igraph_set_error_handler(igraph_error_handler_ignore);
    igraph_t graph;
    igraph_error_t code = igraph_famous(&graph, known);
    igraph_set_error_handler(handler);
    if (code)
        return translate(code, err);
    struct wr_pairs pairs = {0};
    enum wr_status status = copy_edges(&graph, &pairs, err);
    igraph_destroy(&graph);
    return status ? status : wr_graph_init(g, &pairs, false, err);
}
