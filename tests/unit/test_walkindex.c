/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"
#include "walkoracle.h"

#include <math.h>

#include "base/blocks.h"
#include "sparsify/walkindex.h"

/* A graph, its adjacency and its oracle. */
struct setting {
    struct wr_graph g;
    struct wr_csr csr;
    struct walk_oracle oracle;
};

static void setting_init(struct setting *s, struct wr_rng *rng, uint32_t n)
{
    graph_and_csr(&s->g, &s->csr, rng, n, wr_rng_uniform(rng));
    oracle_init(&s->oracle, &s->g);
}

static void setting_release(struct setting *s)
{
    oracle_release(&s->oracle);
    wr_csr_release(&s->csr);
    wr_graph_release(&s->g);
}

static void check_singletons(struct setting *s, enum wr_task task, int64_t k)
{
    struct wr_walkindex w;
    struct wr_error err = {0};
    const struct wr_walkindex_options options = {.task = task, .length = k};
    mpz_t want;
    mpz_init(want);
    ck_ok(wr_walkindex_singletons(&s->csr, &options, &w, &err), err);
    ck_assert_int_eq(w.count, s->g.n);
    ck_assert_ptr_null(w.upper);
    for (uint32_t t = 0; t < s->g.n; t++) {
        bool inside[ORACLE_N] = {false};
        inside[t] = true;
        uint32_t target = task == WR_TASK_VERTEX ? t : s->g.n;
        ck_assert_uint_eq(w.boundary[t], oracle_index(&s->oracle, inside, k, target, want));
        ck_count(&w.index, t, want);
    }
    mpz_clear(want);
    wr_walkindex_release(&w);
}

START_TEST(every_singleton)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 1);
    for (int round = 0; round < 84; round++) {
        struct setting s;
        setting_init(&s, &rng, (uint32_t)round % 14);
        for (int64_t k = 0; k <= 8; k++) {
            check_singletons(&s, WR_TASK_VERTEX, k);
            check_singletons(&s, WR_TASK_GRAPH, k);
        }
        setting_release(&s);
    }
}
END_TEST

START_TEST(every_singleton_of_great_length)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 2);
    for (int round = 0; round < 5; round++) {
        struct setting s;
        setting_init(&s, &rng, 12);
        for (int64_t k = 11; k <= 111; k += 20) {
            check_singletons(&s, WR_TASK_VERTEX, k);
            check_singletons(&s, WR_TASK_GRAPH, k);
        }
        setting_release(&s);
    }
}
END_TEST

/* count random subsets, from the empty one to all vertices, with targets among the first few. */
static void random_partitions(struct wr_partitions *p, struct wr_rng *rng, uint32_t n,
                              uint32_t targets, int64_t count)
{
    struct wr_error err = {0};
    for (int64_t i = 0; i < count; i++) {
        uint32_t subset[ORACLE_N];
        int64_t size = 0;
        double density = i == 0 ? 0 : i == 1 ? 1 : wr_rng_uniform(rng);
        for (uint32_t v = 0; v < n; v++)
            if (wr_rng_uniform(rng) < density)
                subset[size++] = v;
        uint32_t target = (uint32_t)wr_rng_below(rng, targets);
        ck_ok(wr_partitions_add(p, target, i + 1, subset, size, &err), err);
    }
}

static void check_partitions(struct setting *s, const struct wr_partitions *p, enum wr_task task,
                             int64_t k)
{
    struct wr_walkindex w;
    struct wr_error err = {0};
    const struct wr_walkindex_options options = {
        .task = task, .length = k, .width = 3, .input_width = 2};
    mpz_t want;
    mpz_init(want);
    ck_ok(wr_walkindex_partitions(&s->csr, p, &options, &w, &err), err);
    ck_assert_int_eq(w.count, p->count);
    for (int64_t i = 0; i < p->count; i++) {
        bool inside[ORACLE_N] = {false};
        int64_t size = p->start[i + 1] - p->start[i];
        for (int64_t j = p->start[i]; j < p->start[i + 1]; j++)
            inside[p->vertex[j]] = true;
        uint32_t target = task == WR_TASK_VERTEX ? p->target[i] : s->g.n;
        ck_assert_uint_eq(w.boundary[i], oracle_index(&s->oracle, inside, k, target, want));
        ck_count(&w.index, i, want);
        double extra = task == WR_TASK_GRAPH && size > 0 && size < s->g.n ? 1 : 0;
        double upper = log(3) * (4 * mpz_get_d(want) + extra);
        ck_assert_double_le(fabs(w.upper[i] - upper), 1e-14 * upper);
        ck_assert_double_le(w.lower[i], w.upper[i]);
        ck_assert((w.lower[i] > 0) == (mpz_sgn(want) > 0));
    }
    mpz_clear(want);
    wr_walkindex_release(&w);
}

