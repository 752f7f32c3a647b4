/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/mtx.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "io/lines.h"
#include "io/number.h"
#include "io/scan.h"

static const char banner[] = "%%MatrixMarket";

enum field { PATTERN, INTEGER, REAL };

static const char *const field_names[] = {
    [PATTERN] = "pattern", [INTEGER] = "integer", [REAL] = "real"};

struct reader {
    struct wr_lines lines; /* of which chunks are taken */
    bool keep;             /* the values */
    bool positive;
    enum { BANNER, SIZE, ENTRIES } state;
    enum field field;
    bool symmetric;
    int64_t promised; /* entries */
    int64_t capacity;
    struct wr_pairs pairs;
};

bool wr_mtx_recognise(struct wr_span head)
{
    return head.size >= strlen(banner) && memcmp(head.data, banner, strlen(banner)) == 0;
}

/* --- banner and size ----------------------------------------------------------------------- */

static bool is(struct wr_span word, const char *text)
{
    return word.size == strlen(text) && strncasecmp(word.data, text, word.size) == 0;
}

/* %%MatrixMarket matrix coordinate FIELD SYMMETRY; case does not matter after the first word */
static enum wr_status take_banner(struct reader *r, struct wr_span line, struct wr_error *err)
{
    const char *at = line.data, *end = line.data + line.size;
    struct wr_span word = wr_scan_word(&at, end);
    if (word.size != strlen(banner) || !wr_mtx_recognise(word))
        return wr_lines_error(
            &r->lines, err,
            "no Matrix Market banner, expected `%%%%MatrixMarket matrix coordinate'");
    if (!is(word = wr_scan_word(&at, end), "matrix"))
        return wr_lines_word_error(&r->lines, word, "an object that can be read, expected matrix",
                                   err);
    if (!is(word = wr_scan_word(&at, end), "coordinate"))
        return wr_lines_word_error(&r->lines, word,
                                   "a format that can be read, expected coordinate", err);
    word = wr_scan_word(&at, end);
    for (r->field = PATTERN; r->field <= REAL && !is(word, field_names[r->field]);)
        r->field++;
    if (r->field > REAL)
        return wr_lines_word_error(
            &r->lines, word, "a field that can be read, expected pattern, integer or real", err);
    word = wr_scan_word(&at, end);
    r->symmetric = is(word, "symmetric");
    if (!r->symmetric && !is(word, "general"))
        return wr_lines_word_error(
            &r->lines, word, "a symmetry that can be read, expected general or symmetric", err);
    if ((word = wr_scan_word(&at, end)).size > 0)
        return wr_lines_word_error(&r->lines, word, "expected after the banner", err);
    if (r->field == PATTERN && r->positive)
        return wr_lines_error(&r->lines, err,
                              "a pattern matrix has no weights, expected integer or real");
    r->keep = r->keep && r->field != PATTERN;
    r->state = SIZE;
    return WR_OK;
}

static enum wr_status take_size(struct reader *r, struct wr_span line, struct wr_error *err)
{
    const char *at = line.data, *end = line.data + line.size;
    int64_t size[3];
    for (int i = 0; i < 3; i++) {
        struct wr_span word = wr_scan_word(&at, end);
        if (word.size == 0)
            return wr_lines_error(&r->lines, err,
                                  "the size line is short, expected `rows columns entries'");
        if (!wr_parse_i64(word.data, word.size, &size[i]) || size[i] < 0)
            return wr_lines_word_error(&r->lines, word, "a size, expected `rows columns entries'",
                                       err);
    }
    struct wr_span rest = wr_scan_word(&at, end);
    if (rest.size > 0)
        return wr_lines_word_error(&r->lines, rest, "expected after `rows columns entries'", err);
    if (size[0] != size[1])
        return wr_lines_error(&r->lines, err,
                              "the matrix is rectangular, %lld by %lld, expected the square one of "
                              "a graph",
                              (long long)size[0], (long long)size[1]);
    if (size[0] > WR_MAX_VERTEX + INT64_C(1))
        return wr_lines_error(&r->lines, err,
                              "%lld vertices are too many, at most %lld are possible",
                              (long long)size[0], WR_MAX_VERTEX + 1LL);
    r->pairs.n = (uint32_t)size[0];
    r->promised = size[2];
    r->state = ENTRIES;
    return WR_OK;
}

