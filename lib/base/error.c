/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void set(struct wr_error *err, enum wr_status status, const char *input, int64_t line,
                const char *format, va_list args)
{
    if (!err || err->status != WR_OK)
        return;
    err->status = status;
    err->line = line;
    snprintf(err->input, sizeof err->input, "%s", input);
    vsnprintf(err->message, sizeof err->message, format, args);
}

enum wr_status wr_error_set(struct wr_error *err, enum wr_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set(err, status, "", 0, format, args);
    va_end(args);
    return status;
}

enum wr_status wr_error_at(struct wr_error *err, enum wr_status status, const char *input,
                           int64_t line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set(err, status, input, line, format, args);
    va_end(args);
    return status;
}

enum wr_status wr_error_errno(struct wr_error *err, const char *input, const char *what)
{
    return wr_error_at(err, WR_EIO, input, 0, "%s: %s", what, strerror(errno));
}

void wr_error_in(struct wr_error *err, const char *input)
{
    bool of_input = err && (err->status == WR_EDATA || err->status == WR_ENOMEM);
    if (of_input && !err->input[0])
        snprintf(err->input, sizeof err->input, "%s", input);
}
