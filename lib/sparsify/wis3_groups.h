/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_WIS3_GROUPS_H
#define WR_SPARSIFY_WIS3_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "sparsify/shrinking.h"
#include "sparsify/tournament.h"

/*
 * The candidates of (L-1)-WIS at depth 3, for sparsify/wis3.c alone.
 *
 * Every pair (old, new < old) makes a removal worse: its smallest x is new, with +1. Hence the sum
 * of some of the pairs of a removal is an upper bound of its key. A candidate is known by
 *
 *     one pair, that of its witness, a vertex whose walk index its removal changes. What it takes
 *     from the witness is always known, so that this pair is never out of date;
 *     the rest, an upper bound of the sum of the other pairs, all of it beyond the new value of
 *     the witness: out of date perhaps, and cut somewhere.
 *
 * The candidates of one witness form a group, a heap by what they take from it, then by the rest,
 * then by number: for that is the order of their bounds. When the walk index of a vertex falls, the
 * bounds of its whole group change without any work but that of its best, which is the vertex's
 * entry in a tournament of all vertices.
 */
enum { WR_REST_INLINE = 5 };

struct wr_candidate {
    uint32_t witness;
    bool common;        /* the witness is a common neighbour of the ends, not one of them */
    uint32_t place;     /* in the heap of its group, or WR_NOBODY */
    uint32_t triangles; /* common neighbours of the ends */
    uint32_t length;    /* words of the rest */
    union {
        uint64_t near[WR_REST_INLINE];
        uint64_t *far; /* allocated when length > WR_REST_INLINE */
    } rest;
};

/* A candidate in a heap, with what mostly decides. */
struct wr_member {
    uint64_t lead;  /* first word of the rest */
    uint32_t taken; /* from the witness */
    uint32_t candidate;
};

struct wr_group {
    struct wr_member *member; /* a heap of count candidates */
    uint32_t count;
    uint32_t room;
};

struct wr_groups {
    const struct wr_shrinking *graph; /* not owned */
    const uint64_t *value;            /* not owned: w, by vertex */
    uint32_t count;                   /* candidates */
    struct wr_candidate *candidate;
    struct wr_group *group; /* n */
    struct wr_tournament tournament;
    uint64_t *word; /* scratch for one bound */
    int64_t room;
};

/* No candidate is in a group. Memory: 64 bytes per candidate and 16 to 32 for its place in a heap,
 * 104 per vertex. Release with wr_groups_release. Errors: WR_ENOMEM. */
enum wr_status wr_groups_init(struct wr_groups *s, const struct wr_shrinking *graph,
                              const uint64_t *value, struct wr_key_format format, int64_t count,
                              struct wr_error *err);
void wr_groups_release(struct wr_groups *s);

/* The walk index of its witness once candidate c has gone. */
uint64_t wr_groups_new_value(const struct wr_groups *s, const struct wr_candidate *c);

/* Put candidate c, which is in no group, where its witness says; rest is copied. The bounds of
 * vertices are as before. Errors: WR_ENOMEM. */
enum wr_status wr_groups_enter(struct wr_groups *s, uint32_t c, const uint64_t *rest,
                               uint32_t length, struct wr_error *err);

/* Take candidate c out of its group. The bounds of vertices are as before. */
void wr_groups_leave(struct wr_groups *s, uint32_t c);

/* What candidate c takes from its witness has become less, or its rest is to be doubted from
 * `value` on (as wr_key_doubt): mend its place in the group. The bounds of vertices are as before.
 */
void wr_groups_improve(struct wr_groups *s, uint32_t c, uint64_t value);

/* Tell the tournament what the best bound in the group of v is now. Errors: WR_ENOMEM. */
enum wr_status wr_groups_refresh(struct wr_groups *s, uint32_t v, struct wr_error *err);

/* The candidate with the best bound. */
uint32_t wr_groups_best(const struct wr_groups *s);

/*
 * wr_groups_second - the bound of the second-best candidate.
 *
 * word    out  its key, valid until the groups are changed; NULL when there is none
 * second  out  its number
 * Errors  WR_ENOMEM
 */
enum wr_status wr_groups_second(struct wr_groups *s, const uint64_t **word, uint32_t *second,
                                struct wr_error *err);

/* --- the sum of one pair and a rest ---------------------------------------------------------- */

struct wr_bound {
    struct wr_change pair[2]; /* +1 at the new value, -1 at the old one */
    int used;                 /* of the two */
    int64_t at;               /* words used of the rest */
};

struct wr_bound wr_bound_start(uint64_t old_value, uint64_t new_value);

/* Write the next entry of the sum to word; false when it is the last. Looks at one entry of the
 * rest, rest[b->at], and steps beyond it when it is used up. */
bool wr_bound_next(struct wr_bound *b, const struct wr_key_format *f, const uint64_t *rest,
                   uint64_t *word);

#endif
