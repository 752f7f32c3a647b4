/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/textblocks.h"

#include <stdint.h>
#include <string.h>

#include "base/blocks.h"

enum { TURN = WR_TEXTBLOCK * WR_TEXTBLOCKS };

struct turn {
    struct wr_input *input;
    const struct wr_textblocks *how;
    struct wr_span chunk;
    size_t begin; /* of this turn in the chunk */
};

/* The start of the first line that starts at `at` or behind it, the chunk's size when none does
 * before `limit`. */
static size_t line_start(struct wr_span chunk, size_t at, size_t limit)
{
    if (at == 0 || at >= chunk.size)
        return at;
    const char *newline = memchr(chunk.data + at - 1, '\n', limit - (at - 1));
    return newline ? (size_t)(newline - chunk.data) + 1 : chunk.size;
}

/* Lines that start in begin .. end - 1. Looks at no byte that belongs to neither the range nor
 * its last line: a long line is not searched again by the ranges inside it. */
static struct wr_span lines_of(struct wr_span chunk, size_t begin, size_t end)
{
    size_t first = line_start(chunk, begin, end);
    if (first >= end)
        return (struct wr_span){chunk.data, 0};
    return (struct wr_span){chunk.data + first, line_start(chunk, end, chunk.size) - first};
}

static void work_on_block(void *context, int64_t begin, int64_t end)
{
    const struct turn *t = context;
    struct wr_span lines = lines_of(t->chunk, t->begin + (size_t)begin, t->begin + (size_t)end);
    t->how->work(t->how->context, (int)(begin / WR_TEXTBLOCK), lines);
}

static void read_ahead(void *context)
{
    const struct turn *t = context;
    wr_input_ahead(t->input);
}

static enum wr_status run_chunk(struct turn *t, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    for (t->begin = 0; t->begin < t->chunk.size && !status; t->begin += TURN) {
        size_t left = t->chunk.size - t->begin;
        int64_t length = left < TURN ? (int64_t)left : TURN;
        wr_blocks_run_beside(length, WR_TEXTBLOCK, work_on_block, read_ahead, t);
        int blocks = (int)wr_block_count(length, WR_TEXTBLOCK);
        status = t->how->take(t->how->context, blocks, err);
    }
    return status;
}

enum wr_status wr_textblocks_run_behind(struct wr_input *input, struct wr_span rest,
                                        const struct wr_textblocks *how, struct wr_error *err)
{
    struct turn t = {.input = input, .how = how, .chunk = rest};
    enum wr_status status = run_chunk(&t, err);
    do {
        if (!status)
            status = wr_input_next(input, &t.chunk, err);
        if (!status)
            status = run_chunk(&t, err);
    } while (!status && t.chunk.size > 0);
    return status;
}

enum wr_status wr_textblocks_run(struct wr_input *input, const struct wr_textblocks *how,
                                 struct wr_error *err)
{
    return wr_textblocks_run_behind(input, (struct wr_span){NULL, 0}, how, err);
}
