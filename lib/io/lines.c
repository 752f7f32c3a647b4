/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/words.h"

enum wr_status wr_lines_open(struct wr_lines *lines, const char *path, struct wr_error *err)
{
    *lines = (struct wr_lines){0};
    return wr_input_open(&lines->input, path, &(struct wr_input_options){0}, err);
}

void wr_lines_close(struct wr_lines *lines)
{
    wr_input_close(lines->input);
    *lines = (struct wr_lines){0};
}

enum wr_status wr_lines_next(struct wr_lines *lines, struct wr_span *line, struct wr_error *err)
{
    if (lines->rest.size == 0) {
        enum wr_status status = wr_input_next(lines->input, &lines->rest, err);
        if (status)
            return status;
        if (lines->rest.size == 0) {
            *line = (struct wr_span){NULL, 0};
            return WR_OK;
        }
    }
    const char *newline = memchr(lines->rest.data, '\n', lines->rest.size);
    size_t size = newline ? (size_t)(newline - lines->rest.data) : lines->rest.size;
    *line = (struct wr_span){lines->rest.data, size};
    lines->rest.data += size + (newline != NULL);
    lines->rest.size -= size + (newline != NULL);
    lines->number++;
    if (size > 0 && line->data[size - 1] == '\r')
        line->size--;
    return WR_OK;
}

enum wr_status wr_lines_each(struct wr_lines *lines,
                             enum wr_status (*take)(void *context, struct wr_span line,
                                                    struct wr_error *err),
                             void *context, struct wr_error *err)
{
    struct wr_span line;
    enum wr_status status;
    while (!(status = wr_lines_next(lines, &line, err)) && line.data) {
        const char *hash = memchr(line.data, '#', line.size);
        if (hash)
            line.size = (size_t)(hash - line.data);
        if ((status = take(context, line, err)))
            break;
    }
    return status;
}

enum wr_status wr_lines_error(const struct wr_lines *lines, struct wr_error *err,
                              const char *format, ...)
{
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return wr_error_at(err, WR_EDATA, wr_input_name(lines->input),
                       lines->number > 0 ? lines->number : 1, "%s", message);
}

enum wr_status wr_lines_word_error(const struct wr_lines *lines, struct wr_span word,
                                   const char *is_not, struct wr_error *err)
{
    char shown[WR_WORD_SHOWN];
    wr_word_show(word, shown);
    return wr_lines_error(lines, err, "'%s' is not %s", shown, is_not);
}
