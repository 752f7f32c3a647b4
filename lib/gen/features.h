/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_FEATURES_H
#define WR_GEN_FEATURES_H

#include <stdint.h>

#include "base/error.h"

/*
 * Vertex features that say something about the vertex's class, so that there is something to
 * learn: with the stochastic block model, a contextual stochastic block model.
 *
 * gaussian  x = signal mu_class + z, z standard normal; mu of every class is a random direction
 *           of length 1. Source: Y. Deshpande, S. Sen, A. Montanari, E. Mossel, "Contextual
 *           Stochastic Block Models", NeurIPS 2018.
 * binary    words of a document, 0 or 1: word j (from 0) belongs to class j mod classes. A
 *           vertex has a word of another class with probability density (1 - signal), one of its
 *           own with the rest, density (1 + signal (classes - 1)), at most 1: a word in a share
 *           `density` of all vertices; signal 0 says nothing, 1 is all words of the own class.
 */
enum wr_feature_kind { WR_FEATURE_GAUSSIAN, WR_FEATURE_BINARY };

struct wr_feature_model {
    enum wr_feature_kind kind;
    int64_t dim;
    int64_t classes;
    double signal;  /* gaussian: any finite value >= 0; binary: 0 to 1 */
    double density; /* binary: 0 to 1 */
    uint64_t seed;
};

/* A model with what it draws for each class. */
struct wr_features {
    struct wr_feature_model model;
    float *mean; /* gaussian: classes x dim, signal mu; else NULL */
};

/* Release with wr_features_release. Errors: WR_EINVAL a parameter is out of range; WR_ENOMEM. */
enum wr_status wr_features_init(struct wr_features *f, const struct wr_feature_model *model,
                                struct wr_error *err);
void wr_features_release(struct wr_features *f);

/*
 * wr_features_rows - the features of vertices begin .. end - 1.
 *
 * label   in   (end - begin) classes, of these vertices
 * rows    out  (end - begin) x dim
 * Cost    O(dim) per vertex; a row depends on the model, its vertex and its label alone
 */
void wr_features_rows(const struct wr_features *f, const uint32_t *label, int64_t begin,
                      int64_t end, float *rows);

#endif
