/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_LINES_H
#define WR_IO_LINES_H

#include <stdint.h>

#include "base/error.h"
#include "io/input.h"

/* A text input line by line, for the files whose reading costs nothing: orders, partitions,
 * labels. Owned by the caller; zero it, or open it, before it is closed. Readers that take whole
 * chunks of an input count their lines here, for the sake of errors. */
struct wr_lines {
    struct wr_input *input;
    struct wr_span rest; /* of the current chunk */
    int64_t number;      /* of the line that was given last, from 1; 0: none yet */
};

/* Open path; NULL or "-" is standard input. Errors as wr_input_open. */
enum wr_status wr_lines_open(struct wr_lines *lines, const char *path, struct wr_error *err);
void wr_lines_close(struct wr_lines *lines);

/* The next line without its newline or CRLF, valid until the next call; data is NULL at the end.
 * Errors as wr_input_next. */
enum wr_status wr_lines_next(struct wr_lines *lines, struct wr_span *line, struct wr_error *err);

/* Give every line that is left, up to its comment, which # begins, to take; until it fails. Errors:
 * its own, and as wr_lines_next. */
enum wr_status wr_lines_each(struct wr_lines *lines,
                             enum wr_status (*take)(void *context, struct wr_span line,
                                                    struct wr_error *err),
                             void *context, struct wr_error *err);

/* WR_EDATA at the current line; at line 1 when the input is empty. */
enum wr_status wr_lines_error(const struct wr_lines *lines, struct wr_error *err,
                              const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same for a word that is wrong: `'word' is not IS_NOT'. */
enum wr_status wr_lines_word_error(const struct wr_lines *lines, struct wr_span word,
                                   const char *is_not, struct wr_error *err);

#endif
