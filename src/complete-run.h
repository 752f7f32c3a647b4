/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_RUN_H
#define COMPLETE_RUN_H

#include "complete-kind.h"

/* A run of a completion tool, from its options to its outputs; what there is to return to
 * cli_finish. */
enum wr_status complete_run(struct complete_options *o, const struct complete_kind *kind,
                            struct wr_error *err);

#endif
