/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_SOURCE_H
#define WR_IO_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/span.h"

/*
 * The bytes of an input from front to back. A plain regular file is read by position, up to the
 * size it had when it was opened; anything else (a pipe, a device, gzip, zstd) is a stream, whose
 * text is kept on request, so that it can be read a second time.
 *
 * Files are read rather than mapped: on a mapped file every page costs a fault, measured five
 * times the cost of copying it.
 */
struct wr_source;

struct wr_source_options {
    bool keep;           /* wr_source_rewind or wr_source_text will be called */
    size_t memory;       /* bytes of a kept stream that may stay in memory */
    const char *tmp_dir; /* for the others; NULL: /tmp */
};

/* path: NULL or "-" is standard input, from where it stands. Errors: WR_EINVAL an empty path;
 * WR_EIO, WR_EDATA, WR_ENOMEM. */
enum wr_status wr_source_open(struct wr_source **source, const char *path,
                              const struct wr_source_options *options, struct wr_error *err);
void wr_source_close(struct wr_source *source);

/* Keep the text after all, as options->keep does, when nothing but `size` bytes, at `head`, has
 * been read. Errors: WR_EIO, WR_ENOMEM. */
enum wr_status wr_source_keep(struct wr_source *source, const struct wr_source_options *options,
                              const char *head, size_t size, struct wr_error *err);

/* The name for messages: the path, or "standard input". */
const char *wr_source_name(const struct wr_source *source);

/* Bytes of a plain regular file; -1 for a stream. */
int64_t wr_source_size(const struct wr_source *source);

/* Up to size bytes, at least one unless the end is reached: then *got is 0. Errors: WR_EIO;
 * WR_EDATA a truncated or damaged compressed stream; WR_ENOMEM. */
enum wr_status wr_source_read(struct wr_source *source, char *out, size_t size, size_t *got,
                              struct wr_error *err);

/* Start again at the front, once the end was reached; false when there is no way back: a stream
 * that is neither kept nor a file. */
bool wr_source_rewind(struct wr_source *source);

/* The whole text as a span that lives until close, once the end was reached. Errors: WR_EIO. */
enum wr_status wr_source_text(struct wr_source *source, struct wr_span *text, struct wr_error *err);

#endif
