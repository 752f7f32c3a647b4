/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/rank.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "linalg/dense.h"

int64_t wr_numerical_rank(const double *sigma, int64_t count, int64_t longest, double tolerance)
{
    int64_t rank = 0;
    if (tolerance < 0 && count > 0)
        tolerance = DBL_EPSILON * (double)longest * sigma[0];
    while (rank < count && sigma[rank] > tolerance)
        rank++;
    return rank;
}

double wr_effective_rank(const double *sigma, int64_t count)
{
    double sum = 0, entropy = 0;
    if (count == 0 || sigma[0] == 0)
        return 0;
    for (int64_t i = 0; i < count; i++)
        sum += sigma[i] / sigma[0];
    for (int64_t i = 0; i < count; i++) {
        double p = sigma[i] / sigma[0] / sum;
        entropy -= p > 0 ? p * log(p) : 0;
    }
    return exp(entropy);
}

/* LAPACK makes the matrix small by a QR decomposition by itself when one side is longer than 11/6
 * of the other. A Gram matrix would be cheaper, but loses what is below 1e-8 of the top. */
enum wr_status wr_matricization_rank(const struct wr_tensor *t, const bool *in_rows,
                                     double tolerance, struct wr_rank *rank, double *sigma,
                                     struct wr_error *err)
{
    struct wr_matricization m = wr_tensor_matricization(t, in_rows);
    int64_t least = m.rows < m.cols ? m.rows : m.cols, most = m.rows < m.cols ? m.cols : m.rows;
    double *matrix = wr_alloc(t->size, sizeof *matrix, err);
    double *values = sigma ? sigma : wr_alloc(least, sizeof *values, err);
    enum wr_status status = matrix && values ? WR_OK : WR_ENOMEM;
    if (!status)
        status = wr_tensor_matricize(t, in_rows, matrix, err);
    if (!status)
        status = wr_singular_values(m.rows, m.cols, matrix, values, err);
    if (!status)
        *rank = (struct wr_rank){.rows = m.rows,
                                 .cols = m.cols,
                                 .rank = wr_numerical_rank(values, least, most, tolerance),
                                 .effective = wr_effective_rank(values, least),
                                 .top = values[0]};
    free(matrix);
    if (values != sigma)
        free(values);
    return status;
}

/* --- lists --------------------------------------------------------------------------------- */

static enum wr_status init(struct wr_matricizations *m, int order, int64_t count,
                           struct wr_error *err)
{
    bool *in_rows = wr_calloc(count, (size_t)order * sizeof *in_rows, err);
    if (!in_rows)
        return WR_ENOMEM;
    *m = (struct wr_matricizations){order, 0, in_rows};
    return WR_OK;
}

void wr_matricizations_release(struct wr_matricizations *m)
{
    free(m->in_rows);
    *m = (struct wr_matricizations){0};
}

static bool *append(struct wr_matricizations *m)
{
    return m->in_rows + m->count++ * m->order;
}

/* Append all subsets of `size' modes, by their modes: chosen holds the first `have' of them. Of
 * two halves only the one with the first mode is taken. */
static void append_subsets(struct wr_matricizations *m, int size, int have, int *chosen)
{
    if (have == size) {
        bool *in_rows = append(m);
        for (int i = 0; i < size; i++)
            in_rows[chosen[i]] = true;
        return;
    }
    int first = have > 0 ? chosen[have - 1] + 1 : 0;
    int last = have == 0 && 2 * size == m->order ? 0 : m->order - (size - have);
    for (int n = first; n <= last; n++) {
        chosen[have] = n;
        append_subsets(m, size, have + 1, chosen);
    }
}

enum wr_status wr_matricizations_all(struct wr_matricizations *m, int order, struct wr_error *err)
{
    int chosen[WR_MATRICIZATIONS_ORDER];
    if (order > WR_MATRICIZATIONS_ORDER)
        return wr_error_set(
            err, WR_EINVAL,
            "a tensor of order %d has too many matricizations, expected an order of "
            "%d at most",
            order, WR_MATRICIZATIONS_ORDER);
    enum wr_status status = init(m, order, INT64_C(1) << (order - 1), err);
    if (status)
        return status;
    for (int size = 1; 2 * size <= order || size == 1; size++)
        append_subsets(m, size, 0, chosen);
    return WR_OK;
}

enum wr_status wr_matricizations_tree(struct wr_matricizations *m, const struct wr_modetree *tree,
                                      struct wr_error *err)
{
    int root = tree->levels - 1;
    enum wr_status status = init(m, tree->order, tree->first[root] + 1, err);
    for (int level = 0; level < root && !status; level++)
        for (int node = 0; node < tree->nodes[level]; node++) {
            int children = 0;
            if (level > 0)
                (void)wr_modetree_children(tree, level, node, &children);
            if (children != 1)
                wr_modetree_modes(tree, level, node, append(m));
        }
    return status;
}
