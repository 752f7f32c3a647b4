/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TENSOR_GEN_OPTIONS_H
#define TENSOR_GEN_OPTIONS_H

#include <stdint.h>

#include "cli.h"
#include "tensor-args.h"

#include "gen/images.h"

/* The command line of tensor-gen. */

/* The options, each with a value. */
enum gen_option {
    GEN_DIMS,
    GEN_CP_RANK,
    GEN_HTF_RANK,
    GEN_MATRIX_RANK,
    GEN_ARITY,
    GEN_TREE,
    GEN_NORM,
    GEN_OBSERVE,
    GEN_NOISE,
    GEN_TRUTH,
    GEN_SENSING,
    GEN_TARGETS,
    GEN_IMAGES,
    GEN_LABELS,
    GEN_POSITIVE,
    GEN_LEVELS,
    GEN_RANDOM,
    GEN_INDEX_BASE,
    GEN_OPTIONS
};

enum { GEN_WIDTHS = 16 };

struct gen_options {
    struct cli cli;
    const char *text[GEN_OPTIONS]; /* as they were written; NULL: not given */
    int kind;                      /* the option that says what to make */
    struct tensor_dims dims;
    int widths;
    int64_t width[GEN_WIDTHS];
    int arity; /* 0: by default */
    enum wr_tree_pattern pattern;
    double norm, noise;
    int64_t observe; /* -1: all */
    int index_base;
    struct wr_images_options images;
};

extern const struct argp gen_argp;

/* The name of an option, without dashes. */
const char *gen_option_name(int option);

/* Every option in force, for --report. */
void gen_report_options(struct gen_options *opt);

#endif
