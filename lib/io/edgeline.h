/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_EDGELINE_H
#define WR_IO_EDGELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/input.h"
#include "io/words.h"

/* One line of a text edge list: what the careful, complete reading of it says. */

enum wr_edgeline_kind {
    WR_LINE_EDGE,
    WR_LINE_COMMENT, /* first character after blanks is # or % */
    WR_LINE_BLANK,
    WR_LINE_BAD
};

struct wr_edgeline {
    uint32_t u, v;
    double weight;                 /* with weight_column */
    char problem[WR_WORD_PROBLEM]; /* with WR_LINE_BAD: what is wrong and what was expected */
};

/* line may end in a newline, a carriage return, both or neither. weight_column: from 3, 0 for
 * none; a missing, malformed or non-positive weight makes the line bad. */
enum wr_edgeline_kind wr_edgeline_parse(struct wr_span line, int weight_column,
                                        struct wr_edgeline *edge);

/* `Nodes: N`, and after it `Edges: M`, in a comment line. */
struct wr_snap_header {
    uint64_t nodes;
    struct wr_span edges; /* the digits of M; data is NULL when there is no M */
};

bool wr_snap_header_find(struct wr_span line, struct wr_snap_header *header);

#endif
