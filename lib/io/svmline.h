/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_SVMLINE_H
#define WR_IO_SVMLINE_H

#include <stdint.h>

#include "base/real.h"
#include "io/span.h"
#include "io/words.h"

/* One line of svmlight's text: `label [qid:N] index:value ... [# comment]`. */

enum wr_svmline_kind {
    WR_SVMLINE_ROW,
    WR_SVMLINE_COMMENT, /* first character after blanks is # */
    WR_SVMLINE_BAD
};

struct wr_svmline {
    int32_t label;
    int64_t entries;
    uint32_t *col;                 /* indices - 1, ascending; space for one per colon of the line */
    wr_real *value;                /* of equal space */
    char problem[WR_WORD_PROBLEM]; /* with WR_SVMLINE_BAD: what is wrong and what was expected */
};

/* line may end in a carriage return; row->col and row->value are given, the rest is filled. */
enum wr_svmline_kind wr_svmline_parse(struct wr_span line, struct wr_svmline *row);

#endif
