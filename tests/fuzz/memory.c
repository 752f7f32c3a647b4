/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/decoder.h"
#include "io/input.h"
#include "io/number.h"

/* --- io/input.h on memory ------------------------------------------------------------------ */

enum { HEAD = 4096 };

const struct fuzz_way fuzz_ways[FUZZ_WAYS] = {{0, false}, {16, true}};

/* What every input is: the bytes of fuzz_file, unpacked. Unpacking costs a hundred times what
 * reading does, and a harness opens the same bytes many times: the last that were compressed are
 * kept. */
static struct {
    struct wr_span text;
    struct fuzz_way way;
    bool compressed;
    struct {
        char *bytes, *text;
        size_t bytes_size, text_size;
        struct wr_error error; /* of unpacking */
    } last;
} file;

struct wr_input {
    char *name;
    size_t at; /* what was given ends here */
    struct wr_span text;
    bool keep;
    /* copies that end where their memory ends */
    char *head, *chunk, *all;
};

/* A copy in memory of just this size; NULL of nothing. */
static char *copy(const char *data, size_t size)
{
    char *made = size > 0 ? malloc(size) : NULL;
    fuzz_check(size == 0 || made);
    return size > 0 ? memcpy(made, data, size) : NULL;
}

static void unpack_from(int fd)
{
    struct wr_decoder *decoder;
    char part[4096];
    size_t got = 1;
    struct wr_error *err = &file.last.error;
    if (wr_decoder_open(&decoder, fd, "compressed", err))
        return;
    while (got > 0 && !wr_decoder_read(decoder, part, sizeof part, &got, err)) {
        file.last.text = realloc(file.last.text, file.last.text_size + got + 1);
        fuzz_check(file.last.text);
        memcpy(file.last.text + file.last.text_size, part, got);
        file.last.text_size += got;
        if (file.last.text_size > FUZZ_UNPACKED)
            wr_error_at(err, WR_EIO, "compressed", 0, "more than the harness reads");
        if (err->status)
            break;
    }
    wr_decoder_close(decoder);
}

