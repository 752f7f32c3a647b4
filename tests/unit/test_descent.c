/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factormodel.h"

#include <unistd.h>

#include "base/blocks.h"
#include "factor/cp.h"
#include "factor/descent.h"
#include "factor/matrix.h"
#include "io/npy.h"
#include "io/tns.h"

/* --- trajectories against those of an independent program ------------------------------------ */

struct golden {
    const char *folder;
    int64_t rank; /* of a CP model; 0: a matrix */
    int depth;
    struct wr_loss loss;
    struct wr_optimizer_options optimizer;
    int64_t iterations;
};

static const struct golden goldens[] = {
    {"tf-order3-gd", 7, 0, {0}, {WR_OPTIMIZER_GD, 0.5, 0, 0}, 200},
    {"tf-order4-adaptive", 20, 0, {0}, {WR_OPTIMIZER_ADAPTIVE, 0.01, 0, 0}, 300},
    {"tf-order3-adam-huber", 10, 0, {WR_LOSS_HUBER, 0.5}, {WR_OPTIMIZER_ADAM, 0.01, 0, 0}, 150},
    {"mf-depth3-gd", 0, 3, {0}, {WR_OPTIMIZER_GD, 0.1, 0, 0}, 300},
};

/* The known answers lie beside the source tree of the developers, where there are any. */
static void golden_path(const struct golden *g, const char *file, char path[1024])
{
    const char *source = getenv("SRC");
    snprintf(path, 1024, "%s/../shared/golden/factorization/%s/%s", source ? source : "..",
             g->folder, file);
}

static double *read_factor(const struct golden *g, const char *prefix, const struct wr_factor *f)
{
    char file[64], path[1024];
    struct wr_npy a;
    struct wr_error err = {0};
    snprintf(file, sizeof file, "%s.%s.npy", prefix, f->name);
    golden_path(g, file, path);
    ck_ok(wr_npy_open(&a, path, NULL, &err), err);
    ck_assert(a.shape[0] == f->rows && a.shape[1] == f->cols && !a.fortran);
    double *value = malloc((size_t)a.count * sizeof *value);
    wr_npy_read_double(&a, value);
    wr_npy_close(&a);
    return value;
}

static struct wr_factorization *golden_model(const struct golden *g)
{
    char path[1024];
    struct wr_input *input;
    struct wr_observations o;
    struct wr_factorization *m;
    struct wr_error err = {0};
    golden_path(g, "observed.tns", path);
    ck_ok(wr_input_open(&input, path, &(struct wr_input_options){0}, &err), err);
    ck_ok(wr_tns_read(input, &(struct wr_tns_options){.index_base = 1}, &o, &err), err);
    wr_input_close(input);
    if (g->rank)
        ck_ok(wr_cp_new(&o, &(struct wr_cp_options){.rank = g->rank}, &g->loss, &m, &err), err);
    else
        ck_ok(wr_matrix_new(&o, &(struct wr_matrix_options){.depth = g->depth}, &g->loss, &m, &err),
              err);
    wr_observations_release(&o);
    for (int k = 0; k < m->factors; k++) {
        double *value = read_factor(g, "init", &m->factor[k]);
        wr_factorization_factor_set(m, k, value);
        free(value);
    }
    return m;
}

/* The next line of the file of losses. */
static bool compare_loss(void *context, const struct wr_factorization *m,
                         const struct wr_descent_point *point)
{
    double expected;
    (void)m;
    ck_assert_int_eq(fscanf(context, "%lf", &expected), 1);
    ck_assert_double_eq_tol(point->loss, expected, 1e-8 * (1 + expected));
    return true;
}

