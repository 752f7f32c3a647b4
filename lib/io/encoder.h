/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_ENCODER_H
#define WR_IO_ENCODER_H

#include <stddef.h>

#include "base/error.h"

/* Compression of a byte stream by gzip (.gz) or zstd (.zst), chosen by the name's suffix. */
struct wr_encoder;

/* *encoder is NULL when the suffix asks for no compression. Compressed bytes go to
 * write(context, ...). Errors: WR_ENOMEM. */
enum wr_status wr_encoder_open(struct wr_encoder **encoder, const char *path,
                               void (*write)(void *context, const void *data, size_t size),
                               void *context, struct wr_error *err);

void wr_encoder_write(struct wr_encoder *encoder, const void *data, size_t size,
                      struct wr_error *err);

/* Write the end of the compressed stream. */
void wr_encoder_finish(struct wr_encoder *encoder, struct wr_error *err);

void wr_encoder_close(struct wr_encoder *encoder);

#endif
