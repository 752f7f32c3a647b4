/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_OPTIONS_H
#define COMPLETE_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli.h"
#include "tensor-args.h"

#include "factor/loss.h"
#include "factor/factorization.h"
#include "io/tensorfile.h"
#include "optim/optimizer.h"

/*
 * The options that the completion tools share. A tool's struct begins with struct
 * complete_options; its argp has complete_children or, when it can be fitted to measurements,
 * complete_sensing_children, and passes the struct to each of these children in ARGP_KEY_INIT.
 */

/* The options whose being given matters; each has a bit. */
enum complete_option {
    COMPLETE_DIMS,
    COMPLETE_INDEX_BASE,
    COMPLETE_VAL,
    COMPLETE_TEST,
    COMPLETE_TRUTH,
    COMPLETE_AT,
    COMPLETE_FORMAT,
    COMPLETE_INIT_STD,
    COMPLETE_INIT_MEAN,
    COMPLETE_PRECISION,
    COMPLETE_LOSS,
    COMPLETE_HUBER_DELTA,
    COMPLETE_OPTIMIZER,
    COMPLETE_LR,
    COMPLETE_MOMENTUM,
    COMPLETE_WEIGHT_DECAY,
    COMPLETE_BATCH,
    COMPLETE_ITERATIONS,
    COMPLETE_TOL,
    COMPLETE_PATIENCE,
    COMPLETE_STRICT,
    COMPLETE_LOAD,
    COMPLETE_FACTORS,
    COMPLETE_LOG,
    COMPLETE_LOG_EVERY,
    COMPLETE_TOP,
    COMPLETE_CHECKPOINT,
    COMPLETE_RESUME,
    COMPLETE_SENSING,
    COMPLETE_TARGETS,
    COMPLETE_OPTIONS
};

struct complete_options {
    struct cli cli;
    uint32_t given;          /* set of enum complete_option */
    struct tensor_dims dims; /* order 0: not given */
    int index_base;
    const char *val, *test, *truth, *at, *sensing, *targets; /* files; NULL: none */
    enum wr_tensor_format format;

    double init_std, init_mean;
    bool init_auto; /* --init-std=auto: init_std is the first of those tried */
    enum wr_precision precision;
    struct wr_loss loss;
    struct wr_optimizer_options optimizer;
    int64_t batch, iterations, patience; /* 0: all observations; in all; any number */
    double tolerance;
    bool strict;

    const char *load, *factors; /* prefixes; NULL: none */
    const char *log, *checkpoint, *resume;
    int64_t log_every;
    int top;
};

extern const struct argp_child complete_children[], complete_sensing_children[];

/* In the order of the enums. */
extern const char *const complete_loss_names[], *const complete_optimizer_names[],
                                                    *const complete_precision_names[];

/* The defaults of the tensor tools; mf-complete has an initialization and an optimizer of its own.
 */
struct complete_options complete_defaults(void);

static inline bool complete_is_given(const struct complete_options *o, enum complete_option option)
{
    return o->given >> option & 1;
}

/* The name for messages of where the observations come from. */
const char *complete_input_name(const struct complete_options *o);

/* Every option in force, for --report. */
void complete_report_options(struct complete_options *o);

#endif
