/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_HTFMODEL_H
#define TESTS_HTFMODEL_H

#include "factormodel.h"

#include "data/modetree.h"
#include "factor/htf.h"

/* What the tests of hierarchical models share. */

struct shape {
    int order;
    int64_t dim[16], count;
    int arity;
    enum wr_tree_pattern pattern;
    int64_t width[5];
};

static inline int layers_of(const struct shape *s)
{
    struct wr_modetree tree;
    struct wr_error err = {0};
    ck_ok(wr_modetree_init(&tree, s->order, s->arity, s->pattern, &err), err);
    int layers = tree.levels - 1;
    wr_modetree_release(&tree);
    return layers;
}

static inline struct wr_factorization *make(const struct wr_observations *o, const struct shape *s,
                                            enum wr_precision precision, int64_t batch,
                                            const struct wr_loss *loss)
{
    struct wr_error err = {0};
    struct wr_factorization *m;
    struct wr_htf_options options = {s->arity, s->pattern, layers_of(s), s->width, precision,
                                     batch,    0,          NULL};
    ck_ok(wr_htf_new(o, &options, loss, &m, &err), err);
    wr_factorization_draw(m, 0.1, 0.6, 4);
    return m;
}

static inline void observe(struct wr_observations *o, const struct shape *s, uint64_t seed)
{
    random_observations(o, s->order, s->dim, s->count, seed);
}

#endif
