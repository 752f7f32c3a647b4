/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_SINK_H
#define WR_IO_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Where output goes. A regular file is written under another name in the same folder and takes
 * its own name only when it is complete: at any moment, even when the process is killed, path is
 * absent, as it was before, or whole. Devices, pipes and standard output are written directly. A
 * name that ends in .gz or .zst is compressed.
 *
 * Writing never fails visibly: the first error is kept and wr_sink_finish returns it.
 */
struct wr_sink;

/* Open path for writing; NULL or "-" is standard output. Errors: WR_EIO with the name. */
enum wr_status wr_sink_open(struct wr_sink **sink, const char *path, struct wr_error *err);

void wr_sink_write(struct wr_sink *sink, const void *data, size_t size);
void wr_sink_string(struct wr_sink *sink, const char *string);
void wr_sink_printf(struct wr_sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void wr_sink_u64(struct wr_sink *sink, uint64_t value);
void wr_sink_double(struct wr_sink *sink, double value); /* shortest form that reads back equal */

/* Whether an error has been kept: a long writer may stop early. */
int wr_sink_failed(const struct wr_sink *sink);

/* The name that the file has until it gets its own, for whoever cleans up after a signal: NULL
 * while it has none, which is so where the file system knows files without a name. */
const char *wr_sink_draft(const struct wr_sink *sink);

/* Everything written and accepted by the system; the file does not have its name yet.
 * Errors: WR_EIO, the first of all writes. */
enum wr_status wr_sink_finish(struct wr_sink *sink, struct wr_error *err);

/* Finish if that was not done, and give the file a name beside the one it will have, so that only a
 * rename is left: several files can come this far before the first takes its name. */
enum wr_status wr_sink_name(struct wr_sink *sink, struct wr_error *err);

/* Whatever of this was not done, and its own name for the file; free the sink (also on failure). */
enum wr_status wr_sink_commit(struct wr_sink *sink, struct wr_error *err);

/* Free the sink and leave no trace of the file. NULL is allowed. */
void wr_sink_discard(struct wr_sink *sink);

#endif
