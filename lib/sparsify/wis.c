/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "sparsify/changes.h"
#include "sparsify/random.h"
#include "sparsify/tournament.h"
#include "sparsify/wis_model.h"

/* The state of one run. */
struct run {
    struct wr_wis_model *model;
    struct wr_tournament tournament; /* of the edges that are left, by upper bounds of their keys */
    struct wr_changes changes;       /* of the edge that is being evaluated */
    uint64_t *word;                  /* its key as far as it has been looked at */
    int64_t length, room;            /* words */
};

/* One more entry of the key of the edge under evaluation; false at its end, which is marked. */
static enum wr_status extend_key(struct run *r, bool *more, struct wr_error *err)
{
    const struct wr_key_format *f = &r->tournament.format;
    if (r->length + f->width > r->room) {
        int64_t room = 2 * r->room + 64;
        if (wr_grow(&r->word, room, sizeof *r->word, err))
            return WR_ENOMEM;
        r->room = room;
    }
    struct wr_change change;
    *more = wr_changes_next(&r->changes, &change);
    if (*more)
        wr_key_put_change(f, r->word + r->length, change);
    else
        wr_key_put_end(f, r->word + r->length);
    r->length += f->width;
    return WR_OK;
}

static void evaluate(struct run *r, uint32_t e)
{
    r->model->evaluate(r->model, e, &r->changes);
    wr_changes_order(&r->changes);
    r->length = 0;
}

/* Extend the key under evaluation to `length` words or its end, then store it as that of e. One
 * that has not ended says that anything may follow. */
static enum wr_status store_key(struct run *r, uint32_t e, int64_t length, struct wr_error *err)
{
    const struct wr_key_format *f = &r->tournament.format;
    bool more = r->length == 0 || !wr_key_is_end(f, r->word + r->length - f->width);
    while (more && r->length < length)
        if (extend_key(r, &more, err))
            return WR_ENOMEM;
    if (more) {
        uint64_t *last = r->word + r->length - f->width;
        wr_key_put_anything(f, last, wr_key_value(f, last));
    }
    return wr_tournament_set(&r->tournament, e, r->word, (uint32_t)r->length, err);
}

/* Words that are kept of a key unless more have been needed: what fits beside the candidate. */
static int64_t usual_length(const struct run *r)
{
    return WR_KEY_INLINE / r->tournament.format.width * r->tournament.format.width;
}

/* Whether the exact key of e under evaluation is at least the upper bound of every other
 * candidate. It is extended as far as it takes to know. */
static enum wr_status is_best(struct run *r, uint32_t e, bool *best, struct wr_error *err)
{
    uint32_t second = wr_tournament_second(&r->tournament);
    *best = true;
    if (second == WR_NOBODY)
        return WR_OK;
    const struct wr_key *bound = &r->tournament.key[second];
    const uint64_t *word = wr_key_words(bound);
    for (int64_t i = 0; i < bound->length; i++) {
        bool more;
        if (i == r->length && extend_key(r, &more, err))
            return WR_ENOMEM;
        if (r->word[i] != word[i]) {
            *best = r->word[i] > word[i];
            return WR_OK;
        }
    }
    *best = e < second;
    return WR_OK;
}

/* The edge whose removal is best; it leaves the tournament. */
static enum wr_status take_best(struct run *r, uint32_t *best, struct wr_error *err)
{
    for (;;) {
        uint32_t e = wr_tournament_best(&r->tournament);
        bool accepted;
        evaluate(r, e);
        enum wr_status status = is_best(r, e, &accepted, err);
        if (status)
            return status;
        if (accepted) {
            wr_tournament_leave(&r->tournament, e);
            *best = e;
            return WR_OK;
        }
        /* twice the length that told the two apart, so that many equal entries are passed soon */
        int64_t length = 2 * r->length > usual_length(r) ? 2 * r->length : usual_length(r);
        if (store_key(r, e, length, err))
            return WR_ENOMEM;
        wr_tournament_replay(&r->tournament, e);
    }
}

static enum wr_status first_keys(struct run *r, struct wr_error *err)
{
    for (uint32_t e = 0; e < r->tournament.count; e++) {
        evaluate(r, e);
        if (store_key(r, e, usual_length(r), err))
            return WR_ENOMEM;
    }
    wr_tournament_play(&r->tournament);
    return WR_OK;
}

