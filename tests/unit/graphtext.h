/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_GRAPHTEXT_H
#define TESTS_GRAPHTEXT_H

#include <stdarg.h>

#include "packed.h"
#include "unit.h"

#include "base/rng.h"
#include "data/edgeset.h"
#include "data/graph.h"
#include "io/graphfile.h"

/* Graph files in memory for the tests of their readers and filters. */

/* A text that grows. */
struct text {
    char data[1 << 16];
    size_t size;
};

static inline void __attribute__((format(printf, 2, 3)))
text_add(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    t->size += (size_t)vsnprintf(t->data + t->size, sizeof t->data - t->size, format, args);
    va_end(args);
    ck_assert_uint_lt(t->size, sizeof t->data);
}

/* Some blanks: at least `least`. */
static inline void text_add_blanks(struct text *t, struct wr_rng *rng, int least)
{
    for (int i = least + (int)wr_rng_below(rng, 3) / 2; i > 0; i--)
        text_add(t, "%s", wr_rng_below(rng, 2) ? " " : "\t");
}

static inline void text_add_newline(struct text *t, struct wr_rng *rng)
{
    text_add(t, "%s", wr_rng_below(rng, 6) ? "\n" : "\r\n");
}

/* Read a text as the file `path` says: an ordinary file or, when path is NULL, a pipe. */
static inline enum wr_status text_read(const struct text *t, const char *path,
                                       const struct wr_graph_file_options *options,
                                       struct wr_graph_file *file, struct wr_error *err)
{
    int ends[2];
    char name[32];
    if (path) {
        packed_put(path, t->data, t->size);
        return wr_graph_file_read(file, path, options, err);
    }
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq((int)write(ends[1], t->data, t->size), (int)t->size);
    close(ends[1]);
    snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    enum wr_status status = wr_graph_file_read(file, name, options, err);
    close(ends[0]);
    return status;
}

/* A random set of edges of g. */
static inline void draw_edges(struct wr_rng *rng, const struct wr_graph *g, struct wr_edgeset *set)
{
    struct wr_error err = {0};
    ck_ok(wr_edgeset_init(set, g, &err), err);
    uint64_t one_in = 1 + wr_rng_below(rng, 4);
    for (int64_t id = 0; id < g->m; id++)
        if (wr_rng_below(rng, one_in) == 0)
            wr_edgeset_add(set, id);
}

/* What wr_graph_file_filter writes, 0-terminated; the caller frees. */
static inline char *filtered(const struct wr_graph_file *file, const struct wr_edgeset *removed,
                             int64_t *lines, size_t *size)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    ck_ok(wr_sink_open(&sink, "filtered", &err), err);
    ck_ok(wr_graph_file_filter(file, removed, false, sink, lines, &err), err);
    ck_ok(wr_sink_commit(sink, &err), err);
    return packed_get("filtered", size);
}

/* One malformed file and its message. */
struct malformed {
    const char *text;
    int64_t line;
    const char *message;
};

static inline void expect_malformed(const char *path, const struct wr_graph_file_options *options,
                                    const struct malformed *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct wr_error err = {0};
        struct wr_graph_file file;
        packed_put_text(path, table[i].text);
        ck_assert_msg(wr_graph_file_read(&file, path, options, &err) == WR_EDATA, "%s",
                      table[i].text);
        ck_assert_str_eq(err.message, table[i].message);
        ck_assert_str_eq(err.input, path);
        ck_assert_msg(err.line == table[i].line, "%s: line %lld", table[i].text,
                      (long long)err.line);
    }
}

#endif