/* --- entries ------------------------------------------------------------------------------- */

/* What is wrong with a line that is not an entry; WR_OK when it is a comment or blank. */
static enum wr_status explain(const struct reader *r, struct wr_span line, struct wr_error *err)
{
    static const char *const columns[] = {"row", "column"};
    const char *at = line.data, *end = line.data + line.size;
    for (int c = 0; c < 2; c++) {
        struct wr_span word = wr_scan_word(&at, end);
        uint64_t index;
        char is_not[64];
        if (c == 0 && (word.size == 0 || word.data[0] == '%'))
            return WR_OK;
        if (word.size == 0)
            return wr_lines_error(&r->lines, err, "one index, expected two");
        snprintf(is_not, sizeof is_not, "a %s, expected an integer from 1 to %u", columns[c],
                 r->pairs.n);
        if (!wr_parse_u64(word.data, word.size, &index) || index < 1 || index > r->pairs.n)
            return wr_lines_word_error(&r->lines, word, is_not, err);
    }
    if (r->pairs.count == r->promised)
        return wr_lines_error(&r->lines, err, "more entries than the %lld of the size line",
                              (long long)r->promised);
    struct wr_span value = wr_scan_word(&at, end);
    if (r->field == PATTERN)
        return wr_lines_word_error(&r->lines, value,
                                   "expected, an entry of a pattern matrix is `row column'", err);
    if (value.size == 0)
        return wr_lines_error(&r->lines, err, "no value, expected `row column value'");
    struct wr_span rest = wr_scan_word(&at, end);
    if (rest.size > 0)
        return wr_lines_word_error(&r->lines, rest, "expected after `row column value'", err);
    return wr_lines_word_error(&r->lines, value,
                               r->positive           ? "a weight, expected a positive number"
                               : r->field == INTEGER ? "an integer"
                                                     : "a number",
                               err);
}

/* The value at *at, which moves behind it. */
static bool scan_value(const struct reader *r, const char **at, const char *end, double *value)
{
    int64_t integer;
    const char *stop = *at;
    while (stop < end && *stop != ' ' && *stop != '\t' && *stop != '\r')
        stop++;
    size_t size = (size_t)(stop - *at);
    if (r->field == INTEGER) {
        if (!wr_parse_i64(*at, size, &integer))
            return false;
        *value = (double)integer;
    } else if (!wr_parse_double(*at, size, value)) {
        return false;
    }
    *at = stop;
    return !r->positive || *value > 0;
}

/* Append the entry of a line; false when the line is not a good entry. There is room for it. */
static inline bool take_entry(struct reader *r, struct wr_span line)
{
    const char *at = line.data, *end = line.data + line.size;
    uint64_t row, column;
    double value = 0;
    at = wr_scan_blanks(at, end);
    if (!wr_scan_u32(&at, end, &row) || row - 1 >= r->pairs.n)
        return false;
    const char *gap = at;
    at = wr_scan_blanks(at, end);
    if (at == gap || !wr_scan_u32(&at, end, &column) || column - 1 >= r->pairs.n)
        return false;
    if (r->field != PATTERN) {
        gap = at;
        at = wr_scan_blanks(at, end);
        if (at == gap || !scan_value(r, &at, end, &value))
            return false;
    }
    if (wr_scan_blanks(at, end) != end || r->pairs.count == r->promised)
        return false;
    if (r->keep)
        r->pairs.weight[r->pairs.count] = value;
    r->pairs.key[r->pairs.count++] = wr_arc((uint32_t)(row - 1), (uint32_t)(column - 1));
    return true;
}

/* Room for the entries of a chunk of this many bytes: an entry takes four, `1 1' and its newline.
 * The size line's promise limits it, but is never believed. */
