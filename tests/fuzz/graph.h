/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FUZZ_GRAPH_H
#define TESTS_FUZZ_GRAPH_H

#include "fuzz.h"

#include "data/graph.h"
#include "io/format.h"

/* Everything that the tools do with a file of a format of their own: read it in every way, with
 * and without weights; filter it and read what is left; write what it lists and, of text edges,
 * read that. */
void fuzz_graph(const uint8_t *data, size_t size, enum wr_graph_format format);

/* Two readings of the same pairs. */
void fuzz_same_pairs(const struct wr_pairs *a, const struct wr_pairs *b);

#endif
