/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_HTF_INTERNAL_H
#define WR_FACTOR_HTF_INTERNAL_H

#include "base/machine.h"
#include "factor/forest.h"
#include "factor/htf.h"

/* What the files of the HTF model share; kernels are compiled in both precisions. */

/* A node of the forest: a mode, or a pool that may be followed by a map, the factor of a node of
 * the tree. What is known of it does not depend on the observations. */
struct htf_node {
    int map;          /* factor; -1: none */
    int parent, side; /* parent -1: a top, number side */
    int wave;         /* 0: modes; a pool is after its children */
    int64_t in, out;  /* width of the pool's rows, and of what it hands on */
};

/* The rows of a node. Of modes value and grad are in the blocks of parameters; where there is no
 * map pooled is value, and pooled_grad is grad. */
struct htf_rows {
    wr_real *pooled, *pooled_grad, *value, *grad;
};

/* Rows begin .. end - 1 of a node, or of its factor. */
struct htf_task {
    int node;
    int64_t begin, end;
};

/* Where passes over a forest are computed: for up to so many rows of each node and entries. */
struct htf_room {
    void *memory;
    struct htf_rows *rows; /* of each node */
    wr_real *scaled;       /* rows of the first top times the output */
    wr_real *output;       /* padded */
    wr_real *output_grad;
    wr_real *x, *y;  /* of each entry of the matrix: predictions, then slopes; observations */
    double *partial; /* sums of losses */
    struct htf_task *task;
};

struct htf {
    struct wr_factorization model;
    struct wr_modetree tree;
    int *at; /* the forest's node for each of the tree's below the root */
    struct wr_forest forest;
    int nodes, waves;
    struct htf_node *node; /* of the forest */
    int *by_wave;          /* nodes by wave */
    int *wave_begin;       /* waves + 1 */
    int64_t width;         /* of the tops */
    wr_real *y;            /* observations as given */
    /* a pass takes all observations, or parts */
    bool parts;
    struct wr_forest_part part;
    struct wr_pair_matrix matrix; /* of the forest, or of a part */
    struct htf_room room;
    wr_real *sum;            /* of the gradients of parts */
    struct htf_bonus *bonus; /* NULL: none */
};

/* The matricization by the modes below node k of the tree is A B', with as many columns as the
 * node's vectors have: their Gram matrices A'A and B'B (width x width), each divided by a scale
 * that keeps it in range and given as a logarithm. Index is the tree's number of the node. */
struct htf_gram {
    int64_t width;
    double *inside, *outside;
    double log_inside, log_outside;
};

struct htf_grams {
    const struct htf *htf;
    struct htf_gram *node;             /* of all nodes below the root */
    double *factor, *product, *pooled; /* scratch */
};

/* Room for them. Release with wr_htf_grams_release. Errors: WR_ENOMEM. */
enum wr_status wr_htf_grams_init(struct htf_grams *g, const struct htf *htf, struct wr_error *err);
void wr_htf_grams_release(struct htf_grams *g);

/* From the parameters: the insides of all nodes, and the outsides of all or, path not NULL, of the
 * children of nodes path[l] of levels l >= from; the last level is the root's. */
void wr_htf_grams_fill(struct htf_grams *g, const int *path, int from);

/* The bonus that a model is asked for, of a node that separates options->between, with all it
 * works with; scale is what the root mean square of the entries is expected to be. Free with
 * wr_htf_bonus_free, which takes NULL. Errors: WR_EINVAL, WR_ENOMEM. */
enum wr_status wr_htf_bonus_new(const struct htf *htf, const struct wr_htf_options *options,
                                double scale, struct htf_bonus **out, struct wr_error *err);
void wr_htf_bonus_free(struct htf_bonus *b);

/* From the gradient of the loss to that of what is minimized with the bonus; false when the bonus
 * is not defined. */
bool wr_htf_bonus_apply(struct htf_bonus *b, double loss);

int wr_htf_measures(const struct wr_factorization *m, int top);
void wr_htf_measure_name(const struct wr_factorization *m, int top, int i, char name[32]);
enum wr_status wr_htf_measure(const struct wr_factorization *m, int top, double *out,
                              struct wr_error *err);

#define HTF_NEW_ARGUMENTS                                                  \
    const struct wr_observations *o, const struct wr_htf_options *options, \
        const struct wr_loss *loss, struct wr_factorization **out, struct wr_error *err
enum wr_status wr_htf_new_f32(HTF_NEW_ARGUMENTS);
enum wr_status wr_htf_new_f64(HTF_NEW_ARGUMENTS);
#undef HTF_NEW_ARGUMENTS
WR_DECLARE_KERNEL(wr_htf_new_f32);
#define wr_htf_new_f32 WR_ON_MACHINE(wr_htf_new_f32)
WR_DECLARE_KERNEL(wr_htf_new_f64);
#define wr_htf_new_f64 WR_ON_MACHINE(wr_htf_new_f64)

#endif
