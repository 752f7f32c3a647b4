/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_IDX_H
#define WR_IO_IDX_H

#include <stdint.h>

#include "base/error.h"
#include "io/input.h"

/*
 * The idx files of MNIST and its relatives, arrays of bytes: images (count x rows x cols) and
 * labels (count).
 *
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"
 */

enum { WR_IDX_RANK = 4 };

struct wr_idx {
    int rank;
    int64_t shape[WR_IDX_RANK];
    int64_t count;       /* the product of the dimensions */
    const uint8_t *data; /* count bytes, the last index fastest; the input's */
    struct wr_input *input;
};

/*
 * wr_idx_open - the array in a file (NULL or "-": standard input), plain or compressed; release
 * with wr_idx_close.
 *
 * rank     in   that it must have, 1 to WR_IDX_RANK
 * tmp_dir  in   as in wr_input_options
 * Errors   WR_EDATA: not an idx file, another type than bytes, another rank, more or fewer bytes
 *          than the shape says; others as wr_input_open
 */
enum wr_status wr_idx_open(struct wr_idx *a, const char *path, int rank, const char *tmp_dir,
                           struct wr_error *err);
void wr_idx_close(struct wr_idx *a);

#endif
