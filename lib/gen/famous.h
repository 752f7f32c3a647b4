/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_FAMOUS_H
#define WR_GEN_FAMOUS_H

#include "base/error.h"
#include "data/graph.h"

/*
 * wr_gen_famous - a graph known by a name: Zachary (also called Karate), Petersen, Tutte ...
 *
 * name    in   in upper or lower case
 * g       out  release with wr_graph_release; untouched on failure
 * Errors  WR_EINVAL no such name, with the names that there are; WR_ENOMEM
 * Source  igraph_famous of the igraph library, whose error handler is replaced meanwhile: not to
 *         be called by two threads at a time
 */
enum wr_status wr_gen_famous(const char *name, struct wr_graph *g, struct wr_error *err);

#endif
