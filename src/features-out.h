/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FEATURES_OUT_H
#define FEATURES_OUT_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "gen/features.h"
#include "io/sink.h"

/* What graph-gen writes beside the graph. A path that ends in .npy, or so before .gz or .zst, gets
 * an array, any other text. */

/* The label of every vertex: one per line, or an array of n integers. */
void labels_write(const uint32_t *label, int64_t n, const char *path, struct wr_sink *sink);

/* Labels and features of every vertex as svmlight text, or an array of n x dim floats. Errors as
 * wr_features_init; those of the sink stay in it. */
enum wr_status features_write(const struct wr_feature_model *model, const uint32_t *label,
                              int64_t n, const char *path, const struct wr_progress *progress,
                              struct wr_sink *sink, struct wr_error *err);

#endif
