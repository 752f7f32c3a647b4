/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "gen/features.h"

enum { N = 6000, DIM = 24, CLASSES = 3 };

static void draw(const struct wr_feature_model *model, const uint32_t *label, float *rows)
{
    struct wr_error err = {0};
    struct wr_features f;
    ck_ok(wr_features_init(&f, model, &err), err);
    wr_features_rows(&f, label, 0, N, rows);
    wr_features_release(&f);
}

static uint32_t *labels(void)
{
    static uint32_t label[N];
    for (uint32_t v = 0; v < N; v++)
        label[v] = v % CLASSES;
    return label;
}

START_TEST(gaussian_means_have_the_length_of_the_signal)
{
    static float rows[N * DIM];
    const struct wr_feature_model model = {WR_FEATURE_GAUSSIAN, DIM, CLASSES, 2.5, 0, 7};
    const uint32_t *label = labels();
    draw(&model, label, rows);
    double mean[CLASSES][DIM] = {0}, squares = 0;
    for (int v = 0; v < N; v++)
        for (int j = 0; j < DIM; j++)
            mean[label[v]][j] += rows[v * DIM + j] / (double)(N / CLASSES);
    for (int v = 0; v < N; v++)
        for (int j = 0; j < DIM; j++)
            squares += pow(rows[v * DIM + j] - mean[label[v]][j], 2);
    for (int c = 0; c < CLASSES; c++) {
        double length = 0;
        for (int j = 0; j < DIM; j++)
            length += mean[c][j] * mean[c][j];
        ck_assert_double_lt(fabs(sqrt(length) - 2.5), 0.1);
    }
    ck_assert_double_lt(fabs(squares / (N * DIM) - 1), 0.03);
    ck_assert(mean[0][0] != mean[1][0]);
}
END_TEST

START_TEST(binary_words_have_their_densities)
{
    static float rows[N * DIM];
    const struct wr_feature_model model = {WR_FEATURE_BINARY, DIM, CLASSES, 0.5, 0.1, 7};
    const uint32_t *label = labels();
    draw(&model, label, rows);
    double own = 0, other = 0;
    for (int v = 0; v < N; v++)
        for (int j = 0; j < DIM; j++) {
            float x = rows[v * DIM + j];
            ck_assert(x == 0 || x == 1);
            *((uint32_t)j % CLASSES == label[v] ? &own : &other) += x;
        }
    ck_assert_double_lt(fabs(own / (N * DIM / CLASSES) - 0.2), 0.01);
    ck_assert_double_lt(fabs(other / (N * DIM / CLASSES * 2) - 0.05), 0.005);
}
END_TEST

START_TEST(binary_words_at_the_limits)
{
    static float rows[N * DIM];
    const uint32_t *label = labels();
    draw(&(struct wr_feature_model){WR_FEATURE_BINARY, DIM, CLASSES, 1, 1, 7}, label, rows);
    for (int i = 0; i < N * DIM; i++)
        ck_assert(rows[i] == ((uint32_t)(i % DIM) % CLASSES == label[i / DIM]));
    draw(&(struct wr_feature_model){WR_FEATURE_BINARY, DIM, CLASSES, 0, 0, 7}, label, rows);
    for (int i = 0; i < N * DIM; i++)
        ck_assert(rows[i] == 0);
}
END_TEST

/* A row is the same whoever computes it, and with whichever others. */
START_TEST(rows_do_not_depend_on_how_they_are_asked_for)
{
    static float all[N * DIM], parts[N * DIM];
    struct wr_error err = {0};
    const uint32_t *label = labels();
    int threads = wr_threads();
    for (int kind = 0; kind < 2; kind++) {
        const struct wr_feature_model model = {(enum wr_feature_kind)kind, DIM, CLASSES, 1, 0.3, 2};
        struct wr_features f;
        draw(&model, label, all);
        ck_ok(wr_features_init(&f, &model, &err), err);
        for (int64_t begin = 0; begin < N; begin += 1000) {
            wr_threads_set(1 + (int)(begin / 1000 % 4));
            wr_features_rows(&f, label + begin, begin, begin + 1000, parts + begin * DIM);
        }
        wr_threads_set(threads);
        wr_features_release(&f);
        ck_assert_mem_eq(all, parts, sizeof all);
    }
}
END_TEST

START_TEST(bad_models_are_refused)
{
    const struct wr_feature_model bad[] = {
        {WR_FEATURE_GAUSSIAN, 0, 2, 1, 0, 1},   {WR_FEATURE_GAUSSIAN, 3, 2, -1, 0, 1},
        {WR_FEATURE_GAUSSIAN, 3, 2, NAN, 0, 1}, {WR_FEATURE_GAUSSIAN, 3, 2, INFINITY, 0, 1},
        {WR_FEATURE_BINARY, 3, 2, 1.5, 0.1, 1}, {WR_FEATURE_BINARY, 3, 2, 1, 1.1, 1},
        {WR_FEATURE_BINARY, 3, 2, 1, -0.1, 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wr_features f;
        ck_assert_int_eq(wr_features_init(&f, &bad[i], NULL), WR_EINVAL);
    }
    const struct wr_feature_model huge = {WR_FEATURE_GAUSSIAN, INT64_MAX / 2, 3, 1, 0, 1};
    struct wr_features f;
    ck_assert_int_eq(wr_features_init(&f, &huge, NULL), WR_ENOMEM);
}
END_TEST

unit_main("gen_features", gaussian_means_have_the_length_of_the_signal,
          binary_words_have_their_densities, binary_words_at_the_limits,
          rows_do_not_depend_on_how_they_are_asked_for, bad_models_are_refused)
