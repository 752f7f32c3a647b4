/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/rng.h"
#include "data/observations.h"

/* Random coordinates; value i is i. */
static struct wr_observations draw(struct wr_rng *rng, int order, const int64_t *dim, int64_t count)
{
    struct wr_error err = {0};
    struct wr_observations o;
    ck_ok(wr_observations_init(&o, order, dim, count, true, &err), err);
    for (int64_t i = 0; i < count * order; i++)
        o.index[i] = (uint32_t)wr_rng_below(rng, (uint64_t)dim[i % order]);
    for (int64_t i = 0; i < count; i++)
        o.value[i] = (double)i;
    return o;
}

static int compare(const struct wr_observations *o, int64_t i, int64_t j)
{
    for (int n = 0; n < o->order; n++) {
        uint32_t a = wr_observations_at(o, i)[n], b = wr_observations_at(o, j)[n];
        if (a != b)
            return a < b ? -1 : 1;
    }
    return 0;
}

/* Shapes whose places fit one key, need several, and have dimensions of 32 bits. */
static int draw_dims(struct wr_rng *rng, int64_t *dim)
{
    static const int64_t large[] = {WR_DIM_MAX, WR_DIM_MAX, 2, WR_DIM_MAX, WR_DIM_MAX, 1};
    int order = 1 + (int)wr_rng_below(rng, 5);
    switch (wr_rng_below(rng, 3)) {
    case 0:
        for (int n = 0; n < 200; n++)
            dim[n] = 1 + n % 3 / 2;
        return 200;
    case 1:
        memcpy(dim, large, sizeof large);
        return 6;
    default:
        for (int n = 0; n < order; n++)
            dim[n] = 1 + (int64_t)wr_rng_below(rng, 4);
        return order;
    }
}

START_TEST(order_of_coordinates)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 100; round++) {
        int64_t dim[200], position[50];
        int order = draw_dims(&rng, dim);
        struct wr_observations o = draw(&rng, order, dim, (int64_t)wr_rng_below(&rng, 50));
        struct wr_error err = {0};
        ck_ok(wr_observations_sorted(&o, position, &err), err);
        bool seen[50] = {false};
        for (int64_t k = 0; k < o.count; k++) {
            ck_assert(!seen[position[k]]);
            seen[position[k]] = true;
            if (k > 0) {
                int c = compare(&o, position[k - 1], position[k]);
                ck_assert(c < 0 || (c == 0 && position[k - 1] < position[k]));
            }
        }
        wr_observations_release(&o);
    }
}
END_TEST

/* The plain search: the smallest j that equals some i < j, and the last such i. */
static void find_repeated(const struct wr_observations *o, int64_t *first, int64_t *second)
{
    *first = *second = -1;
    for (int64_t j = 1; j < o->count; j++)
        for (int64_t i = j - 1; i >= 0; i--)
            if (compare(o, i, j) == 0) {
                *first = i;
                *second = j;
                return;
            }
}

START_TEST(repeated_coordinates)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 2, 0);
    for (int round = 0; round < 400; round++) {
        int64_t dim[200];
        int order = draw_dims(&rng, dim);
        struct wr_observations o = draw(&rng, order, dim, (int64_t)wr_rng_below(&rng, 60));
        for (int64_t copies = (int64_t)wr_rng_below(&rng, 3); copies > 0 && o.count > 1; copies--)
            memcpy(o.index + (int64_t)wr_rng_below(&rng, (uint64_t)o.count) * order, o.index,
                   (size_t)order * sizeof *o.index);
        struct wr_error err = {0};
        int64_t i, j, want_i, want_j, removed, before = o.count;
        find_repeated(&o, &want_i, &want_j);
        ck_ok(wr_observations_repeated(&o, &i, &j, &err), err);
        ck_assert_int_eq(i, want_i);
        ck_assert_int_eq(j, want_j);
        ck_ok(wr_observations_keep_first(&o, &removed, &err), err);
        ck_assert_int_eq(o.count + removed, before);
        ck_assert((removed > 0) == (want_j >= 0));
        find_repeated(&o, &i, &j);
        ck_assert_int_eq(j, -1);
        for (int64_t k = 1; k < o.count; k++) /* the order stays */
            ck_assert(o.value[k - 1] < o.value[k]);
        wr_observations_release(&o);
    }
}
END_TEST

START_TEST(impossible_dimensions)
{
    static const struct {
        int order;
        int64_t dim;
        const char *message;
    } table[] = {
        {0, 1, "a tensor of order 0, expected 1 to 1000"},
        {WR_ORDER_MAX + 1, 1, "a tensor of order 1001, expected 1 to 1000"},
        {1, 0, "dimension 1 is 0, expected 1 to 4294967295"},
        {1, INT64_C(1) << 32, "dimension 1 is 4294967296, expected 1 to 4294967295"},
    };
    struct wr_observations o;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct wr_error err = {0};
        ck_assert_int_eq(wr_observations_init(&o, table[i].order, &table[i].dim, 1, true, &err),
                         WR_EINVAL);
        ck_assert_str_eq(err.message, table[i].message);
    }
}
END_TEST

unit_main("observations", order_of_coordinates, repeated_coordinates, impossible_dimensions)
