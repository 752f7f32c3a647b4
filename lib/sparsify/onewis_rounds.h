/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_ONEWIS_ROUNDS_H
#define WR_SPARSIFY_ONEWIS_ROUNDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/minset.h"

/* The rounds of falling degree of a 1-WIS level: who is in the present one, and who waits for the
 * round of its degree, in a list per degree. For sparsify/onewis*.c only. */
struct wr_rounds {
    uint32_t max_degree;
    struct wr_minset falling; /* max_degree - d for every d with a list */
    uint32_t *first;          /* by degree: the first of the list, or UINT32_MAX */
    uint32_t *next;           /* by vertex: the one after it */
    uint32_t *member;         /* the vertices of the present round, for the caller */
};

/* Nobody waits; release with wr_rounds_release. Errors: WR_ENOMEM. 8 bytes per vertex, 4 per
 * degree. */
enum wr_status wr_rounds_init(struct wr_rounds *rounds, int64_t vertices, uint32_t max_degree,
                              struct wr_error *err);
void wr_rounds_release(struct wr_rounds *rounds);

static inline bool wr_rounds_empty(const struct wr_rounds *rounds)
{
    return wr_minset_empty(&rounds->falling);
}

/* The largest degree that somebody waits for; there must be one. */
static inline uint32_t wr_rounds_largest(const struct wr_rounds *rounds)
{
    return rounds->max_degree - wr_minset_min(&rounds->falling);
}

/* v, which does not wait yet, waits for the round of its degree. */
static inline void wr_rounds_wait(struct wr_rounds *rounds, uint32_t v, uint32_t degree)
{
    rounds->next[v] = rounds->first[degree];
    rounds->first[degree] = v;
    wr_minset_add(&rounds->falling, rounds->max_degree - degree);
}

/* Add those that wait for the round of `degree`, than which nobody waits for a larger one, behind
 * the first n members; the number of members then. */
int64_t wr_rounds_join(struct wr_rounds *rounds, uint32_t degree, int64_t n);

#endif
