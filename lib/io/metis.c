/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/metis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "data/csr.h"
#include "io/lines.h"
#include "io/number.h"
#include "io/scan.h"

struct header {
    uint32_t n;
    int64_t m;
    int vertex_numbers; /* sizes and weights before the neighbours of each row */
    bool edge_weights;
};

struct reader {
    struct wr_lines lines; /* of which chunks are taken */
    bool started;          /* the header has been read */
    bool keep;             /* the edge weights */
    bool required;
    struct header header;
    int64_t header_line;
    int64_t comments; /* lines of comment after the header */
    int64_t rows;
    int64_t capacity;
    struct wr_pairs pairs; /* both directions, row by row; count neighbours */
};

/* --- the header ---------------------------------------------------------------------------- */

/* fmt: up to three digits 0 or 1, which say whether there are vertex sizes, vertex weights and
 * edge weights; ncon: weights of a vertex. */
static enum wr_status take_format(const struct reader *r, struct wr_span fmt, struct wr_span ncon,
                                  struct header *h, struct wr_error *err)
{
    bool digit[3] = {false, false, false}; /* edge weights, vertex weights, vertex sizes */
    uint64_t weights = 1;
    for (size_t i = 0; i < fmt.size; i++) {
        char c = fmt.data[fmt.size - 1 - i];
        if (i == 3 || (c != '0' && c != '1'))
            return wr_lines_word_error(&r->lines, fmt, "a format, expected three digits 0 or 1",
                                       err);
        digit[i] = c == '1';
    }
    if (ncon.size > 0 && (!wr_parse_u64(ncon.data, ncon.size, &weights) || weights > 1000))
        return wr_lines_word_error(&r->lines, ncon,
                                   "a number of vertex weights, expected 0 to 1000", err);
    if (ncon.size > 0 && (weights > 0) != digit[1])
        return wr_lines_error(&r->lines, err,
                              "fmt and the number of vertex weights contradict each other");
    h->edge_weights = digit[0];
    h->vertex_numbers = (digit[1] ? (int)weights : 0) + digit[2];
    return WR_OK;
}

static enum wr_status take_header(struct reader *r, struct wr_span line, struct wr_error *err)
{
    const char *at = line.data, *end = line.data + line.size;
    struct header h = {0};
    uint64_t n, m;
    struct wr_span word[5];
    for (int i = 0; i < 5; i++)
        word[i] = wr_scan_word(&at, end);
    if (word[1].size == 0)
        return wr_lines_error(&r->lines, err,
                              "the header is short, expected `vertices edges [fmt [ncon]]'");
    if (word[4].size > 0)
        return wr_lines_word_error(&r->lines, word[4], "expected after `vertices edges fmt ncon'",
                                   err);
    if (!wr_parse_u64(word[0].data, word[0].size, &n) || n > WR_MAX_VERTEX + UINT64_C(1))
        return wr_lines_word_error(&r->lines, word[0],
                                   "a number of vertices, expected 0 to 4294967295", err);
    if (!wr_parse_u64(word[1].data, word[1].size, &m) || m > INT64_MAX / 2)
        return wr_lines_word_error(&r->lines, word[1], "a number of edges", err);
    h.n = (uint32_t)n;
    h.m = (int64_t)m;
    enum wr_status status = take_format(r, word[2], word[3], &h, err);
    if (status)
        return status;
    if (r->required && !h.edge_weights)
        return wr_lines_error(&r->lines, err, "no edge weights, expected fmt 1, 11 or 111");
    r->keep = r->keep && h.edge_weights;
    r->header = h;
    r->header_line = r->lines.number;
    r->started = true;
    return WR_OK;
}

/* --- rows ---------------------------------------------------------------------------------- */

/* Read over the sizes and weights of the row's vertex. */
static enum wr_status skip_vertex_numbers(const struct reader *r, const char **at, const char *end,
                                          struct wr_error *err)
{
    for (int i = 0; i < r->header.vertex_numbers; i++) {
        struct wr_span word = wr_scan_word(at, end);
        uint64_t value;
        if (word.size == 0)
            return wr_lines_error(
                &r->lines, err, "%d numbers of the vertex expected before its neighbours, found %d",
                r->header.vertex_numbers, i);
        if (!wr_parse_u64(word.data, word.size, &value))
            return wr_lines_word_error(&r->lines, word,
                                       "a size or weight, expected an integer from 0", err);
    }
    return WR_OK;
}

