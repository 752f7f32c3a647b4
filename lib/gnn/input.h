/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_INPUT_H
#define WR_GNN_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/feature_matrix.h"
#include "data/graph.h"
#include "data/membership.h"
#include "data/split.h"
#include "gnn/adjacency.h"

/*
 * What a network is given: vertices with features and edges and, for graph prediction, the
 * graphs they belong to, each of which reads as a graph of its own.
 */
struct wr_gnn_input {
    int64_t vertices, graphs; /* 0 graphs: vertex prediction */
    struct wr_feature_matrix x;
    struct wr_feature_matrix xt; /* of sparse features: X', and for each of its entries ... */
    int64_t *xt_entry;           /* ... the entry of X */
    struct wr_adjacency adjacency;
    int64_t *first;                /* graphs + 1: the vertices of graph g are */
    uint32_t *member;              /* member[first[g]] .. member[first[g+1]-1] */
    int64_t *vertex_row;           /* vertices + 1: 0, 1, 2, ... */
    uint32_t *graph;               /* vertices: its graph */
    wr_real *share, *member_share; /* 1 / vertices of the graph, by vertex and by member */
    struct wr_sparse mean, mean_t; /* graphs x vertices: the mean over a graph's vertices */
    struct wr_sparse all, all_t;   /* the same with ones */
    const int32_t *label;          /* of vertices or of graphs, from 0; -1: none */
    const uint8_t *part;           /* enum wr_part of each of them */
};

/*
 * wr_gnn_input_init - prepare what a network reads; release with wr_gnn_input_release.
 *
 * input       out     untouched on failure
 * x           in/out  features, consumed: input's, or released on failure
 * g           in      undirected, at most x->rows vertices
 * kind        in      the matrix that the model wants, see wr_model_adjacency
 * membership  in      of x->rows vertices; NULL: vertex prediction
 * label, part in      per vertex or graph; the caller's, may change between passes
 * Errors      WR_EDATA when an edge joins two graphs; WR_ENOMEM
 */
enum wr_status wr_gnn_input_init(struct wr_gnn_input *input, struct wr_feature_matrix *x,
                                 const struct wr_graph *g, enum wr_adjacency_kind kind,
                                 const struct wr_membership *membership, const int32_t *label,
                                 const uint8_t *part, struct wr_error *err);

void wr_gnn_input_release(struct wr_gnn_input *input);

/* The room that a network needs for an input: it can be bound to others that need no more. */
struct wr_gnn_room {
    int64_t vertices, graphs; /* 0 graphs: vertex prediction */
    int64_t entries;          /* of the adjacency matrix */
    int64_t features;         /* columns */
    bool sparse;              /* features */
    int64_t feature_entries;  /* of sparse features */
    bool edge_weights;        /* whose gradients are wanted, see edge_weights.h */
};

struct wr_gnn_room wr_gnn_input_room(const struct wr_gnn_input *input);

/*
 * A few graphs of an input as an input of its own, for steps on mini-batches: the arrays are as
 * large as the largest batch needs and are filled anew by each choice.
 */
struct wr_batch {
    struct wr_gnn_input input;
    int32_t *label;   /* of the chosen graphs */
    uint8_t *part;    /* of the chosen graphs */
    uint32_t *vertex; /* of each vertex of the batch: its number in all */
    uint32_t *local;  /* of all vertices: its number in the batch */
    int64_t *next;    /* scratch for the transpose: feature columns */
    struct wr_gnn_room room;
};

/*
 * wr_batch_init - room for any `graphs` graphs of `all`, which stays the caller's and must
 * outlive the batch; wr_batch_choose fills it with the graphs named in chosen, in that order.
 * After init the input holds no graphs; batch->room is what a model needs for it.
 *
 * Errors  WR_ENOMEM; batch is untouched
 */
enum wr_status wr_batch_init(struct wr_batch *batch, const struct wr_gnn_input *all, int64_t graphs,
                             struct wr_error *err);
void wr_batch_choose(struct wr_batch *batch, const struct wr_gnn_input *all, const uint32_t *chosen,
                     int64_t graphs);
void wr_batch_release(struct wr_batch *batch);

#endif
