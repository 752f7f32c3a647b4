/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/changes.h"

#include <stdlib.h>

#include "base/alloc.h"

enum wr_status wr_changes_init(struct wr_changes *c, int64_t pairs, struct wr_error *err)
{
    wr_walkcount *item = wr_alloc(pairs, 2 * sizeof *item, err);
    if (!item)
        return WR_ENOMEM;
    *c = (struct wr_changes){.item = item};
    return WR_OK;
}

void wr_changes_release(struct wr_changes *c)
{
    free(c->item);
    *c = (struct wr_changes){0};
}

static void sift_down(wr_walkcount *heap, int64_t count, int64_t hole, wr_walkcount item)
{
    for (int64_t child; (child = 2 * hole + 1) < count; hole = child) {
        if (child + 1 < count && heap[child + 1] < heap[child])
            child++;
        if (item <= heap[child])
            break;
        heap[hole] = heap[child];
    }
    heap[hole] = item;
}

/* A heap, not a sorted array: most comparisons are decided by the first few values. */
void wr_changes_order(struct wr_changes *c)
{
    for (int64_t i = c->count / 2; i-- > 0;)
        sift_down(c->item, c->count, i, c->item[i]);
}

static wr_walkcount pop(struct wr_changes *c)
{
    wr_walkcount least = c->item[0];
    c->count--;
    sift_down(c->item, c->count, 0, c->item[c->count]);
    return least;
}

bool wr_changes_next(struct wr_changes *c, struct wr_change *change)
{
    while (c->count > 0) {
        change->value = c->item[0] >> 1;
        change->net = 0;
        while (c->count > 0 && c->item[0] >> 1 == change->value)
            change->net += pop(c) & 1 ? -1 : 1;
        if (change->net != 0)
            return true;
    }
    return false;
}
