/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/pajek.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "io/number.h"
#include "io/words.h"

/* Ends of lines are among them: igraph skips those behind comments. */
static bool is_blank(char c)
{
    return memchr(" \t\v\f\r\n", c, 6) != NULL;
}

static const char *line_end(const char *p, const char *end)
{
    while (p < end && *p != '\r' && *p != '\n')
        p++;
    return p;
}

/* Behind blanks and comments, which may begin wherever a word may. */
static const char *skip_blanks(const char *p, const char *end, int64_t *newlines)
{
    while (p < end && (is_blank(*p) || *p == '%')) {
        if (*p == '%')
            p = line_end(p, end);
        else
            *newlines += *p++ == '\n';
    }
    return p;
}

static bool is_keyword(struct wr_span word, const char *keyword)
{
    return word.size == strlen(keyword) && strncasecmp(word.data, keyword, word.size) == 0;
}

static void take_number(struct wr_pajek_header *h, struct wr_span word)
{
    size_t sign = word.data[0] == '+';
    h->ended = true;
    h->line = h->newlines + 1;
    h->number = (struct wr_span){word.data + sign, word.size - sign};
    if (wr_word_is_digits(h->number) && !wr_parse_u64(h->number.data, h->number.size, &h->vertices))
        h->vertices = UINT64_MAX;
}

void wr_pajek_header_read(struct wr_pajek_header *h, struct wr_span chunk)
{
    const char *p = chunk.data, *end = p + chunk.size;
    assert(chunk.size > 0);
    while (!h->ended && (p = skip_blanks(p, end, &h->newlines)) < end) {
        struct wr_span word = {p, 0};
        while (p < end && *p && !is_blank(*p))
            p++;
        word.size = (size_t)(p - word.data);
        if (h->wants_number)
            take_number(h, word);
        else if (is_keyword(word, "*vertices"))
            h->wants_number = true;
        else if (is_keyword(word, "*network") || is_keyword(word, "*net"))
            p = line_end(p, end); /* the title may be anything */
        else
            h->ended = true;
    }
}
