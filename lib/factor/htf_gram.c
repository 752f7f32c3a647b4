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
static void map(const struct htf_grams *w, const struct wr_factor *f, int k, bool outwards,
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
static double multiply_children(const struct htf_grams *w, int level, int node, int but, double *g)
{
    const struct wr_modetree *tree = &w->htf->tree;
    int count;
    const int *child = wr_modetree_children(tree, level, node, &count);
    double log_scale = 0;
    for (int c = 0; c < count; c++) {
        const struct htf_gram *from = &w->node[tree->first[level - 1] + child[c]];
        if (child[c] == but)
            continue;
        for (int64_t i = 0; i < from->width * from->width; i++)
            g[i] *= from->inside[i];
        log_scale += from->log_inside;
        normalize(g, from->width, &log_scale);
    }
    return log_scale;
}

static void fill_inside(const struct htf_grams *w, int level, int node)
{
    int k = w->htf->tree.first[level] + node;
    const struct wr_factor *f = &w->htf->model.factor[k];
    struct htf_gram *g = &w->node[k];
    g->log_inside = 0;
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
static void fill_outsides(const struct htf_grams *w, int level, int node)
{
    const struct wr_modetree *tree = &w->htf->tree;
    int k = tree->first[level] + node, count;
    const struct wr_factor *f = &w->htf->model.factor[k];
    const int *child = wr_modetree_children(tree, level, node, &count);
    const double one = 1;
    bool root = level == tree->levels - 1;
    map(w, f, k, true, root ? &one : w->node[k].outside, w->pooled);
    for (int c = 0; c < count; c++) {
        struct htf_gram *g = &w->node[tree->first[level - 1] + child[c]];
        memcpy(g->outside, w->pooled, (size_t)(g->width * g->width) * sizeof *g->outside);
        g->log_outside = root ? 0 : w->node[k].log_outside;
        normalize(g->outside, g->width, &g->log_outside);
        g->log_outside += multiply_children(w, level, node, child[c], g->outside);
    }
}

enum wr_status wr_htf_grams_init(struct htf_grams *g, const struct htf *htf, struct wr_error *err)
{
    const struct wr_factorization *m = &htf->model;
    struct htf_grams made = {.htf = htf};
    int nodes = m->factors - 1;
    int64_t widest = 1, longest = 1;
    bool room = (made.node = wr_calloc(nodes, sizeof *made.node, err)) != NULL;
    for (int k = 0; room && k < nodes; k++) {
        struct htf_gram *node = &made.node[k];
        node->width = m->factor[k].cols;
        node->inside = wr_alloc(node->width, 2 * (size_t)node->width * sizeof *node->inside, err);
        room = node->inside != NULL;
        node->outside = room ? node->inside + node->width * node->width : NULL;
        widest = most(widest, node->width);
        longest = most(longest, m->factor[k].rows);
    }
    if (room) { /* sizes whose products may pass 64 bits are left to wr_alloc to multiply */
        size_t row = (size_t)widest * sizeof(double);
        made.factor = wr_alloc(most(longest, widest), row, err);
        made.product = wr_alloc(widest, row, err);
        made.pooled = wr_alloc(widest, row, err);
    }
    if (!made.factor || !made.product || !made.pooled) {
        wr_htf_grams_release(&made);
        return WR_ENOMEM;
    }
    *g = made;
    return WR_OK;
}

void wr_htf_grams_release(struct htf_grams *g)
{
    for (int k = 0; g->node && k < g->htf->model.factors - 1; k++)
        free(g->node[k].inside);
    free(g->node);
    free(g->factor);
    free(g->product);
    free(g->pooled);
    *g = (struct htf_grams){0};
}

void wr_htf_grams_fill(struct htf_grams *g, const int *path, int from)
{
    const struct wr_modetree *tree = &g->htf->tree;
    int root = tree->levels - 1;
    for (int level = 0; level < root; level++)
        for (int node = 0; node < tree->nodes[level]; node++)
            fill_inside(g, level, node);
    for (int level = root; level > 0 && level >= from; level--)
        for (int node = 0; node < tree->nodes[level]; node++)
            if (!path || path[level] == node)
                fill_outsides(g, level, node);
}
