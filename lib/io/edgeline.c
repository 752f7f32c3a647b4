/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/edgeline.h"

#include <stdio.h>
#include <string.h>

#include "data/graph.h"
#include "io/number.h"

static bool is_separator(char c)
{
    return c == ' ' || c == '\t' || c == ',' || c == '\r' || c == '\n';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The next word of [*at, end), separators skipped; empty at the end of the line. */
static struct wr_span next_word(const char **at, const char *end)
{
    const char *p = *at;
    while (p < end && is_separator(*p))
        p++;
    const char *begin = p;
    while (p < end && !is_separator(*p))
        p++;
    *at = p;
    return (struct wr_span){begin, (size_t)(p - begin)};
}

/* A word as it may stand in a message: printable and not long. */
static void quote(struct wr_span word, char out[40])
{
    size_t n = word.size < 32 ? word.size : 32;
    for (size_t i = 0; i < n; i++) {
        char c = word.data[i];
        out[i] = c >= ' ' && c <= '~' ? c : '?';
    }
    strcpy(out + n, n < word.size ? "..." : "");
}

static bool parse_id(struct wr_span word, struct wr_edgeline *edge, uint32_t *id)
{
    uint64_t value;
    char shown[40];
    if (wr_parse_u64(word.data, word.size, &value) && value <= WR_MAX_VERTEX) {
        *id = (uint32_t)value;
        return true;
    }
    if (word.size == 0) {
        snprintf(edge->problem, sizeof edge->problem, "one vertex id, expected two");
        return false;
    }
    quote(word, shown);
    bool digits = true;
    for (size_t i = 0; i < word.size; i++)
        digits = digits && is_digit(word.data[i]);
    if (digits)
        snprintf(edge->problem, sizeof edge->problem,
                 "vertex id %s is too large, expected at most %u", shown, WR_MAX_VERTEX);
    else
        snprintf(edge->problem, sizeof edge->problem,
                 "'%s' is not a vertex id, expected an integer from 0", shown);
    return false;
}

/* Column 3 is the first word after the two ids. */
static bool parse_weight(const char *at, const char *end, int column, struct wr_edgeline *edge)
{
    struct wr_span word = {NULL, 0};
    char shown[40];
    for (int c = 3; c <= column; c++)
        word = next_word(&at, end);
    if (wr_parse_double(word.data, word.size, &edge->weight) && edge->weight > 0)
        return true;
    quote(word, shown);
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
    struct wr_span word = next_word(&at, end);
    if (word.size == 0)
        return WR_LINE_BLANK;
    if (word.data[0] == '#' || word.data[0] == '%')
        return WR_LINE_COMMENT;
    if (!parse_id(word, edge, &edge->u) || !parse_id(next_word(&at, end), edge, &edge->v))
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
    return digits->size > 0 && (p == end || is_separator(*p) || *p == ';');
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
