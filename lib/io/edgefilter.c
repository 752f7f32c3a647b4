/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/edgefilter.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/edgeblock.h"
#include "io/edgeline.h"
#include "io/textblocks.h"

/*
 * The first pass over the text marks the edge lines that stay, a bit each; the second writes
 * them. Two passes, because a comment at the front says how many edge lines follow it. Both cut
 * the text into the same blocks.
 */

enum {
    BLOCK_WORDS = WR_EDGEBLOCK_KEYS / 64 + 1, /* of 64 bits, one for each edge line of a block */
    PIECES = WR_TEXTBLOCK / 2                 /* of a block: a line that goes has 2 bytes */
};

/* Edge lines of a block and which of them stay. */
struct marks {
    int64_t edges;
    int64_t kept_before; /* lines that stay in all blocks in front of it */
    int64_t word;        /* where its bits start */
};

/* Text to write: bytes of the input or, when data is NULL, the number `size`. */
struct pieces {
    struct wr_span *piece;
    int64_t count;
    bool changed; /* the block is not what the first pass saw */
};

struct filter {
    struct wr_input *input;
    const struct wr_edgeset *removed;
    struct wr_sink *sink;

    struct marks *marks; /* of each block */
    int64_t blocks;      /* with marks */
    int64_t marks_space;
    uint64_t *bits; /* of all blocks, each block starts a word */
    int64_t words;  /* used */
    int64_t words_space;
    int64_t kept; /* edge lines in all blocks with marks */

    /* the first pass */
    struct wr_edgeblocks read;
    struct wr_edgeblock_options options;
    uint64_t *block_bits; /* BLOCK_WORDS for each block of a turn */

    /* the second pass */
    int64_t block; /* number of the turn's first block */
    struct pieces pieces[WR_TEXTBLOCKS];
    struct wr_span *piece; /* space for them, PIECES each */
};

/* --- which lines stay ---------------------------------------------------------------------- */

static void mark_block(void *context, int slot, struct wr_span lines)
{
    struct filter *f = context;
    struct wr_edgeblock *block = &f->read.block[slot];
    wr_edgeblock_read(block, lines, &f->options);
    wr_edgeset_lacks(f->removed, block->key, block->edges,
                     f->block_bits + (int64_t)slot * BLOCK_WORDS);
}

static enum wr_status has_changed(const struct filter *f, struct wr_error *err)
{
    return wr_error_at(err, WR_EIO, wr_input_name(f->input), 0, "changed while it was read");
}

/* Double *array until it has space for count elements. */
static enum wr_status reserve(void *array, int64_t *space, int64_t count, size_t size,
                              struct wr_error *err)
{
    if (count <= *space)
        return WR_OK;
    int64_t wanted = count > 2 * *space ? count : 2 * *space;
    enum wr_status status = wr_grow(array, wanted, size, err);
    if (!status)
        *space = wanted;
    return status;
}

static int64_t count_bits(const uint64_t *bits, int64_t words)
{
    int64_t count = 0;
    for (int64_t i = 0; i < words; i++)
        count += __builtin_popcountll(bits[i]);
    return count;
}

static enum wr_status take_marks(void *context, int blocks, struct wr_error *err)
{
    struct filter *f = context;
    enum wr_status status =
        reserve(&f->marks, &f->marks_space, f->blocks + blocks, sizeof *f->marks, err);
    if (!status)
        status = reserve(&f->bits, &f->words_space, f->words + (int64_t)blocks * BLOCK_WORDS,
                         sizeof *f->bits, err);
    for (int i = 0; i < blocks && !status; i++) {
        const struct wr_edgeblock *block = &f->read.block[i];
        int64_t words = (block->edges + 63) / 64;
        uint64_t *bits = f->bits + f->words;
        memcpy(bits, f->block_bits + (int64_t)i * BLOCK_WORDS, (size_t)words * sizeof *bits);
        f->marks[f->blocks++] = (struct marks){block->edges, f->kept, f->words};
        f->kept += count_bits(bits, words);
        f->words += words;
        if (block->bad)
            status = has_changed(f, err);
    }
    return status;
}

static enum wr_status mark_lines(struct filter *f, struct wr_error *err)
{
    struct wr_textblocks how = {mark_block, take_marks, f};
    enum wr_status status = wr_edgeblocks_init(&f->read, false, err);
    f->options = (struct wr_edgeblock_options){.how = wr_edgeparse_best(WR_EDGEPARSE_AUTO)};
    f->block_bits = wr_alloc((int64_t)WR_TEXTBLOCKS * BLOCK_WORDS, sizeof *f->block_bits, err);
    if (!f->block_bits)
        status = WR_ENOMEM;
    if (!status)
        status = wr_textblocks_run(f->input, &how, err);
    free(f->block_bits);
    wr_edgeblocks_release(&f->read);
    return status;
}