static enum wr_status remove_in_order(struct run *r, const uint64_t *edge, int64_t batch,
                                      int64_t count, uint64_t *order,
                                      const struct wr_progress *progress, struct wr_error *err)
{
    enum { STEP = 256 };
    uint32_t *chosen = wr_alloc(batch, sizeof *chosen, err);
    enum wr_status status = chosen ? first_keys(r, err) : WR_ENOMEM;
    for (int64_t done = 0, told = 0; !status && done < count;) {
        int64_t some = 0;
        while (!status && some < batch && done + some < count)
            status = take_best(r, &chosen[some++], err);
        for (int64_t i = 0; !status && i < some; i++) {
            r->model->remove(r->model, chosen[i], &r->tournament);
            order[done++] = edge[chosen[i]];
        }
        if (!status && done - told >= STEP) {
            told = done;
            if (!wr_progress_step(progress, done, count))
                status = wr_error_set(err, WR_EINTERRUPT, "interrupted");
        }
    }
    free(chosen);
    return status;
}

static enum wr_status new_model(struct wr_wis_model **model, const struct wr_graph *g,
                                const uint64_t *edge, const struct wr_wis_options *opt,
                                struct wr_error *err)
{
    if (opt->partitions)
        return wr_wis_partitions_new(model, g, edge, opt->depth, opt->task, opt->partitions, err);
    if (opt->task == WR_TASK_VERTEX && opt->depth == 3)
        return wr_wis3_new(model, g, edge, err);
    return wr_wis_vertices_new(model, g, edge, opt->depth, opt->task, err);
}

/* Order with the edges numbered as in edge. */
static enum wr_status order_edges(const struct wr_graph *g, const struct wr_wis_options *opt,
                                  const uint64_t *edge, int64_t count, uint64_t *order,
                                  const struct wr_progress *progress, struct wr_error *err)
{
    struct run r = {0};
    enum wr_status status = new_model(&r.model, g, edge, opt, err);
    if (status)
        return status;
    int64_t batch = opt->batch < count ? opt->batch : count;
    struct wr_key_format format = wr_key_format(r.model->largest, r.model->pairs);
    status = wr_tournament_init(&r.tournament, format, g->m, err);
    if (!status)
        status = wr_changes_init(&r.changes, r.model->pairs, err);
    if (!status)
        status = remove_in_order(&r, edge, batch, count, order, progress, err);
    r.model->free(r.model);
    wr_tournament_release(&r.tournament);
    wr_changes_release(&r.changes);
    free(r.word);
    return status;
}

static enum wr_status check(const struct wr_graph *g, const struct wr_wis_options *opt,
                            struct wr_error *err)
{
    if (opt->depth < 2)
        return wr_error_set(err, WR_EINVAL, "depth %d: (L-1)-WIS wants at least 2", opt->depth);
    if (g->m >= WR_NOBODY)
        return wr_error_set(err, WR_EINVAL, "%lld edges: (L-1)-WIS takes at most %u",
                            (long long)g->m, WR_NOBODY - 1);
    if (!opt->partitions)
        return WR_OK;
    if (opt->partitions->count > UINT32_MAX)
        return wr_error_set(err, WR_EINVAL, "%lld partitions: (L-1)-WIS takes at most %u",
                            (long long)opt->partitions->count, UINT32_MAX);
    return wr_partitions_check(opt->partitions, g->n, opt->task == WR_TASK_VERTEX, "", err);
}

enum wr_status wr_wis_order(const struct wr_graph *g, const struct wr_wis_options *opt,
                            int64_t count, uint64_t *order, const struct wr_progress *progress,
                            struct wr_error *err)
{
    assert(!g->directed && opt->batch >= 1 && count >= 0 && count <= g->m);
    uint64_t *shuffled = NULL;
    enum wr_status status = check(g, opt, err);
    if (status || count == 0)
        goto out;
    if (opt->tie == WR_TIE_RANDOM) {
        status = WR_ENOMEM;
        if (!(shuffled = wr_alloc(g->m, sizeof *shuffled, err)) ||
            (status = wr_random_order(g, opt->seed, g->m, shuffled, err)))
            goto out;
    }
    status = order_edges(g, opt, shuffled ? shuffled : g->edge, count, order, progress, err);
out:
    free(shuffled);
    return status;
}
