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
 *
 * Most operations treat each row by itself. Runs of these are one parallel loop over slabs of
 * rows, each of which goes through all of them while it is in the cache (passes.c).
 */

/* What the rows of a matrix are. The number of vertices and graphs can change from pass to pass,
 * up to what the network was built for. */
enum wr_rows { WR_ROWS_VERTICES, WR_ROWS_GRAPHS, WR_ROWS_KINDS };

struct wr_op;

/* A matrix that flows through the network: row-major, contiguous. Owned by the network. Values and
 * gradients are there while they are needed (storage.c): use wr_var_value and wr_var_grad. */
struct wr_var {
    enum wr_rows kind;
    int64_t cols;
    struct wr_op *maker;               /* whose result it is */
    bool kept;                         /* to be read after a pass: its value is there */
    bool whole;                        /* its value has all rows, not those of a slab alone */
    bool differentiated;               /* has a gradient */
    bool grad_given;                   /* in this backward pass: further gradients are added */
    wr_real *value;                    /* of all rows; NULL: only of the slab at hand, at ... */
    wr_real *grad;                     /* ... */
    int64_t value_window, grad_window; /* ... this place in its window */
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

/* Consecutive rows of a matrix. The slabs of a group of rows are visited in order by one thread,
 * so that a sum over the rows of a group has one order; see wr_net_partials. */
struct wr_slab {
    int64_t begin, end;
    int64_t group;
    bool first;      /* of its group */
    wr_real *window; /* scratch for values and gradients that no other slab sees */
};

/*
 * A part of an operation's pass. begin and end run alone; rows, in parallel, for all slabs of the
 * rows of x, or of y. All of them may read parameters, and what the slabs' own rows of earlier
 * operations' results are. What needs other rows, or the end of an earlier phase, waits.
 */
struct wr_phase {
    bool waits;  /* for everything before it */
    bool over_x; /* the rows are those of the operand; else those of the result */
    void (*begin)(struct wr_op *op, const struct wr_net *net, const struct wr_pass *pass);
    void (*rows)(struct wr_op *op, const struct wr_slab *slab); /* NULL: begin was all, and waits */
    void (*end)(struct wr_op *op, const struct wr_net *net);
};

enum { WR_PHASES = 3, WR_NET_SLAB = 120 /* rows, at most */, WR_NET_GROUPS = 32 /* at most */ };

struct wr_op_class {
    const char *name;
    size_t size; /* of the struct that begins with a struct wr_op */
    struct wr_phase forward[WR_PHASES], backward[WR_PHASES]; /* in order; the rest is zero */
    /* What the backward phases read, begin and end as well: the values of x, of y. */
    bool back_reads_x, back_reads_y;
    /* They read X in the rows of their slab only, before they write its dX, and not in the end: the
     * two can share memory. */
    bool in_place;
    /* In a backward pass, the same result for a slab from the rows of x alone: where this is
     * cheaper than to write and read the result, which then need not stay. Zero: it stays. */
    struct wr_phase remake;
    void (*release)(struct wr_op *op); /* what is beside the struct; NULL: nothing */
};

/* The first member of every operation. */
struct wr_op {
    const struct wr_op_class *class;
    uint64_t number;      /* in the network, from 0 */
    struct wr_var *x, *y; /* the operand, NULL for the features, and the result */
    struct wr_var *also;  /* another operand, or NULL */
    bool adds, also_adds; /* what their gradients get in this backward pass, to what is there */
};

/* A phase of an operation: what passes are lists of. */
struct wr_step {
    struct wr_op *op;
    const struct wr_phase *phase;
};

/* The steps from begin to end of a pass, which slabs of rows go through together. */
struct wr_stage {
    int begin, end;
};

enum wr_direction { WR_FORWARD, WR_BACKWARD, WR_DIRECTIONS };

struct wr_net {
    int64_t rows[WR_ROWS_KINDS];     /* of this pass */
    int64_t capacity[WR_ROWS_KINDS]; /* largest */
    int ops, vars, params;
    struct wr_op **op;
    struct wr_var **var;
    struct wr_param **param;
    struct wr_step *step[WR_DIRECTIONS]; /* of the passes, in order */
    int steps[WR_DIRECTIONS];
    struct wr_stage *stage[WR_DIRECTIONS];
    int stages[WR_DIRECTIONS];
    int threads;    /* that there are windows for: wr_threads() when it was finished */
    int64_t window; /* numbers of each */
    wr_real *windows;
    int rooms; /* of values and gradients of all rows, one after another */
    wr_real **room;
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
struct wr_var *wr_net_var(struct wr_net *net, enum wr_rows kind, int64_t cols, bool differentiated);
struct wr_param *wr_net_param(struct wr_net *net, int64_t rows, int64_t cols,
                              enum wr_param_init init, int64_t fan_in);
struct wr_param *wr_net_state(struct wr_net *net, int64_t rows, int64_t cols,
                              enum wr_param_init init); /* not trained */

/* An operation, zeroed but for its operand (NULL: the features) and its result. */
void *wr_net_op(struct wr_net *net, const struct wr_op_class *class, struct wr_var *x,
                struct wr_var *y);

/* An array by wr_calloc_lanes, as the values of variables and parameters are; the op frees. */
void *wr_net_array(struct wr_net *net, int64_t count, size_t size);

/* Room for the sums over each group of rows of a kind, width numbers each, wr_line_width(width)
 * apart; the op frees. */
wr_real *wr_net_partials(struct wr_net *net, enum wr_rows kind, int64_t width);

/* Lay out the parameters, list the steps, give values and gradients their places. Passes run with
 * as many threads as wr_threads() says now, or fewer. Errors: whatever went wrong while building;
 * WR_ENOMEM. */
enum wr_status wr_net_finish(struct wr_net *net, struct wr_error *err);

/* Draw the parameters, a stream of seed each: the same for any number of threads. */
void wr_net_draw_params(struct wr_net *net, uint64_t seed);

void wr_net_forward(struct wr_net *net, const struct wr_pass *pass);

/* Gradients of the parameters (overwritten) from those that the last operation starts with. */
void wr_net_backward(struct wr_net *net, const struct wr_pass *pass);

/* A stage of a pass, which runs all in order. */
void wr_net_run_stage(struct wr_net *net, enum wr_direction way, int stage,
                      const struct wr_pass *pass);

/* Those of the group of a slab; zeroed at the beginning of the group. */
wr_real *wr_partials_of(wr_real *partials, int64_t width, const struct wr_slab *slab);

/* sum (count) = over all groups, in order, of count numbers from `from` of their sums; it may be
 * the first group's. */
void wr_partials_sum(const struct wr_net *net, enum wr_rows kind, const wr_real *partials,
                     int64_t width, int64_t from, int64_t count, wr_real *sum);

/* Groups of the rows of this pass. */
int64_t wr_net_groups(const struct wr_net *net, enum wr_rows kind);

/* Rows of a variable in this pass. */
static inline int64_t wr_var_rows(const struct wr_net *net, const struct wr_var *var)
{
    return net->rows[var->kind];
}

/* The first of the slab's rows of a variable, and of its gradient. */
static inline wr_real *wr_var_value(const struct wr_var *var, const struct wr_slab *slab)
{
    return var->value ? var->value + slab->begin * var->cols : slab->window + var->value_window;
}

static inline wr_real *wr_var_grad(const struct wr_var *var, const struct wr_slab *slab)
{
    return var->grad ? var->grad + slab->begin * var->cols : slab->window + var->grad_window;
}

/* The kind of rows that a phase is a loop over. */
static inline enum wr_rows wr_step_kind(const struct wr_step *step)
{
    return step->phase->over_x ? step->op->x->kind : step->op->y->kind;
}

/* For wr_net_finish, one after the other: the steps and stages of the passes; rooms for values
 * and gradients. */
void wr_net_plan(struct wr_net *net);
void wr_net_place(struct wr_net *net);

#endif
