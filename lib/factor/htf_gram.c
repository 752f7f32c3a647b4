/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/htf_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "linalg/dense.h"

/*
 * Gram matrices of all rows that a node could have, without forming them: for tuples (a, b) of
 * two children the rows are products, and their Gram matrix is the elementwise product of the
 * children's.
 */
struct work {
    const struct htf *htf;
    struct htf_gram *gram;
    double *factor, *product, *pooled; /* widest x widest, factors also longest x widest */
};

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Divide by the trace; what it was joins the logarithm of the scale. */
static void normalize(double *g, int64_t n, double *log_scale)
{
    double trace = 0;
    for (int64_t i = 0; i < n; i++)
        trace += g[i * n + i];
    if (!(trace > 0) || !isfinite(trace))
        return;
    *log_scale += log(trace);
    for (int64_t i = 0; i < n * n; i++)
        g[i] /= trace;
}

/* W' S W for a factor W (rows x cols), or W S W' when `outwards'; both symmetric. */
static void map(const struct work *w, const struct wr_factor *f, int k, bool outwards,
                const double *s, double *out)
{
    int64_t rows = f->rows, cols = f->cols;
    wr_factorization_factor_get(&w->htf->model, k, w->factor);
    struct wr_operand_f64 factor = {w->factor, cols, !outwards}, turned = factor;
    turned.transposed = outwards;
    int64_t n = outwards ? rows : cols, inner = outwards ? cols : rows;
    /* product (n x inner), then n x n */
    wr_gemm_f64(n, inner, inner, 1, factor, (struct wr_operand_f64){s, inner, false}, 0, w->product,
                inner);
    wr_gemm_f64(n, n, inner, 1, (struct wr_operand_f64){w->product, inner, false}, turned, 0, out,
                n);
}

/* g *= the inside of each child of a node but one; -1: of each. */
static double multiply_children(const struct work *w, int level, int node, int but, double *g)
{
    const struct wr_modetree *tree = &w->htf->tree;
    int count;
    const int *child = wr_modetree_children(tree, level, node, &count);
    double log_scale = 0;
    for (int c = 0; c < count; c++) {
        const struct htf_gram *from = &w->gram[tree->first[level - 1] + child[c]];
        if (child[c] == but)
            continue;
        for (int64_t i = 0; i < from->width * from->width; i++)
            g[i] *= from->inside[i];
        log_scale += from->log_inside;
        normalize(g, from->width, &log_scale);
    }
    return log_scale;
}

static void fill_inside(const struct work *w, int level, int node)
{
    int k = w->htf->tree.first[level] + node;
    const struct wr_factor *f = &w->htf->model.factor[k];
    struct htf_gram *g = &w->gram[k];
    if (level == 0) {
        wr_factorization_factor_get(&w->htf->model, k, w->factor);
        wr_gemm_f64(f->cols, f->cols, f->rows, 1, (struct wr_operand_f64){w->factor, f->cols, true},
                    (struct wr_operand_f64){w->factor, f->cols, false}, 0, g->inside, f->cols);
    } else {
        for (int64_t i = 0; i < f->rows * f->rows; i++)
            w->pooled[i] = 1;
        g->log_inside = multiply_children(w, level, node, -1, w->pooled);
        map(w, f, k, false, w->pooled, g->inside);
    }
    normalize(g->inside, g->width, &g->log_inside);
}

/* The outsides of the children of a node: what its own vectors meet, times the siblings. */
static void fill_outsides(const struct work *w, int level, int node)
{
    const struct wr_modetree *tree = &w->htf->tree;
    int k = tree->first[level] + node, count;
    const struct wr_factor *f = &w->htf->model.factor[k];
    const int *child = wr_modetree_children(tree, level, node, &count);
    const double one = 1;
    bool root = level == tree->levels - 1;
    map(w, f, k, true, root ? &one : w->gram[k].outside, w->pooled);
    for (int c = 0; c < count; c++) {
        struct htf_gram *g = &w->gram[tree->first[level - 1] + child[c]];
        memcpy(g->outside, w->pooled, (size_t)(g->width * g->width) * sizeof *g->outside);
        g->log_outside = root ? 0 : w->gram[k].log_outside;
        normalize(g->outside, g->width, &g->log_outside);
        g->log_outside += multiply_children(w, level, node, child[c], g->outside);
    }
}

static enum wr_status make_room(struct work *w, struct wr_error *err)
{
    const struct wr_factorization *m = &w->htf->model;
    int nodes = m->factors - 1;
    int64_t widest = 1, longest = 1;
    w->gram = wr_calloc(nodes, sizeof *w->gram, err);
    if (!w->gram)
        return WR_ENOMEM;
    for (int k = 0; k < nodes; k++) {
        struct htf_gram *g = &w->gram[k];
        g->width = m->factor[k].cols;
        g->inside = wr_alloc(2 * g->width * g->width, sizeof *g->inside, err);
        if (!g->inside)
            return WR_ENOMEM;
        g->outside = g->inside + g->width * g->width;
        widest = most(widest, g->width);
        longest = most(longest, m->factor[k].rows);
    }
    w->factor = wr_alloc(most(longest, widest) * widest, sizeof *w->factor, err);
    w->product = wr_alloc(widest * widest, sizeof *w->product, err);
    w->pooled = wr_alloc(widest * widest, sizeof *w->pooled, err);
    return w->factor && w->product && w->pooled ? WR_OK : WR_ENOMEM;
}

enum wr_status wr_htf_grams(const struct htf *htf, struct htf_gram **grams, struct wr_error *err)
{
    struct work w = {.htf = htf};
    enum wr_status status = make_room(&w, err);
    int root = htf->tree.levels - 1;
    for (int level = 0; level < root && !status; level++)
        for (int node = 0; node < htf->tree.nodes[level]; node++)
            fill_inside(&w, level, node);
    for (int level = root; level > 0 && !status; level--)
        for (int node = 0; node < htf->tree.nodes[level]; node++)
            fill_outsides(&w, level, node);
    free(w.factor);
    free(w.product);
    free(w.pooled);
    if (status)
        wr_htf_grams_free(htf, w.gram);
    else
        *grams = w.gram;
    return status;
}

void wr_htf_grams_free(const struct htf *htf, struct htf_gram *grams)
{
    for (int k = 0; grams && k < htf->model.factors - 1; k++)
        free(grams[k].inside);
    free(grams);
}
