/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_failed(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

void fuzz_status(enum wr_status status, const struct wr_error *err)
{
    fuzz_check(status == err->status);
    fuzz_check(status != WR_ENOMEM);
    fuzz_check(!status || err->message[0]);
    fuzz_check(status != WR_EDATA || err->input[0]);
}

void fuzz_same_error(const struct wr_error *a, const struct wr_error *b)
{
    fuzz_check(a->status == b->status);
    fuzz_check(a->line == b->line);
    fuzz_check(strcmp(a->input, b->input) == 0);
    fuzz_check(strcmp(a->message, b->message) == 0);
}

void fuzz_same_bytes(const void *a, const void *b, size_t bytes)
{
    fuzz_check(!a == !b);
    fuzz_check(!a || bytes == 0 || memcmp(a, b, bytes) == 0);
}

uint32_t fuzz_hash(const void *data, size_t size)
{
    const unsigned char *byte = data;
    uint32_t hash = 2166136261U; /* FNV-1a, in 64 bits, where nothing overflows */
    for (size_t i = 0; i < size; i++)
        hash = (uint32_t)((uint64_t)(hash ^ byte[i]) * 16777619U & UINT32_MAX);
    return hash ^ hash >> 15;
}
