/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/onewis_rounds.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define NONE UINT32_MAX

enum wr_status wr_rounds_init(struct wr_rounds *rounds, int64_t vertices, uint32_t max_degree,
                              struct wr_error *err)
{
    struct wr_rounds made = {.max_degree = max_degree};
    int64_t degrees = (int64_t)max_degree + 1;
    made.first = wr_alloc(degrees, sizeof *made.first, err);
    made.next = wr_alloc(vertices, sizeof *made.next, err);
    made.member = wr_alloc(vertices, sizeof *made.member, err);
    if (!made.first || !made.next || !made.member || wr_minset_init(&made.falling, degrees, err)) {
        wr_rounds_release(&made);
        return WR_ENOMEM;
    }
    memset(made.first, 0xff, (size_t)degrees * sizeof *made.first); /* NONE */
    *rounds = made;
    return WR_OK;
}

void wr_rounds_release(struct wr_rounds *rounds)
{
    wr_minset_release(&rounds->falling);
    free(rounds->first);
    free(rounds->next);
    free(rounds->member);
    *rounds = (struct wr_rounds){0};
}

int64_t wr_rounds_join(struct wr_rounds *rounds, uint32_t degree, int64_t n)
{
    if (rounds->first[degree] == NONE)
        return n;
    for (uint32_t v = rounds->first[degree]; v != NONE; v = rounds->next[v])
        rounds->member[n++] = v;
    rounds->first[degree] = NONE;
    (void)wr_minset_pop(&rounds->falling);
    return n;
}