static enum wr_status make_room(struct reader *r, size_t bytes, struct wr_error *err)
{
    int64_t wanted = r->pairs.count + (int64_t)(bytes / 4) + 1;
    if (r->state == ENTRIES && wanted > r->promised)
        wanted = r->promised;
    if (wanted <= r->capacity)
        return WR_OK;
    enum wr_status status = wr_pairs_resize(&r->pairs, wanted, r->keep, err);
    if (!status)
        r->capacity = wanted;
    return status;
}

static enum wr_status take_entries(struct reader *r, const char *at, const char *end,
                                   struct wr_error *err)
{
    enum wr_status status = make_room(r, (size_t)(end - at), err);
    while (at < end && !status) {
        struct wr_span line = wr_scan_line(at, end, &at);
        r->lines.number++;
        if (!take_entry(r, line))
            status = explain(r, line, err);
    }
    return status;
}

static enum wr_status take_chunk(struct reader *r, struct wr_span chunk, struct wr_error *err)
{
    const char *at = chunk.data, *end = chunk.data + chunk.size;
    while (at < end && r->state != ENTRIES) {
        struct wr_span line = wr_scan_line(at, end, &at);
        const char *first = wr_scan_blanks(line.data, line.data + line.size);
        enum wr_status status = WR_OK;
        r->lines.number++;
        if (r->state == BANNER)
            status = take_banner(r, line, err);
        else if (first < line.data + line.size && *first != '%')
            status = take_size(r, line, err);
        if (status)
            return status;
    }
    return take_entries(r, at, end, err);
}

static enum wr_status check_end(const struct reader *r, struct wr_error *err)
{
    if (r->state == BANNER)
        return wr_lines_error(&r->lines, err, "the file is empty, expected a Matrix Market banner");
    if (r->state == SIZE)
        return wr_lines_error(
            &r->lines, err, "the file ends before the size line, expected `rows columns entries'");
    if (r->pairs.count < r->promised)
        return wr_lines_error(&r->lines, err,
                              "the file ends after %lld entries, the size line promises %lld",
                              (long long)r->pairs.count, (long long)r->promised);
    return WR_OK;
}

enum wr_status wr_mtx_read(struct wr_input *input, enum wr_weights weights, struct wr_pairs *pairs,
                           bool *symmetric, struct wr_error *err)
{
    struct reader r = {.lines.input = input,
                       .keep = weights != WR_WEIGHTS_IGNORE,
                       .positive = weights == WR_WEIGHTS_REQUIRE};
    struct wr_span chunk;
    enum wr_status status;
    while (!(status = wr_input_next(input, &chunk, err)) && chunk.size > 0)
        if ((status = take_chunk(&r, chunk, err)))
            break;
    if (!status)
        status = check_end(&r, err);
    if (!status) /* also when there is no entry: the arrays exist */
        status = wr_pairs_resize(&r.pairs, r.pairs.count, r.keep, err);
    if (status) {
        wr_pairs_release(&r.pairs);
        return status;
    }
    *pairs = r.pairs;
    *symmetric = r.symmetric;
    return WR_OK;
}

/* --- writing ------------------------------------------------------------------------------- */

/* Whether a line after the size line of an accepted text is an entry, and of which pair. */
static bool is_entry(struct wr_span line, uint32_t *u, uint32_t *v)
{
    const char *end = line.data + line.size, *at = wr_scan_blanks(line.data, end);
    uint64_t row, column;
    if (!wr_scan_u32(&at, end, &row))
        return false;
    at = wr_scan_blanks(at, end);
    (void)wr_scan_u32(&at, end, &column);
    *u = (uint32_t)(row - 1);
    *v = (uint32_t)(column - 1);
    return true;
}

