/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/encoder.h"
#include "io/number.h"

enum { BUFFER = 1 << 20 };

struct wr_sink {
    char *name;   /* for messages */
    char *target; /* the path that the file takes in the end, links resolved; NULL: direct */
    char *draft;  /* the name it has until then; NULL while it has none (O_TMPFILE) */
    int fd;
    bool finished;
    struct wr_encoder *encoder; /* NULL: not compressed */
    struct wr_error error;      /* the first error */
    size_t filled;
    char *buffer; /* BUFFER bytes */
};

static enum wr_status out_of_memory(struct wr_error *err)
{
    return wr_error_set(err, WR_ENOMEM, "out of memory");
}

/* write() until everything is out; the first failure stays in the sink. */
static void write_fd(void *context, const void *data, size_t size)
{
    struct wr_sink *s = context;
    const char *p = data;
    while (size > 0 && !s->error.status) {
        ssize_t n = write(s->fd, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            wr_error_errno(&s->error, s->name, "cannot write");
            return;
        }
        p += n;
        size -= (size_t)n;
    }
}

static void pass_on(struct wr_sink *s, const void *data, size_t size)
{
    if (s->encoder)
        wr_encoder_write(s->encoder, data, size, &s->error);
    else
        write_fd(s, data, size);
}

static void flush(struct wr_sink *s)
{
    pass_on(s, s->buffer, s->filled);
    s->filled = 0;
}

/* target's folder; "." when it names none. The caller frees. */
static char *folder_of(const char *target)
{
    const char *slash = strrchr(target, '/');
    if (!slash)
        return strdup(".");
    return strndup(target, slash == target ? 1 : (size_t)(slash - target));
}

/* A name beside the target that nobody has: .NAME.XXXXXX. The caller frees. */
static char *draft_name(const char *target)
{
    const char *slash = strrchr(target, '/');
    int folder = slash ? (int)(slash - target) + 1 : 0;
    char *name;
    if (asprintf(&name, "%.*s.%s.XXXXXX", folder, target, target + folder) < 0)
        return NULL;
    return name;
}

