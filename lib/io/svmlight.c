/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/svmlight.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/compiler.h"
#include "io/number.h"
#include "io/scan.h"
#include "io/svmline.h"
#include "io/textblocks.h"

/* --- reading ------------------------------------------------------------------------------- */

/*
 * A block of lines is counted first: newlines bound its rows and colons its entries. Its place in
 * the arrays is then known, and the blocks of a turn are read into them side by side. Where a
 * comment made a bound too large, what lies behind it moves down.
 */
struct block {
    struct wr_span text;
    int64_t lines, colons;
    int64_t row, entry; /* its place */
    int64_t rows, entries;
    uint32_t cols;
    int64_t widest; /* number of the first line with the last of the columns, from 1 */
    int64_t bad;    /* number of the malformed line where reading stopped, from 1; 0: none */
    char problem[WR_WORD_PROBLEM];
};

struct reader {
    struct wr_input *input;
    struct block block[WR_TEXTBLOCKS];
    struct wr_feature_matrix x; /* x.row[i + 1]: the end of row i, within its block at first */
    int32_t *label;
    int64_t row_room, entry_room;
    int64_t lines, bytes; /* that have been read */
};

WR_CLONES static int64_t count_byte(const char *restrict text, size_t size, char byte)
{
    int64_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += text[i] == byte;
    return count;
}

static void survey_block(void *context, int slot, struct wr_span text)
{
    struct reader *r = context;
    struct block *b = &r->block[slot];
    *b = (struct block){.text = text};
    b->lines = count_byte(text.data, text.size, '\n');
    b->lines += text.size > 0 && text.data[text.size - 1] != '\n';
    b->colons = count_byte(text.data, text.size, ':');
}

static void read_block(void *context, int64_t begin, int64_t end)
{
    struct reader *r = context;
    struct block *b = &r->block[begin];
    const char *at = b->text.data, *stop = at + b->text.size;
    struct wr_svmline line = {.entries = 0};
    (void)end;
    for (int64_t number = 1; at < stop; number++) {
        line.col = r->x.col + b->entry + b->entries;
        line.value = r->x.value + b->entry + b->entries;
        enum wr_svmline_kind kind = wr_svmline_parse(wr_scan_line(at, stop, &at), &line);
        if (kind == WR_SVMLINE_COMMENT)
            continue;
        if (kind == WR_SVMLINE_BAD) {
            b->bad = number;
            memcpy(b->problem, line.problem, sizeof b->problem);
            return;
        }
        if (line.entries > 0 && line.col[line.entries - 1] >= b->cols) {
            b->cols = line.col[line.entries - 1] + 1;
            b->widest = number;
        }
        b->entries += line.entries;
        r->label[b->row + b->rows] = line.label;
        r->x.row[b->row + ++b->rows] = b->entries;
    }
}

/* Elements to have room for when so many are needed now. The rest of a file probably is as dense
 * as what was read of it. */
static int64_t room_for(const struct reader *r, int64_t needed, int64_t room)
{
    double density = (double)needed / (double)r->bytes;
    int64_t wanted = (int64_t)(1.03 * density * (double)wr_input_size(r->input));
    int64_t least = room ? 2 * needed : needed;
    return wanted < least ? least : wanted; /* less: a stream, or it became denser */
}

static enum wr_status resize_rows(struct reader *r, int64_t rows, struct wr_error *err)
{
    enum wr_status status = wr_grow(&r->x.row, rows + 1, sizeof *r->x.row, err);
    if (!status)
        status = wr_grow(&r->label, rows, sizeof *r->label, err);
    return status;
}

static enum wr_status resize_entries(struct reader *r, int64_t entries, struct wr_error *err)
{
    enum wr_status status = wr_grow(&r->x.col, entries, sizeof *r->x.col, err);
    if (!status)
        status = wr_grow(&r->x.value, entries, sizeof *r->x.value, err);
    return status;
}

