/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_SPLITFILE_H
#define WR_IO_SPLITFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/split.h"

/*
 * wr_split_read - the parts of vertices or graphs: train, val, test or none, one per line; blank
 * lines are skipped, # begins a comment.
 *
 * path    in   NULL or "-": standard input
 * part    out  count values of enum wr_part; the caller frees; both are untouched on failure
 * Errors  WR_EDATA with name and line; as wr_input_open and wr_input_next; WR_ENOMEM
 */
enum wr_status wr_split_read(const char *path, int64_t *count, uint8_t **part,
                             struct wr_error *err);

/* Shares as in 80/10/10: percent of train, val and test. False, and shares untouched, when text
 * is anything else than three numbers >= 0 whose sum is at most 100. */
bool wr_split_shares_parse(const char *text, struct wr_split_shares *shares);

#endif
