/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "packed.h"
#include "gen/images.h"
#include "io/idx.h"

static const uint8_t pixels[] = {0, 127, 128, 255, 3, 4, 255, 254, 0, 127, 128, 200};
static const uint8_t labels[] = {6, 1, 1}; /* the third image equals the first in two levels */
static const struct wr_images three = {3, 4, pixels, labels};

START_TEST(pixels_are_indices)
{
    const struct wr_images_options options = {
        .levels = 2, .positive = {[6] = true}, .observe = -1, .seed = 1};
    const uint32_t want[] = {0, 0, 1, 1, 0, 0, 1, 1};
    const uint8_t distinct[] = {0, 127, 128, 255, 3, 4, 255, 127};
    const struct wr_images two = {2, 4, distinct, labels};
    struct wr_observations o;
    struct wr_error err = {0};
    int64_t removed;
    ck_ok(wr_gen_images(&three, &options, &o, &removed, &err), err);
    ck_assert(o.order == 4 && o.dim[3] == 2 && o.count == 1 && removed == 2);
    ck_assert_mem_eq(o.index, want, 4 * sizeof *want);
    ck_assert(o.value[0] == 2);
    wr_observations_release(&o);
    ck_ok(wr_gen_images(&two, &options, &o, &removed, &err), err);
    ck_assert(o.count == 2 && removed == 0 && o.index[7] == 0 && o.value[1] == 0);
    wr_observations_release(&o);
}
END_TEST

START_TEST(levels)
{
    const struct wr_images_options options = {.levels = 256, .observe = -1};
    struct wr_observations o;
    struct wr_error err = {0};
    int64_t removed;
    ck_ok(wr_gen_images(&three, &options, &o, &removed, &err), err);
    ck_assert(o.count == 3 && removed == 0 && o.dim[0] == 256);
    for (int i = 0; i < 12; i++)
        ck_assert_uint_eq(o.index[i], pixels[i]);
    wr_observations_release(&o);
}
END_TEST

/* Some images with random content. */
START_TEST(randomised)
{
    enum { COUNT = 400, PIXELS = 30 };
    static uint8_t pixel[COUNT * PIXELS], label[COUNT];
    const struct wr_images many = {COUNT, PIXELS, pixel, label};
    struct wr_images_options options = {
        .levels = 2, .positive = {[1] = true}, .observe = -1, .seed = 3};
    struct wr_observations o, shuffled;
    struct wr_error err = {0};
    int64_t removed;
    double sum = 0, differ = 0, ones = 0;
    for (int i = 0; i < COUNT; i++) {
        label[i] = i % 4 == 0;
        for (int k = 0; k < 10; k++)
            pixel[i * PIXELS + k] = i >> k & 1 ? 255 : 0;
    }
    ck_ok(wr_gen_images(&many, &options, &o, &removed, &err), err);
    options.random = WR_RANDOM_LABELS;
    ck_ok(wr_gen_images(&many, &options, &shuffled, &removed, &err), err);
    ck_assert_mem_eq(o.index, shuffled.index, sizeof *o.index * COUNT * PIXELS);
    for (int i = 0; i < COUNT; i++) {
        sum += shuffled.value[i];
        differ += o.value[i] != shuffled.value[i];
    }
    ck_assert(sum == 2 * COUNT / 4 && differ > 50);
    wr_observations_release(&shuffled);
    options.random = WR_RANDOM_DATA;
    ck_ok(wr_gen_images(&many, &options, &shuffled, &removed, &err), err);
    ck_assert_int_eq(shuffled.count, COUNT);
    ck_assert_mem_eq(o.value, shuffled.value, sizeof *o.value * COUNT);
    for (int i = 0; i < COUNT * PIXELS; i++)
        ones += shuffled.index[i];
    ck_assert_double_eq_tol(ones / (COUNT * PIXELS), 0.5, 0.03);
    wr_observations_release(&shuffled);
    wr_observations_release(&o);
}
END_TEST

START_TEST(some_of_them)
{
    enum { COUNT = 50 };
    uint8_t pixel[COUNT], label[COUNT];
    const struct wr_images many = {COUNT, 1, pixel, label};
    struct wr_images_options options = {.levels = 256, .observe = 20, .seed = 3};
    struct wr_observations o;
    struct wr_error err = {0};
    int64_t removed;
    for (int i = 0; i < COUNT; i++) {
        pixel[i] = (uint8_t)i;
        label[i] = (uint8_t)(i % 2);
    }
    options.positive[1] = true;
    ck_ok(wr_gen_images(&many, &options, &o, &removed, &err), err);
    ck_assert_int_eq(o.count, 20);
    for (int i = 0; i < 20; i++) {
        ck_assert(i == 0 || o.index[i] > o.index[i - 1]);
        ck_assert(o.value[i] == (o.index[i] % 2 ? 2 : 0));
    }
    wr_observations_release(&o);
    options.observe = 51;
    ck_assert_int_eq(wr_gen_images(&many, &options, &o, &removed, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "51 of 50 different images");
}
END_TEST

START_TEST(idx_files)
{
    static const char good[] = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, (char)255};
    static const struct {
        size_t at;
        char byte;
        size_t size;
        int rank;
        const char *message;
    } table[] = {
        {0, 1, 18, 2, "not an idx file: it does not begin with two zero bytes"},
        {2, 9, 18, 2, "an idx file of type 9, expected 8 for unsigned bytes"},
        {0, 0, 18, 3, "an idx array of rank 2, expected 3"},
        {0, 0, 11, 2, "the idx header is truncated"},
        {0, 0, 17, 2, "5 bytes of data, expected 6"},
        {7, 1, 18, 2, "6 bytes of data, expected 3"},
        {0, 0, 3, 2, "not an idx file: it does not begin with two zero bytes"},
    };
    struct wr_error err = {0};
    struct wr_idx a;
    files_enter();
    packed_put("f.gz", good, sizeof good);
    ck_ok(wr_idx_open(&a, "f.gz", 2, NULL, &err), err);
    ck_assert(a.shape[0] == 2 && a.shape[1] == 3 && a.count == 6 && a.data[5] == 255);
    wr_idx_close(&a);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[sizeof good];
        memcpy(text, good, sizeof good);
        text[table[i].at] = table[i].byte;
        packed_put("f", text, table[i].size);
        err = (struct wr_error){0};
        ck_assert_int_eq(wr_idx_open(&a, "f", table[i].rank, NULL, &err), WR_EDATA);
        ck_assert_str_eq(err.message, table[i].message);
        ck_assert_str_eq(err.input, "f");
    }
    files_leave();
}
END_TEST

unit_main("images", pixels_are_indices, levels, randomised, some_of_them, idx_files)
