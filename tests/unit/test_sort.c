/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <stdbool.h>

#include "base/blocks.h"
#include "base/radix.h"
#include "base/rng.h"
#include "base/sort.h"

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

START_TEST(agrees_with_qsort)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 200; round++) {
        int64_t count = (int64_t)wr_rng_below(&rng, 3000);
        uint64_t mask = wr_rng_u64(&rng) & wr_rng_u64(&rng);
        uint64_t *a = malloc(8 * (size_t)count + 8), *b = malloc(8 * (size_t)count + 8);
        for (int64_t i = 0; i < count; i++)
            a[i] = b[i] = wr_rng_u64(&rng) & mask;
        struct wr_error err = {0};
        ck_ok(wr_sort_u64(a, count, &err), err);
        qsort(b, (size_t)count, 8, compare);
        if (count)
            ck_assert_mem_eq(a, b, (size_t)count * 8);
        free(a);
        free(b);
    }
}
END_TEST

START_TEST(sorted_keys_stay)
{
    uint64_t a[] = {1, 3, 3, UINT64_MAX}, want[] = {1, 3, 3, UINT64_MAX};
    struct wr_error err = {0};
    ck_ok(wr_sort_u64(a, 4, &err), err);
    ck_assert_mem_eq(a, want, sizeof want);
    ck_ok(wr_sort_u64(a, 1, &err), err);
    ck_ok(wr_sort_u64(NULL, 0, &err), err);
}
END_TEST

START_TEST(unique_keeps_one_of_each)
{
    uint64_t a[] = {1, 1, 2, 5, 5, 5, 9};
    ck_assert_int_eq(wr_unique_u64(a, 7), 4);
    ck_assert(a[0] == 1 && a[1] == 2 && a[2] == 5 && a[3] == 9);
    ck_assert_int_eq(wr_unique_u64(a, 0), 0);
}
END_TEST

/* Keys of a kind that sorts differently: few bits, far apart bits, skewed, equal, descending. */
static uint64_t key_of_kind(struct wr_rng *rng, int kind, int64_t i)
{
    uint64_t word = wr_rng_u64(rng);
    switch (kind) {
    case 0:
        return word;
    case 1: /* pairs of 18-bit ids, as graphs have them */
        return word >> 46 << 32 | (word & 0x3ffff);
    case 2: /* most of them in few buckets */
        return wr_rng_below(rng, 8) ? word & 0xffff : word;
    case 3:
        return wr_rng_below(rng, 3) << 62 | wr_rng_below(rng, 2);
    case 4:
        return 77;
    case 5:
        return (uint64_t)(1000000 - i);
    case 6: /* sorted but for the last ones */
        return i < 199990 ? (uint64_t)i : 5;
    default: /* every other bit */
        return word & UINT64_C(0x5555555555555555);
    }
}

/* qsort by key and then by payload is stable. */
static int compare_with(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    int order = compare(x, y);
    return order ? order : compare(x + 1, y + 1);
}

static void sort_a_kind(int kind, int64_t count)
{
    struct wr_rng rng;
    struct wr_error err = {0};
    size_t words = (size_t)count + 1;
    uint64_t *keys = malloc(8 * words), *a = malloc(8 * words), *payload = malloc(8 * words);
    uint64_t *want = malloc(16 * words);
    wr_rng_init(&rng, 2, (uint64_t)kind);
    for (int64_t i = 0; i < count; i++) {
        want[2 * i] = keys[i] = key_of_kind(&rng, kind, i);
        want[2 * i + 1] = payload[i] = (uint64_t)i;
    }
    qsort(want, (size_t)count, 16, compare_with);
    memcpy(a, keys, 8 * (size_t)count);
    ck_ok(wr_sort_u64(a, count, &err), err);
    bool same = true; /* an assertion for each key would take most of the time */
    for (int64_t i = 0; i < count; i++)
        same = same && a[i] == want[2 * i];
    int64_t unique = count, distinct = wr_unique_u64(a, count);
    uint64_t *b = malloc(8 * words);
    memcpy(b, keys, 8 * (size_t)count);
    ck_ok(wr_sort_unique_u64(b, &unique, &err), err);
    ck_assert_int_eq(unique, distinct);
    ck_assert(memcmp(a, b, 8 * (size_t)unique) == 0);
    ck_ok(wr_sort_u64_with(keys, payload, count, &err), err);
    for (int64_t i = 0; i < count; i++)
        same = same && keys[i] == want[2 * i] && payload[i] == want[2 * i + 1];
    ck_assert_msg(same, "kind %d", kind);
    free(keys);
    free(a);
    free(b);
    free(payload);
    free(want);
}

START_TEST(large_arrays_of_many_kinds)
{
    for (int kind = 0; kind < 8; kind++) {
        wr_threads_set(1 + kind % 4);
        sort_a_kind(kind, 200000);
        sort_a_kind(kind, 70000);
        sort_a_kind(kind, 30 - kind);
    }
}
END_TEST

#define UNTOUCHED UINT64_C(0xeeeeeeeeeeeeeeee)

static bool is_partition(const uint64_t *from, int64_t count, int shift, int bits,
                         struct wr_keyed out, const int64_t *start)
{
    const uint64_t *id = out.payload, mask = (UINT64_C(1) << bits) - 1;
    bool is = start[0] == 0 && start[mask + 1] == count;
    for (uint64_t d = 0; d <= mask; d++) {
        for (int64_t i = start[d]; i < start[d + 1]; i++) {
            is = is && (out.key[i] >> shift & mask) == d && from[id[i]] == out.key[i];
            is = is && (i == start[d] || id[i - 1] < id[i]);
        }
    }
    return is;
}

/* Arrays that start anywhere in a cache line: what stands around them stays. */
START_TEST(partition_writes_its_array_alone)
{
    enum { COUNT = 5000, SPACE = COUNT + 32 };
    struct wr_rng rng;
    struct wr_error err = {0};
    uint64_t from[COUNT], *to = malloc(SPACE * 8), *ids = malloc(SPACE * 8);
    int64_t start[(1 << WR_RADIX_BITS) + 1];
    wr_rng_init(&rng, 3, 0);
    for (int round = 0; round < 200; round++) {
        int64_t count = (int64_t)wr_rng_below(&rng, round % 2 ? COUNT : 40);
        int bits = (int)wr_rng_below(&rng, WR_RADIX_BITS + 1), skew = round % 16;
        for (int64_t i = 0; i < count; i++)
            from[i] = wr_rng_u64(&rng);
        memset(to, 0xee, SPACE * 8);
        memset(ids, 0xee, SPACE * 8);
        struct wr_keyed out = {to + skew, ids + 15 - skew};
        ck_ok(wr_radix_partition((struct wr_keyed){from, NULL}, count, 7, bits, out, start, &err),
              err);
        ck_assert(is_partition(from, count, 7, bits, out, start));
        bool clean = true;
        for (int i = 0; i < SPACE; i++) {
            clean = clean && (to[i] == UNTOUCHED || (i >= skew && i < skew + count));
            clean = clean && (ids[i] == UNTOUCHED || (i >= 15 - skew && i < 15 - skew + count));
        }
        ck_assert(clean);
    }
    free(to);
    free(ids);
}
END_TEST

unit_main("sort", large_arrays_of_many_kinds, partition_writes_its_array_alone, agrees_with_qsort,
          sorted_keys_stay, unique_keeps_one_of_each)
