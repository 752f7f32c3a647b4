/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_INPUT_H
#define WR_IO_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/span.h"

/*
 * The text of an input, whatever it is: a file or standard input, plain, gzip or zstd (told by
 * its first bytes). It is read from front to back, in chunks of whole lines. The text is kept on
 * request: a plain regular file is its own copy, the text of a stream stays in memory while it
 * is small and goes to an unlinked temporary file once it is large.
 */
struct wr_input;

struct wr_input_options {
    bool keep_text; /* wr_input_all or wr_input_text will be called, wr_input_rewind must work */
    size_t memory;  /* bytes of a kept stream that may stay in memory; 0: 64 MiB */
    const char *tmp_dir; /* for larger ones; NULL: /tmp */
};

/*
 * wr_input_open - open path for reading; NULL or "-" is standard input.
 *
 * in      out  release with wr_input_close
 * Errors  WR_EINVAL an empty name; WR_EIO with the name: it does not exist, is a directory, cannot
 *         be read; WR_EDATA when a compressed stream is damaged at its start; WR_ENOMEM
 */
enum wr_status wr_input_open(struct wr_input **in, const char *path,
                             const struct wr_input_options *options, struct wr_error *err);
void wr_input_close(struct wr_input *in);

/* Keep the text after all, as options.keep_text does; before the first wr_input_next. For formats
 * that are told from their first bytes. */
enum wr_status wr_input_keep(struct wr_input *in, const char *tmp_dir, struct wr_error *err);

/* The name for messages: the path, or "standard input". */
const char *wr_input_name(const struct wr_input *in);

/* Bytes of the text if that is known beforehand, else -1. */
int64_t wr_input_size(const struct wr_input *in);

/* Up to 4096 of the first bytes of the (decompressed) text, before the first wr_input_next: for
 * telling formats apart. */
struct wr_span wr_input_head(const struct wr_input *in);

/*
 * wr_input_next - the next chunk: whole lines, the newline of the very last one may be missing.
 *
 * chunk   out  valid until the next call; size 0 at the end of the input. The cuts depend on the
 *              text alone
 * Errors  WR_EIO; WR_EDATA a truncated or damaged compressed stream; WR_ENOMEM
 */
enum wr_status wr_input_next(struct wr_input *in, struct wr_span *chunk, struct wr_error *err);

/* Fetch the chunk that wr_input_next will give, while other threads read the current one. An
 * error waits for wr_input_next. */
void wr_input_ahead(struct wr_input *in);

/* Give the chunks once more, from the first, after the end has been reached. With keep_text it is
 * always possible; otherwise false when there is no way back, as in a pipe. */
bool wr_input_rewind(struct wr_input *in);

/* Read to the end and give the whole text as one span that lives until close; needs keep_text.
 * For small files and binary formats, instead of wr_input_next. Errors as there. */
enum wr_status wr_input_all(struct wr_input *in, struct wr_span *text, struct wr_error *err);

/* The whole text after its end was reached, with keep_text; lives until close. */
struct wr_span wr_input_text(const struct wr_input *in);

#endif