/* The third word of the size line: the first line that is neither comment nor blank. */
static struct wr_span find_entry_count(struct wr_span text)
{
    const char *at = text.data, *end = text.data + text.size;
    for (;;) {
        struct wr_span line = wr_scan_line(at, end, &at);
        const char *p = line.data, *line_end = line.data + line.size;
        struct wr_span word = wr_scan_word(&p, line_end);
        if (word.size == 0 || word.data[0] == '%')
            continue;
        (void)wr_scan_word(&p, line_end);
        return wr_scan_word(&p, line_end);
    }
}

/* The lines that go, by their distance from the start of entries; their number. Others that are
 * entries are counted in *stay. */
static int64_t find_leaving(struct wr_span entries, const struct wr_edgeset *removed,
                            int64_t *leaving, int64_t *stay)
{
    const char *next = entries.data, *end = entries.data + entries.size;
    int64_t gone = 0, all = 0;
    uint32_t u, v;
    for (const char *at = next; at < end; at = next) {
        struct wr_span line = wr_scan_line(at, end, &next);
        if (!is_entry(line, &u, &v))
            continue;
        all++;
        if (wr_edgeset_has_pair(removed, u, v))
            leaving[gone++] = at - entries.data;
    }
    *stay = all - gone;
    return gone;
}

static void write_without(struct wr_span entries, const int64_t *leaving, int64_t gone,
                          struct wr_sink *sink)
{
    const char *run = entries.data, *end = entries.data + entries.size;
    for (int64_t i = 0; i < gone && !wr_sink_failed(sink); i++) {
        const char *line = entries.data + leaving[i];
        wr_sink_write(sink, run, (size_t)(line - run));
        (void)wr_scan_line(line, end, &run);
    }
    wr_sink_write(sink, run, (size_t)(end - run));
}

enum wr_status wr_mtx_filter(struct wr_span text, const struct wr_edgeset *removed,
                             struct wr_sink *sink, int64_t *entries, struct wr_error *err)
{
    struct wr_span count = find_entry_count(text);
    const char *head_end = count.data + count.size, *end = text.data + text.size;
    struct wr_span rest = {head_end, (size_t)(end - head_end)};
    int64_t total = 0, stay;
    (void)wr_parse_i64(count.data, count.size, &total);
    int64_t *leaving = wr_alloc(total, sizeof *leaving, err);
    if (!leaving)
        return WR_ENOMEM;
    int64_t gone = find_leaving(rest, removed, leaving, &stay);
    wr_sink_write(sink, text.data, (size_t)(count.data - text.data));
    wr_sink_u64(sink, (uint64_t)stay);
    write_without(rest, leaving, gone, sink);
    free(leaving);
    *entries = stay;
    return WR_OK;
}

/* The field that holds the weights exactly. */
static enum field field_of(const struct wr_pairs *pairs)
{
    if (!pairs->weight)
        return PATTERN;
    for (int64_t i = 0; i < pairs->count; i++)
        if (pairs->weight[i] != trunc(pairs->weight[i]) || fabs(pairs->weight[i]) > 0x1p53)
            return REAL;
    return INTEGER;
}

void wr_mtx_write(const struct wr_pairs *pairs, bool symmetric, struct wr_sink *sink)
{
    enum field field = field_of(pairs);
    wr_sink_printf(sink, "%s matrix coordinate %s %s\n%u %u %lld\n", banner, field_names[field],
                   symmetric ? "symmetric" : "general", pairs->n, pairs->n,
                   (long long)pairs->count);
    for (int64_t i = 0; i < pairs->count && !wr_sink_failed(sink); i++) {
        uint64_t u = wr_edge_u(pairs->key[i]), v = wr_edge_v(pairs->key[i]);
        bool swap = symmetric && u < v;
        wr_sink_u64(sink, (swap ? v : u) + 1);
        wr_sink_write(sink, " ", 1);
        wr_sink_u64(sink, (swap ? u : v) + 1);
        if (field == REAL) {
            wr_sink_write(sink, " ", 1);
            wr_sink_double(sink, pairs->weight[i]);
        } else if (field == INTEGER) {
            wr_sink_printf(sink, " %.0f", pairs->weight[i]);
        }
        wr_sink_write(sink, "\n", 1);
    }
}
