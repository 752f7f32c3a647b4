/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/foreign.h"

#include <assert.h>
#include <ctype.h>
#include <igraph/igraph.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/number.h"
#include "io/pajek.h"
#include "io/words.h"

/* --- igraph's errors ----------------------------------------------------------------------- */

/* igraph calls a handler that is told nothing of its caller, several times for one error; this is
 * where it writes while a thread is between begin() and end(). */
static _Thread_local struct wr_error *collected;

/* The number behind the first "line " or "Line ", else 0. */
static int64_t line_in(const char *reason)
{
    const char *p = strcasestr(reason, "line ");
    return p && isdigit((unsigned char)p[5]) ? strtoll(p + 5, NULL, 10) : 0;
}

/* `Parse error in GML file, line 3 (what).' and `Line 3: what.' without what the place says. */
static void shorten(const char *reason, char *out, size_t size)
{
    const char *open = strchr(reason, '(');
    size_t length = strlen(reason);
    int prefix = 0;
    if (sscanf(reason, "Line %*d: %n", &prefix) == 0 && prefix > 0) {
        reason += prefix;
        length -= (size_t)prefix;
    } else if (strncmp(reason, "Parse error in ", 15) == 0 && open && reason[length - 1] == ')') {
        length -= (size_t)(open + 1 - reason) + 1;
        reason = open + 1;
    }
    while (length > 0 && (reason[length - 1] == '.' || isspace((unsigned char)reason[length - 1])))
        length--;
    snprintf(out, size, "%.*s", (int)length, reason);
}

static void collect_error(const char *reason, const char *file, int line, igraph_error_t code)
{
    char message[256];
    (void)file;
    (void)line;
    shorten(*reason ? reason : igraph_strerror(code), message, sizeof message);
    wr_error_set(collected, code == IGRAPH_ENOMEM ? WR_ENOMEM : WR_EDATA, "%s", message);
    if (collected->line == 0)
        collected->line = line_in(reason);
    IGRAPH_FINALLY_FREE();
}

/* igraph has refused: its reason, or what its code means. */
static enum wr_status refused(const struct wr_error *reason, igraph_error_t code, const char *input,
                              struct wr_error *err)
{
    if (!reason->status)
        return wr_error_at(err, WR_EDATA, input, 0, "igraph: %s", igraph_strerror(code));
    return wr_error_at(err, reason->status, input, reason->line, "%s", reason->message);
}

static void ignore_warning(const char *reason, const char *file, int line)
{
    (void)reason;
    (void)file;
    (void)line;
}

/* igraph's settings of this thread, which begin() replaces and end() puts back. */
struct session {
    igraph_error_handler_t *error_handler;
    igraph_warning_handler_t *warning_handler;
    const igraph_attribute_table_t *attributes;
    struct wr_error error; /* what igraph says */
};

static void begin(struct session *s)
{
    s->error = (struct wr_error){0};
    collected = &s->error;
    s->error_handler = igraph_set_error_handler(collect_error);
    s->warning_handler = igraph_set_warning_handler(ignore_warning);
    s->attributes = igraph_set_attribute_table(&igraph_cattribute_table);
}

static void end(struct session *s)
{
    igraph_set_attribute_table((igraph_attribute_table_t *)s->attributes);
    igraph_set_warning_handler(s->warning_handler);
    igraph_set_error_handler(s->error_handler);
    collected = NULL;
}

/* --- reading ------------------------------------------------------------------------------- */

/* A FILE on an input: igraph reads nothing else. */
struct source {
    struct wr_input *input;
    struct wr_span rest;           /* of the current chunk, or of `ahead' */
    int64_t size;                  /* bytes of the text until now */
    struct wr_pajek_header header; /* ended at once in other formats */
    char *ahead;                   /* chunks that were read before igraph asked for them */
    struct wr_error error;
};

static enum wr_status next_chunk(struct source *s, struct wr_span *chunk)
{
    enum wr_status status = wr_input_next(s->input, chunk, &s->error);
    if (!status)
        s->size += (int64_t)chunk->size;
    return status;
}

