/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "optim/optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"

static enum wr_status check(const struct wr_optimizer_options *options, struct wr_error *err)
{
    if (!(options->lr > 0 && isfinite(options->lr)))
        return wr_error_set(err, WR_EINVAL, "the learning rate is %g, expected a positive number",
                            options->lr);
    if (!(options->momentum >= 0 && options->momentum < 1))
        return wr_error_set(err, WR_EINVAL, "the momentum is %g, expected 0 <= momentum < 1",
                            options->momentum);
    if (!(options->weight_decay >= 0 && isfinite(options->weight_decay)))
        return wr_error_set(err, WR_EINVAL, "the weight decay is %g, expected a number >= 0",
                            options->weight_decay);
    return WR_OK;
}

enum wr_status wr_optimizer_init(struct wr_optimizer *o, const struct wr_optimizer_options *options,
                                 int64_t size, size_t element, struct wr_error *err)
{
    struct wr_optimizer made = {.options = *options, .size = size, .element = element};
    bool first = options->kind == WR_OPTIMIZER_ADAM ||
                 (options->kind == WR_OPTIMIZER_GD && options->momentum > 0);
    enum wr_status status = check(options, err);
    if (status)
        return status;
    status = WR_ENOMEM;
    if (first && !(made.first = wr_calloc(size, element, err)))
        goto out;
    if (options->kind == WR_OPTIMIZER_ADAM && !(made.second = wr_calloc(size, element, err)))
        goto out;
    made.squares = wr_calloc(wr_block_count(size, WR_OPTIMIZER_BLOCK), sizeof *made.squares, err);
    if (!made.squares)
        goto out;
    *o = made;
    return WR_OK;
out:
    wr_optimizer_release(&made);
    return status;
}

void wr_optimizer_release(struct wr_optimizer *o)
{
    free(o->first);
    free(o->second);
    free(o->squares);
    *o = (struct wr_optimizer){0};
}
