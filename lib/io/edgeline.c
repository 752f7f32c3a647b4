/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/edgeline.h"

#include <stdio.h>
#include <string.h>

#include "io/number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool parse_id(struct wr_span word, struct wr_edgeline *edge, uint32_t *id)
{
    if (word.size > 0)
        return wr_word_vertex(word, id, edge->problem);
    snprintf(edge->problem, sizeof edge->problem, "one vertex id, expected two");
    return false;
}

/* Column 3 is the first word after the two ids. */
static bool parse_weight(const char *at, const char *end, int column, struct wr_edgeline *edge)
{
    struct wr_span word = {NULL, 0};
    char shown[WR_WORD_SHOWN];
    for (int c = 3; c <= column; c++)
        word = wr_word_next(&at, end);
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
    const char *at = line.data, *end = line.data + line.size;
    struct wr_span word = wr_word_next(&at, end);
    if (word.size == 0)
        return WR_LINE_BLANK;
    if (word.data[0] == '#' || word.data[0] == '%')
        return WR_LINE_COMMENT;
    if (!parse_id(word, edge, &edge->u) || !parse_id(wr_word_next(&at, end), edge, &edge->v))
        return WR_LINE_BAD;
    if (weight_column && !parse_weight(at, end, weight_column, edge))
        return WR_LINE_BAD;
    return WR_LINE_EDGE;
}

/* The digits after `key` and blanks in line, ended by something that is no letter. */
static bool number_after(struct wr_span line, const char *key, struct wr_span *digits)
{
    const char *end = line.data + line.size;
    const char *p = memmem(line.data, line.size, key, strlen(key));
    if (!p)
        return false;
    for (p += strlen(key); p < end && (*p == ' ' || *p == '\t');)
        p++;
    digits->data = p;
    while (p < end && is_digit(*p))
        p++;
    digits->size = (size_t)(p - digits->data);
    return digits->size > 0 && (p == end || wr_is_separator(*p) || *p == ';');
}

bool wr_snap_header_find(struct wr_span line, struct wr_snap_header *header)
{
    struct wr_span digits;
    if (!number_after(line, "Nodes:", &digits))
        return false;
    /* more digits than fit are more vertices than are possible */
    if (!wr_parse_u64(digits.data, digits.size, &header->nodes))
        header->nodes = UINT64_MAX;
    const char *rest = digits.data + digits.size;
    struct wr_span tail = {rest, (size_t)(line.data + line.size - rest)};
    if (!number_after(tail, "Edges:", &header->edges))
        header->edges = (struct wr_span){NULL, 0};
    return true;
}
