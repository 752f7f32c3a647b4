/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_SPAN_H
#define WR_IO_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A piece of text that somebody else owns; not terminated by a 0. */
struct wr_span {
    const char *data;
    size_t size;
};

/* Whether it is this text. */
static inline bool wr_span_is(struct wr_span span, const char *text)
{
    return span.size == strlen(text) && memcmp(span.data, text, span.size) == 0;
}

#endif
