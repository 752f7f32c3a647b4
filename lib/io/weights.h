/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_WEIGHTS_H
#define WR_IO_WEIGHTS_H

/* What the reader of a format does with the number that may stand beside an edge. */
enum wr_weights {
    WR_WEIGHTS_IGNORE,  /* nothing, but it has to be a number */
    WR_WEIGHTS_REQUIRE, /* keep it: every edge has one, and it is positive */
    WR_WEIGHTS_IF_ANY   /* keep it as it is where the format has one */
};

#endif
