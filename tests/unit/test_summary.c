/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/rng.h"
#include "data/summary.h"

enum { MAX_N = 12, MAX_COUNT = 60 };

/* The same numbers from the adjacency matrix. */
struct matrix {
    uint32_t n;
    int copies[MAX_N][MAX_N]; /* pairs (u, v) */
};

static bool joined(const struct matrix *a, uint32_t u, uint32_t v)
{
    return u != v && (a->copies[u][v] || a->copies[v][u]);
}

static int64_t degree(const struct matrix *a, uint32_t u)
{
    int64_t d = 0;
    for (uint32_t v = 0; v < a->n; v++)
        d += joined(a, u, v);
    return d;
}

/* Vertices that can be reached from u, which are marked. */
static uint32_t flood(const struct matrix *a, uint32_t u, bool *seen)
{
    uint32_t size = 1;
    seen[u] = true;
    for (uint32_t v = 0; v < a->n; v++)
        if (joined(a, u, v) && !seen[v])
            size += flood(a, v, seen);
    return size;
}

static void check_edges(const struct matrix *a, const struct wr_summary *s)
{
    int64_t lines = 0, edges = 0, reciprocal = 0, loops = 0;
    for (uint32_t u = 0; u < a->n; u++) {
        loops += a->copies[u][u];
        for (uint32_t v = 0; v < a->n; v++)
            lines += a->copies[u][v];
        for (uint32_t v = u + 1; v < a->n; v++) {
            edges += joined(a, u, v);
            reciprocal += a->copies[u][v] && a->copies[v][u];
        }
    }
    ck_assert_int_eq(s->lines, lines);
    ck_assert_int_eq(s->edges, edges);
    ck_assert_int_eq(s->reciprocal, reciprocal);
    ck_assert_int_eq(s->self_loops, loops);
    ck_assert_int_eq(s->duplicates, lines - loops - edges);
}

static void check_vertices(const struct matrix *a, const struct wr_summary *s)
{
    bool seen[MAX_N] = {false};
    uint32_t components = 0, largest = 0, isolated = 0;
    int64_t min = a->n ? INT64_MAX : 0, max = 0, sum = 0, below = 0, above = 0;
    for (uint32_t u = 0; u < a->n; u++) {
        int64_t d = degree(a, u);
        uint32_t size = seen[u] ? 0 : flood(a, u, seen);
        components += size > 0;
        largest = size > largest ? size : largest;
        isolated += d == 0;
        min = d < min ? d : min;
        max = d > max ? d : max;
        sum += d;
        below += (double)d < s->degree_median;
        above += (double)d > s->degree_median;
    }
    ck_assert_uint_eq(s->components, components);
    ck_assert_uint_eq(s->largest_component, largest);
    ck_assert_uint_eq(s->isolated, isolated);
    ck_assert_int_eq(s->degree_min, min);
    ck_assert_int_eq(s->degree_max, max);
    ck_assert(s->degree_mean == (a->n ? (double)sum / a->n : 0));
    ck_assert(2 * below <= a->n && 2 * above <= a->n);
}

START_TEST(random_lists)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 1000; round++) {
        struct wr_error err = {0};
        struct matrix a = {.n = (uint32_t)wr_rng_below(&rng, MAX_N + 1)};
        int64_t count = a.n ? (int64_t)wr_rng_below(&rng, MAX_COUNT) : 0;
        struct wr_pairs pairs = {.n = a.n, .count = count};
        pairs.key = malloc((size_t)count * sizeof *pairs.key + 1);
        pairs.weight = malloc((size_t)count * sizeof *pairs.weight + 1);
        for (int64_t i = 0; i < count; i++) {
            uint32_t u = (uint32_t)wr_rng_below(&rng, a.n), v = (uint32_t)wr_rng_below(&rng, a.n);
            a.copies[u][v]++;
            pairs.key[i] = wr_arc(u, v);
            pairs.weight[i] = (double)i;
        }
        struct wr_summary s;
        ck_ok(wr_summary_init(&s, &pairs, &err), err);
        ck_assert_uint_eq(s.n, a.n);
        check_edges(&a, &s);
        check_vertices(&a, &s);
    }
}
END_TEST

unit_main("summary", random_lists)
