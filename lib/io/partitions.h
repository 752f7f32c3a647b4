/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_PARTITIONS_H
#define WR_IO_PARTITIONS_H

#include "base/error.h"
#include "data/partition.h"

/*
 * Partition files: one partition per line, the vertex ids of its subset separated by blanks, or
 * by one comma each, with `t:` before them where a target is named; blank lines are skipped, #
 * begins a comment that ends with its line.
 *
 * wr_partitions_read - read a whole file.
 *
 * path    in   NULL or "-": standard input
 * p       out  release with wr_partitions_release; untouched on failure
 * Errors  WR_EDATA with name and line; WR_EIO; WR_ENOMEM. Whether ids fit a graph is for
 *         wr_partitions_check to say.
 */
enum wr_status wr_partitions_read(const char *path, struct wr_partitions *p, struct wr_error *err);

#endif
