/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/loss.h"

#include "base/blocks.h"

enum wr_status wr_loss_check(const struct wr_loss *loss, struct wr_error *err)
{
    if (loss->kind == WR_LOSS_HUBER && !(loss->delta > 0 && isfinite(loss->delta)))
        return wr_error_set(err, WR_EINVAL, "Huber's threshold is %g, expected a positive number",
                            loss->delta);
    return WR_OK;
}

int64_t wr_loss_partials(int64_t count)
{
    return wr_block_count(count, WR_LOSS_BLOCK);
}

double wr_loss_mean(const struct wr_loss *loss, const double *x, const double *y, int64_t count)
{
    double sum = 0, slope;
    for (int64_t i = 0; i < count; i++)
        sum += wr_loss_at(loss, x[i] - y[i], &slope);
    return sum / (double)count;
}
