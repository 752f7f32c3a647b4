/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_TOURNAMENT_H
#define WR_SPARSIFY_TOURNAMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "sparsify/wis_key.h"

/*
 * Candidates 0 .. count - 1, each with a key (wis_key.h), in a tournament: a binary tree whose
 * leaves are the candidates and whose inner nodes hold the better of their children, so that the
 * root is the best candidate. Equal keys: the smaller rank. A node carries the first two
 * words of its winner's key, which decide most matches without touching the key.
 */
enum { WR_KEY_INLINE = 7 };

struct wr_key {
    uint32_t length; /* words */
    uint32_t rank;   /* decides between equal keys; the owner may change it, then replay */
    union {
        uint64_t near[WR_KEY_INLINE];
        uint64_t *far; /* allocated when length > WR_KEY_INLINE */
    } word;
};

struct wr_match {
    uint64_t lead[2]; /* first words of the winner's key, 0 beyond its end */
    uint32_t winner;
};

#define WR_NOBODY UINT32_MAX

struct wr_tournament {
    struct wr_key_format format;
    uint32_t count;
    struct wr_key *key;     /* count */
    struct wr_match *match; /* count: 1 is the root, node i has children 2 i and 2 i + 1, and
                               candidate c is node count + c */
};

/* All keys are as if their candidates had left, candidate c has rank c. Memory: 88 bytes per
 * candidate, and 8 per word of every key longer than WR_KEY_INLINE. Release with
 * wr_tournament_release. Errors: WR_ENOMEM. */
enum wr_status wr_tournament_init(struct wr_tournament *t, struct wr_key_format format,
                                  int64_t count, struct wr_error *err);
void wr_tournament_release(struct wr_tournament *t);

static inline const uint64_t *wr_key_words(const struct wr_key *key)
{
    return key->length > WR_KEY_INLINE ? key->word.far : key->word.near;
}

/* Give candidate c a key of length words; the matches are as before. Errors: WR_ENOMEM, the key is
 * as it was. */
enum wr_status wr_tournament_set(struct wr_tournament *t, uint32_t c, const uint64_t *word,
                                 uint32_t length, struct wr_error *err);

/* Play every match. O(count). */
void wr_tournament_play(struct wr_tournament *t);

/* Play the matches of candidate c, whose key has changed. O(log count), O(1) when c lost its first
 * match and loses it again. */
void wr_tournament_replay(struct wr_tournament *t, uint32_t c);

/* The best candidate; WR_NOBODY when all have left. */
uint32_t wr_tournament_best(const struct wr_tournament *t);

/* The best of the others. O(log count). */
uint32_t wr_tournament_second(const struct wr_tournament *t);

/* Candidate c leaves. */
void wr_tournament_leave(struct wr_tournament *t, uint32_t c);

/* Candidate c may have anything from `value` on: wr_key_doubt, and replay. */
void wr_tournament_doubt(struct wr_tournament *t, uint32_t c, wr_walkcount value);

#endif
