/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_MEMBERSHIPFILE_H
#define WR_IO_MEMBERSHIPFILE_H

#include "base/error.h"
#include "data/membership.h"

/*
 * wr_membership_read - the number of the graph, from 0, of each vertex, a list as in
 * io/integers.h. There are as many graphs as the largest number + 1; a number that does not occur
 * is a graph without vertices.
 *
 * m       out  release with wr_membership_release; untouched on failure
 * Errors  as wr_integers_read
 */
enum wr_status wr_membership_read(const char *path, struct wr_membership *m, struct wr_error *err);

#endif
