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

enum { IN_MEMORY = 64 << 20 };

struct wr_spool {
    const char *tmp_dir;
    char *memory; /* NULL once the text is in the file */
    size_t capacity;
    int fd; /* -1 while in memory */
    char *map;
    size_t size;
};

enum wr_status wr_spool_open(struct wr_spool **spool, const char *tmp_dir, struct wr_error *err)
{
    struct wr_spool *s = calloc(1, sizeof *s);
    if (!s)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    s->tmp_dir = tmp_dir ? tmp_dir : "/tmp";
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

enum wr_status wr_spool_append(struct wr_spool *s, const char *data, size_t size,
                               struct wr_error *err)
{
    enum wr_status status = WR_OK;
    if (s->fd < 0 && s->size + size > IN_MEMORY)
        status = move_to_file(s, err);
    if (!status && s->fd >= 0) {
        status = write_all(s, data, size, err);
    } else if (!status && size > 0) {
        if (s->size + size > s->capacity) {
            size_t wanted = 2 * s->capacity > s->size + size ? 2 * s->capacity : s->size + size;
            if ((status = wr_grow(&s->memory, (int64_t)wanted, 1, err)))
                return status;
            s->capacity = wanted;
        }
        memcpy(s->memory + s->size, data, size);
    }
    if (!status)
        s->size += size;
    return status;
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
