/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/input.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/source.h"

enum {
    CHUNK = 4 << 20,     /* bytes of a chunk, unless a line is longer */
    HEAD = 4096,         /* bytes that are there from the start */
    SMALL = 64 << 10,    /* first size of a buffer, ... */
    GROWTH = 8,          /* ... and the factor by which it grows to CHUNK */
    IN_MEMORY = 64 << 20 /* bytes of a kept stream that stay in memory by default */
};

struct chunk {
    char *data;
    size_t capacity;
    size_t filled;
    size_t lines; /* bytes of whole lines; the next chunk starts with the others */
};

struct wr_input {
    struct wr_source *source;
    bool keep_text;
    bool ended;        /* the source is at its end */
    struct chunk now;  /* the caller's */
    struct chunk next; /* its successor */
    bool has_next;     /* it was fetched, with this result: */
    enum wr_status next_status;
    struct wr_error next_error;
    struct wr_span text; /* once the end was reached, with keep_text */
};

/* Read until the chunk holds `want` bytes or the source ends. */
static enum wr_status fill(struct wr_input *in, struct chunk *c, size_t want, struct wr_error *err)
{
    while (!in->ended && c->filled < want) {
        size_t got = 0;
        enum wr_status status;
        if (c->filled == c->capacity) {
            size_t larger = c->capacity ? GROWTH * c->capacity : SMALL;
            if (larger > want)
                larger = want;
            if ((status = wr_grow(&c->data, (int64_t)larger, 1, err)))
                return status;
            c->capacity = larger;
        }
        size_t room = (c->capacity < want ? c->capacity : want) - c->filled;
        if ((status = wr_source_read(in->source, c->data + c->filled, room, &got, err)))
            return status;
        in->ended = got == 0;
        c->filled += got;
    }
    return WR_OK;
}

enum wr_status wr_input_open(struct wr_input **input, const char *path,
                             const struct wr_input_options *options, struct wr_error *err)
{
    struct wr_input *in = calloc(1, sizeof *in);
    if (!in)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    in->keep_text = options->keep_text;
    struct wr_source_options source = {.keep = options->keep_text,
                                       .memory = options->memory ? options->memory : IN_MEMORY,
                                       .tmp_dir = options->tmp_dir};
    enum wr_status status = wr_source_open(&in->source, path, &source, err);
    if (!status)
        status = fill(in, &in->next, HEAD, err);
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
    wr_source_close(in->source);
    free(in->now.data);
    free(in->next.data);
    free(in);
}

enum wr_status wr_input_keep(struct wr_input *in, const char *tmp_dir, struct wr_error *err)
{
    assert(!in->now.data && !in->has_next);
    struct wr_source_options options = {.memory = IN_MEMORY, .tmp_dir = tmp_dir};
    in->keep_text = true;
    return wr_source_keep(in->source, &options, in->next.data, in->next.filled, err);
}

const char *wr_input_name(const struct wr_input *in)
{
    return wr_source_name(in->source);
}

int64_t wr_input_size(const struct wr_input *in)
{
    return wr_source_size(in->source);
}

struct wr_span wr_input_head(const struct wr_input *in)
{
    return (struct wr_span){in->next.data, in->next.filled < HEAD ? in->next.filled : HEAD};
}

/* Bytes up to and including the last newline; 0 when there is none. */
static size_t whole_lines(const char *data, size_t size)
{
    const char *last = size > 0 ? memrchr(data, '\n', size) : NULL;
    return last ? (size_t)(last - data) + 1 : 0;
}

/* The unfinished line at the end of the current chunk starts the next one. */
static enum wr_status take_rest(struct wr_input *in, struct wr_error *err)
{
    struct chunk *now = &in->now, *next = &in->next;
    size_t rest = now->filled - now->lines;
    if (rest == 0) /* always so before the first chunk, when `next` has the head */
        return WR_OK;
    if (rest > next->capacity) {
        enum wr_status status = wr_grow(&next->data, (int64_t)rest, 1, err);
        if (status)
            return status;
        next->capacity = rest;
    }
    memcpy(next->data, now->data + now->lines, rest);
    next->filled = rest;
    return WR_OK;
}

static enum wr_status fetch(struct wr_input *in, struct wr_error *err)
{
    struct chunk *next = &in->next;
    enum wr_status status = take_rest(in, err);
    for (size_t want = CHUNK; !status; want *= 2) {
        if ((status = fill(in, next, want, err)))
            break;
        next->lines = in->ended ? next->filled : whole_lines(next->data, next->filled);
        if (next->lines > 0 || in->ended)
            break;
    }
    return status;
}

void wr_input_ahead(struct wr_input *in)
{
    if (in->has_next)
        return;
    in->next_status = fetch(in, &in->next_error);
    in->has_next = true;
}

enum wr_status wr_input_next(struct wr_input *in, struct wr_span *chunk, struct wr_error *err)
{
    wr_input_ahead(in);
    if (in->next_status) {
        if (err && !err->status)
            *err = in->next_error;
        return in->next_status;
    }
    struct chunk given = in->next;
    in->next = in->now;
    in->next.filled = 0;
    in->now = given;
    in->has_next = false;
    *chunk = (struct wr_span){given.data, given.lines};
    if (given.lines == 0 && in->keep_text)
        return wr_source_text(in->source, &in->text, err);
    return WR_OK;
}

bool wr_input_rewind(struct wr_input *in)
{
    if (!wr_source_rewind(in->source))
        return false;
    in->ended = false;
    in->has_next = false;
    in->now.filled = in->now.lines = in->next.filled = 0;
    return true;
}

enum wr_status wr_input_all(struct wr_input *in, struct wr_span *text, struct wr_error *err)
{
    struct wr_span chunk = {NULL, wr_source_size(in->source) < 0};
    enum wr_status status = WR_OK;
    assert(in->keep_text);
    while (!status && chunk.size > 0)
        status = wr_input_next(in, &chunk, err);
    if (!status)
        status = wr_source_text(in->source, &in->text, err);
    if (!status)
        *text = in->text;
    return status;
}

struct wr_span wr_input_text(const struct wr_input *in)
{
    assert(in->keep_text);
    return in->text;
}
