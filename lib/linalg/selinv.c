/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/selinv.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "linalg/dense.h"

enum {
    HEIGHT = 256, /* most rows of U handled at once */
    SMALL = 256,  /* supernodes of at most this many columns are handled beside each other, wider
                     ones in turn, each in parallel */
    TILE = 64     /* rows of a parallel piece of a wide one */
};

/* Memory for the computations on a supernode of up to `width` columns. */
struct scratch {
    double *z_rr; /* width x width */
    double *z_rj; /* width x HEIGHT */
    double *z_jj; /* HEIGHT x HEIGHT */
    int64_t *at;  /* width: places of columns in another panel */
};

static enum wr_status scratch_init(struct scratch *w, int64_t width, struct wr_error *err)
{
    int64_t height = width < HEIGHT ? width : HEIGHT;
    w->z_rr = wr_alloc(width * width, sizeof *w->z_rr, err);
    w->z_rj = wr_alloc(width * height, sizeof *w->z_rj, err);
    w->z_jj = wr_alloc(height * height, sizeof *w->z_jj, err);
    w->at = wr_alloc(width, sizeof *w->at, err);
    return w->z_rr && w->z_rj && w->z_jj && w->at ? WR_OK : WR_ENOMEM;
}

static void scratch_release(struct scratch *w)
{
    free(w->z_rr);
    free(w->z_rj);
    free(w->z_jj);
    free(w->at);
}

static int64_t column_count(const struct wr_supernodes *f, int64_t s)
{
    return f->column_at[s + 1] - f->column_at[s];
}

static int64_t row_count(const struct wr_supernodes *f, int64_t s)
{
    return f->first[s + 1] - f->first[s];
}

/* at[i] = place of r[i] among the columns of supernode t; both ascend. */
static void locate(const struct wr_supernodes *f, int64_t t, const int64_t *r, int64_t count,
                   int64_t *at)
{
    const int64_t *column = f->column + f->column_at[t];
    int64_t place = 0;
    for (int64_t i = 0; i < count; i++) {
        while (column[place] != r[i])
            place++;
        at[i] = place;
    }
}

/* Rows that a thread takes at once of a matrix of so many: all of a small one, beside others. */
static int64_t rows_at_once(int64_t count)
{
    return count > SMALL ? TILE : SMALL;
}

/* Z_RR (count x count): rows from first on are rows of a supernode, whose panel of Z has the
 * columns of R in these places. */
struct gathered {
    const int64_t *r;
    int64_t count, first;
    const double *panel;
    int64_t first_of_panel, stride;
    const int64_t *at;
    double *z;
};

/* Rows of the upper triangle, counted from first. */
static void gather_rows(void *context, int64_t begin, int64_t end)
{
    const struct gathered *g = context;
    for (int64_t i = g->first + begin; i < g->first + end; i++) {
        const double *row = g->panel + (g->r[i] - g->first_of_panel) * g->stride;
        for (int64_t j = i; j < g->count; j++)
            g->z[i * g->count + j] = row[g->at[j]];
    }
}

/* Copy rows of the upper triangle to the lower one, by tiles that fit the cache. */
static void mirror_rows(void *context, int64_t begin, int64_t end)
{
    const struct gathered *g = context;
    int64_t count = g->count;
    for (int64_t top = begin; top < end; top += TILE)
        for (int64_t left = top; left < count; left += TILE)
            for (int64_t i = top; i < wr_block_end(top, TILE, end); i++)
                for (int64_t j = left > i ? left : i + 1; j < wr_block_end(left, TILE, count); j++)
                    g->z[j * count + i] = g->z[i * count + j];
}

/* z = Z_RR (count x count). Every member of R is a row of a later supernode, whose Z is known and
 * whose columns, by the structure of a Cholesky factor, have all members of R that follow. */
static void gather(const struct wr_supernodes *f, const int64_t *r, int64_t count, int64_t *at,
                   double *z)
{
    struct gathered g = {.r = r, .count = count, .at = at, .z = z};
    for (int64_t end; g.first < count; g.first = end) {
        int64_t t = f->owner[r[g.first]];
        end = g.first + 1;
        while (end < count && r[end] < f->first[t + 1])
            end++;
        locate(f, t, r + g.first, count - g.first, at + g.first);
        g.panel = f->value + f->value_at[t];
        g.first_of_panel = f->first[t];
        g.stride = column_count(f, t);
        wr_blocks_run(end - g.first, rows_at_once(count), gather_rows, &g);
    }
    wr_blocks_run(count, rows_at_once(count), mirror_rows, &g);
}

/* x (n x n) = (U' U)^-1, U upper triangular */
static void invert(int64_t n, const double *u, int64_t stride, double *x)
{
    memset(x, 0, (size_t)(n * n) * sizeof *x);
    for (int64_t i = 0; i < n; i++)
        x[i * n + i] = 1;
    wr_solve_upper_f64(n, n, (struct wr_operand_f64){u, stride, true}, x, n);
    wr_solve_upper_f64(n, n, (struct wr_operand_f64){u, stride, false}, x, n);
}

struct transposed {
    int64_t n;
    const double *from;
    double *to;
    int64_t stride;
};

static void transpose_rows(void *context, int64_t begin, int64_t end)
{
    const struct transposed *t = context;
    for (int64_t top = begin; top < end; top += TILE)
        for (int64_t j = 0; j < t->n; j++)
            for (int64_t i = top; i < wr_block_end(top, TILE, end); i++)
                t->to[j * t->stride + i] = t->from[i * t->n + j];
}

/* to (n x m) = from' (m x n) */
static void transpose(int64_t m, int64_t n, const double *from, double *to, int64_t stride)
{
    wr_blocks_run(m, rows_at_once(m), transpose_rows, &(struct transposed){n, from, to, stride});
}