static void unpack(const char *data, size_t size)
{
    if (size == file.last.bytes_size && memcmp(data, file.last.bytes, size) == 0)
        return;
    free(file.last.bytes);
    free(file.last.text);
    file.last.text = NULL;
    file.last.text_size = 0;
    file.last.error = (struct wr_error){0};
    file.last.bytes = copy(data, size);
    file.last.bytes_size = size;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_check(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    unpack_from(fd);
    close(fd);
}

void fuzz_file(const void *data, size_t size, struct fuzz_way way)
{
    file.text = (struct wr_span){size > 0 ? data : "", size};
    file.way = way;
    file.compressed = wr_decoder_format(data, size) != WR_PLAIN;
    if (!file.compressed)
        return;
    unpack(data, size);
    file.text = (struct wr_span){file.last.text ? file.last.text : "", file.last.text_size};
}

enum wr_status wr_input_open(struct wr_input **input, const char *path,
                             const struct wr_input_options *options, struct wr_error *err)
{
    struct wr_input *in = calloc(1, sizeof *in);
    fuzz_check(in);
    if (file.compressed && file.last.error.status) {
        free(in);
        *err = file.last.error;
        return err->status;
    }
    in->name = strdup(path);
    in->keep = options->keep_text;
    in->text = file.text;
    in->head = copy(in->text.data, in->text.size < HEAD ? in->text.size : HEAD);
    *input = in;
    return WR_OK;
}

void wr_input_close(struct wr_input *in)
{
    if (!in)
        return;
    free(in->name);
    free(in->head);
    free(in->chunk);
    free(in->all);
    free(in);
}

enum wr_status wr_input_keep(struct wr_input *in, const char *tmp_dir, struct wr_error *err)
{
    (void)tmp_dir;
    (void)err;
    fuzz_check(in->at == 0);
    in->keep = true;
    return WR_OK;
}

const char *wr_input_name(const struct wr_input *in)
{
    return in->name;
}

int64_t wr_input_size(const struct wr_input *in)
{
    return file.way.stream || file.compressed || in->text.size == 0 ? -1 : (int64_t)in->text.size;
}

struct wr_span wr_input_head(const struct wr_input *in)
{
    return (struct wr_span){in->head, in->text.size < HEAD ? in->text.size : HEAD};
}

void wr_input_ahead(struct wr_input *in)
{
    (void)in;
}

enum wr_status wr_input_next(struct wr_input *in, struct wr_span *chunk, struct wr_error *err)
{
    size_t left = in->text.size - in->at, want = file.way.chunk > 0 ? file.way.chunk : left;
    const char *begin = in->text.data + in->at;
    (void)err;
    if (want < left) {
        const char *newline = memchr(begin + want - 1, '\n', left - want + 1);
        want = newline ? (size_t)(newline + 1 - begin) : left;
    }
    if (want > left)
        want = left;
    free(in->chunk);
    in->chunk = copy(begin, want);
    in->at += want;
    *chunk = (struct wr_span){in->chunk, want};
    if (want == 0 && in->keep)
        (void)wr_input_all(in, &(struct wr_span){NULL, 0}, NULL);
    return WR_OK;
}

bool wr_input_rewind(struct wr_input *in)
{
    in->at = 0;
    return true;
}

enum wr_status wr_input_all(struct wr_input *in, struct wr_span *text, struct wr_error *err)
{
    (void)err;
    fuzz_check(in->keep);
    in->at = in->text.size;
    if (!in->all)
        in->all = copy(in->text.data, in->text.size);
    *text = wr_input_text(in);
    return WR_OK;
}

struct wr_span wr_input_text(const struct wr_input *in)
{
    fuzz_check(in->keep && in->at == in->text.size);
    return (struct wr_span){in->all, in->text.size};
}

/* --- io/sink.h on memory ------------------------------------------------------------------- */

struct wr_sink {
    char *data;
    size_t size, room;
};

enum wr_status wr_sink_open(struct wr_sink **sink, const char *path, struct wr_error *err)
{
    (void)path;
    (void)err;
    *sink = calloc(1, sizeof **sink);
    fuzz_check(*sink);
    return WR_OK;
}

struct wr_sink *fuzz_sink(void)
{
    struct wr_sink *sink = NULL;
    (void)wr_sink_open(&sink, NULL, NULL);
    return sink;
}

struct wr_span fuzz_written(const struct wr_sink *sink)
{
    return (struct wr_span){sink->data, sink->size};
}

void wr_sink_write(struct wr_sink *sink, const void *data, size_t size)
{
    if (size == 0)
        return;
    if (size > sink->room - sink->size) {
        sink->room = 2 * sink->room + size;
        sink->data = realloc(sink->data, sink->room);
        fuzz_check(sink->data);
    }
    memcpy(sink->data + sink->size, data, size);
    sink->size += size;
}

void wr_sink_string(struct wr_sink *sink, const char *string)
{
    wr_sink_write(sink, string, strlen(string));
}

void wr_sink_printf(struct wr_sink *sink, const char *format, ...)
{
    char *text;
    va_list args;
    va_start(args, format);
    int size = vasprintf(&text, format, args);
    va_end(args);
    fuzz_check(size >= 0);
    wr_sink_write(sink, text, (size_t)size);
    free(text);
}

void wr_sink_u64(struct wr_sink *sink, uint64_t value)
{
    char text[WR_U64_DIGITS];
    wr_sink_write(sink, text, (size_t)(wr_format_u64(text, value) - text));
}

void wr_sink_double(struct wr_sink *sink, double value)
{
    char text[WR_DOUBLE_DIGITS];
    wr_sink_write(sink, text, (size_t)wr_format_double(text, value));
}

int wr_sink_failed(const struct wr_sink *sink)
{
    (void)sink;
    return 0;
}

enum wr_status wr_sink_finish(struct wr_sink *sink, struct wr_error *err)
{
    (void)sink;
    (void)err;
    return WR_OK;
}

const char *wr_sink_draft(const struct wr_sink *sink)
{
    (void)sink;
    return NULL;
}

enum wr_status wr_sink_name(struct wr_sink *sink, struct wr_error *err)
{
    return wr_sink_finish(sink, err);
}

enum wr_status wr_sink_commit(struct wr_sink *sink, struct wr_error *err)
{
    (void)err;
    wr_sink_discard(sink);
    return WR_OK;
}

void wr_sink_discard(struct wr_sink *sink)
{
    if (!sink)
        return;
    free(sink->data);
    free(sink);
}
