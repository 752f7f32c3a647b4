/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GRAPH_FORMAT_H
#define GRAPH_FORMAT_H

#include <argp.h>

#include "io/format.h"

/* The format that an option such as --from names; a usage error lists those there are: the four
 * that every tool reads, and others' formats when foreign. */
enum wr_graph_format graph_format(struct argp_state *state, const char *option, const char *arg,
                                  bool foreign);

#endif
