/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/namedlist.h"

#include <stdbool.h>
#include <string.h>

#include "io/lines.h"
#include "io/number.h"
#include "io/scan.h"
#include "io/words.h"

struct reader {
    struct wr_lines lines; /* of which chunks are taken */
    int weight_column;
    int64_t capacity;
    struct wr_pairs pairs;
    struct wr_names names;
};

static enum wr_status append(struct reader *r, uint32_t u, uint32_t v, double weight,
                             struct wr_error *err)
{
    if (r->pairs.count == r->capacity) {
        int64_t wanted = 2 * r->capacity + 1024;
        enum wr_status status = wr_pairs_resize(&r->pairs, wanted, r->weight_column != 0, err);
        if (status)
            return status;
        r->capacity = wanted;
    }
    if (r->weight_column)
        r->pairs.weight[r->pairs.count] = weight;
    r->pairs.key[r->pairs.count++] = wr_arc(u, v);
    return WR_OK;
}

/* Column 3 is the first word after the two names. */
static enum wr_status take_weight(const struct reader *r, const char *at, const char *end,
                                  double *weight, struct wr_error *err)
{
    struct wr_span word = {NULL, 0};
    char shown[WR_WORD_SHOWN];
    for (int c = 3; c <= r->weight_column; c++)
        word = wr_word_next(&at, end);
    if (wr_parse_double(word.data, word.size, weight) && *weight > 0)
        return WR_OK;
    wr_word_show(word, shown);
    if (word.size == 0)
        return wr_lines_error(&r->lines, err, "no column %d, expected a weight there",
                              r->weight_column);
    return wr_lines_error(&r->lines, err,
                          "'%s' in column %d is not a weight, expected a positive number", shown,
                          r->weight_column);
}

/* Names are kept as strings: one with a zero byte would be another one. */
static bool has_zero(struct wr_span word)
{
    return memchr(word.data, '\0', word.size) != NULL;
}

static enum wr_status take_line(struct reader *r, struct wr_span line, struct wr_error *err)
{
    const char *at = line.data, *end = line.data + line.size;
    struct wr_span first = wr_word_next(&at, end), second = wr_word_next(&at, end);
    uint32_t u = 0, v = 0;
    double weight = 0;
    if (first.size == 0 || first.data[0] == '#' || first.data[0] == '%')
        return WR_OK;
    if (second.size == 0)
        return wr_lines_error(&r->lines, err, "one name, expected two");
    if (has_zero(first) || has_zero(second))
        return wr_lines_word_error(&r->lines, has_zero(first) ? first : second,
                                   "a name, expected no zero byte in it", err);
    enum wr_status status = wr_names_number(&r->names, first, &u, err);
    if (!status)
        status = wr_names_number(&r->names, second, &v, err);
    if (!status && r->weight_column)
        status = take_weight(r, at, end, &weight, err);
    return status ? status : append(r, u, v, weight, err);
}

enum wr_status wr_namedlist_read(struct wr_input *input, int weight_column, struct wr_pairs *pairs,
                                 struct wr_names *names, struct wr_error *err)
{
    struct reader r = {.lines.input = input, .weight_column = weight_column};
    struct wr_span chunk = {NULL, 0};
    enum wr_status status;
    while (!(status = wr_input_next(input, &chunk, err)) && chunk.size > 0) {
        const char *at = chunk.data, *end = chunk.data + chunk.size;
        while (at < end && !status) {
            r.lines.number++;
            status = take_line(&r, wr_scan_line(at, end, &at), err);
        }
        if (status)
            break;
    }
    if (status) {
        wr_pairs_release(&r.pairs);
        wr_names_release(&r.names);
        return status;
    }
    r.pairs.n = r.names.count;
    *pairs = r.pairs;
    *names = r.names;
    return WR_OK;
}
