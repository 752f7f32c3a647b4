/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/htf.h"

#include "factor/htf_internal.h"

static int64_t capped_product(int64_t a, int64_t b, int64_t most)
{
    int64_t product;
    return __builtin_mul_overflow(a, b, &product) || product > most ? most : product;
}

/* The product of the dimensions below a node, at most `most'. */
static int64_t size_below(const struct wr_modetree *tree, const int64_t *dim, int level, int node,
                          int64_t most)
{
    int count;
    if (level == 0)
        return dim[node] < most ? dim[node] : most;
    const int *child = wr_modetree_children(tree, level, node, &count);
    int64_t product = 1;
    for (int i = 0; i < count; i++)
        product = capped_product(product, size_below(tree, dim, level - 1, child[i], most), most);
    return product;
}

/* The same for the root, without its largest child. */
static int64_t size_but_largest(const struct wr_modetree *tree, const int64_t *dim, int64_t most)
{
    int count, root = tree->levels - 1;
    const int *child = wr_modetree_children(tree, root, 0, &count);
    int64_t largest = 0, product = 1;
    for (int i = 0; i < count; i++) {
        int64_t size = size_below(tree, dim, root - 1, child[i], most);
        product = capped_product(product, size < largest ? size : i > 0 ? largest : 1, most);
        largest = size > largest ? size : largest;
    }
    return product;
}

void wr_htf_widths(const struct wr_modetree *tree, const int64_t *dim, int64_t most, int64_t *width)
{
    int root = tree->levels - 1;
    for (int level = 1; level < root; level++) {
        width[level - 1] = 1;
        for (int node = 0; node < tree->nodes[level]; node++) {
            int64_t size = size_below(tree, dim, level, node, most);
            if (size > width[level - 1])
                width[level - 1] = size;
        }
    }
    width[root - 1] = size_but_largest(tree, dim, most);
}

enum wr_status wr_htf_new(const struct wr_observations *o, const struct wr_htf_options *options,
                          const struct wr_loss *loss, struct wr_factorization **out,
                          struct wr_error *err)
{
    return options->precision == WR_PRECISION_DOUBLE ? wr_htf_new_f64(o, options, loss, out, err)
                                                     : wr_htf_new_f32(o, options, loss, out, err);
}
