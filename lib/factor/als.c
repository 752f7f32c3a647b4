/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/als.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "factor/rank.h"
#include "linalg/dense.h"

/* A decomposition being fitted. */
struct fit {
    const struct wr_tensor *t;
    int64_t rank;
    double norm;       /* of the tensor, which is fitted as one of norm 1 */
    double **unfolded; /* order: the tensor / norm with mode n as rows, dim_n x (size / dim_n) */
    int64_t *first;    /* order: first row of each mode in factor */
    double *factor;    /* rows x rank */
    double *gram;      /* order x rank x rank: A_n' A_n */
    double *others;    /* most columns x rank: Khatri-Rao product of the other modes */
    double *product;   /* longest mode x rank */
    double *normal;    /* rank x rank */
    double *solution;  /* longest mode x rank */
    int64_t rows;      /* sum of dims */
};

static double *factor_of(const struct fit *f, int n)
{
    return f->factor + f->first[n] * f->rank;
}

/* --- pieces -------------------------------------------------------------------------------- */

/* Row-wise products of the factors of all modes but n: row j belongs to column j of unfolded[n]. */
static void multiply_others(struct fit *f, int n)
{
    int64_t filled = 1, rank = f->rank;
    for (int64_t r = 0; r < rank; r++)
        f->others[r] = 1;
    /* backwards, so that what is read has not been overwritten */
    for (int m = 0; m < f->t->order; m++) {
        if (m == n)
            continue;
        int64_t dim = f->t->dim[m];
        const double *a = factor_of(f, m);
        for (int64_t j = filled - 1; j >= 0; j--)
            for (int64_t i = dim - 1; i >= 0; i--)
                for (int64_t r = 0; r < rank; r++)
                    f->others[(j * dim + i) * rank + r] = f->others[j * rank + r] * a[i * rank + r];
        filled *= dim;
    }
}

/* product (dim_n x rank) = X_n (dim_n x cols) others (cols x rank) */
static void multiply_tensor(struct fit *f, int n)
{
    int64_t dim = f->t->dim[n], cols = f->t->size / dim;
    multiply_others(f, n);
    wr_gemm_f64(dim, f->rank, cols, 1, (struct wr_operand_f64){f->unfolded[n], cols, false},
                (struct wr_operand_f64){f->others, f->rank, false}, 0, f->product, f->rank);
}

static void update_gram(struct fit *f, int n)
{
    struct wr_operand_f64 a = {factor_of(f, n), f->rank, false}, turned = {a.data, f->rank, true};
    wr_gemm_f64(f->rank, f->rank, f->t->dim[n], 1, turned, a, 0, f->gram + n * f->rank * f->rank,
                f->rank);
}

/* normal = elementwise product of the Gram matrices of all modes but n; -1: of all modes */
static void multiply_grams(struct fit *f, int n)
{
    int64_t square = f->rank * f->rank;
    for (int64_t k = 0; k < square; k++)
        f->normal[k] = 1;
    for (int m = 0; m < f->t->order; m++)
        for (int64_t k = 0; k < square && m != n; k++)
            f->normal[k] *= f->gram[m * square + k];
}

/* A_n = product (normal + ridge I)^-1; the ridge grows when the matrix is singular nevertheless. */
static enum wr_status solve(struct fit *f, int n, double ridge, struct wr_error *err)
{
    int64_t count = f->t->dim[n] * f->rank;
    enum wr_status status;
    do {
        double trace = 0;
        multiply_grams(f, n);
        for (int64_t r = 0; r < f->rank; r++)
            trace += f->normal[r * f->rank + r];
        for (int64_t r = 0; r < f->rank; r++)
            f->normal[r * f->rank + r] += ridge * trace / (double)f->rank;
        memcpy(f->solution, f->product, (size_t)count * sizeof *f->solution);
        status = wr_solve_spd(f->rank, f->normal, f->t->dim[n], f->solution, NULL);
        ridge *= 1000;
    } while (status == WR_ENUMERIC && ridge < 1e6);
    if (status)
        return wr_error_set(err, status, "the least squares have no finite solution");
    memcpy(factor_of(f, n), f->solution, (size_t)count * sizeof *f->solution);
    update_gram(f, n);
    return WR_OK;
}

