/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_ONEWIS_ROWS_H
#define WR_SPARSIFY_ONEWIS_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/*
 * The neighbour lists of sparsify/onewis_level.c, which works from large degrees to small. A
 * vertex takes part once the level has come down to its initial degree, so vertices are admitted
 * in epochs of falling degree, a sixteenth at a time, and have a number, their rank, in that
 * order: what is used early lies together. Within an epoch ranks ascend with ids.
 *
 * The row of a vertex has a place for every neighbour and one more. It begins with the list of the
 * admitted neighbours, ascending by id; a vertex that is admitted finds the older ones in its
 * row and enters itself in theirs. Edges that a vertex loses to another's doing are only noted
 * behind its list, in the log, and struck from the list when the log has grown: a list is never
 * searched.
 */
struct wr_row {
    int64_t start;   /* of the row in `adj`; the next row's start is its end */
    uint32_t degree; /* now, neighbours not yet admitted included */
    uint32_t begin;  /* the list is adj[start + begin] .. adj[start + end - 1] */
    uint32_t end;    /* the log is behind it */
    uint32_t lost;   /* entries in the log */
    uint32_t at;     /* end of what is in use: list, log and, in between, vertices just admitted;
                      * for onewis_level.c, while a heavy vertex takes edges, its candidate */
    uint32_t kept;   /* see there */
};

struct wr_rows {
    uint32_t count;      /* vertices with an edge */
    uint32_t admitted;   /* of them, ranks 0 .. admitted - 1 */
    uint32_t max_degree; /* the largest initial degree */
    struct wr_row *row;  /* count + 1, by rank */
    uint32_t *adj;       /* ranks */
    uint32_t *id;        /* count: the vertex of a rank */
    uint32_t *place;     /* admitted: where a rank stands in by_id */
    uint32_t *by_id;     /* admitted: ranks ascending by id */
    uint32_t *mark;      /* count bits, clear between calls */
    uint32_t *scratch;   /* max_degree + 1 */
    int64_t epochs;
    int64_t epoch;         /* the next to admit */
    uint32_t *epoch_top;   /* epochs: the largest degree in it */
    uint32_t *epoch_start; /* epochs + 1: its first rank */
};

/*
 * wr_rows_init - rows of an undirected graph, nothing admitted; release with wr_rows_release.
 *
 * Errors  WR_ENOMEM; rows is untouched then
 * Cost    O(n + m) time; 8 bytes per edge, 48 per vertex that has one
 */
enum wr_status wr_rows_init(struct wr_rows *rows, const struct wr_graph *g, struct wr_error *err);
void wr_rows_release(struct wr_rows *rows);

/* Admit the vertices of every epoch whose largest degree is at least `level`. */
void wr_rows_admit(struct wr_rows *rows, uint32_t level);

/* Note that v has lost its edge to w. O(1), but for striking the log out now and then: each time
 * it has grown to a quarter of the list, so that an edge lost costs O(1) on average. */
void wr_rows_lose(struct wr_rows *rows, uint32_t v, uint32_t w);

/* Strike the log of v from its list. */
void wr_rows_tidy(struct wr_rows *rows, uint32_t v);

/* Whether the edge to w is in the log of v. */
bool wr_rows_has_lost(const struct wr_rows *rows, uint32_t v, uint32_t w);

/* --- sets of ranks, a bit each ---------------------------------------------------------------- */

static inline bool wr_bit(const uint32_t *bits, uint32_t i)
{
    return bits[i >> 5] >> (i & 31) & 1;
}

static inline void wr_bit_set(uint32_t *bits, uint32_t i)
{
    bits[i >> 5] |= UINT32_C(1) << (i & 31);
}

static inline void wr_bit_clear(uint32_t *bits, uint32_t i)
{
    bits[i >> 5] &= ~(UINT32_C(1) << (i & 31));
}

#endif
