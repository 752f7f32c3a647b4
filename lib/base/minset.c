/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/minset.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"

static int64_t words_for(int64_t bits)
{
    return (bits + 63) / 64;
}

enum wr_status wr_minset_init(struct wr_minset *set, int64_t range, struct wr_error *err)
{
    struct wr_minset made = {0};
    int64_t words = 0;
    assert(range >= 1 && range <= INT64_C(1) << 32);
    for (int64_t bits = range; made.levels == 0 || bits > 1; bits = words_for(bits)) {
        made.levels++;
        words += words_for(bits);
    }
    uint64_t *all = wr_calloc(words, sizeof *all, err);
    if (!all)
        return WR_ENOMEM;
    for (int i = 0; i < made.levels; i++) {
        range = words_for(range);
        made.bits[i] = all;
        all += range;
    }
    *set = made;
    return WR_OK;
}

void wr_minset_release(struct wr_minset *set)
{
    free(set->bits[0]);
    *set = (struct wr_minset){0};
}

void wr_minset_narrow(struct wr_minset *set, int64_t range)
{
    assert(wr_minset_empty(set));
    set->levels = 1;
    while (range > INT64_C(1) << 6 * set->levels)
        set->levels++;
}