/* Give the columns of a component the same norm in every mode. */
static void balance(struct fit *f)
{
    int order = f->t->order;
    for (int64_t r = 0; r < f->rank; r++) {
        double log_norm = 0;
        for (int n = 0; n < order; n++)
            log_norm += log(f->gram[(n * f->rank + r) * f->rank + r]) / 2;
        double norm = exp(log_norm / order);
        for (int n = 0; n < order && norm > 0 && isfinite(norm); n++) {
            double scale = norm / sqrt(f->gram[(n * f->rank + r) * f->rank + r]);
            for (int64_t i = 0; i < f->t->dim[n]; i++)
                factor_of(f, n)[i * f->rank + r] *= scale;
        }
    }
    for (int n = 0; n < order; n++)
        update_gram(f, n);
}

/* ||X - W||^2 = ||X||^2 - 2 <X, W> + ||W||^2, with ||X|| = 1; product is that of the last mode,
 * whose factor has been solved for. */
static double relative_error(struct fit *f)
{
    int last = f->t->order - 1;
    const double *a = factor_of(f, last);
    double inner = 0, square = 0;
    for (int64_t k = 0; k < f->t->dim[last] * f->rank; k++)
        inner += f->product[k] * a[k];
    multiply_grams(f, -1);
    for (int64_t k = 0; k < f->rank * f->rank; k++)
        square += f->normal[k];
    return fmax(1 - 2 * inner + square, 0);
}

/* --- one run ------------------------------------------------------------------------------- */

static void draw_factors(struct fit *f, uint64_t seed, int start)
{
    struct wr_rng rng;
    wr_rng_init(&rng, seed, (uint64_t)f->rank << 16 | (uint64_t)start);
    for (int64_t k = 0; k < f->rows * f->rank; k++)
        f->factor[k] = wr_rng_normal(&rng);
    for (int n = 0; n < f->t->order; n++)
        update_gram(f, n);
}

enum { CHECK = 100 }; /* sweeps between two looks at how the error falls */

/* Whether the error reaches its goal in the sweeps that are left if it goes on to fall by the
 * factor error / before in CHECK of them. */
static bool is_promising(double before, double error, double goal, int left)
{
    return log(error / goal) < log(before / error) * left / CHECK;
}

/* Sweeps until the error is small enough or will not be in time. A ridge in proportion to the
 * error leads around the swamps where components cancel each other, and goes with it. */
static enum wr_status run(struct fit *f, double enough, double *error, struct wr_error *err)
{
    double before = INFINITY, ridge = 1e-3;
    *error = INFINITY;
    for (int sweep = 1; sweep <= WR_ALS_SWEEPS && *error >= enough; sweep++) {
        for (int n = 0; n < f->t->order; n++) {
            multiply_tensor(f, n);
            enum wr_status status = solve(f, n, ridge, err);
            if (status)
                return status;
        }
        *error = relative_error(f);
        ridge = fmax(1e-3 * *error, 1e-13);
        balance(f);
        if (sweep % CHECK == 0) {
            if (!is_promising(before, *error, enough, WR_ALS_SWEEPS - sweep))
                break;
            before = *error;
        }
    }
    return WR_OK;
}

/* --- space --------------------------------------------------------------------------------- */

static void fit_release(struct fit *f)
{
    for (int n = 0; f->unfolded && n < f->t->order; n++)
        free(f->unfolded[n]);
    free(f->unfolded);
    free(f->first);
    free(f->factor);
    free(f->gram);
    free(f->others);
    free(f->product);
    free(f->normal);
    free(f->solution);
}

static enum wr_status unfold(struct fit *f, struct wr_error *err)
{
    int order = f->t->order;
    bool *in_rows = wr_calloc(order, sizeof *in_rows, err);
    enum wr_status status = in_rows ? WR_OK : WR_ENOMEM;
    for (int n = 0; n < order && !status; n++) {
        in_rows[n] = true;
        f->unfolded[n] = wr_alloc(f->t->size, sizeof **f->unfolded, err);
        status =
            f->unfolded[n] ? wr_tensor_matricize(f->t, in_rows, f->unfolded[n], err) : WR_ENOMEM;
        for (int64_t i = 0; i < f->t->size && !status; i++)
            f->unfolded[n][i] /= f->norm;
        in_rows[n] = false;
    }
    free(in_rows);
    return status;
}

