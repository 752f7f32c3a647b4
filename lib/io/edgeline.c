/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/edgeline.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "io/number.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_separator(char c)
{
    return is_blank(c) || c == ',';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && is_blank(*p))
        p++;
    return p;
}

/* The next word of [*at, end), moving *at to what separates it from its successor: blanks, a
 * comma, or a comma among blanks. Empty between two commas and at the end of the line. */
static struct wr_span next_word(const char **at, const char *end)
{
    const char *begin = skip_blanks(*at, end), *p = begin;
    while (p < end && !is_separator(*p))
        p++;
    *at = skip_blanks(p, end);
    return (struct wr_span){begin, (size_t)(p - begin)};
}

/* Step over the comma in front of the next word if there is one. */
static void skip_comma(const char **at, const char *end)
{
    if (*at < end && **at == ',')
        ++*at;
}

/* line without the newline, carriage return or both at its end. */
static struct wr_span without_end(struct wr_span line)
{
    if (line.size > 0 && line.data[line.size - 1] == '\n')
        line.size--;
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}

static bool parse_id(const char **at, const char *end, struct wr_edgeline *edge, uint32_t *id)
{
    struct wr_span word = next_word(at, end);
    if (word.size > 0) {
        skip_comma(at, end);
        return wr_word_vertex(word, id, edge->problem);
    }
    snprintf(edge->problem, sizeof edge->problem,
             *at < end ? "nothing before a comma, expected a vertex id"
                       : "one vertex id, expected two");
    return false;
}

/* Column 3 is the first word after the two ids. */
static bool parse_weight(const char *at, const char *end, int column, struct wr_edgeline *edge)
{
    struct wr_span word = {NULL, 0};
    char shown[WR_WORD_SHOWN];
    for (int c = 3; c <= column; c++) {
        word = next_word(&at, end);
        skip_comma(&at, end);
    }
    if (wr_parse_double(word.data, word.size, &edge->weight) && edge->weight > 0)
        return true;
    wr_word_show(word, shown);
    if (word.size == 0)
        snprintf(edge->problem, sizeof edge->problem, "no column %d, expected a weight there",
                 column);
    else
        snprintf(edge->problem, sizeof edge->problem,
                 "'%s' in column %d is not a weight, expected a positive number", shown, column);
    return false;
}

enum wr_edgeline_kind wr_edgeline_parse(struct wr_span line, int weight_column,
                                        struct wr_edgeline *edge)
{
    line = without_end(line);
    const char *end = line.data + line.size, *at = skip_blanks(line.data, end);
    if (at == end)
        return WR_LINE_BLANK;
    if (*at == '#' || *at == '%')
        return WR_LINE_COMMENT;
    if (!parse_id(&at, end, edge, &edge->u) || !parse_id(&at, end, edge, &edge->v))
        return WR_LINE_BAD;
    if (weight_column && !parse_weight(at, end, weight_column, edge))
        return WR_LINE_BAD;
    return WR_LINE_EDGE;
}

/* The number at p behind blanks; false unless it ends like a word. A comma inside digits, as in
 * 1,000, does not end it. */
static bool take_number(const char *p, const char *end, struct wr_span *digits)
{
    p = skip_blanks(p, end);
    digits->data = p;
    while (p < end && is_digit(*p))
        p++;
    digits->size = (size_t)(p - digits->data);
    if (p + 1 < end && *p == ',' && is_digit(p[1]))
        return false;
    return digits->size > 0 && (p == end || is_separator(*p) || *p == ';');
}

/* The number that follows the word `key` in [p, end). */
static bool number_after(const char *p, const char *end, const char *key, struct wr_span *digits)
{
    const size_t size = strlen(key);
    const char *begin = p;
    while ((p = memmem(p, (size_t)(end - p), key, size))) {
        bool whole = p == begin || !isalnum((unsigned char)p[-1]);
        p += size;
        if (whole && take_number(p, end, digits))
            return true;
    }
    return false;
}

bool wr_snap_header_find(struct wr_span line, struct wr_snap_header *header)
{
    struct wr_span digits;
    line = without_end(line);
    const char *end = line.data + line.size;
    if (!number_after(line.data, end, "Nodes:", &digits))
        return false;
    /* more digits than fit are more vertices than are possible */
    if (!wr_parse_u64(digits.data, digits.size, &header->nodes))
        header->nodes = UINT64_MAX;
    if (!number_after(digits.data + digits.size, end, "Edges:", &header->edges))
        header->edges = (struct wr_span){NULL, 0};
    return true;
}
