/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/encoder.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { PRODUCED = 256 << 10 };

struct wr_encoder {
    void (*write)(void *context, const void *data, size_t size);
    void *context;
    bool gzip_ready;
    z_stream gzip;
    ZSTD_CCtx *zstd; /* NULL: gzip */
    unsigned char produced[PRODUCED];
};

static bool ends_with(const char *path, const char *suffix)
{
    size_t n = strlen(path), k = strlen(suffix);
    return n > k && strcmp(path + n - k, suffix) == 0;
}

enum wr_status wr_encoder_open(struct wr_encoder **encoder, const char *path,
                               void (*write)(void *context, const void *data, size_t size),
                               void *context, struct wr_error *err)
{
    bool gzip = ends_with(path, ".gz"), zstd = ends_with(path, ".zst");
    if (!gzip && !zstd) {
        *encoder = NULL;
        return WR_OK;
    }
    struct wr_encoder *e = calloc(1, sizeof *e);
    if (!e)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    e->write = write;
    e->context = context;
    /* 15 + 16: the largest window, gzip header without a time stamp */
    if (gzip)
        e->gzip_ready = deflateInit2(&e->gzip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
                                     Z_DEFAULT_STRATEGY) == Z_OK;
    else
        e->zstd = ZSTD_createCCtx();
    if (!e->gzip_ready && !e->zstd) {
        wr_encoder_close(e);
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    }
    if (e->zstd)
        ZSTD_CCtx_setParameter(e->zstd, ZSTD_c_checksumFlag, 1);
    *encoder = e;
    return WR_OK;
}

void wr_encoder_close(struct wr_encoder *e)
{
    if (!e)
        return;
    if (e->gzip_ready)
        deflateEnd(&e->gzip);
    ZSTD_freeCCtx(e->zstd);
    free(e);
}

static void deflate_all(struct wr_encoder *e, const void *data, uInt size, int flush)
{
    e->gzip.next_in = (Bytef *)(uintptr_t)data;
    e->gzip.avail_in = size;
    do {
        e->gzip.next_out = e->produced;
        e->gzip.avail_out = PRODUCED;
        deflate(&e->gzip, flush);
        e->write(e->context, e->produced, PRODUCED - e->gzip.avail_out);
    } while (e->gzip.avail_out == 0);
}

static void zstd_all(struct wr_encoder *e, const void *data, size_t size, ZSTD_EndDirective mode,
                     struct wr_error *err)
{
    ZSTD_inBuffer in = {data, size, 0};
    for (;;) {
        ZSTD_outBuffer out = {e->produced, PRODUCED, 0};
        size_t left = ZSTD_compressStream2(e->zstd, &out, &in, mode);
        if (ZSTD_isError(left)) {
            wr_error_set(err, WR_ENOMEM, "zstd: %s", ZSTD_getErrorName(left));
            return;
        }
        e->write(e->context, e->produced, out.pos);
        if (mode == ZSTD_e_end ? left == 0 : in.pos == in.size)
            return;
    }
}

void wr_encoder_write(struct wr_encoder *e, const void *data, size_t size, struct wr_error *err)
{
    if (e->zstd) {
        zstd_all(e, data, size, ZSTD_e_continue, err);
        return;
    }
    const char *p = data;
    for (size_t step; size > 0; p += step, size -= step) {
        step = size < (1u << 30) ? size : 1u << 30; /* zlib counts in unsigned int */
        deflate_all(e, p, (uInt)step, Z_NO_FLUSH);
    }
}

void wr_encoder_finish(struct wr_encoder *e, struct wr_error *err)
{
    if (e->zstd)
        zstd_all(e, NULL, 0, ZSTD_e_end, err);
    else
        deflate_all(e, NULL, 0, Z_FINISH);
}
