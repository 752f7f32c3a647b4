/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_DECODER_H
#define WR_IO_DECODER_H

#include <stddef.h>

#include "base/error.h"

/* A byte stream from a file descriptor, decompressed when its first bytes say gzip or zstd. */
struct wr_decoder;

enum wr_compression { WR_PLAIN, WR_GZIP, WR_ZSTD };

/* What the first bytes of a file say. */
enum wr_compression wr_decoder_format(const unsigned char *magic, size_t size);

/* fd stays the caller's; name is for messages and must outlive the decoder. Reads the first
 * bytes. Errors: WR_EIO, WR_ENOMEM. */
enum wr_status wr_decoder_open(struct wr_decoder **decoder, int fd, const char *name,
                               struct wr_error *err);
void wr_decoder_close(struct wr_decoder *decoder);

/* Up to size bytes; *got is 0 only at the end. Errors: WR_EIO; WR_EDATA when the compressed
 * stream is damaged, truncated, or followed by something else. */
enum wr_status wr_decoder_read(struct wr_decoder *decoder, char *out, size_t size, size_t *got,
                               struct wr_error *err);

#endif
