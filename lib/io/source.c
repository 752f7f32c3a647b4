/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/decoder.h"
#include "io/spool.h"

struct wr_source {
    char *name;
    int fd;
    bool close_fd;
    size_t position; /* of the next byte of the text */
    off_t begin;     /* the file's offset when we got it; -1: it has none */

    /* a plain regular file; decoder is NULL */
    size_t size; /* of the text */
    char *map;   /* from the start of the file; NULL until it is asked for */

    /* a stream */
    struct wr_decoder *decoder;
    struct wr_spool *spool; /* NULL: its text is not kept */
    bool again;             /* it was read once and now comes from the spool */
};

static enum wr_status open_file(struct wr_source *s, const char *path, struct wr_error *err)
{
    bool standard_input = !path || strcmp(path, "-") == 0;
    if (path && !path[0])
        return wr_error_set(err, WR_EINVAL, "an input without a name");
    s->name = strdup(standard_input ? "standard input" : path);
    if (!s->name)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    if (standard_input) {
        s->fd = STDIN_FILENO;
        return WR_OK;
    }
    s->fd = open(path, O_RDONLY | O_CLOEXEC);
    s->close_fd = s->fd >= 0;
    return s->fd >= 0 ? WR_OK : wr_error_errno(err, s->name, "cannot open");
}

/* Bytes at an offset, fewer only at the end of the file; -1: they cannot be read. */
static ssize_t peek(int fd, unsigned char *out, size_t size, off_t offset)
{
    size_t got = 0;
    while (got < size) {
        ssize_t n = pread(fd, out + got, size - got, offset + (off_t)got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

/* Files of the kernel have no size and are read as streams. */
static bool is_plain_file(struct wr_source *s, const struct stat *st)
{
    unsigned char magic[4];
    off_t offset = s->begin = lseek(s->fd, 0, SEEK_CUR);
    if (!S_ISREG(st->st_mode) || offset < 0 || st->st_size <= offset)
        return false;
    ssize_t got = peek(s->fd, magic, sizeof magic, offset);
    if (got < 0 || wr_decoder_format(magic, (size_t)got) != WR_PLAIN)
        return false;
    s->size = (size_t)(st->st_size - offset);
    (void)posix_fadvise(s->fd, offset, 0, POSIX_FADV_SEQUENTIAL);
    return true;
}

static enum wr_status open_stream(struct wr_source *s, const struct wr_source_options *options,
                                  struct wr_error *err)
{
    enum wr_status status = wr_decoder_open(&s->decoder, s->fd, s->name, err);
    if (!status && options->keep)
        status = wr_spool_open(&s->spool, options->tmp_dir, options->memory, err);
    return status;
}

enum wr_status wr_source_open(struct wr_source **source, const char *path,
                              const struct wr_source_options *options, struct wr_error *err)
{
    struct stat st;
    struct wr_source *s = calloc(1, sizeof *s);
    if (!s)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    s->fd = -1;
    enum wr_status status = open_file(s, path, err);
    if (status)
        goto out;
    if (fstat(s->fd, &st) != 0)
        status = wr_error_errno(err, s->name, "cannot read");
    else if (!is_plain_file(s, &st))
        status = open_stream(s, options, err);
out:
    if (status)
        wr_source_close(s);
    else
        *source = s;
    return status;
}

void wr_source_close(struct wr_source *s)
{
    if (!s)
        return;
    if (s->map)
        munmap(s->map, (size_t)s->begin + s->size);
    wr_decoder_close(s->decoder);
    wr_spool_close(s->spool);
    if (s->close_fd)
        close(s->fd);
    free(s->name);
    free(s);
}

enum wr_status wr_source_keep(struct wr_source *s, const struct wr_source_options *options,
                              const char *head, size_t size, struct wr_error *err)
{
    if (!s->decoder || s->spool)
        return WR_OK;
    enum wr_status status = wr_spool_open(&s->spool, options->tmp_dir, options->memory, err);
    return status ? status : wr_spool_append(s->spool, head, size, err);
}

const char *wr_source_name(const struct wr_source *s)
{
    return s->name;
}

int64_t wr_source_size(const struct wr_source *s)
{
    return s->decoder ? -1 : (int64_t)s->size;
}

static enum wr_status read_file(struct wr_source *s, char *out, size_t size, size_t *got,
                                struct wr_error *err)
{
    ssize_t n;
    if (size > s->size - s->position)
        size = s->size - s->position;
    do
        n = pread(s->fd, out, size, s->begin + (off_t)s->position);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return wr_error_errno(err, s->name, "cannot read");
    if (n == 0 && size > 0)
        return wr_error_at(err, WR_EIO, s->name, 0, "became shorter while it was read");
    *got = (size_t)n;
    return WR_OK;
}

static enum wr_status read_stream(struct wr_source *s, char *out, size_t size, size_t *got,
                                  struct wr_error *err)
{
    enum wr_status status = wr_decoder_read(s->decoder, out, size, got, err);
    if (!status && s->spool)
        status = wr_spool_append(s->spool, out, *got, err);
    return status;
}

enum wr_status wr_source_read(struct wr_source *s, char *out, size_t size, size_t *got,
                              struct wr_error *err)
{
    enum wr_status status;
    if (!s->decoder)
        status = read_file(s, out, size, got, err);
    else if (s->again)
        status = wr_spool_read(s->spool, s->position, out, size, got, err);
    else
        status = read_stream(s, out, size, got, err);
    if (!status)
        s->position += *got;
    return status;
}

/* Decode a file once more. */
static bool reopen_stream(struct wr_source *s)
{
    struct wr_decoder *decoder;
    if (s->begin < 0 || lseek(s->fd, s->begin, SEEK_SET) < 0 ||
        wr_decoder_open(&decoder, s->fd, s->name, NULL))
        return false;
    wr_decoder_close(s->decoder);
    s->decoder = decoder;
    return true;
}

bool wr_source_rewind(struct wr_source *s)
{
    s->again = s->spool != NULL;
    s->position = 0;
    return !s->decoder || s->spool || reopen_stream(s);
}

enum wr_status wr_source_text(struct wr_source *s, struct wr_span *text, struct wr_error *err)
{
    if (s->decoder)
        return wr_spool_text(s->spool, text, err);
    if (!s->map) {
        char *map = mmap(NULL, (size_t)s->begin + s->size, PROT_READ, MAP_PRIVATE, s->fd, 0);
        if (map == MAP_FAILED)
            return wr_error_errno(err, s->name, "cannot map");
        s->map = map;
    }
    *text = (struct wr_span){s->map + s->begin, s->size};
    return WR_OK;
}
