/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLOT_H
#define PLOT_H

#include "base/error.h"
#include "io/sink.h"

/* Pictures by gnuplot, which is needed only when one is asked for. */

/* gnuplot's `set terminal` for a file name; NULL when its suffix is none of .svg, .png, .pdf. */
const char *plot_terminal(const char *path);

/* Run a gnuplot script whose output goes to standard output, and write that to sink.
 * Errors: WR_EIO when gnuplot is not installed, fails or prints nothing; WR_ENOMEM. */
enum wr_status plot_run(const char *script, struct wr_sink *sink, struct wr_error *err);

#endif
