/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/boundary.h"

#include <stdlib.h>

#include "base/alloc.h"

enum wr_status wr_boundary_init(struct wr_boundary *b, const struct wr_csr *csr,
                                struct wr_error *err)
{
    struct wr_boundary made = {.csr = csr};
    made.vertex = wr_alloc(csr->n, sizeof *made.vertex, err);
    made.state = wr_calloc(csr->n, sizeof *made.state, err);
    if (!made.vertex || !made.state) {
        wr_boundary_release(&made);
        return WR_ENOMEM;
    }
    *b = made;
    return WR_OK;
}

void wr_boundary_release(struct wr_boundary *b)
{
    free(b->vertex);
    free(b->state);
    *b = (struct wr_boundary){0};
}

static void forget(struct wr_boundary *b)
{
    for (int64_t i = 0; i < b->subset_size; i++)
        b->state[b->subset[i]] = 0;
    for (int64_t i = 0; i < b->size; i++)
        b->state[b->vertex[i]] = 0;
    b->size = 0;
}

static void add(struct wr_boundary *b, uint32_t v)
{
    if (b->state[v] & WR_BOUNDARY)
        return;
    b->state[v] |= WR_BOUNDARY;
    b->vertex[b->size++] = v;
}

void wr_boundary_find(struct wr_boundary *b, const uint32_t *subset, int64_t size)
{
    const struct wr_csr *csr = b->csr;
    forget(b);
    b->subset = subset;
    b->subset_size = size;
    for (int64_t i = 0; i < size; i++)
        b->state[subset[i]] = WR_INSIDE;
    for (int64_t i = 0; i < size; i++) {
        uint32_t u = subset[i];
        for (int64_t e = csr->row[u]; e < csr->row[u + 1]; e++) {
            if (wr_boundary_inside(b, csr->col[e]))
                continue;
            add(b, u);
            add(b, csr->col[e]);
        }
    }
}
