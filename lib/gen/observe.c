/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/observe.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "gen/stream.h"

/* --- which entries ------------------------------------------------------------------------- */

/* Take each number with the probability that is right for what is still to be taken.
 * Source: D. E. Knuth, "The Art of Computer Programming", volume 2, 3.4.2, algorithm S. */
void wr_gen_subset(int64_t size, int64_t count, uint64_t seed, int64_t *chosen)
{
    struct wr_rng rng;
    int64_t taken = 0;
    wr_draw_init(&rng, seed, WR_DRAW_ENTRIES, 0);
    for (int64_t i = 0; taken < count; i++)
        if (wr_rng_below(&rng, (uint64_t)(size - i)) < (uint64_t)(count - taken))
            chosen[taken++] = i;
}

static enum wr_status choose_many(struct wr_observations *o, int64_t size, uint64_t seed,
                                  struct wr_error *err)
{
    int64_t *chosen = wr_alloc(o->count, sizeof *chosen, err);
    if (!chosen)
        return WR_ENOMEM;
    wr_gen_subset(size, o->count, seed, chosen);
    for (int64_t i = 0; i < o->count; i++)
        wr_dims_index(o->order, o->dim, chosen[i], o->index + i * o->order);
    free(chosen);
    return WR_OK;
}

static enum wr_status sort(struct wr_observations *o, struct wr_error *err)
{
    size_t row = (size_t)o->order * sizeof *o->index;
    int64_t *position = wr_alloc(o->count, sizeof *position, err);
    uint32_t *sorted = wr_alloc(o->count, row, err);
    enum wr_status status = WR_ENOMEM;
    if (position && sorted && !(status = wr_observations_sorted(o, position, err))) {
        for (int64_t i = 0; i < o->count; i++)
            memcpy(sorted + i * o->order, wr_observations_at(o, position[i]), row);
        memcpy(o->index, sorted, (size_t)o->count * row);
    }
    free(position);
    free(sorted);
    return status;
}

/* Draw entries one after the other and leave out those that are there already, until there are
 * enough: the first `count` different draws are a set as likely as any other. */
static enum wr_status choose_few(struct wr_observations *o, uint64_t seed, struct wr_error *err)
{
    int64_t count = o->count, have = 0, removed;
    enum wr_status status = WR_OK;
    struct wr_rng rng;
    wr_draw_init(&rng, seed, WR_DRAW_ENTRIES, 0);
    while (have < count && !status) {
        for (int64_t i = have * o->order; i < count * o->order; i++)
            o->index[i] = (uint32_t)wr_rng_below(&rng, (uint64_t)o->dim[i % o->order]);
        o->count = count;
        status = wr_observations_keep_first(o, &removed, err);
        have = count - removed;
    }
    return status ? status : sort(o, err);
}

enum wr_status wr_gen_entries(int order, const int64_t *dim, int64_t count, uint64_t seed,
                              struct wr_observations *o, struct wr_error *err)
{
    enum { MANY = 8 }; /* at least one in MANY: look at each entry instead */
    int64_t size = INT64_MAX;
    struct wr_observations made;
    enum wr_status status = wr_dims_check(order, dim, err);
    if (status)
        return status;
    (void)wr_dims_size(order, dim, &size);
    if (count < 0 || count > size)
        return wr_error_set(err, WR_EINVAL, "%lld entries of a tensor that has %lld",
                            (long long)count, (long long)size);
    if ((status = wr_observations_init(&made, order, dim, count, true, err)))
        return status;
    status =
        count > size / MANY ? choose_many(&made, size, seed, err) : choose_few(&made, seed, err);
    if (status)
        wr_observations_release(&made);
    else
        *o = made;
    return status;
}

/* --- noise and measurements ---------------------------------------------------------------- */

struct noise {
    double *value;
    int64_t first; /* block */
    double std;
    uint64_t seed;
};

static void noise_block(void *context, int64_t begin, int64_t end)
{
    const struct noise *n = context;
    struct wr_rng rng;
    wr_draw_init(&rng, n->seed, WR_DRAW_NOISE, n->first + begin / WR_BLOCK);
    for (int64_t i = begin; i < end; i++)
        n->value[i] += n->std * wr_rng_normal(&rng);
}

void wr_gen_noise(double *value, int64_t begin, int64_t end, double std, uint64_t seed)
{
    assert(begin % WR_BLOCK == 0);
    struct noise n = {value, begin / WR_BLOCK, std, seed};
    wr_blocks_run(end - begin, WR_BLOCK, noise_block, &n);
}

struct measurements {
    int64_t row, begin; /* numbers in a measurement, and number of the first one */
    double scale;
    uint64_t seed;
    double *x;
};

static void measurements_block(void *context, int64_t begin, int64_t end)
{
    const struct measurements *m = context;
    for (int64_t i = begin; i < end; i++) {
        struct wr_rng rng;
        wr_draw_init(&rng, m->seed, WR_DRAW_MEASUREMENTS, m->begin + i);
        for (int64_t k = 0; k < m->row; k++)
            m->x[i * m->row + k] = m->scale * wr_rng_normal(&rng);
    }
}

void wr_gen_measurements(int order, const int64_t *dim, int64_t begin, int64_t end, uint64_t seed,
                         double *x)
{
    enum { MEASUREMENTS = 64 };
    struct measurements m = {.begin = begin, .seed = seed, .x = x};
    double log_size = 0;
    for (int n = 0; n < order; n++) {
        m.row += dim[n];
        log_size += log((double)dim[n]);
    }
    m.scale = exp(-log_size / (2 * order));
    wr_blocks_run(end - begin, MEASUREMENTS, measurements_block, &m);
}
