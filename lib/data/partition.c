/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/partition.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static int compare_vertices(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Room for one partition more, and for size vertices more. */
static enum wr_status make_room(struct wr_partitions *p, int64_t size, struct wr_error *err)
{
    if (p->count == p->room) {
        int64_t room = 2 * p->room + 16;
        if (wr_grow(&p->start, room + 1, sizeof *p->start, err) ||
            wr_grow(&p->target, room, sizeof *p->target, err) ||
            wr_grow(&p->line, room, sizeof *p->line, err))
            return WR_ENOMEM;
        p->room = room;
        if (p->count == 0)
            p->start[0] = 0;
    }
    int64_t want = p->start[p->count] + size;
    if (want > p->vertex_room) {
        int64_t room = want + p->vertex_room;
        if (wr_grow(&p->vertex, room, sizeof *p->vertex, err))
            return WR_ENOMEM;
        p->vertex_room = room;
    }
    return WR_OK;
}

enum wr_status wr_partitions_add(struct wr_partitions *p, uint32_t target, int64_t line,
                                 const uint32_t *vertex, int64_t size, struct wr_error *err)
{
    if (make_room(p, size, err))
        return WR_ENOMEM;
    int64_t begin = p->start[p->count], end = begin;
    if (size > 0) {
        memcpy(p->vertex + begin, vertex, (size_t)size * sizeof *vertex);
        qsort(p->vertex + begin, (size_t)size, sizeof *vertex, compare_vertices);
    }
    for (int64_t i = begin; i < begin + size; i++)
        if (end == begin || p->vertex[end - 1] != p->vertex[i])
            p->vertex[end++] = p->vertex[i];
    p->target[p->count] = target;
    p->line[p->count] = line;
    p->start[++p->count] = end;
    return WR_OK;
}

static enum wr_status out_of_range(const char *input, int64_t line, uint32_t v, uint32_t n,
                                   struct wr_error *err)
{
    return wr_error_at(err, WR_EDATA, input, line,
                       "vertex %u is out of range: the graph has %u vertices, numbered from 0", v,
                       n);
}

enum wr_status wr_partitions_check(const struct wr_partitions *p, uint32_t n, bool targets,
                                   const char *input, struct wr_error *err)
{
    for (int64_t i = 0; i < p->count; i++) {
        if (p->target[i] == WR_NO_TARGET) {
            if (targets)
                return wr_error_at(err, WR_EDATA, input, p->line[i],
                                   "no target: vertex prediction wants `t:' before the ids");
        } else if (p->target[i] >= n) {
            return out_of_range(input, p->line[i], p->target[i], n, err);
        }
        int64_t end = p->start[i + 1];
        if (end > p->start[i] && p->vertex[end - 1] >= n) /* ascending: the last is largest */
            return out_of_range(input, p->line[i], p->vertex[end - 1], n, err);
    }
    return WR_OK;
}

void wr_partitions_release(struct wr_partitions *p)
{
    free(p->start);
    free(p->vertex);
    free(p->target);
    free(p->line);
    *p = (struct wr_partitions){0};
}