/* What is wrong with the neighbour, or the edge weight, at `at`. */
static enum wr_status explain(const struct reader *r, const char *at, const char *end,
                              struct wr_error *err)
{
    char is_not[64];
    uint64_t value;
    struct wr_span word = wr_scan_word(&at, end);
    bool number = wr_parse_u64(word.data, word.size, &value);
    if (number && (int64_t)value == r->rows + 1)
        return wr_lines_error(&r->lines, err,
                              "the vertex is its own neighbour, which METIS graphs do not have");
    snprintf(is_not, sizeof is_not, "a neighbour, expected an integer from 1 to %u", r->header.n);
    if (!number || value < 1 || value > r->header.n)
        return wr_lines_word_error(&r->lines, word, is_not, err);
    word = wr_scan_word(&at, end);
    if (word.size == 0)
        return wr_lines_error(&r->lines, err, "no weight after the last neighbour");
    return wr_lines_word_error(&r->lines, word, "an edge weight, expected an integer from 1", err);
}

/* The next neighbour of row u, and its weight; false when it is not one. */
static inline bool scan_neighbour(const struct reader *r, const char **at, const char *end,
                                  uint32_t u, uint64_t *v, uint64_t *weight)
{
    const char *p = *at;
    if (!wr_scan_u32(&p, end, v) || *v - 1 >= r->header.n || *v - 1 == u)
        return false;
    if (r->header.edge_weights) {
        struct wr_span word = wr_scan_word(&p, end);
        if (!wr_parse_u64(word.data, word.size, weight) || *weight == 0)
            return false;
    }
    const char *gap = wr_scan_blanks(p, end);
    if (gap == p && p < end)
        return false;
    *at = gap;
    return true;
}

static enum wr_status take_row(struct reader *r, struct wr_span line, struct wr_error *err)
{
    const char *at = line.data, *end = line.data + line.size;
    uint32_t u = (uint32_t)r->rows;
    uint64_t v, weight = 0;
    enum wr_status status = skip_vertex_numbers(r, &at, end, err);
    for (at = wr_scan_blanks(at, end); at < end && !status;) {
        if (!scan_neighbour(r, &at, end, u, &v, &weight))
            return explain(r, at, end, err);
        if (r->pairs.count == r->capacity) /* make_room has limited it to the promise */
            return wr_lines_error(&r->lines, err,
                                  "more neighbours than the %lld edges of the header have",
                                  (long long)r->header.m);
        if (r->keep)
            r->pairs.weight[r->pairs.count] = (double)weight;
        r->pairs.key[r->pairs.count++] = wr_arc(u, (uint32_t)(v - 1));
    }
    r->rows++;
    return status;
}

/* Room for the neighbours of a chunk of this many bytes: a neighbour takes two, but for the last.
 * The header's promise limits it, but is never believed. */
static enum wr_status make_room(struct reader *r, size_t bytes, struct wr_error *err)
{
    int64_t wanted = r->pairs.count + (int64_t)(bytes / 2) + 1;
    if (wanted > 2 * r->header.m)
        wanted = 2 * r->header.m;
    if (wanted <= r->capacity)
        return WR_OK;
    enum wr_status status = wr_pairs_resize(&r->pairs, wanted, r->keep, err);
    if (!status)
        r->capacity = wanted;
    return status;
}

static bool is_comment(struct wr_span line)
{
    return line.size > 0 && line.data[0] == '%';
}

static enum wr_status take_line(struct reader *r, struct wr_span line, struct wr_error *err)
{
    const char *end = line.data + line.size;
    r->lines.number++;
    if (is_comment(line)) {
        r->comments += r->started;
        return WR_OK;
    }
    if (!r->started)
        return take_header(r, line, err);
    if (r->rows < r->header.n)
        return take_row(r, line, err);
    if (wr_scan_blanks(line.data, end) < end)
        return wr_lines_error(&r->lines, err, "more rows than the %u vertices of the header",
                              r->header.n);
    return WR_OK;
}

