/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/tournament.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum wr_status wr_tournament_init(struct wr_tournament *t, struct wr_key_format format,
                                  int64_t count, struct wr_error *err)
{
    assert(count < WR_NOBODY);
    struct wr_tournament made = {.format = format, .count = (uint32_t)count};
    made.key = wr_calloc(count, sizeof *made.key, err);
    made.match = wr_calloc(count, sizeof *made.match, err);
    if (!made.key || !made.match) {
        wr_tournament_release(&made);
        return WR_ENOMEM;
    }
    for (uint32_t c = 0; c < made.count; c++)
        made.key[c].rank = c;
    wr_tournament_play(&made);
    *t = made;
    return WR_OK;
}

void wr_tournament_release(struct wr_tournament *t)
{
    for (uint32_t c = 0; t->key && c < t->count; c++)
        if (t->key[c].length > WR_KEY_INLINE)
            free(t->key[c].word.far);
    free(t->key);
    free(t->match);
    *t = (struct wr_tournament){0};
}

enum wr_status wr_tournament_set(struct wr_tournament *t, uint32_t c, const uint64_t *word,
                                 uint32_t length, struct wr_error *err)
{
    struct wr_key *key = &t->key[c];
    uint64_t *far = NULL;
    if (length > WR_KEY_INLINE && !(far = wr_alloc(length, sizeof *far, err)))
        return WR_ENOMEM;
    if (key->length > WR_KEY_INLINE)
        free(key->word.far);
    if (length > 0)
        memcpy(far ? far : key->word.near, word, length * sizeof *word);
    if (far)
        key->word.far = far;
    key->length = length;
    return WR_OK;
}

/* Node `node` of the tree, a leaf or the outcome of a match. */
static struct wr_match contender(const struct wr_tournament *t, uint64_t node)
{
    if (node < t->count)
        return t->match[node];
    const struct wr_key *key = &t->key[node - t->count];
    const uint64_t *word = wr_key_words(key);
    return (struct wr_match){{key->length > 0 ? word[0] : 0, key->length > 1 ? word[1] : 0},
                             (uint32_t)(node - t->count)};
}

static bool longer_key_wins(const struct wr_tournament *t, uint32_t a, uint32_t b)
{
    const uint64_t *x = wr_key_words(&t->key[a]), *y = wr_key_words(&t->key[b]);
    uint32_t length = t->key[a].length < t->key[b].length ? t->key[a].length : t->key[b].length;
    for (uint32_t i = 2; i < length; i++)
        if (x[i] != y[i])
            return x[i] > y[i];
    if (t->key[a].length != t->key[b].length)
        return t->key[a].length > t->key[b].length; /* one of them has left */
    return t->key[a].rank < t->key[b].rank;
}

static bool wins(const struct wr_tournament *t, const struct wr_match *a, const struct wr_match *b)
{
    if (a->lead[0] != b->lead[0])
        return a->lead[0] > b->lead[0];
    if (a->lead[1] != b->lead[1])
        return a->lead[1] > b->lead[1];
    return longer_key_wins(t, a->winner, b->winner);
}

void wr_tournament_play(struct wr_tournament *t)
{
    for (uint64_t node = t->count; node-- > 1;) {
        struct wr_match a = contender(t, 2 * node), b = contender(t, 2 * node + 1);
        t->match[node] = wins(t, &a, &b) ? a : b;
    }
}

void wr_tournament_replay(struct wr_tournament *t, uint32_t c)
{
    struct wr_match champion = contender(t, (uint64_t)t->count + c);
    for (uint64_t node = (uint64_t)t->count + c; node > 1; node /= 2) {
        struct wr_match other = contender(t, node ^ 1);
        if (wins(t, &other, &champion))
            champion = other;
        struct wr_match *match = &t->match[node / 2];
        if (champion.winner != c && match->winner == champion.winner)
            return; /* c lost here before and loses again: nothing changes above */
        *match = champion;
    }
}

uint32_t wr_tournament_best(const struct wr_tournament *t)
{
    if (t->count == 0)
        return WR_NOBODY;
    struct wr_match root = contender(t, 1);
    return t->key[root.winner].length > 0 ? root.winner : WR_NOBODY;
}

uint32_t wr_tournament_second(const struct wr_tournament *t)
{
    uint32_t best = wr_tournament_best(t);
    if (best == WR_NOBODY)
        return WR_NOBODY;
    struct wr_match second = {.winner = WR_NOBODY};
    for (uint64_t node = (uint64_t)t->count + best; node > 1; node /= 2) {
        struct wr_match other = contender(t, node ^ 1);
        if (second.winner == WR_NOBODY || wins(t, &other, &second))
            second = other;
    }
    if (second.winner == WR_NOBODY || t->key[second.winner].length == 0)
        return WR_NOBODY;
    return second.winner;
}

void wr_tournament_leave(struct wr_tournament *t, uint32_t c)
{
    (void)wr_tournament_set(t, c, NULL, 0, NULL);
    wr_tournament_replay(t, c);
}

/* Shorten the key of c to length words. */
static void shorten(struct wr_key *key, uint32_t length)
{
    if (key->length > WR_KEY_INLINE && length <= WR_KEY_INLINE) {
        uint64_t *far = key->word.far;
        memcpy(key->word.near, far, length * sizeof *far);
        free(far);
    }
    key->length = length;
}

void wr_tournament_doubt(struct wr_tournament *t, uint32_t c, wr_walkcount value)
{
    struct wr_key *key = &t->key[c];
    uint64_t *word = key->length > WR_KEY_INLINE ? key->word.far : key->word.near;
    uint32_t length = wr_key_doubt(&t->format, word, key->length, value);
    if (length == 0)
        return;
    shorten(key, length);
    wr_tournament_replay(t, c);
}