static void follow(const struct golden *g)
{
    char path[1024];
    struct wr_descent d;
    struct wr_descent_point last;
    enum wr_descent_end end;
    struct wr_error err = {0};
    struct wr_factorization *m = golden_model(g);
    golden_path(g, "losses.txt", path);
    FILE *losses = fopen(path, "r");
    struct wr_descent_options options = {
        .iterations = g->iterations, .log_every = 1, .log = compare_loss, .context = losses};
    ck_ok(wr_descent_init(&d, m, &g->optimizer, &err), err);
    ck_ok(wr_descent_run(&d, m, &options, NULL, &end, &last, &err), err);
    ck_assert_int_eq(last.iteration, g->iterations);
    ck_assert_int_eq(end, WR_DESCENT_ITERATIONS);
    for (int k = 0; k < m->factors; k++) {
        const struct wr_factor *f = &m->factor[k];
        double *value = read_factor(g, "expected", f);
        for (int64_t i = 0; i < f->rows * f->cols; i++) {
            double ours = wr_factorization_at(m, f->offset + i / f->cols * f->stride + i % f->cols);
            ck_assert_double_eq_tol(ours, value[i], 1e-8 * (1 + fabs(value[i])));
        }
        free(value);
    }
    fclose(losses);
    wr_descent_release(&d);
    wr_factorization_free(m);
}

START_TEST(trajectories_are_those_of_the_oracle)
{
    char path[1024];
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        golden_path(&goldens[i], "losses.txt", path);
        if (access(path, R_OK) == 0)
            follow(&goldens[i]);
    }
}
END_TEST

/* --- what ends a descent --------------------------------------------------------------------- */

static const struct wr_optimizer_options adaptive = {WR_OPTIMIZER_ADAPTIVE, 0.02, 0, 0};
static const int64_t dim[] = {4, 5, 6};

/* The same value where coordinates are the same. */
static void observe_waves(struct wr_observations *o)
{
    for (int64_t i = 0; i < o->count; i++)
        o->value[i] =
            sin((double)(7 * o->index[3 * i] + 3 * o->index[3 * i + 1] * o->index[3 * i + 2]));
}

static struct wr_factorization *small_model(struct wr_observations *o, int64_t batch)
{
    struct wr_factorization *m;
    struct wr_error err = {0};
    random_observations(o, 3, dim, 30, 2);
    observe_waves(o);
    ck_ok(wr_cp_new(o, &(struct wr_cp_options){.rank = 20, .batch = batch}, &(struct wr_loss){0},
                    &m, &err),
          err);
    wr_factorization_draw(m, 0, 0.4, 1);
    return m;
}

static enum wr_status run(struct wr_descent *d, struct wr_factorization *m,
                          struct wr_descent_options options, enum wr_descent_end *end,
                          struct wr_descent_point *last)
{
    struct wr_error err = {0};
    return wr_descent_run(d, m, &options, NULL, end, last, &err);
}

START_TEST(a_small_loss_ends_it)
{
    for (int64_t batch = 0; batch <= 10; batch += 10) {
        struct wr_observations o;
        struct wr_descent d;
        struct wr_descent_point last;
        enum wr_descent_end end;
        struct wr_error err = {0};
        struct wr_factorization *m = small_model(&o, batch);
        ck_ok(wr_descent_init(&d, m, &adaptive, &err), err);
        ck_assert_int_eq(
            run(&d, m,
                (struct wr_descent_options){.iterations = 50000, .tolerance = 0.01, .batch = batch},
                &end, &last),
            WR_OK);
        ck_assert_int_eq(end, WR_DESCENT_TOLERANCE);
        ck_assert(last.iteration > 0 && last.iteration < 50000 && last.loss < 0.02);
        wr_descent_release(&d);
        wr_factorization_free(m);
        wr_observations_release(&o);
    }
}
END_TEST

START_TEST(single_precision_learns_too)
{
    for (int kind = 0; kind < WR_OPTIMIZERS; kind++) {
        struct wr_observations o;
        struct wr_descent d;
        struct wr_descent_point last;
        enum wr_descent_end end;
        struct wr_error err = {0};
        struct wr_factorization *m = small_model(&o, 0), *single;
        struct wr_optimizer_options optimizer = {(enum wr_optimizer_kind)kind, 0.02, 0, 0};
        struct wr_cp_options options = {.rank = 20, .precision = WR_PRECISION_SINGLE};
        ck_ok(wr_cp_new(&o, &options, &(struct wr_loss){0}, &single, &err), err);
        wr_factorization_draw(single, 0, 0.4, 1);
        double loss[2];
        for (int i = 0; i < 2; i++) {
            ck_ok(wr_descent_init(&d, i ? single : m, &optimizer, &err), err);
            ck_assert_int_eq(
                run(&d, i ? single : m, (struct wr_descent_options){.iterations = 60}, &end, &last),
                WR_OK);
            loss[i] = last.loss;
            wr_descent_release(&d);
        }
        ck_assert_double_eq_tol(loss[0], loss[1], 1e-3 * (1e-2 + loss[0]));
        wr_factorization_free(m);
        wr_factorization_free(single);
        wr_observations_release(&o);
    }
}
END_TEST