/* Another chunk behind the rest of this one, unless the text has ended. */
static enum wr_status read_ahead(struct source *s, bool *ended)
{
    struct wr_span chunk;
    size_t size = s->rest.size;
    enum wr_status status;
    if (!s->ahead) { /* the next chunk may be where this one is */
        if ((status = wr_grow(&s->ahead, (int64_t)size, 1, &s->error)))
            return status;
        memcpy(s->ahead, s->rest.data, size);
    }
    if ((status = next_chunk(s, &chunk)))
        return status;
    *ended = chunk.size == 0;
    if (*ended)
        return WR_OK;
    if ((status = wr_grow(&s->ahead, (int64_t)(size + chunk.size), 1, &s->error)))
        return status;
    memcpy(s->ahead + size, chunk.data, chunk.size);
    s->rest = (struct wr_span){s->ahead, size + chunk.size};
    return WR_OK;
}

/*
 * igraph believes N and allocates for as many vertices: 25 bytes each, 180 once one has a label,
 * 850 once one has every attribute there is. N may be much larger than the text, since vertices
 * need not be listed and those without edges are in a file by N alone; but not out of all
 * proportion. An edge between so many vertices takes a dozen bytes: a graph beyond these limits
 * has fewer than one for 600 vertices.
 */
enum { FOR_NOTHING = 1 << 16, FOR_A_BYTE = 50 };

static uint64_t most_vertices(int64_t bytes)
{
    return FOR_NOTHING + FOR_A_BYTE * (uint64_t)bytes;
}

/* Before igraph sees N: read on until there is enough text for it, at most 43 MB. */
static enum wr_status check_header(struct source *s)
{
    const struct wr_pajek_header *h = &s->header;
    const char *name = wr_input_name(s->input);
    enum wr_status status = WR_OK;
    bool ended = false;
    wr_pajek_header_read(&s->header, s->rest);
    if (h->vertices > INT32_MAX) { /* igraph's limit, which it states without the line */
        char shown[WR_WORD_SHOWN];
        wr_word_show(h->number, shown);
        return wr_error_at(&s->error, WR_EDATA, name, h->line, "%s vertices, expected at most %d",
                           shown, INT32_MAX);
    }
    while (!status && !ended && h->vertices > most_vertices(s->size))
        status = read_ahead(s, &ended);
    if (status || !ended)
        return status;
    return wr_error_at(&s->error, WR_EDATA, name, h->line,
                       "%llu vertices in a text of %lld bytes, expected at most %llu",
                       (unsigned long long)h->vertices, (long long)s->size,
                       (unsigned long long)most_vertices(s->size));
}

static enum wr_status refill(struct source *s)
{
    enum wr_status status = next_chunk(s, &s->rest);
    if (!status && s->rest.size > 0 && !s->header.ended)
        status = check_header(s);
    if (status)
        s->rest.size = 0;
    return status;
}

static ssize_t read_source(void *cookie, char *out, size_t size)
{
    struct source *s = cookie;
    if (s->error.status)
        return 0;
    if (s->rest.size == 0 && refill(s))
        return 0; /* an end: igraph's scanners abort the program when reading fails */
    size_t given = s->rest.size < size ? s->rest.size : size;
    if (given == 0)
        return 0;
    memcpy(out, s->rest.data, given);
    s->rest.data += given;
    s->rest.size -= given;
    return (ssize_t)given;
}

static igraph_error_t parse(FILE *stream, enum wr_graph_format format, igraph_t *graph)
{
    switch (format) {
    case WR_FORMAT_GRAPHML:
        return igraph_read_graph_graphml(graph, stream, 0);
    case WR_FORMAT_GML:
        return igraph_read_graph_gml(graph, stream);
    case WR_FORMAT_PAJEK:
        return igraph_read_graph_pajek(graph, stream);
    /* directed, because igraph would swap the ends of undirected edges */
    case WR_FORMAT_NCOL:
        return igraph_read_graph_ncol(graph, stream, NULL, true, IGRAPH_ADD_WEIGHTS_IF_PRESENT,
                                      true);
    default:
        return igraph_read_graph_lgl(graph, stream, true, IGRAPH_ADD_WEIGHTS_IF_PRESENT, true);
    }
}

