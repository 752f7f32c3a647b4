/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_SPAN_H
#define WR_IO_SPAN_H

#include <stddef.h>

/* A piece of text that somebody else owns; not terminated by a 0. */
struct wr_span {
    const char *data;
    size_t size;
};

#endif