static enum wr_status reserve(struct reader *r, int64_t rows, int64_t entries, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    if (rows > r->row_room) {
        r->row_room = room_for(r, rows, r->row_room);
        status = resize_rows(r, r->row_room, err);
    }
    if (!status && entries > r->entry_room) {
        r->entry_room = room_for(r, entries, r->entry_room);
        status = resize_entries(r, r->entry_room, err);
    }
    return status;
}

/* Move a block's rows behind all before it, and count its entries from the first of all. */
static void settle(struct reader *r, const struct block *b)
{
    int64_t rows = r->x.rows, entries = r->x.row[rows];
    if (b->entry > entries) {
        memmove(r->x.col + entries, r->x.col + b->entry, (size_t)b->entries * sizeof *r->x.col);
        memmove(r->x.value + entries, r->x.value + b->entry,
                (size_t)b->entries * sizeof *r->x.value);
    }
    for (int64_t i = 0; i < b->rows; i++) {
        r->label[rows + i] = r->label[b->row + i];
        r->x.row[rows + i + 1] = entries + r->x.row[b->row + i + 1];
    }
    r->x.rows += b->rows;
    if (b->cols > r->x.cols) {
        r->x.cols = b->cols;
        r->x.widest_line = r->lines + b->widest;
    }
}

static enum wr_status take_blocks(void *context, int blocks, struct wr_error *err)
{
    struct reader *r = context;
    int64_t rows = r->x.rows, entries = r->x.row[rows];
    for (int i = 0; i < blocks; i++) {
        struct block *b = &r->block[i];
        b->row = rows;
        b->entry = entries;
        rows += b->lines;
        entries += b->colons;
        r->bytes += (int64_t)b->text.size;
    }
    enum wr_status status = reserve(r, rows, entries, err);
    if (status)
        return status;
    wr_blocks_run(blocks, 1, read_block, r);
    for (int i = 0; i < blocks; i++) {
        const struct block *b = &r->block[i];
        if (b->bad)
            return wr_error_at(err, WR_EDATA, wr_input_name(r->input), r->lines + b->bad, "%s",
                               b->problem);
        settle(r, b);
        r->lines += b->lines;
    }
    return WR_OK;
}

enum wr_status wr_svmlight_read(struct wr_input *input, struct wr_feature_matrix *x,
                                struct wr_labels *labels, struct wr_error *err)
{
    struct reader r = {.input = input};
    struct wr_textblocks how = {survey_block, take_blocks, &r};
    enum wr_status status = resize_rows(&r, 0, err);
    if (!status) /* also when there will be no entry: the arrays exist */
        status = resize_entries(&r, 0, err);
    if (status)
        goto out;
    r.x.row[0] = 0;
    status = wr_textblocks_run(input, &how, err);
    if (!status)
        status = resize_rows(&r, r.x.rows, err);
    if (!status)
        status = resize_entries(&r, r.x.row[r.x.rows], err);
    if (status)
        goto out;
    *x = r.x;
    *labels = wr_labels_take(r.label, r.x.rows);
    r.x = (struct wr_feature_matrix){0};
    r.label = NULL;
out:
    wr_feature_matrix_release(&r.x);
    free(r.label);
    return status;
}

/* --- writing ------------------------------------------------------------------------------- */

static char *format_entry(char *p, int64_t index, float value)
{
    *p++ = ' ';
    p = wr_format_u64(p, (uint64_t)index);
    *p++ = ':';
    return p + wr_format_float(p, value);
}

void wr_svmlight_write_row(int64_t label, const float *row, int64_t dim, struct wr_sink *sink)
{
    char text[WR_U64_DIGITS + WR_DOUBLE_DIGITS + 2];
    if (label < 0)
        wr_sink_write(sink, "-", 1);
    wr_sink_u64(sink, label < 0 ? -(uint64_t)label : (uint64_t)label);
    for (int64_t j = 0; j < dim; j++)
        if (row[j] != 0)
            wr_sink_write(sink, text, (size_t)(format_entry(text, j + 1, row[j]) - text));
    wr_sink_write(sink, "\n", 1);
}
