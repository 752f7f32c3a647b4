/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_GNNINPUT_H
#define TESTS_GNNINPUT_H

#include <math.h>

#include "base/rng.h"
#include "gnn/input.h"
#include "gnn/models.h"
#include "unit.h"

/* A random input with everything it refers to. */
struct random_input {
    struct wr_gnn_input input;
    struct wr_graph graph;
    uint32_t member[2048];
    int32_t label[2048];
    uint8_t part[2048];
};

struct random_shape {
    int64_t n, features, classes, graphs; /* 0 graphs: vertex prediction */
    double density;                       /* of edges and of sparse features */
    bool sparse;
    enum wr_adjacency_kind kind;
};

static inline struct wr_feature_matrix random_features(struct wr_rng *rng,
                                                       const struct random_shape *s)
{
    struct wr_feature_matrix x = {.rows = s->n, .cols = s->features};
    size_t size = (size_t)(s->n * s->features + 1);
    if (!s->sparse) {
        x.dense = malloc(size * sizeof *x.dense);
        for (int64_t k = 0; k < s->n * s->features; k++)
            x.dense[k] = (wr_real)wr_rng_normal(rng);
        return x;
    }
    x.row = calloc((size_t)s->n + 1, sizeof *x.row);
    x.col = malloc(size * sizeof *x.col);
    x.value = malloc(size * sizeof *x.value);
    for (int64_t i = 0; i < s->n; i++) {
        x.row[i + 1] = x.row[i];
        for (int64_t j = 0; j < s->features; j++) {
            if (wr_rng_uniform(rng) < s->density) {
                x.col[x.row[i + 1]] = (uint32_t)j;
                x.value[x.row[i + 1]++] = (wr_real)wr_rng_normal(rng);
            }
        }
    }
    return x;
}

/* Edges inside of graphs only, when there are any. */
static inline void random_graph(struct random_input *r, struct wr_rng *rng,
                                const struct random_shape *s)
{
    uint64_t *edge = malloc((size_t)(s->n * s->n + 1) * sizeof *edge);
    int64_t m = 0;
    struct wr_error err = {0};
    for (uint32_t v = 0; v < s->n; v++)
        r->member[v] =
            s->graphs ? (uint32_t)(v < s->graphs ? v : wr_rng_below(rng, (uint64_t)s->graphs)) : 0;
    for (uint32_t u = 0; u < s->n; u++)
        for (uint32_t v = u + 1; v < s->n; v++)
            if (r->member[u] == r->member[v] && wr_rng_uniform(rng) < s->density)
                edge[m++] = wr_edge(u, v);
    ck_ok(wr_graph_from_edges(&r->graph, (uint32_t)s->n, edge, m, false, &err), err);
    free(edge);
}

/* The first row is always of the training part. */
static inline void random_input_init(struct random_input *r, struct wr_rng *rng,
                                     const struct random_shape *s)
{
    struct wr_error err = {0};
    struct wr_feature_matrix x = random_features(rng, s);
    random_graph(r, rng, s);
    for (int64_t i = 0; i < (s->graphs ? s->graphs : s->n); i++) {
        r->label[i] = (int32_t)wr_rng_below(rng, (uint64_t)s->classes) - (i % 7 == 6);
        r->part[i] = i ? (uint8_t)wr_rng_below(rng, WR_PARTS) : WR_PART_TRAIN;
    }
    const struct wr_membership membership = {s->n, s->graphs, r->member};
    ck_ok(wr_gnn_input_init(&r->input, &x, &r->graph, s->kind, s->graphs ? &membership : NULL,
                            r->label, r->part, &err),
          err);
}

static inline void random_input_release(struct random_input *r)
{
    wr_gnn_input_release(&r->input);
    wr_graph_release(&r->graph);
}

/* Two layers of 16 for three classes. */
static inline struct wr_model_options small_model(enum wr_model_kind kind)
{
    struct wr_model_options o = wr_model_defaults(kind);
    o.classes = 3;
    o.layers = 2;
    o.hidden = 16;
    return o;
}

/* A loss, of whatever `of' is, that some numbers change. */
struct slope_loss {
    double (*at)(void *of);
    void *of;
};

/* Slope of the loss in a number by central differences over 2 h. */
static inline double central(const struct slope_loss *loss, wr_real *number, double h)
{
    wr_real value = *number;
    *number = value + (wr_real)h;
    double above = loss->at(loss->of);
    *number = value - (wr_real)h;
    double below = loss->at(loss->of);
    *number = value;
    return (above - below) / (2 * h);
}

/* The gradient of count numbers is the slope in every stride-th of them, extrapolated from two steps:
 * layer norms of rows that are nearly constant bend sharply. In double precision. */
static inline void check_slopes(const struct slope_loss *loss, wr_real *value, const wr_real *grad,
                                int64_t count, int64_t stride, const char *what)
{
    const double h = 2e-7;
    double scale = 1e-2;
    for (int64_t k = 0; k < count; k++)
        scale = fmax(scale, fabs((double)grad[k]));
    for (int64_t k = 0; k < count; k += stride) {
        double slope = (4 * central(loss, value + k, h) - central(loss, value + k, 2 * h)) / 3;
        ck_assert_msg(fabs(slope - (double)grad[k]) < 1e-6 * scale,
                      "%s: number %lld: gradient %.9g, difference quotient %.9g", what,
                      (long long)k, (double)grad[k], slope);
    }
}

#endif