/* The file as an igraph graph. */
static enum wr_status parse_input(struct wr_input *input, enum wr_graph_format format,
                                  struct session *session, igraph_t *graph, struct wr_error *err)
{
    struct source source = {.input = input, .header.ended = format != WR_FORMAT_PAJEK};
    cookie_io_functions_t functions = {.read = read_source};
    FILE *stream = fopencookie(&source, "r", functions);
    if (!stream)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    igraph_error_t failed = parse(stream, format, graph);
    fclose(stream);
    free(source.ahead);
    if (source.error.status) {
        if (!failed)
            igraph_destroy(graph);
        if (err && !err->status)
            *err = source.error;
        return source.error.status;
    }
    if (failed)
        return refused(&session->error, failed, wr_input_name(input), err);
    return WR_OK;
}

/* Whether vertices (or edges) have an attribute of this name, and of which type. */
static bool has_attribute(const igraph_t *graph, igraph_attribute_elemtype_t of, const char *name,
                          igraph_attribute_type_t *type)
{
    if (!igraph_cattribute_has_attr(graph, of, name))
        return false;
    return igraph_cattribute_table.gettype(graph, type, of, name) == IGRAPH_SUCCESS;
}

static enum wr_status take_edges(const igraph_t *graph, struct wr_pairs *pairs,
                                 struct wr_error *err)
{
    int64_t count = igraph_ecount(graph);
    if (igraph_vcount(graph) > WR_MAX_VERTEX + INT64_C(1))
        return wr_error_set(err, WR_EDATA, "more than %u vertices", WR_MAX_VERTEX + 1);
    pairs->n = (uint32_t)igraph_vcount(graph);
    pairs->count = count;
    pairs->key = wr_alloc(count, sizeof *pairs->key, err);
    if (!pairs->key)
        return WR_ENOMEM;
    for (int64_t e = 0; e < count; e++) {
        uint32_t u = (uint32_t)IGRAPH_FROM(graph, e), v = (uint32_t)IGRAPH_TO(graph, e);
        pairs->key[e] = igraph_is_directed(graph) ? wr_arc(u, v) : wr_edge(u, v);
    }
    return WR_OK;
}

static enum wr_status take_weights(const igraph_t *graph, struct wr_pairs *pairs, const char *input,
                                   struct wr_error *err)
{
    igraph_attribute_type_t type;
    if (!has_attribute(graph, IGRAPH_ATTRIBUTE_EDGE, "weight", &type) ||
        type != IGRAPH_ATTRIBUTE_NUMERIC)
        return WR_OK;
    pairs->weight = wr_alloc(pairs->count, sizeof *pairs->weight, err);
    if (!pairs->weight)
        return WR_ENOMEM;
    for (int64_t e = 0; e < pairs->count; e++) {
        pairs->weight[e] = EAN(graph, "weight", e);
        if (!isfinite(pairs->weight[e])) /* igraph's NaN stands for none */
            return wr_error_at(err, WR_EDATA, input, 0,
                               "edge %lld of the file has no finite weight", (long long)e + 1);
    }
    return WR_OK;
}

/* The names of the vertices: attribute `name', else `label', else `id'. */
static enum wr_status take_names(const igraph_t *graph, struct wr_names *names,
                                 struct wr_error *err)
{
    static const char *const attributes[] = {"name", "label", "id"};
    igraph_attribute_type_t type = IGRAPH_ATTRIBUTE_UNSPECIFIED;
    int a = 0;
    while (a < 3 && !has_attribute(graph, IGRAPH_ATTRIBUTE_VERTEX, attributes[a], &type))
        a++;
    if (a == 3 || (type != IGRAPH_ATTRIBUTE_STRING && type != IGRAPH_ATTRIBUTE_NUMERIC))
        return WR_OK;
    for (int64_t v = 0; v < igraph_vcount(graph); v++) {
        char digits[WR_DOUBLE_DIGITS];
        const char *name = digits;
        if (type == IGRAPH_ATTRIBUTE_STRING)
            name = VAS(graph, attributes[a], v);
        else
            wr_format_double(digits, VAN(graph, attributes[a], v));
        enum wr_status status = wr_names_append(names, (struct wr_span){name, strlen(name)}, err);
        if (status)
            return status;
    }
    return WR_OK;
}

/* Names that say no more than the numbers do: 0, 1, 2 ... or n0, n1, n2 ... */
static bool only_numbers(const struct wr_names *names)
{
    for (uint32_t i = 0; i < names->count; i++) {
        const char *name = wr_names_get(names, i);
        char number[16];
        snprintf(number, sizeof number, "%u", i);
        if (strcmp(name + (name[0] == 'n'), number) != 0)
            return false;
    }
    return true;
}

