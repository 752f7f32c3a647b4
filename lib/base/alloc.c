/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

/* count * size in *bytes, at least 1 so that malloc's NULL always means failure. */
static enum wr_status array_bytes(int64_t count, size_t size, size_t *bytes, struct wr_error *err)
{
    if (count < 0 || __builtin_mul_overflow((size_t)count, size, bytes) || *bytes > PTRDIFF_MAX)
        return wr_error_set(err, WR_ENOMEM, "an array of %lld elements of %zu bytes is too large",
                            (long long)count, size);
    if (*bytes == 0)
        *bytes = 1;
    return WR_OK;
}

static void *refused(size_t bytes, struct wr_error *err)
{
    wr_error_set(err, WR_ENOMEM, "out of memory: %zu bytes wanted", bytes);
    return NULL;
}

static void advise_huge_pages(void *array, size_t bytes)
{
    if (bytes < 2 * HUGE_PAGE)
        return;
    uintptr_t start = ((uintptr_t)array + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)array + bytes) & ~(uintptr_t)(HUGE_PAGE - 1);
    /* a hint: refusal changes nothing */
    (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
}

void *wr_alloc(int64_t count, size_t size, struct wr_error *err)
{
    size_t bytes = 0;
    if (array_bytes(count, size, &bytes, err))
        return NULL;
    void *array = malloc(bytes);
    if (!array)
        return refused(bytes, err);
    advise_huge_pages(array, bytes);
    return array;
}

void *wr_calloc(int64_t count, size_t size, struct wr_error *err)
{
    size_t bytes = 0;
    if (array_bytes(count, size, &bytes, err))
        return NULL;
    void *array = calloc(1, bytes);
    if (!array)
        return refused(bytes, err);
    advise_huge_pages(array, bytes);
    return array;
}

enum wr_status wr_grow(void *array, int64_t count, size_t size, struct wr_error *err)
{
    size_t bytes = 0;
    if (array_bytes(count, size, &bytes, err))
        return WR_ENOMEM;
    void *old;
    memcpy(&old, array, sizeof old); /* array is the address of a pointer of any type */
    void *grown = realloc(old, bytes);
    if (!grown) {
        refused(bytes, err);
        return WR_ENOMEM;
    }
    advise_huge_pages(grown, bytes);
    memcpy(array, &grown, sizeof grown);
    return WR_OK;
}
