/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/idx.h"

enum { MAGIC = 4, DIMENSION = 4, BYTES = 8 /* the type code of unsigned bytes */ };

static int64_t big_endian(const unsigned char *p)
{
    return (int64_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static enum wr_status parse(struct wr_idx *a, struct wr_span text, int rank, const char *name,
                            struct wr_error *err)
{
    const unsigned char *p = (const unsigned char *)text.data;
    size_t header = MAGIC + DIMENSION * (size_t)rank;
    if (text.size < MAGIC || p[0] != 0 || p[1] != 0)
        return wr_error_at(err, WR_EDATA, name, 0,
                           "not an idx file: it does not begin with two "
                           "zero bytes");
    if (p[2] != BYTES)
        return wr_error_at(err, WR_EDATA, name, 0,
                           "an idx file of type %d, expected %d for unsigned bytes", p[2], BYTES);
    if (p[3] != rank)
        return wr_error_at(err, WR_EDATA, name, 0, "an idx array of rank %d, expected %d", p[3],
                           rank);
    if (text.size < header)
        return wr_error_at(err, WR_EDATA, name, 0, "the idx header is truncated");
    a->rank = rank;
    a->count = 1;
    for (int d = 0; d < rank; d++) {
        a->shape[d] = big_endian(p + MAGIC + DIMENSION * d);
        if (__builtin_mul_overflow(a->count, a->shape[d], &a->count))
            return wr_error_at(err, WR_EDATA, name, 0, "the shape's product passes 2^63");
    }
    if ((uint64_t)a->count != text.size - header)
        return wr_error_at(err, WR_EDATA, name, 0, "%zu bytes of data, expected %lld",
                           text.size - header, (long long)a->count);
    a->data = p + header;
    return WR_OK;
}

enum wr_status wr_idx_open(struct wr_idx *a, const char *path, int rank, const char *tmp_dir,
                           struct wr_error *err)
{
    struct wr_input_options options = {.keep_text = true, .tmp_dir = tmp_dir};
    struct wr_idx made = {0};
    struct wr_span text;
    enum wr_status status = wr_input_open(&made.input, path, &options, err);
    if (status)
        return status;
    if (!(status = wr_input_all(made.input, &text, err)))
        status = parse(&made, text, rank, wr_input_name(made.input), err);
    if (status)
        wr_idx_close(&made);
    else
        *a = made;
    return status;
}

void wr_idx_close(struct wr_idx *a)
{
    wr_input_close(a->input);
    *a = (struct wr_idx){0};
}
