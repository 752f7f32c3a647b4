/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/loss.h"

#include "base/blocks.h"
#include "base/compiler.h"
#include "base/real.h"

struct slopes {
    const struct wr_loss *loss;
    wr_real *x;
    const wr_real *y;
    double share;
    double *partial;
};

enum { LANES = 8 };

/* Squares have no cases: their loop is vectorised. */
WR_CLONES
static double square_slopes(wr_real *restrict x, const wr_real *restrict y, int64_t count,
                            wr_real scale)
{
    double lane[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int j = 0; j < LANES; j++) {
            wr_real z = x[i + j] - y[i + j];
            lane[j] += (double)z * (double)z;
            x[i + j] = scale * z;
        }
    for (; i < count; i++) {
        wr_real z = x[i] - y[i];
        lane[0] += (double)z * (double)z;
        x[i] = scale * z;
    }
    double sum = 0;
    for (int j = 0; j < LANES; j++)
        sum += lane[j];
    return sum;
}

static void slopes_block(void *context, int64_t begin, int64_t end)
{
    const struct slopes *s = context;
    double sum = 0, slope;
    if (s->loss->kind == WR_LOSS_L2)
        sum = square_slopes(s->x + begin, s->y + begin, end - begin, (wr_real)(2 * s->share));
    else
        for (int64_t i = begin; i < end; i++) {
            sum += wr_loss_at(s->loss, (double)(s->x[i] - s->y[i]), &slope);
            s->x[i] = (wr_real)(slope * s->share);
        }
    s->partial[begin / WR_LOSS_BLOCK] = sum;
}

double WR_REAL(wr_loss_slopes)(const struct wr_loss *loss, wr_real *x, const wr_real *y,
                               int64_t count, double share, double *partial)
{
    struct slopes s = {loss, x, y, share, partial};
    double sum = 0;
    wr_blocks_run(count, WR_LOSS_BLOCK, slopes_block, &s);
    for (int64_t b = 0; b < wr_loss_partials(count); b++)
        sum += partial[b];
    return sum;
}