static enum wr_status take_chunk(struct reader *r, struct wr_span chunk, struct wr_error *err)
{
    const char *at = chunk.data, *end = chunk.data + chunk.size;
    while (at < end && !r->started) {
        enum wr_status status = take_line(r, wr_scan_line(at, end, &at), err);
        if (status)
            return status;
    }
    enum wr_status status = make_room(r, (size_t)(end - at), err);
    while (at < end && !status)
        status = take_line(r, wr_scan_line(at, end, &at), err);
    return status;
}

/* --- both rows of an edge ------------------------------------------------------------------ */

static void swap_neighbours(struct wr_pairs *p, int64_t i, int64_t j)
{
    uint64_t key = p->key[i];
    p->key[i] = p->key[j];
    p->key[j] = key;
    if (p->weight) {
        double weight = p->weight[i];
        p->weight[i] = p->weight[j];
        p->weight[j] = weight;
    }
}

/* Let entry i of the heap key[begin] .. key[begin + size - 1] sink to its place. */
static void sift_down(struct wr_pairs *p, int64_t begin, int64_t i, int64_t size)
{
    for (int64_t child; (child = 2 * i + 1) < size; i = child) {
        if (child + 1 < size && p->key[begin + child] < p->key[begin + child + 1])
            child++;
        if (p->key[begin + i] >= p->key[begin + child])
            return;
        swap_neighbours(p, begin + i, begin + child);
    }
}

/* Heap sort, in place, of keys and weights together. */
static void sort_row(struct wr_pairs *p, int64_t begin, int64_t end)
{
    int64_t size = end - begin;
    bool ascending = true;
    for (int64_t i = begin + 1; i < end; i++)
        ascending = ascending && p->key[i - 1] <= p->key[i];
    if (ascending)
        return;
    for (int64_t i = size / 2; i-- > 0;)
        sift_down(p, begin, i, size);
    for (int64_t i = size; i-- > 1;) {
        swap_neighbours(p, begin, begin + i);
        sift_down(p, begin, 0, i);
    }
}

/* The line of row u, which is found again when comments stand between the rows; 0: it cannot be,
 * the input is a stream. */
static int64_t line_of_row(const struct reader *r, uint32_t u)
{
    struct wr_span chunk;
    int64_t line = 0, rows = -1; /* the header comes first */
    if (!r->comments)
        return r->header_line + 1 + u;
    if (!wr_input_rewind(r->lines.input))
        return 0;
    while (!wr_input_next(r->lines.input, &chunk, NULL) && chunk.size > 0) {
        for (const char *at = chunk.data, *end = at + chunk.size; at < end; line++) {
            struct wr_span text = wr_scan_line(at, end, &at);
            rows += !is_comment(text);
            if (rows > (int64_t)u)
                return line + 1;
        }
    }
    return 0;
}

/* An error in row u. */
static enum wr_status bad_pair(const struct reader *r, uint32_t u, uint32_t v, const char *how,
                               struct wr_error *err)
{
    return wr_error_at(err, WR_EDATA, wr_input_name(r->lines.input), line_of_row(r, u),
                       "vertex %u lists %u%s", u + 1, v + 1, how);
}

/* Sort the neighbours of every vertex; nobody is listed twice. */
static enum wr_status sort_rows(struct reader *r, struct wr_error *err)
{
    struct wr_pairs *p = &r->pairs;
    for (int64_t begin = 0, end; begin < p->count; begin = end) {
        uint32_t u = wr_edge_u(p->key[begin]);
        for (end = begin; end < p->count && wr_edge_u(p->key[end]) == u;)
            end++;
        sort_row(p, begin, end);
        for (int64_t i = begin + 1; i < end; i++)
            if (p->key[i] == p->key[i - 1])
                return bad_pair(r, u, wr_edge_v(p->key[i]), " twice", err);
    }
    return WR_OK;
}

