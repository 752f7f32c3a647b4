/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_VERTEXNAMES_H
#define WR_IO_VERTEXNAMES_H

#include <stdint.h>

#include "base/error.h"
#include "io/input.h"
#include "io/sink.h"

/*
 * Names of vertices: vertex i is called the i-th. Owned by the caller; a zeroed struct is the
 * empty list; release with wr_names_release.
 */
struct wr_names {
    uint32_t count;
    char *text;         /* the names in order, each followed by a 0 */
    int64_t *start;     /* count: where they begin in text */
    int64_t text_size;  /* bytes of text in use */
    int64_t text_room;  /* bytes of text there are */
    int64_t room;       /* names there is memory for */
    uint32_t *slot;     /* hash table, open addressing: a name's number + 1, or 0 */
    uint64_t slot_mask; /* slots - 1; slots are a power of two */
};

/* Append a name, whether or not it was there. Errors: WR_ENOMEM; WR_EDATA, more names than a
 * graph can have vertices. */
enum wr_status wr_names_append(struct wr_names *names, struct wr_span name, struct wr_error *err);

/*
 * wr_names_number - the number of a name, which is appended when it is new.
 *
 * All names of the list have to come from this function.
 * Errors  as wr_names_append; *number is undefined then
 * Cost    O(length) expected; some 20 bytes per name on top of its letters
 */
enum wr_status wr_names_number(struct wr_names *names, struct wr_span name, uint32_t *number,
                               struct wr_error *err);

/* Name i, 0-terminated; valid until the next change. */
const char *wr_names_get(const struct wr_names *names, uint32_t i);

/* Write `number<TAB>name` lines; tabs and line ends in a name become blanks. */
void wr_names_write(const struct wr_names *names, struct wr_sink *sink);

void wr_names_release(struct wr_names *names);

#endif
