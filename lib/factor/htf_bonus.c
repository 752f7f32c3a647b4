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
 * 2 log tr(ST) - log tr(STST).
 *
 * f does not change when M is scaled, so that its gradient grows beyond that of any loss where all
 * parameters are small, and would keep them there. The bonus is w f, with a weight
 * w = x / (1 + x), x = (|M| / what |M| is expected to be)^(2 / D), where D, the number of factors,
 * is the degree of M in the parameters: near 0 it is of their second order, like weight decay.
 *
 * Minimized is loss exp(-L w f), the strength L, and not the loss minus L w f: where the
 * observations are met nothing is to be gained at the others, which w f alone would go on changing.
 *
 * Gram matrices are used with trace 1, each and those below it. The derivative of w f with respect
 * to one before the division is that after it, divided by the trace: those of f and of log |M| are
 * homogeneous of degree -1, and w is that of the undivided M. All are symmetric.
 */

enum { WIDEST = 1 << 20 }; /* squares of widths are counted in 64 bits */

/* What is at work on a level of the tree, for a factor (rows x cols) of it. */
struct scratch {
    double *w, *a, *b, *c;       /* rows x cols */
    double *p, *q, *dp, *pushed; /* rows x rows */
    double *above;               /* cols x cols */
};

struct htf_bonus {
    const struct htf *htf;
    struct htf_grams grams;
    double strength;
    double log_expected; /* of the squared norm of the tensor */
    double scale;        /* of what is added to the gradient */
    int level;
    int *path;               /* of each level from the node's on: the node, and those above it */
    double *memory;          /* of what follows */
    double *ds, *dt, *st;    /* width x width of the node */
    struct scratch *scratch; /* of each level */
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

/* --- gradients ------------------------------------------------------------------------------ */

/* The gradient of factor k += b->scale scale d (rows x cols). */
static void add_gradient(const struct htf_bonus *b, int k, const double *d, double scale)
{
    const struct wr_factorization *m = &b->htf->model;
    const struct wr_factor *f = &m->factor[k];
    for (int64_t i = 0; i < f->rows; i++)
        for (int64_t j = 0; j < f->cols; j++) {
            int64_t at = f->offset + i * f->stride + j;
            double add = b->scale * scale * d[i * f->cols + j];
            if (m->element == sizeof(double))
                ((double *)m->grad)[at] += add;
            else
                ((float *)m->grad)[at] += (float)add;
        }
}

/* p = the product, element by element, of the insides of a node's children but one; -1: of all. */
static void product_of_children(const struct htf_bonus *b, int level, int node, int but,
                                int64_t size, double *p)
{
    const struct wr_modetree *tree = &b->htf->tree;
    int count;
    const int *child = wr_modetree_children(tree, level, node, &count);
    for (int64_t i = 0; i < size; i++)
        p[i] = 1;
    for (int j = 0; j < count; j++)
        for (int64_t i = 0; child[j] != but && i < size; i++)
            p[i] *= b->grams.node[tree->first[level - 1] + child[j]].inside[i];
}

static void down_children(const struct htf_bonus *b, int level, int node, int but, const double *d);

/* From the derivative d with respect to a node's inside to those of its factor and of all below:
 * S = W' P W, P the product of the children's; of a leaf S = W' W. */
static void down_inside(const struct htf_bonus *b, int level, int node, const double *d)
{
    int k = b->htf->tree.first[level] + node;
    const struct wr_factor *f = &b->htf->model.factor[k];
    const struct scratch *s = &b->scratch[level];
    int64_t rows = f->rows, cols = f->cols, size = rows * cols, square = rows * rows;
    double *w = s->w, *wd = s->a, *pw = s->b, *dw = s->c;
    wr_factorization_factor_get(&b->htf->model, k, w);
    multiply(rows, cols, cols, w, false, d, false, wd);
    if (level == 0) {
        add_gradient(b, k, wd, 2 / inner(w, w, size));
        return;
    }
    product_of_children(b, level, node, -1, square, s->p);
    multiply(rows, cols, rows, s->p, false, w, false, pw);
    double trace = inner(w, pw, size);
    multiply(rows, cols, cols, pw, false, d, false, dw);
    add_gradient(b, k, dw, 2 / trace);
    multiply(rows, rows, cols, wd, false, w, true, s->dp);
    for (int64_t i = 0; i < square; i++)
        s->dp[i] /= trace;
    down_children(b, level, node, -1, s->dp);
}

/* From the derivative with respect to the product of a node's children, but one, to each. */
static void down_children(const struct htf_bonus *b, int level, int node, int but, const double *d)
{
    const struct wr_modetree *tree = &b->htf->tree;
    int64_t rows = b->htf->model.factor[tree->first[level] + node].rows, square = rows * rows;
    double *pushed = b->scratch[level].pushed;
    int count;
    const int *child = wr_modetree_children(tree, level, node, &count);
    for (int j = 0; j < count; j++) {
        if (child[j] == but)
            continue;
        for (int64_t i = 0; i < square; i++)
            pushed[i] = d[i];
        for (int other = 0; other < count; other++)
            for (int64_t i = 0; other != j && child[other] != but && i < square; i++)
                pushed[i] *= b->grams.node[tree->first[level - 1] + child[other]].inside[i];
        down_inside(b, level - 1, child[j], pushed);
    }
}

/* From the derivative d with respect to the outside of a node of the path to its parent's factor
 * and all below the siblings, and to `above', with respect to the parent's outside: the outside is
 * Q times the siblings' insides, Q = W T W' with the parent's factor and outside. */
static void up_outside(const struct htf_bonus *b, int level, const double *d)
{
    const struct wr_modetree *tree = &b->htf->tree;
    int parent = b->path[level + 1], k = tree->first[level + 1] + parent;
    bool root = level + 1 == tree->levels - 1;
    const struct wr_factor *f = &b->htf->model.factor[k];
    const struct scratch *s = &b->scratch[level + 1];
    const double one = 1, *outside = root ? &one : b->grams.node[k].outside;
    int64_t rows = f->rows, cols = f->cols, square = rows * rows;
    double *w = s->w, *wt = s->a, *dw = s->b, *siblings = s->p, trace = 0;
    wr_factorization_factor_get(&b->htf->model, k, w);
    multiply(rows, cols, cols, w, false, outside, false, wt);
    multiply(rows, rows, cols, wt, false, w, true, s->q);
    product_of_children(b, level + 1, parent, b->path[level], square, siblings);
    for (int64_t i = 0; i < rows; i++)
        trace += s->q[i * rows + i] * siblings[i * rows + i];
    for (int64_t i = 0; i < square; i++) {
        s->dp[i] = d[i] / trace * siblings[i]; /* with respect to Q, and ... */
        s->q[i] *= d[i] / trace;               /* ... to the product of the siblings */
    }
    multiply(rows, cols, rows, s->dp, false, wt, false, dw);
    add_gradient(b, k, dw, 2);
    multiply(rows, cols, rows, s->dp, false, w, false, dw);
    multiply(cols, cols, rows, w, true, dw, false, s->above);
    down_children(b, level + 1, parent, b->path[level], s->q);
}

/* w f, and its derivatives ds and dt with respect to S and T (width x width): those of f are
 * 2 T / tr(ST) - 2 TST / tr(STST) and the same with S and T exchanged, that of log tr(ST) is
 * T / tr(ST). */
static double differentiate(const struct htf_bonus *b, const struct htf_gram *g)
{
    int64_t n = g->width, square = n * n;
    const double *s = g->inside, *t = g->outside;
    double *ds = b->ds, *dt = b->dt;
    multiply(n, n, n, s, false, t, false, b->st);
    multiply(n, n, n, t, false, b->st, false, ds);
    multiply(n, n, n, b->st, false, s, false, dt);
    double first = inner(s, t, square), second = inner(ds, s, square);
    double f = 2 * log(first) - log(second), power = 1 / (double)b->htf->model.factors;
    double log_norm = log(first) + g->log_inside + g->log_outside;
    double weight = 1 / (1 + exp(power * (b->log_expected - log_norm)));
    double slope = f * power * weight * (1 - weight); /* of the weight: per log tr(ST) */
    for (int64_t i = 0; i < square; i++) {
        ds[i] = (2 * weight + slope) / first * t[i] - 2 * weight / second * ds[i];
        dt[i] = (2 * weight + slope) / first * s[i] - 2 * weight / second * dt[i];
    }
    return weight * f;
}

static void scale_gradient(const struct wr_factorization *m, double by)
{
    for (int64_t i = 0; i < m->size; i++)
        if (m->element == sizeof(double))
            ((double *)m->grad)[i] *= by;
        else
            ((float *)m->grad)[i] *= (float)by;
}

bool wr_htf_bonus_apply(struct htf_bonus *b, double loss)
{
    const struct wr_modetree *tree = &b->htf->tree;
    int level = b->level;
    wr_htf_grams_fill(&b->grams, b->path, level + 1);
    double value = differentiate(b, &b->grams.node[tree->first[level] + b->path[level]]);
    if (!isfinite(value))
        return false;
    double by = exp(-b->strength * value);
    b->scale = -b->strength * loss * by;
    scale_gradient(&b->htf->model, by);
    down_inside(b, level, b->path[level], b->ds);
    for (const double *d = b->dt; level < tree->levels - 1; level++) {
        up_outside(b, level, d);
        d = b->scratch[level + 1].above;
    }
    return true;
}

/* --- making --------------------------------------------------------------------------------- */

/* The node below which are the modes on one side, or all others. */
static bool find_node(struct htf_bonus *b, const bool *between)
{
    const struct wr_modetree *tree = &b->htf->tree;
    bool below[WR_ORDER_MAX];
    for (int level = 0; level < tree->levels - 1; level++)
        for (int node = 0; node < tree->nodes[level]; node++) {
            int equal = 0;
            wr_modetree_modes(tree, level, node, below);
            for (int n = 0; n < tree->order; n++)
                equal += below[n] == between[n];
            if (equal == 0 || equal == tree->order) {
                b->level = level;
                b->path[level] = node;
                return true;
            }
        }
    return false;
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

/* Where the arrays of a level begin, from `next' on; NULL: only the numbers they take. */
static int64_t lay_out(const struct htf_bonus *b, int level, double *next)
{
    const struct htf *htf = b->htf;
    int64_t rows = 1, cols = htf->model.factor[htf->tree.first[level]].cols;
    for (int node = 0; node < htf->tree.nodes[level]; node++) {
        int64_t here = htf->model.factor[htf->tree.first[level] + node].rows;
        rows = here > rows ? here : rows;
    }
    int64_t size = rows * cols, square = level ? rows * rows : 0;
    if (next)
        b->scratch[level] = (struct scratch){.w = next,
                                             .a = next + size,
                                             .b = next + 2 * size,
                                             .c = next + 3 * size,
                                             .p = next + 4 * size,
                                             .q = next + 4 * size + square,
                                             .dp = next + 4 * size + 2 * square,
                                             .pushed = next + 4 * size + 3 * square,
                                             .above = next + 4 * size + 4 * square};
    return 4 * size + 4 * square + cols * cols;
}

static enum wr_status make_room(struct htf_bonus *b, struct wr_error *err)
{
    const struct wr_modetree *tree = &b->htf->tree;
    int64_t width = b->htf->model.factor[tree->first[b->level]].cols, numbers = 3 * width * width;
    for (int level = 0; level < tree->levels; level++) {
        if (b->htf->model.factor[tree->first[level]].cols > WIDEST)
            return wr_error_set(err, WR_ENOMEM, "a bonus is not for widths above %d", WIDEST);
        numbers += lay_out(b, level, NULL);
    }
    b->memory = wr_alloc(numbers, sizeof *b->memory, err);
    if (!b->memory)
        return WR_ENOMEM;
    b->ds = b->memory;
    b->dt = b->ds + width * width;
    b->st = b->dt + width * width;
    double *next = b->st + width * width;
    for (int level = 0; level < tree->levels; level++)
        next += lay_out(b, level, next);
    return wr_htf_grams_init(&b->grams, b->htf, err);
}

enum wr_status wr_htf_bonus_new(const struct htf *htf, const struct wr_htf_options *options,
                                double scale, struct htf_bonus **out, struct wr_error *err)
{
    const struct wr_modetree *tree = &htf->tree;
    struct htf_bonus *b = wr_calloc(1, sizeof *b, err);
    if (!b)
        return WR_ENOMEM;
    *b = (struct htf_bonus){.htf = htf, .strength = options->bonus, .log_expected = 2 * log(scale)};
    for (int n = 0; n < tree->order; n++)
        b->log_expected += log((double)htf->model.factor[n].rows);
    b->path = wr_alloc(tree->levels, sizeof *b->path, err);
    b->scratch = wr_alloc(tree->levels, sizeof *b->scratch, err);
    enum wr_status status = b->path && b->scratch ? WR_OK : WR_ENOMEM;
    if (!status && !find_node(b, options->between))
        status = wr_error_set(
            err, WR_EINVAL, "no node of the tree separates the modes of the bonus from the others");
    for (int level = b->level; !status && level < tree->levels - 1; level++)
        b->path[level + 1] = parent_of(tree, level, b->path[level]);
    if (!status)
        status = make_room(b, err);
    if (status)
        wr_htf_bonus_free(b);
    else
        *out = b;
    return status;
}

void wr_htf_bonus_free(struct htf_bonus *b)
{
    if (!b)
        return;
    wr_htf_grams_release(&b->grams);
    free(b->memory);
    free(b->scratch);
    free(b->path);
    free(b);
}
