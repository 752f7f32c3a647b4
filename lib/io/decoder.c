/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/decoder.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { RAW = 256 << 10 };

struct wr_decoder {
    int fd;
    const char *name;
    enum wr_compression format;
    bool ended;        /* the descriptor is at its end */
    bool in_member;    /* inside a gzip member or a zstd frame */
    size_t begin, end; /* raw bytes not yet consumed */
    z_stream gzip;
    bool gzip_ready;
    ZSTD_DStream *zstd;
    unsigned char raw[RAW];
};

enum wr_compression wr_decoder_format(const unsigned char *magic, size_t size)
{
    if (size >= 2 && magic[0] == 0x1f && magic[1] == 0x8b)
        return WR_GZIP;
    if (size >= 4 && magic[1] == 0xb5 && magic[2] == 0x2f && magic[3] == 0xfd && magic[0] == 0x28)
        return WR_ZSTD;
    /* skippable frame, as parallel compressors write first */
    if (size >= 4 && (magic[0] & 0xf0) == 0x50 && magic[1] == 0x2a && magic[2] == 0x4d &&
        magic[3] == 0x18)
        return WR_ZSTD;
    return WR_PLAIN;
}

/* read() that goes on after a signal. */
static enum wr_status read_some(struct wr_decoder *d, void *out, size_t size, size_t *got,
                                struct wr_error *err)
{
    ssize_t n;
    do
        n = read(d->fd, out, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return wr_error_errno(err, d->name, "cannot read");
    d->ended = n == 0;
    *got = (size_t)n;
    return WR_OK;
}

/* Have at least `want` raw bytes unless the descriptor ends first. */
static enum wr_status refill(struct wr_decoder *d, size_t want, struct wr_error *err)
{
    memmove(d->raw, d->raw + d->begin, d->end - d->begin);
    d->end -= d->begin;
    d->begin = 0;
    while (d->end < want && !d->ended) {
        size_t got = 0;
        enum wr_status status = read_some(d, d->raw + d->end, RAW - d->end, &got, err);
        if (status)
            return status;
        d->end += got;
    }
    return WR_OK;
}

static enum wr_status start(struct wr_decoder *d, struct wr_error *err)
{
    bool ready = true;
    if (d->format == WR_GZIP)
        ready = d->gzip_ready = inflateInit2(&d->gzip, 15 + 16) == Z_OK;
    else if (d->format == WR_ZSTD)
        ready = (d->zstd = ZSTD_createDStream()) != NULL;
    return ready ? WR_OK : wr_error_set(err, WR_ENOMEM, "out of memory");
}

enum wr_status wr_decoder_open(struct wr_decoder **decoder, int fd, const char *name,
                               struct wr_error *err)
{
    struct wr_decoder *d = calloc(1, sizeof *d);
    if (!d)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    d->fd = fd;
    d->name = name;
    enum wr_status status = refill(d, 4, err);
    if (!status) {
        d->format = wr_decoder_format(d->raw, d->end);
        status = start(d, err);
    }
    if (status)
        wr_decoder_close(d);
    else
        *decoder = d;
    return status;
}

void wr_decoder_close(struct wr_decoder *d)
{
    if (!d)
        return;
    if (d->gzip_ready)
        inflateEnd(&d->gzip);
    ZSTD_freeDStream(d->zstd);
    free(d);
}

static enum wr_status read_plain(struct wr_decoder *d, char *out, size_t size, size_t *got,
                                 struct wr_error *err)
{
    if (d->begin == d->end)
        return read_some(d, out, size, got, err);
    *got = d->end - d->begin < size ? d->end - d->begin : size;
    memcpy(out, d->raw + d->begin, *got);
    d->begin += *got;
    return WR_OK;
}

static enum wr_status damaged(const struct wr_decoder *d, const char *how, struct wr_error *err)
{
    return wr_error_at(err, WR_EDATA, d->name, 0, "the %s stream is %s",
                       d->format == WR_GZIP ? "gzip" : "zstd", how);
}

/* Raw bytes at hand, or the end: inside a member that means truncation. */
static enum wr_status more_raw(struct wr_decoder *d, bool *at_end, struct wr_error *err)
{
    *at_end = false;
    if (d->begin < d->end)
        return WR_OK;
    enum wr_status status = refill(d, 1, err);
    if (status || d->begin < d->end)
        return status;
    *at_end = true;
    return d->in_member ? damaged(d, "truncated", err) : WR_OK;
}

static enum wr_status inflate_some(struct wr_decoder *d, char *out, size_t size, size_t *made,
                                   struct wr_error *err)
{
    if (!d->in_member) {
        enum wr_status status = refill(d, 2, err);
        if (status)
            return status;
        if (wr_decoder_format(d->raw + d->begin, d->end - d->begin) != WR_GZIP)
            return damaged(d, "followed by something that is not gzip", err);
        if (inflateReset(&d->gzip) != Z_OK)
            return damaged(d, "damaged", err);
    }
    size_t raw = d->end - d->begin;
    uInt room = size > INT32_MAX ? INT32_MAX : (uInt)size;
    d->gzip.next_in = d->raw + d->begin;
    d->gzip.avail_in = (uInt)raw;
    d->gzip.next_out = (Bytef *)out;
    d->gzip.avail_out = room;
    int result = inflate(&d->gzip, Z_NO_FLUSH);
    d->begin = d->end - d->gzip.avail_in;
    *made = room - d->gzip.avail_out;
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return result == Z_MEM_ERROR ? wr_error_set(err, WR_ENOMEM, "out of memory")
                                     : damaged(d, "damaged", err);
    d->in_member = result != Z_STREAM_END;
    return WR_OK;
}

static enum wr_status unzstd_some(struct wr_decoder *d, char *out, size_t size, size_t *made,
                                  struct wr_error *err)
{
    ZSTD_inBuffer in = {d->raw, d->end, d->begin};
    ZSTD_outBuffer produced = {out, size, 0};
    size_t result = ZSTD_decompressStream(d->zstd, &produced, &in);
    if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    if (ZSTD_isError(result))
        return damaged(d, "damaged", err);
    d->begin = in.pos;
    *made = produced.pos;
    d->in_member = result != 0;
    return WR_OK;
}

enum wr_status wr_decoder_read(struct wr_decoder *d, char *out, size_t size, size_t *got,
                               struct wr_error *err)
{
    if (d->format == WR_PLAIN)
        return read_plain(d, out, size, got, err);
    *got = 0;
    while (*got == 0 && size > 0) {
        bool at_end;
        enum wr_status status = more_raw(d, &at_end, err);
        if (status || at_end)
            return status;
        status = d->format == WR_GZIP ? inflate_some(d, out, size, got, err)
                                      : unzstd_some(d, out, size, got, err);
        if (status)
            return status;
    }
    return WR_OK;
}
