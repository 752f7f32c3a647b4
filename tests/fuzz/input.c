/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/input.h"

/* The real io/input.h on bytes that may be gzip or zstd: by chunks, by chunks once more, and as a
 * whole, from a file and from a pipe, it is the same text or the same error. */

enum { MOST = 4 << 20, PIPE = 32 << 10 };

static int file_of(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    return fd;
}

/* Sizes below PIPE fit a pipe at once. */
static int pipe_of(const uint8_t *data, size_t size)
{
    int ends[2];
    fuzz_check(pipe2(ends, O_CLOEXEC) == 0 && write(ends[1], data, size) == (ssize_t)size);
    close(ends[1]);
    return ends[0];
}

/* Chunks put together; false when there is too much of it. */
static bool gather(struct wr_input *in, uint32_t *hash, size_t *size, struct wr_error *err)
{
    struct wr_span chunk = {NULL, 1};
    *hash = 0;
    *size = 0;
    while (chunk.size > 0 && *size < MOST && !wr_input_next(in, &chunk, err)) {
        fuzz_check(!chunk.size || chunk.data);
        *hash = *hash * 31 + fuzz_hash(chunk.data, chunk.size);
        *size += chunk.size;
    }
    return *size < MOST && !err->status;
}

/* False when there is too much text to compare. */
static bool read_text(const char *path, bool whole, struct wr_error *err, uint32_t *hash)
{
    const struct wr_input_options options = {.keep_text = true, .memory = 1000};
    struct wr_input *in;
    struct wr_span text;
    uint32_t again = 0;
    size_t size = 0, size_again;
    bool small = true;
    if (wr_input_open(&in, path, &options, err))
        return true;
    struct wr_span head = wr_input_head(in);
    *hash = fuzz_hash(head.data, head.size);
    if (whole) {
        if (!wr_input_all(in, &text, err))
            *hash = fuzz_hash(text.data, text.size);
    } else if (!gather(in, hash, &size, err)) {
        small = err->status != WR_OK;
    } else {
        text = wr_input_text(in);
        fuzz_check(text.size == size);
        wr_input_rewind(in);
        fuzz_check(gather(in, &again, &size_again, err) && size == size_again && again == *hash);
        *hash = fuzz_hash(text.data, text.size);
    }
    wr_input_close(in);
    return small;
}

static bool read_way(const uint8_t *data, size_t size, bool whole, bool from_pipe,
                     struct wr_error *err, uint32_t *hash)
{
    char path[32];
    int fd = from_pipe ? pipe_of(data, size) : file_of(data, size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    bool small = read_text(path, whole, err, hash);
    fuzz_status(err->status, err);
    close(fd);
    return small;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wr_error err[3] = {{0}};
    uint32_t hash[3] = {0};
    if (size > PIPE)
        return 0;
    bool small = read_way(data, size, false, false, &err[0], &hash[0]);
    read_way(data, size, false, true, &err[1], &hash[1]);
    fuzz_same_error(&err[0], &err[1]);
    fuzz_check(hash[0] == hash[1]);
    if (err[0].status || !small)
        return 0;
    read_way(data, size, true, true, &err[2], &hash[2]);
    fuzz_same_error(&err[0], &err[2]);
    fuzz_check(hash[0] == hash[2]);
    return 0;
}
