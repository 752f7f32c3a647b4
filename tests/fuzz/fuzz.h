/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/sink.h"
#include "io/span.h"

/*
 * What the fuzzing harnesses share. A harness is LLVMFuzzerTestOneInput for one reader; it is
 * linked with io/input.h and io/sink.h on memory (memory.c), so that a run touches no file, every
 * chunk ends where its memory ends, and a stale one is gone.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The run is a finding unless this holds. */
#define fuzz_check(holds) ((holds) ? (void)0 : fuzz_failed(__FILE__, __LINE__, #holds))
_Noreturn void fuzz_failed(const char *file, int line, const char *what);

/* How the bytes come to the reader. */
struct fuzz_way {
    size_t chunk; /* at least so many bytes in a chunk, as far as there are lines; 0: all */
    bool stream;  /* the size is not known beforehand */
};

/* A file that is read at once, and a stream of a line or two at a time. */
enum { FUZZ_WAYS = 2 };
extern const struct fuzz_way fuzz_ways[FUZZ_WAYS];

/* From now on every input that is opened, whatever its name, has these bytes, which stay the
 * caller's. Gzip and zstd are unpacked, up to FUZZ_UNPACKED bytes. */
enum { FUZZ_UNPACKED = 1 << 20 };
void fuzz_file(const void *data, size_t size, struct fuzz_way way);

/* What a reader returned: status and message agree, bad data names the input, and no input that is
 * this small runs out of memory. */
void fuzz_status(enum wr_status status, const struct wr_error *err);

/* Two readings of the same bytes ended alike, to the letter. */
void fuzz_same_error(const struct wr_error *a, const struct wr_error *b);

/* Two arrays of `bytes' bytes, or NULL. */
void fuzz_same_bytes(const void *a, const void *b, size_t bytes);

/* A sink on memory, and what was written to it, until it is closed. */
struct wr_sink *fuzz_sink(void);
struct wr_span fuzz_written(const struct wr_sink *sink);

/* A few bits that depend on the bytes alone, for choices. */
uint32_t fuzz_hash(const void *data, size_t size);

#endif
