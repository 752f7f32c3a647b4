/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

struct wr_spool {
    const char *tmp_dir;
    size_t limit; /* bytes that may stay in memory */
    char *memory; /* NULL once the text is in the file */
    size_t capacity;
    int fd; /* -1 while in memory */
    char *map;
    size_t size;
};

enum wr_status wr_spool_open(struct wr_spool **spool, const char *tmp_dir, size_t memory,
                             struct wr_error *err)
{
    struct wr_spool *s = calloc(1, sizeof *s);
    if (!s)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    s->tmp_dir = tmp_dir ? tmp_dir : "/tmp";
    s->limit = memory;
    s->fd = -1;
    *spool = s;
    return WR_OK;
}

void wr_spool_close(struct wr_spool *s)
{
    if (!s)
        return;
    if (s->map)
        munmap(s->map, s->size);
    if (s->fd >= 0)
        close(s->fd);
    free(s->memory);
    free(s);
}

/* A file without a name; where the file system cannot, one that is unlinked at once. */
static int open_unnamed(const char *dir)
{
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return fd;
    char path[4096];
    if (snprintf(path, sizeof path, "%s/walkrank-XXXXXX", dir) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static enum wr_status write_all(struct wr_spool *s, const char *data, size_t size,
                                struct wr_error *err)
{
    while (size > 0) {
        ssize_t n = write(s->fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return wr_error_errno(err, s->tmp_dir, "cannot write a temporary file");
        data += n;
        size -= (size_t)n;
    }
    return WR_OK;
}

static enum wr_status move_to_file(struct wr_spool *s, struct wr_error *err)
{
    s->fd = open_unnamed(s->tmp_dir);
    if (s->fd < 0)
        return wr_error_errno(err, s->tmp_dir, "cannot create a temporary file");
    enum wr_status status = write_all(s, s->memory, s->size, err);
    free(s->memory);
    s->memory = NULL;
    return status;
}

static enum wr_status keep_in_memory(struct wr_spool *s, const char *data, size_t size,
                                     struct wr_error *err)
{
    size_t needed = s->size + size;
    if (needed > s->capacity) {
        size_t wanted = 2 * s->capacity > needed ? 2 * s->capacity : needed;
        enum wr_status status = wr_grow(&s->memory, (int64_t)wanted, 1, err);
        if (status)
            return status;
        s->capacity = wanted;
    }
    memcpy(s->memory + s->size, data, size);
    return WR_OK;
}

enum wr_status wr_spool_append(struct wr_spool *s, const char *data, size_t size,
                               struct wr_error *err)
{
    enum wr_status status = WR_OK;
    if (size == 0)
        return WR_OK;
    if (s->fd < 0 && size > s->limit - s->size)
        status = move_to_file(s, err);
    if (!status)
        status = s->fd < 0 ? keep_in_memory(s, data, size, err) : write_all(s, data, size, err);
    if (!status)
        s->size += size;
    return status;
}

enum wr_status wr_spool_read(const struct wr_spool *s, size_t position, char *out, size_t size,
                             size_t *got, struct wr_error *err)
{
    if (size > s->size - position)
        size = s->size - position;
    *got = size;
    if (s->fd < 0) {
        if (size > 0)
            memcpy(out, s->memory + position, size);
        return WR_OK;
    }
    while (size > 0) {
        ssize_t n = pread(s->fd, out, size, (off_t)position);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return wr_error_errno(err, s->tmp_dir, "cannot read a temporary file");
        out += n;
        position += (size_t)n;
        size -= (size_t)n;
    }
    return WR_OK;
}

enum wr_status wr_spool_text(struct wr_spool *s, struct wr_span *text, struct wr_error *err)
{
    if (s->fd >= 0 && !s->map) {
        char *map = mmap(NULL, s->size, PROT_READ, MAP_PRIVATE, s->fd, 0);
        if (map == MAP_FAILED)
            return wr_error_errno(err, s->tmp_dir, "cannot map a temporary file");
        (void)madvise(map, s->size, MADV_SEQUENTIAL);
        s->map = map;
    }
    *text = (struct wr_span){s->fd >= 0 ? s->map : s->memory, s->size};
    return WR_OK;
}