/* --- writing them -------------------------------------------------------------------------- */

/* Append [begin, end), joined to the piece before it if that ends where it begins. */
static void add_text(struct pieces *p, const char *begin, const char *end)
{
    struct wr_span *last = p->count > 0 ? &p->piece[p->count - 1] : NULL;
    if (last && last->data && last->data + last->size == begin)
        last->size += (size_t)(end - begin);
    else
        p->piece[p->count++] = (struct wr_span){begin, (size_t)(end - begin)};
}

/* A comment with `Edges: M` gets a new M. */
static void add_comment(struct pieces *p, struct wr_span line, int64_t edges_left)
{
    struct wr_snap_header header;
    const char *end = line.data + line.size;
    if (!wr_snap_header_find(line, &header) || !header.edges.data) {
        add_text(p, line.data, end);
        return;
    }
    add_text(p, line.data, header.edges.data);
    p->piece[p->count++] = (struct wr_span){NULL, (size_t)edges_left};
    add_text(p, header.edges.data + header.edges.size, end);
}

/* The first character that is no blank; a newline at the end of an empty line. */
static char first_character(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
        p++;
    return p < end ? *p : '\n';
}

static void cut_block(void *context, int slot, struct wr_span lines)
{
    struct filter *f = context;
    struct pieces *p = &f->pieces[slot];
    *p = (struct pieces){.piece = f->piece + (int64_t)slot * PIECES};
    if (f->block + slot >= f->blocks) {
        p->changed = true;
        return;
    }
    const struct marks *marks = &f->marks[f->block + slot];
    const uint64_t *bits = f->bits + marks->word;
    int64_t edges = 0, left = f->kept - marks->kept_before;
    const char *end = lines.data + lines.size;
    for (const char *line = lines.data, *next; line < end; line = next) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        next = newline ? newline + 1 : end;
        char first = first_character(line, next);
        if (first == '#' || first == '%') {
            add_comment(p, (struct wr_span){line, (size_t)(next - line)}, left);
        } else if (first == '\n') {
            add_text(p, line, next);
        } else if (edges == marks->edges) {
            p->changed = true;
            break;
        } else {
            if (bits[edges >> 6] >> (edges & 63) & 1) {
                add_text(p, line, next);
                left--;
            }
            edges++;
        }
    }
    p->changed |= edges != marks->edges;
}

static enum wr_status write_pieces(void *context, int blocks, struct wr_error *err)
{
    struct filter *f = context;
    f->block += blocks;
    for (int i = 0; i < blocks; i++) {
        const struct pieces *p = &f->pieces[i];
        if (p->changed)
            return has_changed(f, err);
        for (int64_t k = 0; k < p->count; k++) {
            if (p->piece[k].data)
                wr_sink_write(f->sink, p->piece[k].data, p->piece[k].size);
            else
                wr_sink_u64(f->sink, p->piece[k].size);
        }
    }
    return wr_sink_failed(f->sink) ? wr_sink_finish(f->sink, err) : WR_OK;
}

static enum wr_status write_lines(struct filter *f, struct wr_error *err)
{
    struct wr_textblocks how = {cut_block, write_pieces, f};
    f->piece = wr_alloc((int64_t)WR_TEXTBLOCKS * PIECES, sizeof *f->piece, err);
    if (!f->piece)
        return WR_ENOMEM;
    enum wr_status status = wr_textblocks_run(f->input, &how, err);
    if (!status && f->block != f->blocks)
        status = has_changed(f, err);
    free(f->piece);
    return status;
}

static void write_snap_header(uint32_t n, int64_t edges, struct wr_sink *sink)
{
    wr_sink_printf(sink,
                   "# Undirected graph\n"
                   "# Each line is an edge\n"
                   "# Nodes: %u Edges: %lld\n"
                   "# FromNodeId\tToNodeId\n",
                   n, (long long)edges);
}

enum wr_status wr_edgelist_filter(struct wr_input *input, const struct wr_edgeset *removed,
                                  bool add_header, struct wr_sink *sink, int64_t *lines,
                                  struct wr_error *err)
{
    struct filter f = {.input = input, .removed = removed, .sink = sink};
    wr_input_rewind(input);
    enum wr_status status = mark_lines(&f, err);
    if (status)
        goto out;
    if (add_header)
        write_snap_header(removed->graph->n, f.kept, sink);
    wr_input_rewind(input);
    status = write_lines(&f, err);
    if (!status)
        *lines = f.kept;
out:
    free(f.marks);
    free(f.bits);
    return status;
}
