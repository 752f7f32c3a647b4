/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/rows.h"

#include "base/compiler.h"

WR_INLINE void copy_row(const wr_real *from, wr_real *to, int64_t width)
{
    for (int64_t r = 0; r < width; r += WR_LANES)
        WR_LANES_AT(to + r) = WR_LANES_AT(from + r);
}

void WR_KERNEL(wr_pool_multiply)(void *pool, int64_t begin, int64_t end)
{
    const struct wr_pool_rows *p = pool;
    for (int64_t t = begin; t < end; t++) {
        const wr_real *a = p->left + p->node->pair[2 * t] * p->stride;
        wr_real *to = p->value + t * p->stride;
        if (!p->right) {
            copy_row(a, to, p->width);
            continue;
        }
        const wr_real *b = p->right + p->node->pair[2 * t + 1] * p->stride;
        for (int64_t r = 0; r < p->width; r += WR_LANES)
            WR_LANES_AT(to + r) = WR_LANES_AT(a + r) * WR_LANES_AT(b + r);
    }
}

void WR_KERNEL(wr_pool_push)(void *pool, int64_t begin, int64_t end)
{
    const struct wr_pool_rows *p = pool;
    const wr_real *sibling = p->side ? p->left : p->right;
    for (int64_t a = begin; a < end; a++)
        for (int64_t r = 0; r < p->width; r += WR_LANES) {
            wr_lanes sum = {0};
            for (int64_t u = p->child->use[a]; u < p->child->use[a + 1]; u++) {
                int64_t t = p->child->by[u], b = p->node->pair[2 * t + !p->side];
                wr_lanes grad = WR_LANES_AT(p->grad + t * p->stride + r);
                if (sibling)
                    grad *= WR_LANES_AT(sibling + b * p->stride + r);
                sum += grad;
            }
            WR_LANES_AT(p->child_grad + a * p->stride + r) = sum;
        }
}

/* Four dots <p_i, q_j> at once: a register of p serves them all. */
WR_INLINE void four_dots(const wr_real *p, const wr_real *q, const uint32_t *col, int64_t stride,
                         int64_t width, wr_real *x)
{
    const wr_real *q0 = q + col[0] * stride, *q1 = q + col[1] * stride;
    const wr_real *q2 = q + col[2] * stride, *q3 = q + col[3] * stride;
    wr_lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (int64_t r = 0; r < width; r += WR_LANES) {
        wr_lanes v = WR_LANES_AT(p + r);
        s0 += v * WR_LANES_AT(q0 + r);
        s1 += v * WR_LANES_AT(q1 + r);
        s2 += v * WR_LANES_AT(q2 + r);
        s3 += v * WR_LANES_AT(q3 + r);
    }
    x[0] = wr_lanes_sum(&s0);
    x[1] = wr_lanes_sum(&s1);
    x[2] = wr_lanes_sum(&s2);
    x[3] = wr_lanes_sum(&s3);
}

WR_INLINE void one_dot(const wr_real *p, const wr_real *q, int64_t width, wr_real *x)
{
    wr_lanes sum = {0};
    for (int64_t r = 0; r < width; r += WR_LANES)
        sum += WR_LANES_AT(p + r) * WR_LANES_AT(q + r);
    *x = wr_lanes_sum(&sum);
}

void WR_KERNEL(wr_pair_dots)(void *dots, int64_t begin, int64_t end)
{
    const struct wr_pair_dots *s = dots;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *p = s->p + i * s->stride;
        int64_t k = s->a->row[i];
        for (; k + 4 <= s->a->row[i + 1]; k += 4)
            four_dots(p, s->q, s->a->col + k, s->stride, s->width, s->x + k);
        for (; k < s->a->row[i + 1]; k++)
            one_dot(p, s->q + s->a->col[k] * s->stride, s->width, s->x + k);
    }
}

WR_INLINE wr_real entry(const struct wr_pair_gather *s, int64_t k)
{
    return s->entry ? s->g[s->entry[k]] : s->g[k];
}

/* Some vectors of components from r of row i. */
WR_INLINE void gather_strip(int vectors, int64_t r, const struct wr_pair_gather *s, int64_t i)
{
    wr_lanes sum[WR_LANES_WIDE];
    WR_UNROLLED (c, vectors)
        sum[c] = (wr_lanes){0};
    for (int64_t k = s->row[i]; k < s->row[i + 1]; k++) {
        const wr_real *x = s->x + s->at[k] * s->stride + r;
        wr_real g = entry(s, k);
        WR_UNROLLED (c, vectors)
            sum[c] += g * WR_LANES_AT(x + c * WR_LANES);
    }
    WR_UNROLLED (c, vectors)
        WR_LANES_AT(s->y + i * s->stride + r + c * WR_LANES) = sum[c];
}

void WR_KERNEL(wr_pair_gather)(void *gather, int64_t begin, int64_t end)
{
    const struct wr_pair_gather *s = gather;
    for (int64_t i = begin; i < end; i++)
        WR_LANES_STRIPS(gather_strip, s->width, s, i);
}
