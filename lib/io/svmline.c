/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/svmline.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "data/labels.h"
#include "io/number.h"
#include "io/scan.h"

static bool ends_word(const char *at, const char *end)
{
    return at == end || *at == ' ' || *at == '\t' || *at == '\r' || *at == '#';
}

static struct wr_span take_word(const char **at, const char *end)
{
    const char *begin = *at, *p = begin;
    while (!ends_word(p, end))
        p++;
    *at = p;
    return (struct wr_span){begin, (size_t)(p - begin)};
}

/* The line is bad because of a word; why: what it is and what was expected. */
static bool bad(struct wr_svmline *row, struct wr_span word, const char *why)
{
    char shown[WR_WORD_SHOWN];
    wr_word_show(word, shown);
    snprintf(row->problem, sizeof row->problem, "'%s' %s", shown, why);
    return false;
}

/* Other programs write classes as `+1` and `3.0` too. */
static bool take_label(const char **at, const char *end, struct wr_svmline *row)
{
    struct wr_span word = take_word(at, end);
    double value;
    if (!wr_parse_double(word.data, word.size, &value) || value != floor(value) || value < -1 ||
        value > WR_MAX_LABEL)
        return bad(row, word, "is not a label, expected a class from 0, or -1 for none");
    row->label = (int32_t)value;
    return true;
}

/* The number of a query, which ranking needs: it may be there. */
static bool skip_query(const char **at, const char *end, struct wr_svmline *row)
{
    static const char key[] = {'q', 'i', 'd', ':'};
    const char *p = wr_scan_blanks(*at, end);
    int64_t query;
    if ((size_t)(end - p) < sizeof key || memcmp(p, key, sizeof key) != 0)
        return true;
    struct wr_span word = take_word(&p, end);
    *at = p;
    if (!wr_parse_i64(word.data + sizeof key, word.size - sizeof key, &query))
        return bad(row, word, "is not a query, expected qid: and an integer");
    return true;
}

static bool bad_index(const char *at, const char *end, uint64_t last, struct wr_svmline *row)
{
    struct wr_span word = take_word(&at, end);
    char why[80];
    const char *digits = word.data;
    uint64_t index;
    bool number = wr_scan_u32(&digits, word.data + word.size, &index);
    if (number && index > UINT32_MAX)
        return bad(row, word, "has too large an index, expected at most 4294967295");
    if (!number || index == 0 || digits == word.data + word.size || *digits != ':')
        return bad(row, word, "is not a feature, expected index:value, indices from 1");
    snprintf(why, sizeof why, "follows index %llu, expected ascending indices",
             (unsigned long long)last);
    return bad(row, word, why);
}

/* Most features are small integers; a float holds those of up to 7 digits. */
static bool take_value(const char **at, const char *end, wr_real *value)
{
    const char *p = *at;
    uint32_t integer = 0;
    for (unsigned digit; p < end && (digit = (unsigned)*p - '0') <= 9 && p - *at < 7; p++)
        integer = 10 * integer + digit;
    if (WR_LIKELY(p > *at && ends_word(p, end))) {
        *value = (wr_real)integer;
        *at = p;
        return true;
    }
    float real;
    struct wr_span word = take_word(at, end);
    if (!wr_parse_float(word.data, word.size, &real))
        return false;
    *value = (wr_real)real;
    return true;
}

static bool take_feature(const char **at, const char *end, uint64_t *last, struct wr_svmline *row)
{
    const char *begin = *at, *p = begin;
    uint64_t index;
    if (WR_UNLIKELY(!wr_scan_u32(&p, end, &index) || p == end || *p != ':' || index <= *last ||
                    index > UINT32_MAX))
        return bad_index(begin, end, *last, row);
    p++;
    if (WR_UNLIKELY(!take_value(&p, end, &row->value[row->entries]))) {
        p = begin;
        return bad(row, take_word(&p, end),
                   "is not a feature, expected a finite number "
                   "after the colon");
    }
    row->col[row->entries++] = (uint32_t)(index - 1);
    *last = index;
    *at = p;
    return true;
}

enum wr_svmline_kind wr_svmline_parse(struct wr_span line, struct wr_svmline *row)
{
    const char *end = line.data + line.size, *at = wr_scan_blanks(line.data, end);
    uint64_t last = 0;
    row->entries = 0;
    if (at < end && *at == '#')
        return WR_SVMLINE_COMMENT;
    if (at == end) {
        snprintf(row->problem, sizeof row->problem,
                 "a blank line, expected a label and index:value pairs");
        return WR_SVMLINE_BAD;
    }
    if (!take_label(&at, end, row) || !skip_query(&at, end, row))
        return WR_SVMLINE_BAD;
    while ((at = wr_scan_blanks(at, end)) < end && *at != '#')
        if (!take_feature(&at, end, &last, row))
            return WR_SVMLINE_BAD;
    return WR_SVMLINE_ROW;
}
