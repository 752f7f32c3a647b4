/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/tensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "gen/stream.h"
#include "linalg/dense.h"

/* --- shapes -------------------------------------------------------------------------------- */

/* Level of the root. */
static int top(const struct wr_truth *t)
{
    return t->tree.levels - 1;
}

static const double *matrix_of(const struct wr_truth *t, int level, int node)
{
    int64_t offset = t->offset[t->tree.first[level] + node];
    return offset < 0 ? NULL : t->weight + offset;
}

/* Sides of a node's matrix: what comes in, what goes out. */
static int64_t rows_of(const struct wr_truth *t, int level, int node)
{
    return level == 0 ? t->dim[node] : t->width[level - 1];
}

static int64_t cols_of(const struct wr_truth *t, int level)
{
    return level == top(t) ? 1 : t->width[level];
}

/* --- evaluation ---------------------------------------------------------------------------- */

/* Where a thread works. */
struct scratch {
    const double **leaf; /* order vectors of width[0] that the leaves give */
    double *vector;      /* two of the widest for each level */
    double *measured;    /* order x width[0]: leaf vectors that are not rows of a matrix */
};

static void give_vector(const struct wr_truth *t, const struct scratch *s, int level, int node,
                        double *work, double *out);

/* The elementwise product of what a node's children give. work: two of the widest vectors for each
 * level below. */
static void pool(const struct wr_truth *t, const struct scratch *s, int level, int node,
                 double *work, double *pooled)
{
    int64_t width = t->width[level - 1];
    int children;
    const int *child = wr_modetree_children(&t->tree, level, node, &children);
    double *vector = work;
    work += t->widest;
    give_vector(t, s, level - 1, child[0], work, pooled);
    for (int i = 1; i < children; i++) {
        give_vector(t, s, level - 1, child[i], work, vector);
        for (int64_t r = 0; r < width; r++)
            pooled[r] *= vector[r];
    }
}

/* out (cols) = M' (cols x rows) in (rows) */
static void map(const double *m, int64_t rows, int64_t cols, const double *in, double *out)
{
    for (int64_t c = 0; c < cols; c++)
        out[c] = 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < cols; c++)
            out[c] += in[r] * m[r * cols + c];
}

static void give_vector(const struct wr_truth *t, const struct scratch *s, int level, int node,
                        double *work, double *out)
{
    const double *m = matrix_of(t, level, node);
    if (level == 0) {
        memcpy(out, s->leaf[node], (size_t)t->width[0] * sizeof *out);
    } else if (!m) {
        pool(t, s, level, node, work, out);
    } else {
        double *pooled = work;
        pool(t, s, level, node, work + t->widest, pooled);
        map(m, rows_of(t, level, node), cols_of(t, level), pooled, out);
    }
}

static double evaluate(const struct wr_truth *t, const struct scratch *s)
{
    double value;
    give_vector(t, s, top(t), 0, s->vector, &value);
    return value;
}

/* --- evaluation of many, in parallel ------------------------------------------------------- */

struct run {
    const struct wr_truth *t;
    struct scratch *scratch; /* one for each thread */
    const uint32_t *index;   /* observations; or */
    int64_t begin;           /* number of the first entry; or */
    const double *x;         /* measurements */
    double *value;
};

static void use_entry(const struct wr_truth *t, struct scratch *s, const uint32_t *index)
{
    for (int n = 0; n < t->order; n++)
        s->leaf[n] = matrix_of(t, 0, n) + index[n] * t->width[0];
}

static void observe_block(void *context, int64_t begin, int64_t end)
{
    struct run *run = context;
    struct scratch *s = &run->scratch[wr_thread_id()];
    for (int64_t i = begin; i < end; i++) {
        use_entry(run->t, s, run->index + i * run->t->order);
        run->value[i] = evaluate(run->t, s);
    }
}

static void entries_block(void *context, int64_t begin, int64_t end)
{
    struct run *run = context;
    struct scratch *s = &run->scratch[wr_thread_id()];
    uint32_t index[WR_ORDER_MAX];
    wr_dims_index(run->t->order, run->t->dim, run->begin + begin, index);
    for (int64_t i = begin; i < end; i++) {
        use_entry(run->t, s, index);
        run->value[i] = evaluate(run->t, s);
        wr_dims_next(run->t->order, run->t->dim, index);
    }
}

static void measure_block(void *context, int64_t begin, int64_t end)
{
    struct run *run = context;
    const struct wr_truth *t = run->t;
    struct scratch *s = &run->scratch[wr_thread_id()];
    int64_t row = 0;
    for (int n = 0; n < t->order; n++)
        row += t->dim[n];
    for (int64_t i = begin; i < end; i++) {
        const double *x = run->x + i * row;
        for (int n = 0; n < t->order; x += t->dim[n++]) {
            double *vector = s->measured + n * t->width[0];
            map(matrix_of(t, 0, n), t->dim[n], t->width[0], x, vector);
            s->leaf[n] = vector;
        }
        run->value[i] = evaluate(t, s);
    }
}

