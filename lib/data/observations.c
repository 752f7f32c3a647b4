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

/* Observations sorted by a key that those at one place share, which keep their order. Others may
 * share it by accident when the coordinates do not fit a key. */
struct groups {
    uint64_t *key;
    int64_t *position;
};

static uint64_t hash_of(const struct wr_observations *o, int64_t i)
{
    const uint32_t *index = wr_observations_at(o, i);
    uint64_t hash = 0;
    for (int n = 0; n < o->order; n++) {
        hash = (hash ^ index[n]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return hash;
}

static void groups_release(struct groups *g)
{
    free(g->key);
    free(g->position);
}

static enum wr_status groups_init(struct groups *g, const struct wr_observations *o,
                                  struct wr_error *err)
{
    bool exact = run_before(o, o->order) == 0;
    g->key = wr_alloc(o->count, sizeof *g->key, err);
    g->position = wr_alloc(o->count, sizeof *g->position, err);
    enum wr_status status = g->key && g->position ? WR_OK : WR_ENOMEM;
    for (int64_t i = 0; i < o->count && !status; i++) {
        g->key[i] = exact ? key_of(o, i, 0, o->order) : hash_of(o, i);
        g->position[i] = i;
    }
    if (!status)
        status = wr_sort_u64_with(g->key, g->position, o->count, err);
    if (status)
        groups_release(g);
    return status;
}

static bool same_place(const struct wr_observations *o, int64_t i, int64_t j)
{
    return memcmp(wr_observations_at(o, i), wr_observations_at(o, j),
                  (size_t)o->order * sizeof *o->index) == 0;
}

/* The last observation before the k-th of the groups at the same place, -1 if there is none. */
static int64_t twin_of(const struct groups *g, const struct wr_observations *o, int64_t k)
{
    for (int64_t l = k - 1; l >= 0 && g->key[l] == g->key[k]; l--)
        if (same_place(o, g->position[l], g->position[k]))
            return g->position[l];
    return -1;
}

enum wr_status wr_observations_repeated(const struct wr_observations *o, int64_t *first,
                                        int64_t *second, struct wr_error *err)
{
    struct groups g;
    int64_t a = -1, b = -1;
    enum wr_status status = groups_init(&g, o, err);
    if (status)
        return status;
    for (int64_t k = 1; k < o->count; k++) {
        int64_t twin = b < 0 || g.position[k] < b ? twin_of(&g, o, k) : -1;
        if (twin >= 0) {
            a = twin;
            b = g.position[k];
        }
    }
    groups_release(&g);
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
    struct groups g;
    int64_t kept = 0;
    enum wr_status status = groups_init(&g, o, err);
    if (status)
        return status;
    bool *repeats = wr_alloc(o->count, sizeof *repeats, err);
    if (repeats) {
        for (int64_t k = 0; k < o->count; k++)
            repeats[g.position[k]] = twin_of(&g, o, k) >= 0;
        for (int64_t i = 0; i < o->count; i++)
            if (!repeats[i])
                move(o, kept++, i);
        *removed = o->count - kept;
        o->count = kept;
    }
    status = repeats ? WR_OK : WR_ENOMEM;
    free(repeats);
    groups_release(&g);
    return status;
}
