/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/rng.h"
#include "sparsify/changes.h"
#include "sparsify/wis_key.h"

enum { VALUES = 6, WORDS = 3 * (2 * VALUES + 1) };

static int compare_walks(const void *a, const void *b)
{
    const wr_walkcount *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Sign of the comparison of the two tuples, sorted. */
static int compare_tuples(const wr_walkcount *a, const wr_walkcount *b)
{
    wr_walkcount x[VALUES], y[VALUES];
    memcpy(x, a, sizeof x);
    memcpy(y, b, sizeof y);
    qsort(x, VALUES, sizeof *x, compare_walks);
    qsort(y, VALUES, sizeof *y, compare_walks);
    for (int i = 0; i < VALUES; i++)
        if (x[i] != y[i])
            return x[i] > y[i] ? 1 : -1;
    return 0;
}

/* The key of going from old to new, cut after `entries` entries. */
static int write_key(const struct wr_key_format *f, const wr_walkcount *old,
                     const wr_walkcount *new, int entries, uint64_t *word)
{
    struct wr_changes c;
    struct wr_change change;
    int length = 0;
    bool cut = false;
    ck_assert_int_eq(wr_changes_init(&c, VALUES, NULL), WR_OK);
    wr_changes_clear(&c);
    for (int i = 0; i < VALUES; i++)
        if (new[i] != old[i])
            wr_changes_add(&c, old[i], new[i]);
    wr_changes_order(&c);
    for (; !cut && wr_changes_next(&c, &change); length += f->width, entries--) {
        if (entries == 0) {
            wr_key_put_anything(f, word + length, change.value);
            cut = true;
            continue;
        }
        wr_key_put_change(f, word + length, change);
        ck_assert(wr_key_value(f, word + length) == change.value);
        ck_assert(!wr_key_is_end(f, word + length));
    }
    wr_changes_release(&c);
    if (cut)
        return length;
    wr_key_put_end(f, word + length);
    ck_assert(wr_key_is_end(f, word + length));
    return length + f->width;
}

static int compare_words(const uint64_t *a, int a_length, const uint64_t *b, int b_length)
{
    for (int i = 0; i < a_length && i < b_length; i++)
        if (a[i] != b[i])
            return a[i] > b[i] ? 1 : -1;
    ck_assert_int_eq(a_length, b_length); /* none is the beginning of another */
    return 0;
}

static void random_values(struct wr_rng *rng, const wr_walkcount *old, wr_walkcount unit,
                          wr_walkcount *new)
{
    for (int i = 0; i < VALUES; i++) {
        wr_walkcount fall = unit * wr_rng_below(rng, 3);
        new[i] = wr_rng_below(rng, 2) || old[i] < fall ? old[i] : old[i] - fall;
    }
}

START_TEST(keys_compare_as_sorted_tuples)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 20000; round++) {
        wr_walkcount unit = round % 2 ? 1 : (wr_walkcount)1 << (round % 122);
        wr_walkcount old[VALUES], a[VALUES], b[VALUES];
        struct wr_key_format f = wr_key_format(4 * unit, VALUES);
        uint64_t x[WORDS], y[WORDS];
        for (int i = 0; i < VALUES; i++)
            old[i] = unit * wr_rng_below(&rng, 5);
        random_values(&rng, old, unit, a);
        random_values(&rng, old, unit, b);
        int x_length = write_key(&f, old, a, WORDS, x), y_length = write_key(&f, old, b, WORDS, y);
        ck_assert_int_eq(compare_words(x, x_length, y, y_length), compare_tuples(a, b));
        for (int entries = 0; entries < 4; entries++) {
            int cut = write_key(&f, old, a, entries, y);
            ck_assert_int_ge(compare_words(y, cut, x, x_length), 0); /* an upper bound */
        }
    }
}
END_TEST

START_TEST(small_values_take_one_word)
{
    ck_assert_int_eq(wr_key_format(1000000, 1000).width, 1);
    ck_assert_int_eq(wr_key_format((wr_walkcount)1 << 40, 1 << 20).width, 1);
    ck_assert_int_eq(wr_key_format((wr_walkcount)1 << 43, 1 << 20).width, 3);
    ck_assert_int_eq(wr_key_format((wr_walkcount)1 << 100, 1).width, 3);
}
END_TEST

unit_main("wis_key", keys_compare_as_sorted_tuples, small_values_take_one_word)