START_TEST(many_partitions)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 3);
    for (int round = 0; round < 56; round++) {
        struct setting s;
        struct wr_partitions p = {0};
        uint32_t n = 1 + (uint32_t)round % 14;
        setting_init(&s, &rng, n);
        random_partitions(&p, &rng, n, n, 12);
        for (int64_t k = 0; k <= 8; k++) {
            check_partitions(&s, &p, WR_TASK_VERTEX, k);
            check_partitions(&s, &p, WR_TASK_GRAPH, k);
        }
        wr_partitions_release(&p);
        setting_release(&s);
    }
}
END_TEST

/* More partitions than a batch has, of one target, of few, and of more than a block has. */
START_TEST(batches_are_cut_and_joined)
{
    struct wr_rng rng;
    const uint32_t targets[] = {1, 3, 8, 9, 17};
    wr_rng_init(&rng, 1, 4);
    for (int round = 0; round < 5; round++) {
        struct setting s;
        struct wr_partitions p = {0};
        setting_init(&s, &rng, 20);
        random_partitions(&p, &rng, 20, targets[round], 900);
        check_partitions(&s, &p, WR_TASK_VERTEX, 2);
        check_partitions(&s, &p, WR_TASK_GRAPH, 2);
        wr_partitions_release(&p);
        setting_release(&s);
    }
}
END_TEST

/* Targets of few and of many walks side by side. */
START_TEST(partitions_of_great_length)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 5);
    for (int round = 0; round < 10; round++) {
        struct setting s;
        struct wr_partitions p = {0};
        setting_init(&s, &rng, 14);
        random_partitions(&p, &rng, 14, 14, 30);
        for (int64_t k = 15; k <= 60; k += 5) {
            check_partitions(&s, &p, WR_TASK_VERTEX, k);
            check_partitions(&s, &p, WR_TASK_GRAPH, k);
        }
        wr_partitions_release(&p);
        setting_release(&s);
    }
}
END_TEST

/* With bounds, singletons go another way to the same numbers. */
START_TEST(singletons_with_bounds)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 6);
    for (int round = 0; round < 60; round++) {
        struct setting s;
        struct wr_error err = {0};
        setting_init(&s, &rng, (uint32_t)round % ORACLE_N);
        for (int task = WR_TASK_VERTEX; task <= WR_TASK_GRAPH; task++) {
            struct wr_walkindex_options options = {.task = (enum wr_task)task, .length = 3};
            struct wr_walkindex plain, bounded;
            ck_ok(wr_walkindex_singletons(&s.csr, &options, &plain, &err), err);
            options.width = options.input_width = 4;
            ck_ok(wr_walkindex_singletons(&s.csr, &options, &bounded, &err), err);
            for (uint32_t v = 0; v < s.g.n; v++) {
                ck_assert_uint_eq(plain.boundary[v], bounded.boundary[v]);
                ck_assert_uint_eq(wr_counts_at(&plain.index, v)[0],
                                  wr_counts_at(&bounded.index, v)[0]);
            }
            wr_walkindex_release(&plain);
            wr_walkindex_release(&bounded);
        }
        setting_release(&s);
    }
}
END_TEST

START_TEST(no_partitions)
{
    struct wr_rng rng;
    struct setting s;
    const struct wr_partitions none = {0};
    wr_rng_init(&rng, 1, 7);
    setting_init(&s, &rng, 5);
    check_partitions(&s, &none, WR_TASK_VERTEX, 2);
    check_partitions(&s, &none, WR_TASK_GRAPH, 2);
    setting_release(&s);
}
END_TEST

unit_main("walkindex", every_singleton, every_singleton_of_great_length, many_partitions,
          batches_are_cut_and_joined, partitions_of_great_length, singletons_with_bounds,
          no_partitions)