/* The vertices of a format that knows names only are those that the names say. */
static enum wr_status names_to_ids(struct wr_foreign *file, const char *input, struct wr_error *err)
{
    struct wr_pairs *p = &file->pairs;
    uint32_t *id = wr_alloc(file->names.count, sizeof *id, err);
    uint32_t n = 0;
    if (!id)
        return WR_ENOMEM;
    for (uint32_t i = 0; i < file->names.count; i++) {
        const char *name = wr_names_get(&file->names, i);
        char problem[WR_WORD_PROBLEM];
        if (!wr_word_vertex((struct wr_span){name, strlen(name)}, &id[i], problem)) {
            free(id);
            return wr_error_at(err, WR_EDATA, input, 0, "%s; --relabel numbers names", problem);
        }
        if (id[i] >= n)
            n = id[i] + 1;
    }
    for (int64_t e = 0; e < p->count; e++)
        p->key[e] = wr_arc(id[wr_edge_u(p->key[e])], id[wr_edge_v(p->key[e])]);
    p->n = n;
    free(id);
    return WR_OK;
}

static enum wr_status take_graph(const igraph_t *graph, const struct wr_foreign_options *options,
                                 const char *input, struct wr_foreign *file, struct wr_error *err)
{
    enum wr_status status = take_edges(graph, &file->pairs, err);
    if (!status && options->weights)
        status = take_weights(graph, &file->pairs, input, err);
    if (!status)
        status = take_names(graph, &file->names, err);
    return status;
}

enum wr_status wr_foreign_read(struct wr_input *input, enum wr_graph_format format,
                               const struct wr_foreign_options *options, struct wr_foreign *file,
                               struct wr_error *err)
{
    struct wr_foreign made = {0};
    struct session session;
    igraph_t graph;
    bool names_only = format == WR_FORMAT_NCOL || format == WR_FORMAT_LGL;
    assert(wr_graph_format_is_foreign(format) && format != WR_FORMAT_DOT);
    begin(&session);
    enum wr_status status = parse_input(input, format, &session, &graph, err);
    if (!status) {
        made.directed = !names_only && igraph_is_directed(&graph);
        made.undirected = !names_only && !made.directed;
        status = take_graph(&graph, options, wr_input_name(input), &made, err);
        igraph_destroy(&graph);
    }
    end(&session);
    bool ids = names_only && !options->number;
    if (!status && ids)
        status = names_to_ids(&made, wr_input_name(input), err);
    if (!status && (ids || (!names_only && only_numbers(&made.names))))
        wr_names_release(&made.names);
    if (status)
        wr_foreign_release(&made);
    else
        *file = made;
    return status;
}

void wr_foreign_release(struct wr_foreign *file)
{
    wr_pairs_release(&file->pairs);
    wr_names_release(&file->names);
}

/* --- writing ------------------------------------------------------------------------------- */

bool wr_foreign_keeps_weights(const struct wr_pairs *pairs)
{
    char text[WR_DOUBLE_DIGITS];
    for (int64_t i = 0; pairs->weight && i < pairs->count; i++) {
        snprintf(text, sizeof text, "%.15g", pairs->weight[i]);
        if (strtod(text, NULL) != pairs->weight[i])
            return false;
    }
    return true;
}

static ssize_t write_sink(void *cookie, const char *data, size_t size)
{
    wr_sink_write(cookie, data, size);
    return (ssize_t)size;
}

static igraph_error_t create(igraph_t *graph, const struct wr_pairs *pairs, bool directed)
{
    igraph_vector_int_t ends;
    igraph_error_t failed = igraph_vector_int_init(&ends, 2 * pairs->count);
    if (failed)
        return failed;
    for (int64_t e = 0; e < pairs->count; e++) {
        VECTOR(ends)[2 * e] = wr_edge_u(pairs->key[e]);
        VECTOR(ends)[2 * e + 1] = wr_edge_v(pairs->key[e]);
    }
    failed = igraph_create(graph, &ends, pairs->n, directed);
    igraph_vector_int_destroy(&ends);
    return failed;
}

