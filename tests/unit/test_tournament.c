/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/rng.h"
#include "sparsify/tournament.h"

enum { MAX = 70, WORDS = 40 };

static bool before(const struct wr_tournament *t, uint32_t a, uint32_t b)
{
    const struct wr_key *x = &t->key[a], *y = &t->key[b];
    for (uint32_t i = 0; i < x->length && i < y->length; i++)
        if (wr_key_words(x)[i] != wr_key_words(y)[i])
            return wr_key_words(x)[i] > wr_key_words(y)[i];
    return x->length != y->length ? x->length > y->length : a < b;
}

static uint32_t scan(const struct wr_tournament *t, uint32_t but)
{
    uint32_t best = WR_NOBODY;
    for (uint32_t c = 0; c < t->count; c++)
        if (c != but && t->key[c].length > 0 && (best == WR_NOBODY || before(t, c, best)))
            best = c;
    return best;
}

static void set_random_key(struct wr_tournament *t, struct wr_rng *rng, uint32_t c)
{
    uint64_t word[WORDS];
    const struct wr_key_format *f = &t->format;
    uint32_t length = 0;
    wr_walkcount value = wr_rng_below(rng, 3);
    for (uint64_t entries = wr_rng_below(rng, 12); entries > 0; entries--) {
        int64_t net = wr_rng_below(rng, 4) ? 1 : -1;
        wr_key_put_change(f, word + length, (struct wr_change){value, net});
        length += (uint32_t)f->width;
        value += 1 + wr_rng_below(rng, 8) / 7;
    }
    wr_key_put_end(f, word + length);
    length += (uint32_t)f->width;
    struct wr_error err = {0};
    ck_ok(wr_tournament_set(t, c, word, length, &err), err);
}

/* Random keys, changes, doubts and departures, until all have left. */
static void play(struct wr_rng *rng, int64_t count, wr_walkcount largest)
{
    struct wr_tournament t;
    struct wr_error err = {0};
    ck_ok(wr_tournament_init(&t, wr_key_format(largest, 10), count, &err), err);
    for (uint32_t c = 0; c < count; c++)
        set_random_key(&t, rng, c);
    wr_tournament_play(&t);
    for (uint32_t best; (best = wr_tournament_best(&t)) != WR_NOBODY;) {
        ck_assert_uint_eq(best, scan(&t, WR_NOBODY));
        ck_assert_uint_eq(wr_tournament_second(&t), scan(&t, best));
        uint32_t c = (uint32_t)wr_rng_below(rng, (uint64_t)count);
        switch (wr_rng_below(rng, 3)) {
        case 0:
            wr_tournament_leave(&t, best);
            break;
        case 1:
            wr_tournament_doubt(&t, c, wr_rng_below(rng, 10));
            break;
        default:
            if (t.key[c].length == 0)
                break;
            set_random_key(&t, rng, c);
            wr_tournament_replay(&t, c);
        }
    }
    ck_assert_uint_eq(scan(&t, WR_NOBODY), WR_NOBODY);
    wr_tournament_release(&t);
}

START_TEST(best_and_second_as_a_scan)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int64_t round = 0; round < 400; round++)
        play(&rng, round % MAX, round % 2 ? 1000 : (wr_walkcount)1 << 100);
}
END_TEST

START_TEST(doubt_cuts_a_key)
{
    struct wr_tournament t;
    struct wr_error err = {0};
    ck_ok(wr_tournament_init(&t, wr_key_format(100, 10), 1, &err), err);
    uint64_t word[12], mark[1];
    for (int i = 0; i < 11; i++)
        wr_key_put_change(&t.format, word + i, (struct wr_change){(wr_walkcount)(10 * i), 1});
    wr_key_put_end(&t.format, word + 11);
    ck_ok(wr_tournament_set(&t, 0, word, 12, &err), err);
    wr_tournament_doubt(&t, 0, 45);
    wr_key_put_anything(&t.format, mark, 45);
    ck_assert_uint_eq(t.key[0].length, 6);
    ck_assert_mem_eq(wr_key_words(&t.key[0]), word, 5 * sizeof *word);
    ck_assert_uint_eq(wr_key_words(&t.key[0])[5], mark[0]);
    wr_tournament_doubt(&t, 0, 46); /* says nothing new */
    ck_assert_uint_eq(t.key[0].length, 6);
    wr_tournament_doubt(&t, 0, 0);
    ck_assert_uint_eq(t.key[0].length, 1);
    wr_tournament_release(&t);
}
END_TEST

unit_main("tournament", best_and_second_as_a_scan, doubt_cuts_a_key)
