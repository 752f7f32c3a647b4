/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_EDGEPARSE_H
#define WR_IO_EDGEPARSE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The lines that make up nearly all of an edge list, read at the speed of memory. These loops
 * know a part of the grammar and nothing of errors: they stop in front of any line that they do
 * not understand, which is then wr_edgeline_parse's.
 */

enum wr_edgeparse {
    WR_EDGEPARSE_AUTO,    /* the best that the machine runs */
    WR_EDGEPARSE_CAREFUL, /* none: every line goes to wr_edgeline_parse */
    WR_EDGEPARSE_SCALAR,  /* one line at a time, 8 characters in a word */
    WR_EDGEPARSE_AVX512   /* up to 8 lines at a time in 64-byte vectors */
};

/* Whether this build and this machine have it. */
bool wr_edgeparse_supported(enum wr_edgeparse how);

/* AUTO resolved to one of the others. */
enum wr_edgeparse wr_edgeparse_best(enum wr_edgeparse how);

/* Keys beyond the last one that the loops may write. */
enum { WR_EDGEPARSE_SLACK = 8 };

/*
 * wr_edgeparse - read edge lines from *at on, until one is not understood or few bytes are left.
 *
 * how     in      as wr_edgeparse_best returns it
 * at      in/out  the start of a line; then of the first line that was not read
 * end     in      the text may be read up to here
 * keys    out     packed pairs (u, v), one per line that was read; room for (end - *at) / 4 +
 *                 WR_EDGEPARSE_SLACK
 * Returns the number of lines read, all of them edges.
 */
int64_t wr_edgeparse(enum wr_edgeparse how, const char **at, const char *end, uint64_t *keys);

/* The vector loop, in a file of its own; call it only where it is supported. */
int64_t wr_edgeparse_avx512(const char **at, const char *end, uint64_t *keys);
bool wr_edgeparse_avx512_supported(void);

#endif
