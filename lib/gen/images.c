/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/images.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "gen/observe.h"
#include "gen/stream.h"

struct run {
    const struct wr_images *images;
    const struct wr_images_options *options;
    uint32_t *index;
};

static void index_images(void *context, int64_t begin, int64_t end)
{
    const struct run *run = context;
    int64_t pixels = run->images->pixels;
    uint32_t levels = (uint32_t)run->options->levels;
    for (int64_t i = begin; i < end; i++) {
        uint32_t *index = run->index + i * pixels;
        const uint8_t *pixel = run->images->pixel + i * pixels;
        struct wr_rng rng;
        wr_draw_init(&rng, run->options->seed, WR_DRAW_IMAGES, i);
        for (int64_t k = 0; k < pixels; k++)
            index[k] = run->options->random == WR_RANDOM_DATA ? (uint32_t)wr_rng_below(&rng, levels)
                                                              : pixel[k] * levels / 256;
    }
}

/* Values come as 0 and 1 words, which the generator shuffles. */
static enum wr_status set_values(const struct wr_images *images,
                                 const struct wr_images_options *options, double *value,
                                 struct wr_error *err)
{
    uint64_t *positive = wr_alloc(images->count, sizeof *positive, err);
    struct wr_rng rng;
    if (!positive)
        return WR_ENOMEM;
    for (int64_t i = 0; i < images->count; i++)
        positive[i] = options->positive[images->label[i]];
    wr_draw_init(&rng, options->seed, WR_DRAW_TARGETS, 0);
    if (options->random == WR_RANDOM_LABELS)
        wr_rng_shuffle_u64(&rng, positive, images->count);
    for (int64_t i = 0; i < images->count; i++)
        value[i] = positive[i] ? 2 : 0;
    free(positive);
    return WR_OK;
}

/* Keep some of the observations, in order. */
static enum wr_status choose(struct wr_observations *o, int64_t count, uint64_t seed,
                             struct wr_error *err)
{
    if (count > o->count)
        return wr_error_set(err, WR_EINVAL, "%lld of %lld different images", (long long)count,
                            (long long)o->count);
    int64_t *chosen = wr_alloc(count, sizeof *chosen, err);
    if (!chosen)
        return WR_ENOMEM;
    wr_gen_subset(o->count, count, seed, chosen);
    for (int64_t i = 0; i < count; i++) {
        memmove(o->index + i * o->order, wr_observations_at(o, chosen[i]),
                (size_t)o->order * sizeof *o->index);
        o->value[i] = o->value[chosen[i]];
    }
    o->count = count;
    free(chosen);
    return WR_OK;
}

enum wr_status wr_gen_images(const struct wr_images *images,
                             const struct wr_images_options *options, struct wr_observations *o,
                             int64_t *removed, struct wr_error *err)
{
    enum { IMAGES = 64 };
    struct wr_observations made;
    int64_t dim[WR_ORDER_MAX], repeated = 0;
    if (images->pixels < 1 || images->pixels > WR_ORDER_MAX)
        return wr_error_set(err, WR_EINVAL, "images of %lld pixels, expected 1 to %d",
                            (long long)images->pixels, WR_ORDER_MAX);
    for (int64_t n = 0; n < images->pixels; n++)
        dim[n] = options->levels;
    enum wr_status status =
        wr_observations_init(&made, (int)images->pixels, dim, images->count, true, err);
    if (status)
        return status;
    struct run run = {images, options, made.index};
    wr_blocks_run(images->count, IMAGES, index_images, &run);
    if (!(status = set_values(images, options, made.value, err)))
        status = wr_observations_keep_first(&made, &repeated, err);
    if (!status && options->observe >= 0)
        status = choose(&made, options->observe, options->seed, err);
    if (status) {
        wr_observations_release(&made);
        return status;
    }
    *o = made;
    *removed = repeated;
    return WR_OK;
}
