/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_WORDS_H
#define WR_IO_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/input.h"

/* The words of a line of text: separated by blanks, tabs, commas and line ends. */

static inline bool wr_is_separator(char c)
{
    return c == ' ' || c == '\t' || c == ',' || c == '\r' || c == '\n';
}

/* The next word of [*at, end), separators skipped; *at moves behind it. Empty at the end. */
struct wr_span wr_word_next(const char **at, const char *end);

enum { WR_WORD_SHOWN = 40, WR_WORD_PROBLEM = 160 };

/* A word as it may stand in a message: printable and not long. */
void wr_word_show(struct wr_span word, char out[WR_WORD_SHOWN]);

/* Whether it is an integer from 0, of any size. */
bool wr_word_is_digits(struct wr_span word);

/* A word that must be a vertex id; else false, and problem says what it is and what was
 * expected. */
bool wr_word_vertex(struct wr_span word, uint32_t *id, char problem[WR_WORD_PROBLEM]);

#endif
