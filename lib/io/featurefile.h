/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_FEATUREFILE_H
#define WR_IO_FEATUREFILE_H

#include "base/error.h"
#include "data/feature_matrix.h"
#include "data/labels.h"

/*
 * wr_feature_file_read - the features of vertices, in the format that the first bytes tell: an
 * .npy matrix of numbers, a row per vertex, or svmlight's text.
 *
 * path     in   NULL or "-": standard input
 * tmp_dir  in   where a large .npy matrix from a stream is kept meanwhile; NULL: /tmp
 * x        out  dense, or sparse from svmlight's text
 * labels   out  empty (count 0, label NULL) with .npy. Release both; untouched on failure
 * Errors   WR_EDATA: as wr_npy_parse and wr_svmlight_read; an array that has not two dimensions;
 *          a number that is not finite in single precision, with its row and column; as
 *          wr_input_open and wr_input_next; WR_ENOMEM
 */
enum wr_status wr_feature_file_read(const char *path, const char *tmp_dir,
                                    struct wr_feature_matrix *x, struct wr_labels *labels,
                                    struct wr_error *err);

#endif