/* The rest of a pass says nothing about the mean of it. */
START_TEST(a_pass_begun_before_ends_nothing)
{
    struct wr_observations o;
    struct wr_descent d;
    struct wr_descent_point last;
    enum wr_descent_end end;
    struct wr_error err = {0};
    struct wr_factorization *m = small_model(&o, 10);
    struct wr_descent_options options = {.iterations = 2, .batch = 10};
    ck_ok(wr_descent_init(&d, m, &adaptive, &err), err);
    ck_assert_int_eq(run(&d, m, options, &end, &last), WR_OK);
    options.tolerance = last.loss / 2;
    options.iterations = 3;
    ck_assert_int_eq(run(&d, m, options, &end, &last), WR_OK);
    ck_assert_int_eq(end, WR_DESCENT_ITERATIONS);
    wr_descent_release(&d);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

START_TEST(patience_ends_it)
{
    struct wr_observations o, validation;
    struct wr_descent d;
    struct wr_descent_point last;
    enum wr_descent_end end;
    struct wr_error err = {0};
    struct wr_factorization *m = small_model(&o, 0);
    random_observations(&validation, 3, dim, 20, 77);
    ck_ok(wr_descent_init(&d, m, &adaptive, &err), err);
    struct wr_descent_options options = {
        .iterations = 100000, .validation = &validation, .patience = 40, .log_every = 10};
    ck_assert_int_eq(run(&d, m, options, &end, &last), WR_OK);
    ck_assert_int_eq(end, WR_DESCENT_PATIENCE);
    ck_assert_int_eq(last.iteration, d.best.iteration + 40);
    ck_assert(last.validation >= d.best.validation);
    wr_descent_release(&d);
    wr_factorization_free(m);
    wr_observations_release(&o);
    wr_observations_release(&validation);
}
END_TEST

/* What it ends with is what a run that stops at the best point has. */
START_TEST(patience_keeps_the_best_parameters)
{
    struct wr_observations o, same, validation;
    struct wr_descent d, until;
    struct wr_descent_point last, point;
    enum wr_descent_end end;
    struct wr_error err = {0};
    struct wr_factorization *m = small_model(&o, 7), *twin = small_model(&same, 7);
    random_observations(&validation, 3, dim, 20, 77);
    observe_waves(&validation);
    struct wr_descent_options options = {.iterations = 100000,
                                         .batch = 7,
                                         .validation = &validation,
                                         .patience = 40,
                                         .log_every = 10};
    ck_ok(wr_descent_init(&d, m, &adaptive, &err), err);
    ck_ok(wr_descent_init(&until, twin, &adaptive, &err), err);
    ck_assert_int_eq(run(&d, m, options, &end, &last), WR_OK);
    ck_assert_int_eq(end, WR_DESCENT_PATIENCE);
    wr_descent_take_best(&d, m, &last);
    ck_assert_int_gt(last.iteration, 0);
    ck_assert_int_eq(last.iteration, d.iteration - 40);
    options.iterations = last.iteration;
    ck_assert_int_eq(run(&until, twin, options, &end, &point), WR_OK);
    ck_assert_double_eq(last.loss, point.loss);
    ck_assert_double_eq(last.validation, point.validation);
    ck_assert_mem_eq(m->value, twin->value, (size_t)m->size * sizeof(double));
    /* the last point is the best one here: nothing is taken */
    wr_descent_take_best(&until, twin, &point);
    ck_assert_int_eq(point.iteration, options.iterations);
    wr_descent_release(&d);
    wr_descent_release(&until);
    wr_factorization_free(m);
    wr_factorization_free(twin);
    wr_observations_release(&o);
    wr_observations_release(&same);
    wr_observations_release(&validation);
}
END_TEST

/* Two runs of 13 and 27 steps are one of 40, also in the middle of a pass over batches. */
START_TEST(a_run_goes_on_where_it_ended)
{
    for (int kind = 0; kind < WR_OPTIMIZERS; kind++)
        for (int64_t batch = 0; batch <= 7; batch += 7) {
            struct wr_observations o, same;
            struct wr_descent d, parts;
            struct wr_descent_point last;
            enum wr_descent_end end;
            struct wr_error err = {0};
            struct wr_factorization *m = small_model(&o, batch), *twin = small_model(&same, batch);
            struct wr_optimizer_options optimizer = {(enum wr_optimizer_kind)kind, 0.01, 0.5, 0};
            struct wr_descent_options options = {.iterations = 40, .batch = batch, .seed = 3};
            ck_ok(wr_descent_init(&d, m, &optimizer, &err), err);
            ck_ok(wr_descent_init(&parts, twin, &optimizer, &err), err);
            ck_assert_int_eq(run(&d, m, options, &end, &last), WR_OK);
            options.iterations = 13;
            ck_assert_int_eq(run(&parts, twin, options, &end, &last), WR_OK);
            ck_assert_int_eq(last.iteration, 13);
            options.iterations = 40;
            ck_assert_int_eq(run(&parts, twin, options, &end, &last), WR_OK);
            ck_assert_int_eq(last.iteration, 40);
            ck_assert_double_eq(d.pass_loss, parts.pass_loss);
            ck_assert_mem_eq(m->value, twin->value, (size_t)m->size * sizeof(double));
            wr_descent_release(&d);
            wr_descent_release(&parts);
            wr_factorization_free(m);
            wr_factorization_free(twin);
            wr_observations_release(&o);
            wr_observations_release(&same);
        }
}
END_TEST

START_TEST(a_loss_that_is_not_finite_leaves_finite_parameters)
{
    struct wr_observations o;
    struct wr_descent d;
    struct wr_descent_point last;
    enum wr_descent_end end;
    struct wr_error err = {0};
    struct wr_factorization *m = small_model(&o, 0);
    ck_ok(wr_descent_init(&d, m, &(struct wr_optimizer_options){WR_OPTIMIZER_GD, 1e3, 0, 0}, &err),
          err);
    struct wr_descent_options options = {.iterations = 1000};
    ck_assert_int_eq(wr_descent_run(&d, m, &options, NULL, &end, &last, &err), WR_ENUMERIC);
    ck_assert_ptr_nonnull(strstr(err.message, "--lr"));
    ck_assert(d.iteration < 1000);
    for (int64_t i = 0; i < m->size; i++)
        ck_assert(isfinite(((double *)m->value)[i]));
    ck_assert(isfinite(m->class->gradient(m, NULL, 0)));
    wr_descent_release(&d);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

static bool note_iteration(void *context, const struct wr_factorization *m,
                           const struct wr_descent_point *point)
{
    int64_t *list = context;
    (void)m;
    list[++list[0]] = point->iteration;
    return true;
}

static bool stop_at_512(void *context, int64_t done, int64_t total)
{
    (void)context;
    ck_assert_int_le(done, total);
    return done < 512;
}

START_TEST(points_are_logged_and_a_caller_stops_it)
{
    static const int64_t expected[] = {4, 0, 200, 400, 512};
    struct wr_observations o;
    struct wr_descent d;
    struct wr_descent_point last;
    enum wr_descent_end end;
    struct wr_error err = {0};
    int64_t list[10] = {0};
    struct wr_progress progress = {stop_at_512, NULL};
    struct wr_factorization *m = small_model(&o, 0);
    ck_ok(wr_descent_init(&d, m, &adaptive, &err), err);
    struct wr_descent_options options = {
        .iterations = 5000, .log_every = 200, .log = note_iteration, .context = list};
    ck_assert_int_eq(wr_descent_run(&d, m, &options, &progress, &end, &last, &err), WR_EINTERRUPT);
    ck_assert_int_eq(end, WR_DESCENT_STOPPED);
    ck_assert_mem_eq(list, expected, sizeof expected);
    ck_assert_int_eq(last.iteration, 512);
    wr_descent_release(&d);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

unit_main("descent", single_precision_learns_too, trajectories_are_those_of_the_oracle,
          a_small_loss_ends_it, a_pass_begun_before_ends_nothing, patience_ends_it,
          patience_keeps_the_best_parameters, a_run_goes_on_where_it_ended,
          a_loss_that_is_not_finite_leaves_finite_parameters,
          points_are_logged_and_a_caller_stops_it)