static enum wr_status fit_init(struct fit *f, const struct wr_tensor *t, double norm, int64_t rank,
                               struct wr_error *err)
{
    int64_t longest = 1, least = INT64_MAX;
    *f = (struct fit){.t = t, .norm = norm, .rank = rank};
    f->unfolded = wr_calloc(t->order, sizeof *f->unfolded, err);
    f->first = wr_alloc(t->order, sizeof *f->first, err);
    if (!f->unfolded || !f->first)
        return WR_ENOMEM;
    for (int n = 0; n < t->order; n++) {
        f->first[n] = f->rows;
        f->rows += t->dim[n];
        longest = t->dim[n] > longest ? t->dim[n] : longest;
        least = t->dim[n] < least ? t->dim[n] : least;
    }
    size_t row = (size_t)rank * sizeof(double);
    f->factor = wr_alloc(f->rows, row, err);
    f->gram = wr_alloc(t->order * rank, row, err);
    f->others = wr_alloc(t->size / least, row, err);
    f->product = wr_alloc(longest, row, err);
    f->normal = wr_alloc(rank, row, err);
    f->solution = wr_alloc(longest, row, err);
    if (!f->factor || !f->gram || !f->others || !f->product || !f->normal || !f->solution)
        return WR_ENOMEM;
    return unfold(f, err);
}

static double enough_of(const struct wr_als_options *o)
{
    return o->enough > 0 ? o->enough : 1e-6;
}

static enum wr_status norm_of(const struct wr_tensor *t, double *norm, struct wr_error *err)
{
    enum wr_status status = wr_norm(t->value, t->size, norm, err);
    if (!status && !isfinite(*norm))
        return wr_error_set(err, WR_ENUMERIC, "the norm of the tensor is not finite");
    return status;
}

/* The factors of the tensor itself, whose norm goes into those of mode 1. */
static void copy_factors(const struct fit *f, double *factor)
{
    int64_t first = f->t->dim[0] * f->rank;
    for (int64_t k = 0; k < f->rows * f->rank; k++)
        factor[k] = k < first ? f->factor[k] * f->norm : f->factor[k];
}

static void fit_zeros(const struct wr_tensor *t, int64_t rank, double *factor, double *error)
{
    int64_t rows = 0;
    for (int n = 0; n < t->order; n++)
        rows += t->dim[n];
    for (int64_t k = 0; factor && k < rows * rank; k++)
        factor[k] = 0;
    *error = 0;
}

enum wr_status wr_als_fit(const struct wr_tensor *t, int64_t rank,
                          const struct wr_als_options *options, const struct wr_progress *progress,
                          double *factor, double *error, struct wr_error *err)
{
    struct fit f;
    double norm, best = INFINITY, enough = enough_of(options);
    if (rank < 1 || rank > INT32_MAX)
        return wr_error_set(err, WR_EINVAL, "%lld components, expected 1 or more", (long long)rank);
    if (t->size > INT32_MAX) /* BLAS counts in int */
        return wr_error_set(err, WR_ENOMEM, "%lld entries are too many for least squares",
                            (long long)t->size);
    enum wr_status status = norm_of(t, &norm, err);
    if (status)
        return status;
    if (norm == 0) {
        fit_zeros(t, rank, factor, error);
        return WR_OK;
    }
    status = fit_init(&f, t, norm, rank, err);
    for (int start = 0; start < WR_ALS_STARTS && best >= enough && !status; start++) {
        double found;
        if (!wr_progress_step(progress, start, WR_ALS_STARTS)) {
            status = wr_error_set(err, WR_EINTERRUPT, "interrupted");
            break;
        }
        draw_factors(&f, options->seed, start);
        status = run(&f, enough, &found, err);
        if (!status && found < best) {
            best = found;
            if (factor)
                copy_factors(&f, factor);
        }
    }
    fit_release(&f);
    if (!status)
        *error = best;
    return status;
}

/* --- the rank ------------------------------------------------------------------------------ */

/* The fewest singular values that leave less than a share `enough' of the square to the others, and
 * the share they leave: that of the best approximation of this rank. */
static int64_t rank_for(const double *sigma, int64_t count, double enough, double *share)
{
    double all = 0, rest = 0;
    int64_t rank = count;
    for (int64_t i = 0; i < count; i++)
        all += sigma[i] / sigma[0] * (sigma[i] / sigma[0]);
    *share = 0;
    while (rank > 0) {
        rest += sigma[rank - 1] / sigma[0] * (sigma[rank - 1] / sigma[0]);
        if (!(rest < enough * all))
            break;
        *share = rest / all;
        rank--;
    }
    return rank;
}

/* The matricizations that bound the rank from below: all, or of a high order the single modes. */
static enum wr_status list_bounds(struct wr_matricizations *list, int order, struct wr_error *err)
{
    enum { ALL_UP_TO = 8 };
    struct wr_modetree flat;
    if (order <= ALL_UP_TO)
        return wr_matricizations_all(list, order, err);
    enum wr_status status = wr_modetree_init(&flat, order, order, WR_TREE_ADJACENT, err);
    if (status)
        return status;
    status = wr_matricizations_tree(list, &flat, err);
    wr_modetree_release(&flat);
    return status;
}

