/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_NET_H
#define WR_GNN_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/real.h"

/*
 * A network is a list of operations on matrices. It is built once, by functions that append an
 * operation and give its result, so that a model reads like its formula; a forward pass runs the
 * operations in order, a backward pass in reverse. Everything is allocated while it is built:
 * passes allocate nothing.
 */

/* What the rows of a matrix are. The number of vertices and graphs can change from pass to pass,
 * up to what the network was built for. */
enum wr_rows { WR_ROWS_VERTICES, WR_ROWS_GRAPHS, WR_ROWS_KINDS };

/* A matrix that flows through the network: row-major, contiguous. Owned by the network. */
struct wr_var {
    enum wr_rows kind;
    int64_t cols;
    wr_real *value;
    wr_real *grad;   /* NULL: nobody differentiates with respect to it */
    bool grad_given; /* in this backward pass: further gradients are added */
};

enum wr_param_init {
    WR_PARAM_ZERO,
    WR_PARAM_ONE,
    WR_PARAM_GLOROT, /* uniform in +- sqrt(6 / (rows + cols)) */
    WR_PARAM_FAN_IN  /* uniform in +- 1 / sqrt(fan_in) */
};

/* A trained matrix (rows x cols), or one that training passes keep on the side (running averages:
 * no gradient). The values of all lie in one block of the network, the trained ones first, and
 * the gradients in another, so that an optimizer is a loop over a vector. */
struct wr_param {
    int64_t rows, cols;
    enum wr_param_init init;
    int64_t fan_in;
    bool trained;
    wr_real *value, *grad; /* into the blocks, from wr_net_finish on; NULL grad: not trained */
};

/* One pass. */
struct wr_pass {
    bool training; /* dropout and the statistics of the batch, else neither */
    uint64_t seed;
    uint64_t step; /* with seed and operation: the stream of random numbers */
};

struct wr_net;
struct wr_op;

struct wr_op_class {
    const char *name;
    size_t size; /* of the struct that begins with a struct wr_op */
    void (*forward)(struct wr_op *op, const struct wr_net *net, const struct wr_pass *pass);
    void (*backward)(struct wr_op *op, const struct wr_net *net, const struct wr_pass *pass);
    void (*release)(struct wr_op *op); /* what is beside the struct; NULL: nothing */
};

/* The first member of every operation. */
struct wr_op {
    const struct wr_op_class *class;
    uint64_t number; /* in the network, from 0 */
};

/* Rows per unit of parallel work: sums over rows are formed in blocks, added in order. */
enum { WR_NET_BLOCK = 128 };

struct wr_net {
    int64_t rows[WR_ROWS_KINDS];     /* of this pass */
    int64_t capacity[WR_ROWS_KINDS]; /* largest */
    int ops, vars, params;
    struct wr_op **op;
    struct wr_var **var;
    struct wr_param **param;
    int64_t weights; /* trained numbers: the gradient block, and the first of the value block */
    int64_t numbers; /* of the value block: what to save */
    wr_real *value, *grad;
    bool varies;           /* a training pass gives other values than an evaluation */
    enum wr_status status; /* the first failure while building */
    struct wr_error error;
};

/* An empty network; release with wr_net_release. */
void wr_net_init(struct wr_net *net, int64_t vertices, int64_t graphs);
void wr_net_release(struct wr_net *net);

/*
 * For the functions that build. After a failure, and when an argument is NULL, everything returns
 * NULL and changes nothing; wr_net_finish reports the first failure.
 */
struct wr_var *wr_net_var(struct wr_net *net, enum wr_rows kind, int64_t cols, bool grad);
struct wr_param *wr_net_param(struct wr_net *net, int64_t rows, int64_t cols,
                              enum wr_param_init init, int64_t fan_in);
struct wr_param *wr_net_state(struct wr_net *net, int64_t rows, int64_t cols,
                              enum wr_param_init init);               /* not trained */
void *wr_net_op(struct wr_net *net, const struct wr_op_class *class); /* zeroed, appended */

/* An array by wr_calloc_lanes, as the values of variables and parameters are; the op frees. */
void *wr_net_array(struct wr_net *net, int64_t count, size_t size);

/* Room for the sums over each block of rows of a kind, width numbers each; the op frees. */
wr_real *wr_net_partials(struct wr_net *net, enum wr_rows kind, int64_t width);

/* Lay out the parameters. Errors: whatever went wrong while building; WR_ENOMEM. */
enum wr_status wr_net_finish(struct wr_net *net, struct wr_error *err);

/* Draw the parameters, a stream of seed each: the same for any number of threads. */
void wr_net_draw_params(struct wr_net *net, uint64_t seed);

void wr_net_forward(struct wr_net *net, const struct wr_pass *pass);

/* Gradients of the parameters (overwritten) from those that the last operation starts with. */
void wr_net_backward(struct wr_net *net, const struct wr_pass *pass);

/* The beginning of it, for those who run the operations themselves: no gradients yet. */
void wr_net_begin_backward(struct wr_net *net);

/* sum (width) += the partial sums of the blocks of rows, in order; they lie stride apart. */
void wr_partials_add(const wr_real *partials, int64_t rows, int64_t stride, int64_t width,
                     wr_real *sum);

/* Rows of a variable in this pass, and its numbers. */
static inline int64_t wr_var_rows(const struct wr_net *net, const struct wr_var *var)
{
    return net->rows[var->kind];
}

static inline int64_t wr_var_size(const struct wr_net *net, const struct wr_var *var)
{
    return net->rows[var->kind] * var->cols;
}

/* Called once by each operation that gives var a gradient: whether it is to be added to what is
 * there, or written over it. */
static inline bool wr_var_adds(struct wr_var *var)
{
    bool adds = var->grad_given;
    var->grad_given = true;
    return adds;
}

#endif
