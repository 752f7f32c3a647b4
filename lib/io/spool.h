/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_SPOOL_H
#define WR_IO_SPOOL_H

#include <stddef.h>

#include "base/error.h"
#include "io/span.h"

/* Text that is kept while a stream is read: in memory at first, in a temporary file without a
 * name once it passes a limit, so that the system can drop its pages. */
struct wr_spool;

/* tmp_dir: folder for the file, NULL for /tmp; the string must outlive the spool. memory: bytes
 * that may stay in memory. */
enum wr_status wr_spool_open(struct wr_spool **spool, const char *tmp_dir, size_t memory,
                             struct wr_error *err);
void wr_spool_close(struct wr_spool *spool);

enum wr_status wr_spool_append(struct wr_spool *spool, const char *data, size_t size,
                               struct wr_error *err);

/* Bytes from position on, as many as there are up to size. */
enum wr_status wr_spool_read(const struct wr_spool *spool, size_t position, char *out, size_t size,
                             size_t *got, struct wr_error *err);

/* All that was appended, as one span that lives until close; nothing is appended after it. */
enum wr_status wr_spool_text(struct wr_spool *spool, struct wr_span *text, struct wr_error *err);

#endif
