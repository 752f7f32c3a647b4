/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_BA_H
#define WR_GEN_BA_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/*
 * wr_gen_ba - a graph grown by preferential attachment (Barabasi-Albert): vertex v joins
 * min(v, attach) different earlier vertices, drawn with probabilities proportional to the degrees
 * they have before v arrives. So the first attach + 1 vertices are a complete graph.
 *
 * g       out  release with wr_graph_release; untouched on failure
 * Errors  WR_ENOMEM
 * Cost    O(n + m) time expected, 4 bytes per vertex and 8 per edge
 * Source  A.-L. Barabasi, R. Albert, "Emergence of scaling in random networks", Science 286 (1999);
 *         V. Batagelj, U. Brandes, "Efficient generation of large random networks", Phys. Rev. E
 *         71 (2005), section IV: a random end of a random edge is a vertex drawn by degree
 */
enum wr_status wr_gen_ba(uint32_t n, uint32_t attach, uint64_t seed, struct wr_graph *g,
                         struct wr_error *err);

#endif