/* No decomposition has fewer components than a matricization needs. error: that of the best
 * approximation of the matricization that needs the most. */
static enum wr_status lower_bound(const struct wr_tensor *t, double enough, int64_t *bound,
                                  double *error, struct wr_error *err)
{
    struct wr_matricizations list;
    struct wr_rank rank;
    int64_t least = -1;
    enum wr_status status = list_bounds(&list, t->order, err);
    if (status)
        return status;
    /* a matricization has at most as many singular values as its shorter side is long */
    double *sigma = wr_alloc(1 + (int64_t)sqrt((double)t->size), sizeof *sigma, err);
    status = sigma ? WR_OK : WR_ENOMEM;
    for (int64_t i = 0; i < list.count && !status; i++) {
        double share;
        status = wr_matricization_rank(t, wr_matricizations_at(&list, i), -1, &rank, sigma, err);
        if (status)
            break;
        int64_t shorter = rank.rows < rank.cols ? rank.rows : rank.cols;
        int64_t needed = rank_for(sigma, shorter, enough, &share);
        if (needed > least) {
            least = needed;
            *error = share;
        }
    }
    free(sigma);
    wr_matricizations_release(&list);
    *bound = least;
    return status;
}

/* The product of all dimensions but the largest. */
static int64_t always_enough(const struct wr_tensor *t)
{
    int64_t longest = 1;
    for (int n = 0; n < t->order; n++)
        longest = t->dim[n] > longest ? t->dim[n] : longest;
    return t->size / longest;
}

/* A search for the smallest rank with a fit. */
struct search {
    const struct wr_tensor *t;
    const struct wr_als_options *options;
    const struct wr_progress *progress;
    int64_t most;
    int64_t failed;     /* the largest number of components without a fit */
    int64_t fits, left; /* done, and those that bisect what lies below the one at work */
};

static bool step_start(void *context, int64_t done, int64_t total)
{
    const struct search *s = context;
    return wr_progress_step(s->progress, s->fits * total + done, (s->fits + 1 + s->left) * total);
}

static enum wr_status try_rank(struct search *s, int64_t rank, double *error, struct wr_error *err)
{
    const struct wr_progress progress = {step_start, s};
    s->left = 0;
    for (int64_t gap = rank - s->failed; gap > 1; gap -= gap / 2)
        s->left++;
    enum wr_status status = wr_als_fit(s->t, rank, s->options, &progress, NULL, error, err);
    s->fits++;
    return status;
}

/* Upwards from `least' until there is a fit, then downwards by bisection. *rank: -1 without one. */
static enum wr_status find_rank(struct search *s, int64_t least, int64_t *rank, double *error,
                                struct wr_error *err)
{
    double enough = enough_of(s->options), found;
    int64_t tried = least < s->most ? least : s->most, step = 1;
    enum wr_status status;
    s->failed = least - 1;
    while (!(status = try_rank(s, tried, &found, err)) && found >= enough && tried < s->most) {
        s->failed = tried;
        tried = s->most - tried < step ? s->most : tried + step;
        step *= 2;
    }
    if (status)
        return status;
    *error = found;
    *rank = found < enough ? tried : -1;
    while (*rank - s->failed > 1 && !status) {
        int64_t middle = s->failed + (*rank - s->failed) / 2;
        status = try_rank(s, middle, &found, err);
        if (!status && found < enough) {
            *rank = middle;
            *error = found;
        } else {
            s->failed = middle;
        }
    }
    return status;
}

enum wr_status wr_cp_rank(const struct wr_tensor *t, int64_t most,
                          const struct wr_als_options *options, const struct wr_progress *progress,
                          int64_t *rank, double *error, struct wr_error *err)
{
    struct search s = {.t = t, .options = options, .progress = progress, .most = always_enough(t)};
    int64_t least = 0, found = 0;
    double norm, share = 0;
    if (most > 0 && most < s.most)
        s.most = most;
    enum wr_status status = norm_of(t, &norm, err);
    if (!status && norm > 0)
        status = lower_bound(t, enough_of(options), &least, &share, err);
    if (!status && t->order <= 2 && least <= s.most)
        found = least; /* of a matrix the bound is the rank */
    else if (!status && norm > 0)
        status = find_rank(&s, least, &found, &share, err);
    if (!status) {
        *rank = found;
        *error = share;
    }
    return status;
}
