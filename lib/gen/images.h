/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_IMAGES_H
#define WR_GEN_IMAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/observations.h"

/*
 * Images as observed entries of a tensor with a mode for each pixel: an image's pixels are the
 * coordinates of an entry, whose value says what the image shows.
 *
 * Source: arXiv:2102.09972, tensor rank of natural data
 */

enum wr_random { WR_RANDOM_NONE, WR_RANDOM_DATA, WR_RANDOM_LABELS };

struct wr_images {
    int64_t count;
    int64_t pixels;       /* of an image: the order of the tensor */
    const uint8_t *pixel; /* count x pixels */
    const uint8_t *label; /* count */
};

struct wr_images_options {
    int levels;         /* 2 to 256: a pixel of p is at index floor(p levels / 256) */
    bool positive[256]; /* labels whose images have the value 2; others have 0 */
    /* data: indices are drawn uniformly instead; labels: values are shuffled among the images */
    enum wr_random random;
    int64_t observe; /* this many of the images, drawn at random; -1: all */
    uint64_t seed;
};

/*
 * wr_gen_images - an observation for each image, in order. Of images that are equal in all indices
 * only the first stays, whatever their labels: an entry has one value.
 *
 * o        out  dimensions are `levels' each; release with wr_observations_release
 * removed  out  images that equal one before them
 * Errors   WR_EINVAL pixels beyond WR_ORDER_MAX, fewer images than options->observe; WR_ENOMEM.
 *          o is untouched then
 */
enum wr_status wr_gen_images(const struct wr_images *images,
                             const struct wr_images_options *options, struct wr_observations *o,
                             int64_t *removed, struct wr_error *err);

#endif
