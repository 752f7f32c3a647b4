/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/input.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/decoder.h"
#include "io/spool.h"

enum {
    CHUNK = 8 << 20,   /* bytes of a chunk of a stream */
    WINDOW = 64 << 20, /* bytes of a chunk of a mapped file */
    HEAD = 4096
};

struct wr_input {
    char *name;
    int fd;
    bool close_fd;
    bool keep_text;

    /* a mapped file; map is NULL for a stream */
    char *map;
    size_t map_size;
    size_t skip; /* bytes before the text: the file's offset when we got it */
    struct wr_span text;
    size_t taken; /* bytes of text that chunks have covered */

    /* a stream */
    struct wr_decoder *decoder;
    struct wr_spool *spool; /* NULL without keep_text */
    char *buffer;           /* the current chunk and, behind it, the start of the next */
    size_t buffer_size;
    size_t filled;
    size_t given; /* bytes of the buffer that are the current chunk */
    bool ended;
};

static enum wr_status open_file(struct wr_input *in, const char *path, struct wr_error *err)
{
    bool standard_input = !path || strcmp(path, "-") == 0;
    in->name = strdup(standard_input ? "standard input" : path);
    if (!in->name)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    if (standard_input) {
        in->fd = STDIN_FILENO;
        return WR_OK;
    }
    in->fd = open(path, O_RDONLY | O_CLOEXEC);
    in->close_fd = in->fd >= 0;
    return in->fd >= 0 ? WR_OK : wr_error_errno(err, in->name, "cannot open");
}

/* Map a plain regular file from its current offset. Leaves map NULL when it is not one, or when
 * the system does not map it: then it is read as a stream. */
static void try_map(struct wr_input *in, const struct stat *st)
{
    off_t offset = lseek(in->fd, 0, SEEK_CUR);
    unsigned char magic[4];
    if (!S_ISREG(st->st_mode) || offset < 0 || st->st_size <= offset)
        return;
    ssize_t got = pread(in->fd, magic, sizeof magic, offset);
    if (got < 0 || wr_decoder_format(magic, (size_t)got) != WR_PLAIN)
        return;
    char *map = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, in->fd, 0);
    if (map == MAP_FAILED)
        return;
    (void)madvise(map, (size_t)st->st_size, MADV_SEQUENTIAL);
    in->map = map;
    in->map_size = (size_t)st->st_size;
    in->skip = (size_t)offset;
    in->text = (struct wr_span){map + offset, (size_t)(st->st_size - offset)};
}

/* Read until the buffer holds at least `want` bytes or the stream ends. */
static enum wr_status fill(struct wr_input *in, size_t want, struct wr_error *err)
{
    while (!in->ended && in->filled < want) {
        size_t got = 0;
        enum wr_status status = wr_decoder_read(in->decoder, in->buffer + in->filled,
                                                in->buffer_size - in->filled, &got, err);
        if (status)
            return status;
        in->ended = got == 0;
        in->filled += got;
    }
    return WR_OK;
}

static enum wr_status open_stream(struct wr_input *in, const struct wr_input_options *options,
                                  struct wr_error *err)
{
    enum wr_status status = wr_decoder_open(&in->decoder, in->fd, in->name, err);
    if (!status && options->keep_text)
        status = wr_spool_open(&in->spool, options->tmp_dir, err);
    if (status)
        return status;
    in->buffer = wr_alloc(CHUNK, 1, err);
    if (!in->buffer)
        return WR_ENOMEM;
    in->buffer_size = CHUNK;
    return fill(in, HEAD, err);
}

enum wr_status wr_input_open(struct wr_input **input, const char *path,
                             const struct wr_input_options *options, struct wr_error *err)
{
    struct stat st;
    struct wr_input *in = calloc(1, sizeof *in);
    if (!in)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    in->fd = -1;
    in->keep_text = options->keep_text;
    enum wr_status status = open_file(in, path, err);
    if (status)
        goto out;
    if (fstat(in->fd, &st) != 0) {
        status = wr_error_errno(err, in->name, "cannot read");
        goto out;
    }
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        status = wr_error_errno(err, in->name, "cannot read");
        goto out;
    }
    try_map(in, &st);
    if (!in->map)
        status = open_stream(in, options, err);