/* The vertex attribute that readers of the format take for a name. */
static const char *name_attribute(enum wr_graph_format format)
{
    switch (format) {
    case WR_FORMAT_GML:
    case WR_FORMAT_DOT:
        return "label";
    case WR_FORMAT_PAJEK:
        return "id"; /* which igraph writes as Pajek's label */
    default:
        return "name";
    }
}

/* Whether vertices without names need some: in GML, which NetworkX does not read without labels,
 * and in Pajek files that would promise more vertices than we believe. */
static bool needs_names(const igraph_t *graph, enum wr_graph_format format)
{
    enum { EDGE = 4 }; /* bytes that it takes at least, `1 2' and its newline */
    if (format == WR_FORMAT_PAJEK)
        return (uint64_t)igraph_vcount(graph) > most_vertices(EDGE * igraph_ecount(graph));
    return format == WR_FORMAT_GML;
}

/* The names, or the numbers in their place; readers recognise those. */
static igraph_error_t set_names(igraph_t *graph, enum wr_graph_format format,
                                const struct wr_names *names)
{
    igraph_error_t failed = IGRAPH_SUCCESS;
    bool numbers = names->count == 0 && needs_names(graph, format);
    uint32_t count = numbers ? (uint32_t)igraph_vcount(graph) : names->count;
    for (uint32_t i = 0; i < count && !failed; i++) {
        char number[16];
        snprintf(number, sizeof number, "%u", i);
        failed =
            SETVAS(graph, name_attribute(format), i, numbers ? number : wr_names_get(names, i));
    }
    return failed;
}

static igraph_error_t set_weights(igraph_t *graph, const struct wr_pairs *pairs)
{
    igraph_vector_t weights;
    if (!pairs->weight)
        return IGRAPH_SUCCESS;
    igraph_vector_view(&weights, pairs->weight, pairs->count);
    return SETEANV(graph, "weight", &weights);
}

static igraph_error_t print(const igraph_t *graph, enum wr_graph_format format, bool weighted,
                            FILE *stream)
{
    const char *weight = weighted ? "weight" : NULL;
    switch (format) {
    case WR_FORMAT_GRAPHML:
        return igraph_write_graph_graphml(graph, stream, true);
    case WR_FORMAT_GML:
        return igraph_write_graph_gml(graph, stream, IGRAPH_WRITE_GML_DEFAULT_SW, NULL, "walkrank");
    case WR_FORMAT_PAJEK:
        return igraph_write_graph_pajek(graph, stream);
    case WR_FORMAT_NCOL:
        return igraph_write_graph_ncol(graph, stream, NULL, weight);
    case WR_FORMAT_LGL:
        return igraph_write_graph_lgl(graph, stream, NULL, weight, true);
    default:
        return igraph_write_graph_dot(graph, stream);
    }
}

static igraph_error_t write_all(enum wr_graph_format format, const struct wr_pairs *pairs,
                                bool directed, const struct wr_names *names, FILE *stream)
{
    igraph_t graph;
    igraph_error_t failed = create(&graph, pairs, directed);
    if (failed)
        return failed;
    failed = set_weights(&graph, pairs);
    if (!failed)
        failed = set_names(&graph, format, names);
    if (!failed)
        failed = print(&graph, format, pairs->weight != NULL, stream);
    igraph_destroy(&graph);
    return failed;
}

enum wr_status wr_foreign_write(enum wr_graph_format format, const struct wr_pairs *pairs,
                                bool directed, const struct wr_names *names, struct wr_sink *sink,
                                struct wr_error *err)
{
    static const struct wr_names none;
    struct session session;
    bool names_only = format == WR_FORMAT_NCOL || format == WR_FORMAT_LGL;
    cookie_io_functions_t functions = {.write = write_sink};
    if (format == WR_FORMAT_PAJEK && pairs->n > INT32_MAX)
        return wr_error_set(err, WR_EDATA, "%u vertices, a Pajek file has at most %d", pairs->n,
                            INT32_MAX);
    FILE *stream = fopencookie(sink, "w", functions);
    if (!stream)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    begin(&session);
    /* directed, because igraph would swap the ends of undirected edges */
    igraph_error_t failed =
        write_all(format, pairs, directed || names_only, names_only ? &none : names, stream);
    end(&session);
    fclose(stream); /* what the sink could not write it keeps as its error */
    return failed ? refused(&session.error, failed, "", err) : WR_OK;
}
