/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/observations.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/sort.h"

enum wr_status wr_observations_init(struct wr_observations *o, int order, const int64_t *dim,
                                    int64_t count, bool values, struct wr_error *err)
{
    enum wr_status status = wr_dims_check(order, dim, err);
    if (status)
        return status;
    struct wr_observations made = {.order = order, .count = count};
    made.dim = wr_alloc(order, sizeof *made.dim, err);
    made.index = wr_alloc(count, (size_t)order * sizeof *made.index, err);
    made.value = values ? wr_alloc(count, sizeof *made.value, err) : NULL;
    if (!made.dim || !made.index || (values && !made.value)) {
        wr_observations_release(&made);
        return WR_ENOMEM;
    }
    memcpy(made.dim, dim, (size_t)order * sizeof *dim);
    *o = made;
    return WR_OK;
}

void wr_observations_release(struct wr_observations *o)
{
    free(o->dim);
    free(o->index);
    free(o->value);
    *o = (struct wr_observations){0};
}

/* --- order --------------------------------------------------------------------------------- */

/* Modes first .. last - 1 whose indices together fit a 64-bit key: the longest such run that
 * ends at last. */
static int run_before(const struct wr_observations *o, int last)
{
    int64_t product = 1;
    int first = last;
    while (first > 0 && !__builtin_mul_overflow(product, o->dim[first - 1], &product))
        first--;
    return first;
}

/* The indices of modes first .. last - 1 as one number. */
static uint64_t key_of(const struct wr_observations *o, int64_t i, int first, int last)
{
    const uint32_t *index = wr_observations_at(o, i);
    uint64_t key = 0;
    for (int n = first; n < last; n++)
        key = key * (uint64_t)o->dim[n] + index[n];
    return key;
}

/* Stable sorts, last modes first: what an earlier one has ordered stays so among equal keys. */
enum wr_status wr_observations_sorted(const struct wr_observations *o, int64_t *position,
                                      struct wr_error *err)
{
    enum wr_status status = WR_OK;
    uint64_t *key = wr_alloc(o->count, sizeof *key, err);
    if (!key)
        return WR_ENOMEM;
    for (int64_t i = 0; i < o->count; i++)
        position[i] = i;
    for (int first, last = o->order; last > 0 && !status; last = first) {
        first = run_before(o, last);
        for (int64_t i = 0; i < o->count; i++)
            key[i] = key_of(o, position[i], first, last);
        status = wr_sort_u64_with(key, position, o->count, err);
    }
    free(key);
    return status;
}

/* --- observations at one place ------------------------------------------------------------- */

static bool same_place(const struct wr_observations *o, int64_t i, int64_t j)
{
    return memcmp(wr_observations_at(o, i), wr_observations_at(o, j),
                  (size_t)o->order * sizeof *o->index) == 0;
}

static int64_t *sorted(const struct wr_observations *o, struct wr_error *err)
{
    int64_t *position = wr_alloc(o->count, sizeof *position, err);
    if (position && wr_observations_sorted(o, position, err)) {
        free(position);
        position = NULL;
    }
    return position;
}

enum wr_status wr_observations_repeated(const struct wr_observations *o, int64_t *first,
                                        int64_t *second, struct wr_error *err)
{
    int64_t *position = sorted(o, err), a = -1, b = -1;
    if (!position)
        return WR_ENOMEM;
    for (int64_t k = 1; k < o->count; k++) {
        int64_t i = position[k - 1], j = position[k];
        if ((b < 0 || j < b) && same_place(o, i, j)) {
            a = i;
            b = j;
        }
    }
    free(position);
    *first = a;
    *second = b;
    return WR_OK;
}

static void move(struct wr_observations *o, int64_t to, int64_t from)
{
    memmove(o->index + to * o->order, o->index + from * o->order,
            (size_t)o->order * sizeof *o->index);
    if (o->value)
        o->value[to] = o->value[from];
}

enum wr_status wr_observations_keep_first(struct wr_observations *o, int64_t *removed,
                                          struct wr_error *err)
{
    int64_t *position = sorted(o, err), kept = 0;
    bool *repeats = wr_calloc(o->count, sizeof *repeats, err);
    if (position && repeats) {
        for (int64_t k = 1; k < o->count; k++)
            repeats[position[k]] = same_place(o, position[k - 1], position[k]);
        for (int64_t i = 0; i < o->count; i++)
            if (!repeats[i])
                move(o, kept++, i);
        *removed = o->count - kept;
        o->count = kept;
    }
    enum wr_status status = position && repeats ? WR_OK : WR_ENOMEM;
    free(position);
    free(repeats);
    return status;
}
