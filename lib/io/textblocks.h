/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_TEXTBLOCKS_H
#define WR_IO_TEXTBLOCKS_H

#include "base/error.h"
#include "io/input.h"
#include "io/span.h"

/*
 * A text input in blocks of whole lines, on which threads work independently while the next
 * chunk of the input is being read. A block is the lines that start in a fixed range of bytes,
 * so that the blocks, and all that is computed per block, depend on the text alone.
 */

/* bytes of a range: the block stays in a core's cache; small in builds that are fuzzed */
#ifndef WR_TEXTBLOCK_BYTES
#define WR_TEXTBLOCK_BYTES (128 << 10)
#endif

enum {
    WR_TEXTBLOCK = WR_TEXTBLOCK_BYTES,
    WR_TEXTBLOCKS = 32        /* blocks between two calls of take */
};

struct wr_textblocks {
    /* Work on the lines of a block, in parallel. slot: 0 .. WR_TEXTBLOCKS - 1, its place among
     * the blocks of this turn. Only the last line of the input may lack its newline; a block has
     * no lines where a long one passes over it. */
    void (*work)(void *context, int slot, struct wr_span lines);

    /* Take the results of this turn's blocks, slots 0 .. blocks - 1 in the order of the text; the
     * lines are still there. An error ends the run. */
    enum wr_status (*take)(void *context, int blocks, struct wr_error *err);

    void *context;
};

/* Run over the rest of the input. Errors as wr_input_next, and take's. */
enum wr_status wr_textblocks_run(struct wr_input *input, const struct wr_textblocks *how,
                                 struct wr_error *err);

/* The same, first over what is left of the current chunk: whole lines, behind those that the
 * caller has read itself. */
enum wr_status wr_textblocks_run_behind(struct wr_input *input, struct wr_span rest,
                                        const struct wr_textblocks *how, struct wr_error *err);

#endif
