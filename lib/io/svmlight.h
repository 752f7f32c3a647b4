/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_SVMLIGHT_H
#define WR_IO_SVMLIGHT_H

#include <stdint.h>

#include "io/sink.h"

/*
 * Features in svmlight's (libsvm's) text: a line per vertex, `label index:value ...`, indices from
 * 1 ascending, absent ones 0.
 */

/* Write the line of one vertex; row holds dim values. */
void wr_svmlight_write_row(int64_t label, const float *row, int64_t dim, struct wr_sink *sink);

#endif
