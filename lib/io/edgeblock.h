/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_EDGEBLOCK_H
#define WR_IO_EDGEBLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/edgeparse.h"
#include "io/span.h"
#include "io/textblocks.h"

/* One block of lines of a text edge list: fast loops for the plain lines, the careful reading of
 * one line for the others, and where reading stopped when a line is malformed. */

/* Keys in the largest block: the shortest edge line has 4 bytes, and one more line may follow. */
enum { WR_EDGEBLOCK_KEYS = WR_TEXTBLOCK / 4 + 1 + WR_EDGEPARSE_SLACK };

struct wr_edgeblock_options {
    enum wr_edgeparse how; /* as wr_edgeparse_best returns it */
    int weight_column;     /* from 3; 0: none */
};

struct wr_edgeblock {
    struct wr_span lines;
    int64_t edges;   /* edge lines */
    int64_t others;  /* comments and blank lines */
    uint64_t *key;   /* the pairs of the edge lines; WR_EDGEBLOCK_KEYS of space */
    double *weight;  /* their weights, of equal space; or NULL */
    uint64_t nodes;  /* the largest `Nodes: N` of the comments */
    const char *bad; /* the malformed line where reading stopped, or NULL */
};

/* Space for the blocks of a turn of wr_textblocks_run. */
struct wr_edgeblocks {
    struct wr_edgeblock block[WR_TEXTBLOCKS];
    uint64_t *key;
    double *weight;
};

/* Release with wr_edgeblocks_release. Errors: WR_ENOMEM. */
enum wr_status wr_edgeblocks_init(struct wr_edgeblocks *blocks, bool weights, struct wr_error *err);
void wr_edgeblocks_release(struct wr_edgeblocks *blocks);

/* Read lines into a block that has space: everything else of it is filled. */
void wr_edgeblock_read(struct wr_edgeblock *block, struct wr_span lines,
                       const struct wr_edgeblock_options *options);

/* The error of a block that has a bad line; name and line: of that line, for the message. */
enum wr_status wr_edgeblock_error(const struct wr_edgeblock *block,
                                  const struct wr_edgeblock_options *options, const char *name,
                                  int64_t line, struct wr_error *err);

#endif