static void release_scratch(struct run *run)
{
    for (int i = 0; run->scratch && i < wr_threads(); i++) {
        free(run->scratch[i].leaf);
        free(run->scratch[i].vector);
        free(run->scratch[i].measured);
    }
    free(run->scratch);
}

static enum wr_status make_scratch(struct run *run, struct wr_error *err)
{
    const struct wr_truth *t = run->t;
    run->scratch = wr_calloc(wr_threads(), sizeof *run->scratch, err);
    if (!run->scratch)
        return WR_ENOMEM;
    for (int i = 0; i < wr_threads(); i++) {
        struct scratch *s = &run->scratch[i];
        s->leaf = wr_alloc(t->order, sizeof *s->leaf, err);
        s->vector = wr_alloc(2 * t->tree.levels * t->widest, sizeof *s->vector, err);
        s->measured = run->x ? wr_alloc(t->order * t->width[0], sizeof *s->measured, err) : NULL;
        if (!s->leaf || !s->vector || (run->x && !s->measured))
            return WR_ENOMEM;
    }
    return WR_OK;
}

static enum wr_status evaluate_all(struct run *run, int64_t count,
                                   void (*block)(void *context, int64_t begin, int64_t end),
                                   struct wr_error *err)
{
    enum { BLOCK = 1024 };
    enum wr_status status = make_scratch(run, err);
    if (!status)
        wr_blocks_run(count, BLOCK, block, run);
    release_scratch(run);
    return status;
}

enum wr_status wr_truth_observe(const struct wr_truth *t, struct wr_observations *o,
                                struct wr_error *err)
{
    struct run run = {.t = t, .index = o->index, .value = o->value};
    return evaluate_all(&run, o->count, observe_block, err);
}

enum wr_status wr_truth_entries(const struct wr_truth *t, int64_t begin, int64_t count,
                                double *value, struct wr_error *err)
{
    struct run run = {.t = t, .begin = begin, .value = value};
    return evaluate_all(&run, count, entries_block, err);
}

enum wr_status wr_truth_measure(const struct wr_truth *t, const double *x, int64_t count, double *y,
                                struct wr_error *err)
{
    struct run run = {.t = t, .x = x, .value = y};
    return evaluate_all(&run, count, measure_block, err);
}

/* --- the norm ------------------------------------------------------------------------------ */

/* G (cols x cols) = M' M, M (rows x cols) */
static void gram(const double *m, int64_t rows, int64_t cols, double *g)
{
    enum { ROWS = 1 << 20 }; /* BLAS counts in int */
    for (int64_t i = 0; i < rows; i += ROWS) {
        struct wr_operand_f64 panel = {m + i * cols, cols, false},
                              turned = {m + i * cols, cols, true};
        wr_gemm_f64(cols, cols, wr_block_end(i, ROWS, rows) - i, 1, turned, panel, i > 0, g, cols);
    }
}

/* G (cols x cols) = M' P M, P (rows x rows) */
static void map_gram(const double *m, int64_t rows, int64_t cols, const double *p, double *work,
                     double *g)
{
    wr_gemm_f64(rows, cols, rows, 1, (struct wr_operand_f64){p, rows, false},
                (struct wr_operand_f64){m, cols, false}, 0, work, cols);
    wr_gemm_f64(cols, cols, rows, 1, (struct wr_operand_f64){m, cols, true},
                (struct wr_operand_f64){work, cols, false}, 0, g, cols);
}

/* Inner products of what a node gives in each of its columns, over all indices of the modes below:
 * they multiply elementwise where vectors do. work: three squares of the widest for each level. */
static void node_gram(const struct wr_truth *t, int level, int node, double *work, double *g)
{
    const double *m = matrix_of(t, level, node);
    int64_t square = t->widest * t->widest, rows = rows_of(t, level, node);
    double *pooled = m ? work : g, *other = work + square, *below = work + 3 * square;
    int children;
    if (level == 0) {
        gram(m, rows, cols_of(t, 0), g);
        return;
    }
    const int *child = wr_modetree_children(&t->tree, level, node, &children);
    node_gram(t, level - 1, child[0], below, pooled);
    for (int i = 1; i < children; i++) {
        node_gram(t, level - 1, child[i], below, other);
        for (int64_t k = 0; k < rows * rows; k++)
            pooled[k] *= other[k];
    }
    if (m)
        map_gram(m, rows, cols_of(t, level), pooled, work + 2 * square, g);
}

/* Scale the root's matrix so that the tensor has this norm. */
static enum wr_status normalize(struct wr_truth *t, double norm, struct wr_error *err)
{
    int64_t square = t->widest * t->widest, last = t->width[top(t) - 1];
    double squares, *work = wr_alloc(3 * t->tree.levels * square, sizeof *work, err);
    if (!work)
        return WR_ENOMEM;
    node_gram(t, top(t), 0, work, &squares);
    free(work);
    if (!(squares >= 0x1p-1000) || isinf(squares))
        return wr_error_set(err, WR_ENUMERIC,
                            "the entries of the tensor leave the range of double precision");
    double *output = t->weight + t->offset[t->tree.first[top(t)]];
    for (int64_t r = 0; r < last; r++)
        output[r] *= norm / sqrt(squares);
    return WR_OK;
}