/* Row u lists v < u; next[v] is the first neighbour above v that no row has answered. */
static enum wr_status answer(const struct reader *r, int64_t i, int64_t *next, struct wr_error *err)
{
    const struct wr_pairs *p = &r->pairs;
    uint32_t u = wr_edge_u(p->key[i]), v = wr_edge_v(p->key[i]);
    int64_t j = next[v];
    if (j == p->count || p->key[j] > wr_arc(v, u))
        return bad_pair(r, u, v, ", which does not list it", err);
    if (p->key[j] < wr_arc(v, u))
        return bad_pair(r, v, wr_edge_v(p->key[j]), ", which does not list it", err);
    if (p->weight && p->weight[i] != p->weight[j])
        return bad_pair(r, u, v, " with another weight than the other way round", err);
    next[v] = j + 1;
    return WR_OK;
}

/* Every edge stands in both rows. Rows are met in ascending order, and are ascending: the
 * neighbours above v are answered one after the other. */
static enum wr_status check_both_rows(const struct reader *r, int64_t *next, struct wr_error *err)
{
    const struct wr_pairs *p = &r->pairs;
    enum wr_status status;
    int64_t i = 0;
    for (uint32_t u = 0; u < r->header.n; u++) {
        for (; i < p->count && p->key[i] < wr_arc(u, u); i++)
            if ((status = answer(r, i, next, err)))
                return status;
        next[u] = i;
        while (i < p->count && wr_edge_u(p->key[i]) == u)
            i++;
    }
    for (uint32_t v = 0; v < r->header.n; v++) {
        i = next[v];
        if (i < p->count && wr_edge_u(p->key[i]) == v)
            return bad_pair(r, v, wr_edge_v(p->key[i]), ", which does not list it", err);
    }
    return WR_OK;
}

/* Keep every edge once, as u < v. */
static void keep_half(struct wr_pairs *p)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < p->count; i++) {
        if (wr_edge_u(p->key[i]) > wr_edge_v(p->key[i]))
            continue;
        p->key[kept] = p->key[i];
        if (p->weight)
            p->weight[kept] = p->weight[i];
        kept++;
    }
    p->count = kept;
}

/* What can be checked only once all rows are there. */
static enum wr_status finish(struct reader *r, struct wr_error *err)
{
    if (!r->started)
        return wr_lines_error(&r->lines, err,
                              "the file ends before its header, expected `vertices edges'");
    if (r->rows < r->header.n)
        return wr_lines_error(&r->lines, err,
                              "the file ends after %lld rows, the header promises %u vertices",
                              (long long)r->rows, r->header.n);
    enum wr_status status = sort_rows(r, err);
    int64_t *next = status ? NULL : wr_alloc(r->header.n, sizeof *next, err);
    if (!next)
        return status ? status : WR_ENOMEM;
    status = check_both_rows(r, next, err);
    free(next);
    if (status)
        return status;
    if (r->pairs.count < 2 * r->header.m)
        return wr_error_at(err, WR_EDATA, wr_input_name(r->lines.input), r->header_line,
                           "the header promises %lld edges, the rows have %lld",
                           (long long)r->header.m, (long long)(r->pairs.count / 2));
    keep_half(&r->pairs);
    r->pairs.n = r->header.n;
    return WR_OK;
}

enum wr_status wr_metis_read(struct wr_input *input, enum wr_weights weights,
                             struct wr_pairs *pairs, struct wr_error *err)
{
    struct reader r = {.lines.input = input,
                       .keep = weights != WR_WEIGHTS_IGNORE,
                       .required = weights == WR_WEIGHTS_REQUIRE};
    struct wr_span chunk;
    enum wr_status status;
    while (!(status = wr_input_next(input, &chunk, err)) && chunk.size > 0)
        if ((status = take_chunk(&r, chunk, err)))
            break;
    if (!status)
        status = finish(&r, err);
    if (status)
        wr_pairs_release(&r.pairs);
    else
        *pairs = r.pairs;
    return status;
}

/* --- writing ------------------------------------------------------------------------------- */

/* Write the text from *run on minus the neighbours that leave row u, up to the last of them,
 * behind which *run moves. A word takes the blanks before it along. Returns whether any
 * word stays. */
