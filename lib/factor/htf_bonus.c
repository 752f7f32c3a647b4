/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/htf_internal.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "linalg/dense.h"

/*
 * f = log of the participation ratio (tr G)^2 / tr G^2, G = M M', of the matricization M = A B' of
 * a node: with the Gram matrices S = A'A and T = B'B of its two sides it is
 * 2 log tr(ST) - log tr(STST). f does not change when a Gram matrix is scaled, here or below: each
 * is used with trace 1, and a derivative with respect to it before the division is that after it,
 * divided by the trace. All derivatives with respect to Gram matrices are symmetric.
 */
struct climb {
    const struct htf *htf;
    struct htf_gram *gram;
    double scale; /* of what is added to the gradient */
    enum wr_status status;
};

/* C (m x n) = A (m x k) B (k x n), either one transposed */
static void multiply(int64_t m, int64_t n, int64_t k, const double *a, bool a_turned,
                     const double *b, bool b_turned, double *c)
{
    wr_gemm_f64(m, n, k, 1, (struct wr_operand_f64){a, a_turned ? m : k, a_turned},
                (struct wr_operand_f64){b, b_turned ? k : n, b_turned}, 0, c, n);
}

static double inner(const double *a, const double *b, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The gradient of factor k += scale d (rows x cols). */
static void add_gradient(const struct climb *c, int k, const double *d, double scale)
{
    const struct wr_factorization *m = &c->htf->model;
    const struct wr_factor *f = &m->factor[k];
    for (int64_t i = 0; i < f->rows; i++)
        for (int64_t j = 0; j < f->cols; j++) {
            int64_t at = f->offset + i * f->stride + j;
            double add = scale * c->scale * d[i * f->cols + j];
            if (m->element == sizeof(double))
                ((double *)m->grad)[at] += add;
            else
                ((float *)m->grad)[at] += (float)add;
        }
}

/* p = the product, element by element, of the insides of a node's children but one; -1: of all. */
static void product_of_children(const struct climb *c, int level, int node, int but, int64_t size,
                                double *p)
{
    const struct wr_modetree *tree = &c->htf->tree;
    int count;
    const int *child = wr_modetree_children(tree, level, node, &count);
    for (int64_t i = 0; i < size; i++)
        p[i] = 1;
    for (int j = 0; j < count; j++)
        for (int64_t i = 0; child[j] != but && i < size; i++)
            p[i] *= c->gram[tree->first[level - 1] + child[j]].inside[i];
}

static void down_children(struct climb *c, int level, int node, int but, const double *d,
                          int64_t size);

/* From the derivative d with respect to a node's inside to those of its factor and of all below:
 * S = W' P W, P the product of the children's; of a leaf S = W' W. */
static void down_inside(struct climb *c, int level, int node, const double *d)
{
    int k = c->htf->tree.first[level] + node;
    const struct wr_factor *f = &c->htf->model.factor[k];
    int64_t rows = f->rows, cols = f->cols, size = rows * cols, square = level ? rows * rows : 0;
    double *w = wr_alloc(4 * size + 2 * square, sizeof *w, NULL);
    if (!w) {
        c->status = WR_ENOMEM;
        return;
    }
    double *pw = w + size, *dw = pw + size, *wd = dw + size, *p = wd + size, *dp = p + square;
    wr_factorization_factor_get(&c->htf->model, k, w);
    multiply(rows, cols, cols, w, false, d, false, wd);
    if (level == 0) {
        add_gradient(c, k, wd, 2 / inner(w, w, size));
        free(w);
        return;
    }
    product_of_children(c, level, node, -1, square, p);
    multiply(rows, cols, rows, p, false, w, false, pw);
    double trace = inner(w, pw, size);
    multiply(rows, cols, cols, pw, false, d, false, dw);
    add_gradient(c, k, dw, 2 / trace);
    multiply(rows, rows, cols, wd, false, w, true, dp);
    for (int64_t i = 0; i < square; i++)
        dp[i] /= trace;
    down_children(c, level, node, -1, dp, square);
    free(w);
}

/* From the derivative with respect to the product of a node's children, but one, to each. */
static void down_children(struct climb *c, int level, int node, int but, const double *d,
                          int64_t size)
{
    int count;
    const int *child = wr_modetree_children(&c->htf->tree, level, node, &count);
    double *mine = wr_alloc(2 * size, sizeof *mine, NULL);
    if (!mine)
        c->status = WR_ENOMEM;
    for (int j = 0; mine && j < count; j++) {
        if (child[j] == but)
            continue;
        for (int64_t i = 0; i < size; i++)
            mine[i] = d[i];
        for (int s = 0; s < count; s++)
            for (int64_t i = 0; s != j && child[s] != but && i < size; i++)
                mine[i] *= c->gram[c->htf->tree.first[level - 1] + child[s]].inside[i];
        down_inside(c, level - 1, child[j], mine);
    }
    free(mine);
}

static int parent_of(const struct wr_modetree *tree, int level, int node)
{
    for (int parent = 0; parent < tree->nodes[level + 1]; parent++) {
        int count;
        const int *child = wr_modetree_children(tree, level + 1, parent, &count);
        for (int j = 0; j < count; j++)
            if (child[j] == node)
                return parent;
    }
    return -1;
}

/* From the derivative d with respect to a node's outside to all factors that are not below it: the
 * outside is Q times the siblings' insides, Q = W T W' with the parent's factor and outside. */
static void up_outside(struct climb *c, int level, int node, const double *d)
{
    const struct wr_modetree *tree = &c->htf->tree;
    int parent = parent_of(tree, level, node), k = tree->first[level + 1] + parent;
    bool root = level + 1 == tree->levels - 1;
    const struct wr_factor *f = &c->htf->model.factor[k];
    const double one = 1, *outside = root ? &one : c->gram[k].outside;
    int64_t rows = f->rows, cols = f->cols, size = rows * cols, square = rows * rows;
    double *w = wr_alloc(3 * size + 3 * square + cols * cols, sizeof *w, NULL);
    if (!w) {
        c->status = WR_ENOMEM;
        return;
    }
    double *wt = w + size, *dw = wt + size, *q = dw + size, *s = q + square, *dq = s + square,
           *above = dq + square;
    wr_factorization_factor_get(&c->htf->model, k, w);
    multiply(rows, cols, cols, w, false, outside, false, wt);
    multiply(rows, rows, cols, wt, false, w, true, q);
    product_of_children(c, level + 1, parent, node, square, s);
    double trace = 0;
    for (int64_t i = 0; i < rows; i++)
        trace += q[i * rows + i] * s[i * rows + i];
    for (int64_t i = 0; i < square; i++) {
        dq[i] = d[i] / trace * s[i];
        q[i] *= d[i] / trace; /* with respect to the product of the siblings */
    }
    down_children(c, level + 1, parent, node, q, square);
    multiply(rows, cols, rows, dq, false, wt, false, dw);
    add_gradient(c, k, dw, 2);
    if (!root) {
        multiply(rows, cols, rows, dq, false, w, false, dw);
        multiply(cols, cols, rows, w, true, dw, false, above);
        up_outside(c, level + 1, parent, above);
    }
    free(w);
}

/* f, and its derivatives with respect to S and T (n x n each): 2 T / tr(ST) - 2 TST / tr(STST),
 * and the same with S and T exchanged. st, tst and product are scratch. */
static double differentiate(int64_t n, const double *s, const double *t, double *ds, double *dt,
                            double *st)
{
    multiply(n, n, n, s, false, t, false, st);
    multiply(n, n, n, t, false, st, false, ds);
    multiply(n, n, n, st, false, s, false, dt);
    double first = inner(s, t, n * n), second = inner(ds, s, n * n);
    for (int64_t i = 0; i < n * n; i++) {
        ds[i] = 2 * t[i] / first - 2 * ds[i] / second;
        dt[i] = 2 * s[i] / first - 2 * dt[i] / second;
    }
    return 2 * log(first) - log(second);
}

double wr_htf_bonus(const struct htf *htf, bool add)
{
    struct climb c = {.htf = htf, .scale = -htf->bonus};
    int level = htf->bonus_level, node = htf->bonus_node;
    if (wr_htf_grams(htf, &c.gram, NULL))
        return NAN;
    const struct htf_gram *g = &c.gram[htf->tree.first[level] + node];
    int64_t square = g->width * g->width;
    double *ds = wr_alloc(3 * square, sizeof *ds, NULL), value = NAN;
    if (ds) {
        double *dt = ds + square;
        value = differentiate(g->width, g->inside, g->outside, ds, dt, dt + square);
        if (add && isfinite(value)) {
            down_inside(&c, level, node, ds);
            up_outside(&c, level, node, dt);
        }
    }
    free(ds);
    wr_htf_grams_free(htf, c.gram);
    return c.status ? NAN : value;
}
