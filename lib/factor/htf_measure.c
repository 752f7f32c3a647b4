/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/htf_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "factor/rank.h"
#include "linalg/dense.h"

/*
 * Numbers stand in groups: for each inner node the norms of its largest local components, then
 * for each node below the root that pools anything singular values and the effective rank.
 */
struct group {
    bool spectrum;
    int level, node;
    int count; /* numbers */
};

static int least(int64_t a, int64_t b)
{
    return (int)(a < b ? a : b);
}

/* The product of the dimensions of the modes below a node, or not below it; at most INT_MAX. */
static int64_t size_of(const struct htf *htf, int level, int node, bool inside)
{
    bool below[WR_ORDER_MAX];
    int64_t size = 1;
    wr_modetree_modes(&htf->tree, level, node, below);
    for (int n = 0; n < htf->tree.order; n++)
        if (below[n] == inside &&
            (__builtin_mul_overflow(size, htf->model.factor[n].rows, &size) || size > INT32_MAX))
            return INT32_MAX;
    return size;
}

/* How many singular values of a node's matricization there are: at most its vectors' width. */
static int64_t spectrum_size(const struct htf *htf, int level, int node)
{
    int64_t in = size_of(htf, level, node, true), out = size_of(htf, level, node, false);
    return least(least(in, out), htf->model.factor[htf->tree.first[level] + node].cols);
}

static bool only_child(const struct htf *htf, int level, int node)
{
    int count = 0;
    if (level > 0)
        (void)wr_modetree_children(&htf->tree, level, node, &count);
    return count == 1;
}

/* The group of a node; count 0: it has none. */
static struct group group_of(const struct htf *htf, bool spectrum, int level, int node, int top)
{
    int root = htf->tree.levels - 1;
    struct group g = {spectrum, level, node, 0};
    if (htf->tree.nodes[level] > WR_HTF_WATCHED)
        return g;
    if (!spectrum && level > 0)
        g.count = least(htf->model.factor[htf->tree.first[level] + node].rows, top);
    else if (spectrum && level < root && !only_child(htf, level, node))
        g.count = least(spectrum_size(htf, level, node), top) + 1;
    return g;
}

/* Call visit for each group with numbers, in order; stops when it says so. */
static void visit_groups(const struct htf *htf, int top,
                         bool (*visit)(void *context, const struct group *g), void *context)
{
    for (int spectrum = 0; spectrum < 2; spectrum++)
        for (int level = 0; level < htf->tree.levels; level++)
            for (int node = 0; node < htf->tree.nodes[level]; node++) {
                struct group g = group_of(htf, spectrum, level, node, top);
                if (g.count > 0 && !visit(context, &g))
                    return;
            }
}

static bool count_group(void *context, const struct group *g)
{
    *(int *)context += g->count;
    return true;
}

int wr_htf_measures(const struct wr_factorization *m, int top)
{
    int count = 0;
    visit_groups((const struct htf *)m, top, count_group, &count);
    return count;
}

struct naming {
    int left; /* numbers before the one to name */
    char *name;
};

static bool name_group(void *context, const struct group *g)
{
    struct naming *n = context;
    if (n->left >= g->count) {
        n->left -= g->count;
        return true;
    }
    unsigned char level = (unsigned char)g->level, node = (unsigned char)g->node; /* watched */
    if (g->spectrum && n->left == g->count - 1)
        snprintf(n->name, 32, "l%u.n%u.effective_rank", level, node);
    else
        snprintf(n->name, 32, "l%u.n%u.%s%d", level, node, g->spectrum ? "sigma" : "norm",
                 n->left + 1);
    return false;
}

void wr_htf_measure_name(const struct wr_factorization *m, int top, int i, char name[32])
{
    struct naming n = {i, name};
    visit_groups((const struct htf *)m, top, name_group, &n);
}

/* --- the numbers ---------------------------------------------------------------------------- */

struct measuring {
    const struct htf *htf;
    struct htf_grams grams;
    double *out; /* the next number */
    double *work;
    enum wr_status status;
    struct wr_error *err;
};

static void measure_components(struct measuring *s, const struct group *g)
{
    const struct wr_modetree *tree = &s->htf->tree;
    const struct wr_factorization *m = &s->htf->model;
    const struct wr_factor *own = &m->factor[tree->first[g->level] + g->node];
    double *norm = s->work, *square = norm + own->rows;
    int count;
    const int *child = wr_modetree_children(tree, g->level, g->node, &count);
    for (int64_t r = 0; r < own->rows; r++) {
        norm[r] = 0;
        for (int64_t j = 0; j < own->cols; j++)
            norm[r] = hypot(norm[r], wr_factorization_at(m, own->offset + r * own->stride + j));
    }
    for (int c = 0; c < count; c++)
        wr_factorization_multiply_norms(m, tree->first[g->level - 1] + child[c], square, norm);
    wr_factorization_sort_norms(norm, own->rows);
    for (int i = 0; i < g->count; i++)
        *s->out++ = norm[i];
}

/* With A'A = F' F and B'B = E' E the singular values of A B' are those of F E'. */
static void measure_spectrum(struct measuring *s, const struct group *g)
{
    const struct htf_gram *gram = &s->grams.node[s->htf->tree.first[g->level] + g->node];
    int64_t n = gram->width, rows = 0, cols = 0;
    double *f = s->work, *e = f + n * n, *product = e + n * n, *sigma = product + n * n;
    double scale = exp((gram->log_inside + gram->log_outside) / 2);
    s->status = wr_factor_psd(n, gram->inside, f, &rows, s->err);
    if (!s->status)
        s->status = wr_factor_psd(n, gram->outside, e, &cols, s->err);
    if (s->status)
        return;
    wr_gemm_f64(rows, cols, n, 1, (struct wr_operand_f64){f, n, false},
                (struct wr_operand_f64){e, n, true}, 0, product, cols);
    s->status = wr_singular_values(rows, cols, product, sigma, s->err);
    int64_t count = least(rows, cols), shown = g->count - 1;
    for (int64_t i = 0; i < shown; i++)
        s->out[i] = i < count ? sigma[i] * scale : 0;
    s->out[shown] = wr_effective_rank(sigma, count);
    s->out += g->count;
}

static bool measure_group(void *context, const struct group *g)
{
    struct measuring *s = context;
    if (g->spectrum)
        measure_spectrum(s, g);
    else
        measure_components(s, g);
    return !s->status;
}

enum wr_status wr_htf_measure(const struct wr_factorization *m, int top, double *out,
                              struct wr_error *err)
{
    struct measuring s = {.htf = (const struct htf *)m, .out = out, .err = err};
    int64_t widest = 1;
    for (int k = 0; k < m->factors - 1; k++)
        widest = m->factor[k].cols > widest ? m->factor[k].cols : widest;
    s.work = wr_alloc(widest, (3 * (size_t)widest + 1) * sizeof *s.work, err);
    s.status = s.work ? wr_htf_grams_init(&s.grams, s.htf, err) : WR_ENOMEM;
    if (!s.status) {
        wr_htf_grams_fill(&s.grams, NULL, 0);
        visit_groups(s.htf, top, measure_group, &s);
        wr_htf_grams_release(&s.grams);
    }
    free(s.work);
    return s.status;
}
