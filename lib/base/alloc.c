/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/alloc.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/cacheline.h"

enum { HUGE_PAGE = 2 << 20, LARGE = 2 * HUGE_PAGE };

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
    uintptr_t start = ((uintptr_t)array + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)array + bytes) & ~(uintptr_t)(HUGE_PAGE - 1);
    /* a hint: refusal changes nothing */
    if (start < end)
        (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
}

/* A large array covers whole huge pages: at its ends, too, every small page that is touched for
 * the first time costs nearly as much as a huge one. */
static void *allocate(size_t bytes)
{
    if (bytes < LARGE || bytes > PTRDIFF_MAX - HUGE_PAGE)
        return malloc(bytes);
    bytes = (bytes + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
    void *array = aligned_alloc(HUGE_PAGE, bytes);
    if (array)
        advise_huge_pages(array, bytes);
    return array;
}

/* Copying is much faster than the page by page remapping that realloc does when it moves an array
 * of huge pages: measured 20 times on 128 MiB that grew by halves. */
static void *grow_large(void *old, size_t bytes)
{
    void *grown = allocate(bytes);
    if (grown && old)
        memcpy(grown, old, malloc_usable_size(old));
    if (grown)
        free(old);
    return grown;
}

void *wr_alloc(int64_t count, size_t size, struct wr_error *err)
{
    size_t bytes = 0;
    if (array_bytes(count, size, &bytes, err))
        return NULL;
    void *array = allocate(bytes);
    return array ? array : refused(bytes, err);
}

void *wr_calloc(int64_t count, size_t size, struct wr_error *err)
{
    size_t bytes = 0;
    if (array_bytes(count, size, &bytes, err))
        return NULL;
    void *array = calloc(1, bytes);
    if (!array)
        return refused(bytes, err);
    if (bytes >= LARGE)
        advise_huge_pages(array, bytes);
    return array;
}

void *wr_calloc_lanes(int64_t count, size_t size, struct wr_error *err)
{
    size_t bytes = 0;
    if (array_bytes(count, size, &bytes, err))
        return NULL;
    bytes = (bytes + 2 * WR_CACHE_LINE - 1) & ~(size_t)(WR_CACHE_LINE - 1);
    if (bytes > PTRDIFF_MAX)
        return refused(bytes, err);
    void *array = bytes < LARGE ? aligned_alloc(WR_CACHE_LINE, bytes) : allocate(bytes);
    if (!array)
        return refused(bytes, err);
    memset(array, 0, bytes);
    return array;
}

enum wr_status wr_grow(void *array, int64_t count, size_t size, struct wr_error *err)
{
    size_t bytes = 0;
    if (array_bytes(count, size, &bytes, err))
        return WR_ENOMEM;
    void *old;
    memcpy(&old, array, sizeof old); /* array is the address of a pointer of any type */
    bool move = bytes >= LARGE && bytes > malloc_usable_size(old);
    void *grown = move ? grow_large(old, bytes) : realloc(old, bytes);
    if (!grown) {
        refused(bytes, err);
        return WR_ENOMEM;
    }
    memcpy(array, &grown, sizeof grown);
    return WR_OK;
}
