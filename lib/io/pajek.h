/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_PAJEK_H
#define WR_IO_PAJEK_H

#include <stdbool.h>
#include <stdint.h>

#include "io/span.h"

/*
 * The header of a Pajek file, `[*Network title] *Vertices N', for whoever has to know N before
 * igraph reads it (io/foreign.h). Words, comments and blanks are as igraph takes them; what it
 * would call a syntax error may pass here, it will say so.
 *
 * Zero it before the first chunk.
 */
struct wr_pajek_header {
    bool ended;            /* the header was read, or there is none: look no further */
    uint64_t vertices;     /* N, UINT64_MAX when it is larger; 0 when there is none */
    struct wr_span number; /* as it stands in the chunk */
    int64_t line;          /* of N, from 1 */

    /* between chunks */
    bool wants_number;
    int64_t newlines;
};

/* Read on in the next chunk, which has whole lines, at least one; nothing once it has ended. */
void wr_pajek_header_read(struct wr_pajek_header *header, struct wr_span chunk);

#endif
