/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_FACTORIZATION_H
#define WR_FACTOR_FACTORIZATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/observations.h"
#include "factor/loss.h"

/*
 * What the factorizations have in common, so that one descent trains them all: a block of
 * parameters cut into named factors, the mean loss over observations with its gradient, and
 * predictions. A model is made for its observations; passes over them allocate nothing.
 */

enum wr_precision { WR_PRECISION_DOUBLE, WR_PRECISION_SINGLE };

/* A factor (rows x cols) in the block of parameters: element (i, j) is number
 * offset + i stride + j. What lies between cols and stride is 0 and stays 0. */
struct wr_factor {
    char name[32]; /* as in the files of --factors: mode1, layer1, l0.n0, output */
    int64_t rows, cols, stride, offset;
};

struct wr_factorization;

struct wr_factorization_class {
    const char *name;
    /* The mean loss over the observations, and its gradient in m->grad; over those at count >= 1
     * positions when batch is not NULL. */
    double (*gradient)(struct wr_factorization *m, const uint32_t *batch, int64_t count);
    /* The model's values at the coordinates of `at`: at->count numbers. Errors: WR_ENOMEM. */
    enum wr_status (*predict)(const struct wr_factorization *m, const struct wr_observations *at,
                              double *out, struct wr_error *err);
    /* Numbers to watch while training, at most `top` of a kind: how many, their names, themselves.
     */
    int (*measures)(const struct wr_factorization *m, int top);
    void (*measure_name)(const struct wr_factorization *m, int top, int i, char name[32]);
    enum wr_status (*measure)(const struct wr_factorization *m, int top, double *out,
                              struct wr_error *err);
    /* What lies outside the model's own memory; NULL: nothing. */
    void (*release)(struct wr_factorization *m);
};

/* The first member of every model. */
struct wr_factorization {
    const struct wr_factorization_class *class;
    char variant[32]; /* what class and factors do not tell, such as a tree; empty: nothing */
    struct wr_loss loss;
    int64_t count;  /* observations */
    size_t element; /* bytes of a parameter: 8 or, in single precision, 4 */
    int64_t size;   /* numbers in each block */
    void *value;    /* the parameters */
    void *grad;     /* their gradient, after class->gradient */
    int factors;
    struct wr_factor *factor;
    void **owned; /* memory that is freed with the model */
    int owneds;
};

void wr_factorization_free(struct wr_factorization *m); /* NULL allowed */

/* Draw every parameter from a normal distribution, a stream of seed for each factor. */
void wr_factorization_draw(struct wr_factorization *m, double mean, double std, uint64_t seed);

/* Copy a factor (rows x cols, row-major) out of the model, or into it. */
void wr_factorization_factor_get(const struct wr_factorization *m, int factor, double *out);
void wr_factorization_factor_set(struct wr_factorization *m, int factor, const double *in);

/*
 * wr_factorization_mean_loss - the mean loss on other observations.
 *
 * other   in   its values are needed, count >= 1
 * scratch -    other->count numbers
 * Errors  WR_ENOMEM
 */
enum wr_status wr_factorization_mean_loss(const struct wr_factorization *m,
                                          const struct wr_observations *other, double *scratch,
                                          double *loss, struct wr_error *err);

/*
 * wr_factorization_entries - the model's values at entries of the whole tensor, the last index
 * fastest.
 *
 * order, dim  in   of the tensor
 * begin       in   the first entry; begin + count <= the product of the dimensions
 * out         out  count numbers
 * Errors      WR_ENOMEM: out is undefined then
 */
enum wr_status wr_factorization_entries(const struct wr_factorization *m, int order,
                                        const int64_t *dim, int64_t begin, int64_t count,
                                        double *out, struct wr_error *err);

/* One parameter in double, whatever its precision. */
static inline double wr_factorization_at(const struct wr_factorization *m, int64_t i)
{
    return m->element == sizeof(double) ? ((const double *)m->value)[i]
                                        : (double)((const float *)m->value)[i];
}

/* --- for the models themselves --------------------------------------------------------------- */

/* A zeroed model of `size` bytes that begins with a struct wr_factorization; NULL: WR_ENOMEM. */
void *wr_factorization_new(const struct wr_factorization_class *class, size_t size,
                           const struct wr_loss *loss, size_t element, struct wr_error *err);

/* Zeroed memory, on a cache line of its own, that is freed with the model; NULL: WR_ENOMEM. */
void *wr_factorization_own(struct wr_factorization *m, int64_t count, size_t size,
                           struct wr_error *err);

/* Append factors, then give them their blocks. A negative number does not become part of the
 * name. Errors: WR_ENOMEM. */
enum wr_status wr_factorization_add(struct wr_factorization *m, const char *name, int number,
                                    int64_t rows, int64_t cols, int64_t stride,
                                    struct wr_error *err);
enum wr_status wr_factorization_finish(struct wr_factorization *m, struct wr_error *err);

/* Whether a model can be fitted to these: WR_EINVAL without observations, or more than 2^32 - 1;
 * WR_EDATA for an index out of range or a value that is not finite. */
enum wr_status wr_factorization_check(const struct wr_observations *o, const struct wr_loss *loss,
                                      struct wr_error *err);

/* norm[r] *= the norm of column r of a factor. norm, square (scratch): cols numbers. */
void wr_factorization_multiply_norms(const struct wr_factorization *m, int factor, double *square,
                                     double *norm);

/* Sort norms, largest first. */
void wr_factorization_sort_norms(double *norm, int64_t count);

#endif
