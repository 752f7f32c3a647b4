/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "optim/optimizer.h"

#include <math.h>

#include "base/blocks.h"
#include "base/compiler.h"
#include "base/real.h"

/* Compiled once for float and once with WR_REAL_DOUBLE. */

struct step {
    const struct wr_optimizer *o;
    wr_real *value;
    const wr_real *grad;
    double rate;        /* of this step */
    double root_second; /* adam: 1 / sqrt(1 - beta_2^t) */
};

enum { LANES = 64 / sizeof(wr_real), CHUNK = 64 * LANES };

/* ||g||^2 of count numbers, in lanes that are added at the end. */
WR_CLONES
static double sum_squares(const wr_real *restrict x, const wr_real *restrict grad, wr_real decay,
                          int64_t count)
{
    wr_real lane[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int j = 0; j < LANES; j++) {
            wr_real g = grad[i + j] + decay * x[i + j];
            lane[j] += g * g;
        }
    for (int j = 0; i < count; i++, j++) {
        wr_real g = grad[i] + decay * x[i];
        lane[j] += g * g;
    }
    double sum = 0;
    for (int j = 0; j < LANES; j++)
        sum += (double)lane[j];
    return sum;
}

/* Single precision adds no more than a chunk: the chunks are added in double. */
static void square_block(void *context, int64_t begin, int64_t end)
{
    const struct step *s = context;
    double sum = 0;
    for (int64_t i = begin; i < end; i += CHUNK)
        sum += sum_squares(s->value + i, s->grad + i, (wr_real)s->o->options.weight_decay,
                           wr_block_end(i, CHUNK, end) - i);
    s->o->squares[begin / WR_OPTIMIZER_BLOCK] = sum;
}

/* x -= rate g */
WR_CLONES
static void move_plain(wr_real *restrict x, const wr_real *restrict grad, wr_real rate,
                       wr_real decay, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        x[i] -= rate * (grad[i] + decay * x[i]);
}

/* v = momentum v + g, x -= rate v */
WR_CLONES
static void move_momentum(wr_real *restrict x, const wr_real *restrict grad, wr_real *restrict v,
                          wr_real rate, wr_real decay, wr_real momentum, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        v[i] = momentum * v[i] + (grad[i] + decay * x[i]);
        x[i] -= rate * v[i];
    }
}

/* m = 0.9 m + 0.1 g, v = 0.999 v + 0.001 g^2, x -= rate m / (sqrt(v) root + 1e-8) */
WR_CLONES
static void move_adam(wr_real *restrict x, const wr_real *restrict grad, wr_real *restrict m,
                      wr_real *restrict v, wr_real rate, wr_real decay, wr_real root, int64_t count)
{
    const wr_real beta1 = (wr_real)0.9, rest1 = (wr_real)(1 - 0.9);
    const wr_real beta2 = (wr_real)0.999, rest2 = (wr_real)(1 - 0.999);
    for (int64_t i = 0; i < count; i++) {
        wr_real g = grad[i] + decay * x[i];
        m[i] = beta1 * m[i] + rest1 * g;
        v[i] = beta2 * v[i] + rest2 * g * g;
        x[i] -= rate * m[i] / (wr_sqrt(v[i]) * root + (wr_real)1e-8);
    }
}

static void move_block(void *context, int64_t begin, int64_t end)
{
    const struct step *s = context;
    const struct wr_optimizer *o = s->o;
    wr_real *first = o->first, *second = o->second;
    wr_real rate = (wr_real)s->rate, decay = (wr_real)o->options.weight_decay;
    int64_t count = end - begin;
    if (second)
        move_adam(s->value + begin, s->grad + begin, first + begin, second + begin, rate, decay,
                  (wr_real)s->root_second, count);
    else if (first)
        move_momentum(s->value + begin, s->grad + begin, first + begin, rate, decay,
                      (wr_real)o->options.momentum, count);
    else
        move_plain(s->value + begin, s->grad + begin, rate, decay, count);
}

/* s <- 0.99 s + 0.01 ||g||^2; the rate is lr / (sqrt(s / (1 - 0.99^t)) + 1e-6). */
static double adaptive_rate(struct wr_optimizer *o, struct step *s)
{
    const double beta = 0.99;
    double squares = 0;
    wr_blocks_run(o->size, WR_OPTIMIZER_BLOCK, square_block, s);
    for (int64_t b = 0; b < wr_block_count(o->size, WR_OPTIMIZER_BLOCK); b++)
        squares += o->squares[b];
    o->average = beta * o->average + (1 - beta) * squares;
    double unbiased = o->average / (1 - pow(beta, (double)o->steps));
    return o->options.lr / (sqrt(unbiased) + 1e-6);
}

void WR_REAL(wr_optimizer_step)(struct wr_optimizer *o, wr_real *value, const wr_real *grad)
{
    struct step s = {.o = o, .value = value, .grad = grad, .rate = o->options.lr};
    o->steps++;
    if (o->options.kind == WR_OPTIMIZER_ADAPTIVE)
        s.rate = adaptive_rate(o, &s);
    if (o->options.kind == WR_OPTIMIZER_ADAM) {
        s.rate = o->options.lr / (1 - pow(0.9, (double)o->steps));
        s.root_second = 1 / sqrt(1 - pow(0.999, (double)o->steps));
    }
    wr_blocks_run(o->size, WR_OPTIMIZER_BLOCK, move_block, &s);
}