/*
 * Z in the rows J = begin .. end-1 of supernode s, given all later rows of Z. R are the columns
 * right of J in which U_J has entries, V = U_JJ^-1 U_JR:
 *     Z_RJ = - Z_RR V'        Z_JJ = (U_JJ' U_JJ)^-1 + V Z_RR V' = (U_JJ' U_JJ)^-1 - Z_RJ' V'
 */
static void invert_rows(const struct wr_supernodes *f, int64_t s, int64_t begin, int64_t end,
                        struct scratch *w)
{
    int64_t stride = column_count(f, s), count = stride - end, height = end - begin;
    double *u_jj = f->value + f->value_at[s] + begin * stride + begin, *u_jr = u_jj + height;
    struct wr_operand_f64 v = {u_jr, stride, true};
    gather(f, f->column + f->column_at[s] + end, count, w->at, w->z_rr);
    invert(height, u_jj, stride, w->z_jj);
    wr_solve_upper_f64(height, count, (struct wr_operand_f64){u_jj, stride, false}, u_jr, stride);
    wr_gemm_f64(count, height, count, -1, (struct wr_operand_f64){w->z_rr, count, false}, v, 0,
                w->z_rj, height);
    wr_gemm_f64(height, height, count, -1, (struct wr_operand_f64){w->z_rj, height, true}, v, 1,
                w->z_jj, height);
    transpose(count, height, w->z_rj, u_jr, stride);
    transpose(height, height, w->z_jj, u_jj, stride);
}

static void invert_supernode(const struct wr_supernodes *f, int64_t s, struct scratch *w)
{
    for (int64_t end = row_count(f, s); end > 0;) {
        int64_t begin = end > HEIGHT ? end - HEIGHT : 0;
        invert_rows(f, s, begin, end, w);
        end = begin;
    }
}

/* order = the supernodes by their depth in the elimination tree, those of depth d from level[d];
 * the number of levels. Supernodes of a level do not need each other. */
static int64_t sort_by_depth(const struct wr_supernodes *f, int64_t *depth, int64_t *level,
                             int64_t *order)
{
    int64_t levels = 0;
    for (int64_t s = f->count - 1; s >= 0; s--) {
        int64_t next = f->column_at[s] + row_count(f, s);
        depth[s] = next < f->column_at[s + 1] ? depth[f->owner[f->column[next]]] + 1 : 0;
        level[depth[s] + 2]++;
        levels = depth[s] + 1 > levels ? depth[s] + 1 : levels;
    }
    for (int64_t d = 0; d < levels; d++)
        level[d + 2] += level[d + 1];
    for (int64_t s = 0; s < f->count; s++)
        order[level[depth[s] + 1]++] = s;
    return levels;
}

struct level {
    const struct wr_supernodes *f;
    const int64_t *order;
    struct scratch *small; /* of each thread */
};

static void invert_small(void *context, int64_t begin, int64_t end)
{
    const struct level *l = context;
    for (int64_t i = begin; i < end; i++)
        if (column_count(l->f, l->order[i]) <= SMALL)
            invert_supernode(l->f, l->order[i], &l->small[wr_thread_id()]);
}

/* The wide supernodes of a level in turn, then the small ones beside each other. */
static void invert_level(const struct wr_supernodes *f, const int64_t *order, int64_t count,
                         struct scratch *wide, struct scratch *small)
{
    for (int64_t i = 0; i < count; i++)
        if (column_count(f, order[i]) > SMALL)
            invert_supernode(f, order[i], wide);
    wr_blocks_run(count, 16, invert_small, &(struct level){f, order, small});
}

static int64_t widest_panel(const struct wr_supernodes *f)
{
    int64_t widest = 0;
    for (int64_t s = 0; s < f->count; s++)
        widest = column_count(f, s) > widest ? column_count(f, s) : widest;
    return widest;
}

enum wr_status wr_selected_inverse(struct wr_supernodes *f, const struct wr_progress *progress,
                                   struct wr_error *err)
{
    enum wr_status status = WR_ENOMEM;
    int threads = wr_threads();
    int64_t widest = widest_panel(f);
    struct scratch wide = {0}, *small = wr_calloc(threads, sizeof *small, err);
    int64_t *depth = wr_alloc(f->count, sizeof *depth, err);
    int64_t *level = wr_calloc(f->count + 2, sizeof *level, err);
    int64_t *order = wr_alloc(f->count, sizeof *order, err);
    if (!small || !depth || !level || !order || scratch_init(&wide, widest, err))
        goto out;
    for (int t = 0; t < threads; t++)
        if (scratch_init(&small[t], widest < SMALL ? widest : SMALL, err))
            goto out;
    status = WR_OK;
    int64_t levels = sort_by_depth(f, depth, level, order);
    for (int64_t d = 0; d < levels && !status; d++) {
        invert_level(f, order + level[d], level[d + 1] - level[d], &wide, small);
        if (!wr_progress_step(progress, level[d + 1], f->count))
            status = wr_error_set(err, WR_EINTERRUPT, "interrupted");
    }
out:
    for (int t = 0; small && t < threads; t++)
        scratch_release(&small[t]);
    scratch_release(&wide);
    free(small);
    free(depth);
    free(level);
    free(order);
    return status;
}

double wr_selected_entry(const struct wr_supernodes *f, int64_t i, int64_t j)
{
    int64_t row = i < j ? i : j, wanted = i < j ? j : i, s = f->owner[row];
    const int64_t *column = f->column + f->column_at[s];
    int64_t low = 0, high = column_count(f, s);
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (column[middle] < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return f->value[f->value_at[s] + (row - f->first[s]) * column_count(f, s) + low];
}
