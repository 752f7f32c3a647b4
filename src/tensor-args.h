/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TENSOR_ARGS_H
#define TENSOR_ARGS_H

#include <argp.h>
#include <stdint.h>

#include "data/dims.h"
#include "data/modetree.h"

/* Values of options that the tools for tensors share; a usage error names the option. */

/* More entries than this are never written as a whole tensor. */
#define TENSOR_MOST_ENTRIES INT64_C(100000000)

struct tensor_dims {
    int order; /* 0: not given */
    int64_t dim[WR_ORDER_MAX];
};

/* Dimensions such as 8x8x8. */
void tensor_dims(struct argp_state *state, const char *option, const char *arg,
                 struct tensor_dims *dims);

/* Integers from min to max separated by commas, such as 5,5; the number of them, at most room. */
int tensor_list(struct argp_state *state, const char *option, const char *arg, int64_t min,
                int64_t max, int room, int64_t *list);

/* A mode tree: pattern by name, and the arity for one that was not given (0). */
extern const char *const tensor_tree_names[];
enum wr_tree_pattern tensor_tree(struct argp_state *state, const char *option, const char *arg);
int tensor_arity(int given, enum wr_tree_pattern pattern);

/* Dimensions as they are written in options; the caller frees. NULL when there is no memory. */
char *tensor_dims_text(int order, const int64_t *dim);

#endif
