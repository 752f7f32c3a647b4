/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_LABELFILE_H
#define WR_IO_LABELFILE_H

#include "base/error.h"
#include "data/labels.h"

/*
 * wr_labels_read - the classes of vertices or graphs, a list as in io/integers.h; -1: unlabelled.
 *
 * labels  out  release with wr_labels_release; untouched on failure
 * Errors  as wr_integers_read
 */
enum wr_status wr_labels_read(const char *path, struct wr_labels *labels, struct wr_error *err);

#endif