out:
    if (status)
        wr_input_close(in);
    else
        *input = in;
    return status;
}

void wr_input_close(struct wr_input *in)
{
    if (!in)
        return;
    if (in->map)
        munmap(in->map, in->map_size);
    wr_decoder_close(in->decoder);
    wr_spool_close(in->spool);
    free(in->buffer);
    if (in->close_fd)
        close(in->fd);
    free(in->name);
    free(in);
}

enum wr_status wr_input_keep(struct wr_input *in, const char *tmp_dir, struct wr_error *err)
{
    assert(in->given == 0 && in->taken == 0);
    in->keep_text = true;
    return in->map || in->spool ? WR_OK : wr_spool_open(&in->spool, tmp_dir, err);
}

const char *wr_input_name(const struct wr_input *in)
{
    return in->name;
}

struct wr_span wr_input_head(const struct wr_input *in)
{
    struct wr_span head = in->map ? in->text : (struct wr_span){in->buffer, in->filled};
    if (head.size > HEAD)
        head.size = HEAD;
    return head;
}

/* Bytes up to and including the last newline; 0 when there is none. */
static size_t whole_lines(const char *data, size_t size)
{
    const char *last = memrchr(data, '\n', size);
    return last ? (size_t)(last - data) + 1 : 0;
}

static struct wr_span next_window(struct wr_input *in)
{
    struct wr_span window = {in->text.data + in->taken, in->text.size - in->taken};
    if (window.size > WINDOW) {
        size_t lines = whole_lines(window.data, WINDOW);
        if (lines == 0) { /* one line longer than a window */
            const char *end = memchr(window.data, '\n', window.size);
            lines = end ? (size_t)(end - window.data) + 1 : window.size;
        }
        window.size = lines;
    }
    in->taken += window.size;
    return window;
}

/* The start of the next chunk, which came in with the current one, moves to the front. */
static void drop_given(struct wr_input *in)
{
    in->filled -= in->given;
    memmove(in->buffer, in->buffer + in->given, in->filled);
    in->given = 0;
}

static enum wr_status next_piece(struct wr_input *in, struct wr_span *chunk, struct wr_error *err)
{
    enum wr_status status;
    size_t lines = 0;
    drop_given(in);
    for (;;) {
        if ((status = fill(in, in->buffer_size, err)))
            return status;
        lines = in->ended ? in->filled : whole_lines(in->buffer, in->filled);
        if (lines > 0 || in->ended)
            break;
        /* a line longer than the buffer */
        if ((status = wr_grow(&in->buffer, 2 * (int64_t)in->buffer_size, 1, err)))
            return status;
        in->buffer_size *= 2;
    }
    if (in->spool && (status = wr_spool_append(in->spool, in->buffer, lines, err)))
        return status;
    in->given = lines;
    *chunk = (struct wr_span){in->buffer, lines};
    return WR_OK;
}

enum wr_status wr_input_next(struct wr_input *in, struct wr_span *chunk, struct wr_error *err)
{
    if (in->map) {
        *chunk = next_window(in);
        return WR_OK;
    }
    enum wr_status status = next_piece(in, chunk, err);
    if (!status && chunk->size == 0 && in->spool)
        status = wr_spool_text(in->spool, &in->text, err);
    return status;
}

enum wr_status wr_input_all(struct wr_input *in, struct wr_span *text, struct wr_error *err)
{
    struct wr_span chunk;
    assert(in->keep_text);
    do {
        enum wr_status status = wr_input_next(in, &chunk, err);
        if (status)
            return status;
    } while (chunk.size > 0);
    *text = wr_input_text(in);
    return WR_OK;
}

struct wr_span wr_input_text(const struct wr_input *in)
{
    assert(in->keep_text);
    return in->text;
}