/* --- making -------------------------------------------------------------------------------- */

/* Gaussian, so scaled that the norms of the columns are about 1: products of many stay in range. */
static void draw_matrix(const struct wr_truth *t, int level, int node, uint64_t seed, double *m)
{
    struct wr_rng rng;
    int64_t rows = rows_of(t, level, node), count = rows * cols_of(t, level);
    wr_draw_init(&rng, seed, WR_DRAW_TRUTH, t->tree.first[level] + node);
    for (int64_t i = 0; i < count; i++)
        m[i] = wr_rng_normal(&rng) / sqrt((double)rows);
}

/* Where each matrix goes; the elements of all, which no array has when they overflow. */
static int64_t place_matrices(struct wr_truth *t, bool hierarchical)
{
    int64_t all = 0;
    for (int level = 0; level <= top(t); level++)
        for (int node = 0; node < t->tree.nodes[level]; node++) {
            int64_t size, *offset = &t->offset[t->tree.first[level] + node];
            *offset = level == 0 || level == top(t) || hierarchical ? all : -1;
            if (__builtin_mul_overflow(rows_of(t, level, node), cols_of(t, level), &size) ||
                __builtin_add_overflow(all, *offset < 0 ? 0 : size, &all))
                return INT64_MAX;
        }
    return all;
}

static void fill_matrices(struct wr_truth *t, bool hierarchical, uint64_t seed)
{
    for (int level = 0; level <= top(t); level++)
        for (int node = 0; node < t->tree.nodes[level]; node++) {
            int64_t offset = t->offset[t->tree.first[level] + node];
            if (offset >= 0)
                draw_matrix(t, level, node, seed, t->weight + offset);
        }
    double *output = t->weight + t->offset[t->tree.first[top(t)]];
    for (int64_t r = 0; r < t->width[top(t) - 1] && !hierarchical; r++)
        output[r] = 1; /* a sum over the components */
}

static enum wr_status check(const struct wr_truth *t, const struct wr_truth_options *o,
                            struct wr_error *err)
{
    if (o->hierarchical && o->widths != top(t))
        return wr_error_set(err, WR_EINVAL,
                            "widths: %d, expected %d, one for each level of the tree of %d modes",
                            o->widths, top(t), t->order);
    if (!o->hierarchical && o->widths != 1)
        return wr_error_set(err, WR_EINVAL, "%d ranks, expected one", o->widths);
    for (int i = 0; i < o->widths; i++)
        if (o->width[i] < 1 || o->width[i] > 1 << 15)
            return wr_error_set(err, WR_EINVAL, "a rank of %lld, expected 1 to 32768",
                                (long long)o->width[i]);
    if (!(o->norm > 0) || isinf(o->norm))
        return wr_error_set(err, WR_EINVAL, "the norm %g is not above 0", o->norm);
    return WR_OK;
}

static enum wr_status make(struct wr_truth *t, const int64_t *dim,
                           const struct wr_truth_options *options, struct wr_error *err)
{
    int order = t->order;
    int arity = options->hierarchical ? options->arity : 2;
    enum wr_tree_pattern pattern = options->hierarchical ? options->pattern : WR_TREE_ADJACENT;
    enum wr_status status = wr_modetree_init(&t->tree, order, arity, pattern, err);
    if (status || (status = check(t, options, err)))
        return status;
    int nodes = t->tree.first[top(t)] + 1;
    t->dim = wr_alloc(order, sizeof *t->dim, err);
    t->width = wr_alloc(top(t), sizeof *t->width, err);
    t->offset = wr_alloc(nodes, sizeof *t->offset, err);
    if (!t->dim || !t->width || !t->offset)
        return WR_ENOMEM;
    memcpy(t->dim, dim, (size_t)order * sizeof *dim);
    for (int level = 0; level < top(t); level++) {
        t->width[level] = options->width[options->hierarchical ? level : 0];
        t->widest = t->width[level] > t->widest ? t->width[level] : t->widest;
    }
    t->weight = wr_alloc(place_matrices(t, options->hierarchical), sizeof *t->weight, err);
    if (!t->weight)
        return WR_ENOMEM;
    fill_matrices(t, options->hierarchical, options->seed);
    return normalize(t, options->norm, err);
}

enum wr_status wr_truth_init(struct wr_truth *t, int order, const int64_t *dim,
                             const struct wr_truth_options *options, struct wr_error *err)
{
    struct wr_truth made = {.order = order};
    enum wr_status status = wr_dims_check(order, dim, err);
    if (status)
        return status;
    status = make(&made, dim, options, err);
    if (status)
        wr_truth_release(&made);
    else
        *t = made;
    return status;
}

void wr_truth_release(struct wr_truth *t)
{
    wr_modetree_release(&t->tree);
    free(t->dim);
    free(t->width);
    free(t->offset);
    free(t->weight);
    *t = (struct wr_truth){0};
}