/* The permissions a new file would have, or those of the file that is replaced. */
static mode_t wanted_mode(const char *target)
{
    struct stat st;
    if (stat(target, &st) == 0)
        return st.st_mode & 0777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* A draft that has no name vanishes with the process, even a killed one; not every file system
 * offers it. */
static enum wr_status open_draft(struct wr_sink *s, struct wr_error *err)
{
    char *folder = folder_of(s->target);
    if (!folder)
        return out_of_memory(err);
    s->fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    free(folder);
    if (s->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        s->draft = draft_name(s->target);
        if (!s->draft)
            return out_of_memory(err);
        s->fd = mkostemp(s->draft, O_CLOEXEC);
        if (s->fd < 0) {
            free(s->draft);
            s->draft = NULL;
        }
    }
    if (s->fd < 0)
        return wr_error_errno(err, s->name, "cannot create");
    if (fchmod(s->fd, wanted_mode(s->target)) != 0)
        return wr_error_errno(err, s->name, "cannot set the permissions");
    return WR_OK;
}

/* The descriptor that a name such as /dev/stdout or /dev/fd/3 stands for, -1 for other names. It
 * is written where it stands: opening the name again would find the file behind it, and replace
 * what others write there. */
static int named_descriptor(const char *path)
{
    uint64_t fd;
    if (strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    if (strncmp(path, "/dev/fd/", 8) == 0 && wr_parse_u64(path + 8, strlen(path + 8), &fd) &&
        fd <= INT_MAX)
        return (int)fd;
    return -1;
}

/* A file that is there but may not be written is not replaced either. */
static enum wr_status open_target(struct wr_sink *s, const char *path, struct wr_error *err)
{
    struct stat st;
    bool exists = stat(path, &st) == 0;
    int fd = named_descriptor(path);
    if (fd >= 0) {
        s->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        return s->fd < 0 ? wr_error_errno(err, path, "cannot write") : WR_OK;
    }
    if (exists && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return wr_error_errno(err, path, "cannot write");
    }
    if (exists && !S_ISREG(st.st_mode)) {
        s->fd = open(path, O_WRONLY | O_CLOEXEC);
        return s->fd < 0 ? wr_error_errno(err, path, "cannot open") : WR_OK;
    }
    if (exists && access(path, W_OK) != 0)
        return wr_error_errno(err, path, "cannot write");
    s->target = exists ? realpath(path, NULL) : strdup(path);
    if (!s->target)
        return wr_error_errno(err, path, "cannot write");
    return open_draft(s, err);
}

enum wr_status wr_sink_open(struct wr_sink **sink, const char *path, struct wr_error *err)
{
    bool standard_output = !path || strcmp(path, "-") == 0;
    struct wr_sink *s = calloc(1, sizeof *s);
    if (!s)
        return out_of_memory(err);
    s->fd = -1;
    enum wr_status status = WR_OK;
    s->name = strdup(standard_output ? "standard output" : path);
    s->buffer = wr_alloc(BUFFER, 1, err);
    if (!s->name || !s->buffer)
        status = out_of_memory(err);
    else if (standard_output)
        s->fd = STDOUT_FILENO;
    else
        status = open_target(s, path, err);
    if (!status && !standard_output)
        status = wr_encoder_open(&s->encoder, path, write_fd, s, err);
    if (status)
        wr_sink_discard(s);
    else
        *sink = s;
    return status;
}

void wr_sink_write(struct wr_sink *s, const void *data, size_t size)
{
    if (s->filled + size > BUFFER)
        flush(s);
    if (size >= BUFFER) {
        pass_on(s, data, size);
        return;
    }
    memcpy(s->buffer + s->filled, data, size);
    s->filled += size;
}

void wr_sink_string(struct wr_sink *s, const char *string)
{
    wr_sink_write(s, string, strlen(string));
}

void wr_sink_printf(struct wr_sink *s, const char *format, ...)
{
    va_list args;
    char *text;
    va_start(args, format);
    int size = vasprintf(&text, format, args);
    va_end(args);
    if (size < 0) {
        out_of_memory(&s->error);
        return;
    }
    wr_sink_write(s, text, (size_t)size);
    free(text);
}

void wr_sink_u64(struct wr_sink *s, uint64_t value)
{
    if (s->filled + WR_U64_DIGITS > BUFFER)
        flush(s);
    char *end = wr_format_u64(s->buffer + s->filled, value);
    s->filled = (size_t)(end - s->buffer);
}

void wr_sink_double(struct wr_sink *s, double value)
{
    char text[WR_DOUBLE_DIGITS];
    wr_sink_write(s, text, (size_t)wr_format_double(text, value));
}

int wr_sink_failed(const struct wr_sink *s)
{
    return s->error.status != WR_OK;
}

const char *wr_sink_draft(const struct wr_sink *s)
{
    return s->draft;
}

static enum wr_status kept_error(const struct wr_sink *s, struct wr_error *err)
{
    if (err && s->error.status && !err->status)
        *err = s->error;
    return s->error.status;
}

enum wr_status wr_sink_finish(struct wr_sink *s, struct wr_error *err)
{
    if (s->finished)
        return kept_error(s, err);
    s->finished = true;
    flush(s);
    if (s->encoder)
        wr_encoder_finish(s->encoder, &s->error);
    /* close() reports what a network file system could not store; that of a copy, since the draft
     * has yet to be named, and standard output is not ours to close */
    int copy = dup(s->fd);
    if (copy < 0 || close(copy) != 0)
        wr_error_errno(&s->error, s->name, "cannot write");
    return kept_error(s, err);
}

/* Give an unnamed draft a name, so that it can be renamed over the target. */
static enum wr_status name_draft(struct wr_sink *s, struct wr_error *err)
{
    char proc[64];
    snprintf(proc, sizeof proc, "/proc/self/fd/%d", s->fd);
    for (int attempt = 0; attempt < 100; attempt++) {
        char *name = draft_name(s->target);
        if (!name)
            return out_of_memory(err);
        /* mkostemp finds a free name; linkat takes it */
        int placeholder = mkostemp(name, O_CLOEXEC);
        if (placeholder >= 0) {
            close(placeholder);
            unlink(name);
        }
        if (placeholder >= 0 && linkat(AT_FDCWD, proc, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
            s->draft = name;
            return WR_OK;
        }
        free(name);
        if (errno != EEXIST)
            break;
    }
    return wr_error_errno(err, s->name, "cannot create");
}

enum wr_status wr_sink_name(struct wr_sink *s, struct wr_error *err)
{
    enum wr_status status = wr_sink_finish(s, err);
    if (!status && s->target && !s->draft)
        status = name_draft(s, err);
    return status;
}

enum wr_status wr_sink_commit(struct wr_sink *s, struct wr_error *err)
{
    enum wr_status status = wr_sink_name(s, err);
    if (!status && s->target && rename(s->draft, s->target) != 0)
        status = wr_error_errno(err, s->name, "cannot rename the finished file");
    if (!status) {
        free(s->draft);
        s->draft = NULL;
    }
    wr_sink_discard(s);
    return status;
}

void wr_sink_discard(struct wr_sink *s)
{
    if (!s)
        return;
    wr_encoder_close(s->encoder);
    if (s->fd >= 0 && s->fd != STDOUT_FILENO)
        close(s->fd);
    if (s->draft)
        unlink(s->draft);
    free(s->draft);
    free(s->target);
    free(s->name);
    free(s->buffer);
    free(s);
}