static bool filter_row(struct wr_span line, const struct header *h, uint32_t u,
                       const struct wr_edgeset *removed, const char **run, struct wr_sink *sink)
{
    const char *at = line.data, *end = line.data + line.size;
    bool stays = h->vertex_numbers > 0;
    for (int i = 0; i < h->vertex_numbers; i++)
        (void)wr_scan_word(&at, end);
    for (const char *before = at; (at = wr_scan_blanks(at, end)) < end; before = at) {
        uint64_t v = 0;
        (void)wr_scan_u32(&at, end, &v);
        if (h->edge_weights)
            (void)wr_scan_word(&at, end);
        if (!wr_edgeset_has_pair(removed, u, (uint32_t)(v - 1))) {
            stays = true;
            continue;
        }
        wr_sink_write(sink, *run, (size_t)(before - *run));
        *run = at;
    }
    return stays;
}

/* Write the text before the number of edges in the header, and the new number. */
static void filter_header(struct wr_span line, int64_t edges, const char **run,
                          struct wr_sink *sink)
{
    const char *at = line.data, *end = line.data + line.size;
    (void)wr_scan_word(&at, end);
    struct wr_span count = wr_scan_word(&at, end);
    wr_sink_write(sink, *run, (size_t)(count.data - *run));
    wr_sink_u64(sink, (uint64_t)edges);
    *run = at;
}

void wr_metis_filter(struct wr_span text, const struct wr_edgeset *removed, struct wr_sink *sink,
                     int64_t *edges)
{
    struct reader r = {0};
    const char *run = text.data, *end = text.data + text.size;
    bool stays = true;                                 /* something of the last row */
    int64_t stay = removed->graph->m - removed->count; /* the graph is simple */
    for (const char *at = run; at < end && !wr_sink_failed(sink);) {
        struct wr_span line = wr_scan_line(at, end, &at);
        if (is_comment(line))
            continue;
        if (!r.started) {
            (void)take_header(&r, line, NULL);
            filter_header(line, stay, &run, sink);
        } else if (r.rows < r.header.n) {
            stays = filter_row(line, &r.header, (uint32_t)r.rows++, removed, &run, sink);
        }
    }
    wr_sink_write(sink, run, (size_t)(end - run));
    if (!stays && run == end) /* a row of nothing, which has no newline either, is none */
        wr_sink_write(sink, "\n", 1);
    *edges = stay;
}

/* METIS knows integers only. */
static enum wr_status check_weights(const struct wr_graph *g, struct wr_error *err)
{
    for (int64_t e = 0; g->weight && e < g->m; e++) {
        double w = g->weight[e];
        if (w < 1 || w > 0x1p53 || w != trunc(w))
            return wr_error_set(err, WR_EDATA,
                                "edge %u %u has weight %g, METIS graphs need integers from 1",
                                wr_edge_u(g->edge[e]), wr_edge_v(g->edge[e]), w);
    }
    return WR_OK;
}

enum wr_status wr_metis_write(const struct wr_graph *g, struct wr_sink *sink, struct wr_error *err)
{
    struct wr_csr csr;
    enum wr_status status = check_weights(g, err);
    if (!status)
        status = wr_csr_init(&csr, g, WR_CSR_BOTH, g->weight != NULL, err);
    if (status)
        return status;
    wr_sink_printf(sink, "%u %lld%s\n", g->n, (long long)g->m, g->weight ? " 001" : "");
    for (uint32_t u = 0; u < g->n && !wr_sink_failed(sink); u++) {
        for (int64_t i = csr.row[u]; i < csr.row[u + 1]; i++) {
            if (i > csr.row[u])
                wr_sink_write(sink, " ", 1);
            wr_sink_u64(sink, csr.col[i] + UINT64_C(1));
            if (g->weight) {
                wr_sink_write(sink, " ", 1);
                wr_sink_u64(sink, (uint64_t)g->weight[csr.id[i]]);
            }
        }
        wr_sink_write(sink, "\n", 1);
    }
    wr_csr_release(&csr);
    return WR_OK;
}
