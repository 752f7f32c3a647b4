/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis_search.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "sparsify/wis_model.h"

/*
 * Candidates in a tournament by upper bounds of their keys (wis_model.h). The best of them is
 * evaluated; when its key turns out to be at least the bound of every other candidate it is the
 * best edge, else it is given its key as a bound.
 */
struct lazy {
    struct wr_wis_search base;
    struct wr_wis_model *model;
    struct wr_tournament tournament;
    struct wr_key_draft draft; /* key of the edge that is being evaluated */
};

static void lazy_free(struct wr_wis_search *base)
{
    struct lazy *s = (struct lazy *)base;
    if (s->model)
        s->model->free(s->model);
    wr_tournament_release(&s->tournament);
    wr_key_draft_release(&s->draft);
    free(s);
}

static void evaluate(struct lazy *s, uint32_t e)
{
    s->model->evaluate(s->model, e, &s->draft.changes);
    wr_key_draft_start(&s->draft);
}

/* Words that are kept of a key unless more have been needed: what fits beside the candidate. */
static int64_t usual_length(const struct lazy *s)
{
    return WR_KEY_INLINE / s->draft.format.width * s->draft.format.width;
}

/* Give e its key, of which `length` words or more are written, as a bound. */
static enum wr_status store_key(struct lazy *s, uint32_t e, int64_t length, struct wr_error *err)
{
    if (wr_key_draft_extend(&s->draft, length, err))
        return WR_ENOMEM;
    wr_key_draft_cut(&s->draft);
    return wr_tournament_set(&s->tournament, e, s->draft.word, (uint32_t)s->draft.length, err);
}

/* Whether the key of e, being evaluated, is at least the bound of every other candidate. It is
 * written as far as it takes to know. */
static enum wr_status is_best(struct lazy *s, uint32_t e, bool *best, struct wr_error *err)
{
    uint32_t second = wr_tournament_second(&s->tournament);
    *best = true;
    if (second == WR_NOBODY)
        return WR_OK;
    const struct wr_key *bound = &s->tournament.key[second];
    const uint64_t *word = wr_key_words(bound);
    for (int64_t i = 0; i < bound->length; i++) {
        if (wr_key_draft_extend(&s->draft, i + 1, err))
            return WR_ENOMEM;
        if (s->draft.word[i] != word[i]) {
            *best = s->draft.word[i] > word[i];
            return WR_OK;
        }
    }
    *best = e < second;
    return WR_OK;
}

static enum wr_status lazy_take_best(struct wr_wis_search *base, uint32_t *best,
                                     struct wr_error *err)
{
    struct lazy *s = (struct lazy *)base;
    for (;;) {
        uint32_t e = wr_tournament_best(&s->tournament);
        bool accepted;
        evaluate(s, e);
        if (is_best(s, e, &accepted, err))
            return WR_ENOMEM;
        if (accepted) {
            wr_tournament_leave(&s->tournament, e);
            *best = e;
            return WR_OK;
        }
        /* twice the length that told the two apart, so that many equal entries are passed soon */
        int64_t length = 2 * s->draft.length;
        if (store_key(s, e, length > usual_length(s) ? length : usual_length(s), err))
            return WR_ENOMEM;
        wr_tournament_replay(&s->tournament, e);
    }
}

static enum wr_status lazy_remove(struct wr_wis_search *base, uint32_t e, struct wr_error *err)
{
    (void)err;
    struct lazy *s = (struct lazy *)base;
    s->model->remove(s->model, e, &s->tournament);
    return WR_OK;
}

static enum wr_status first_keys(struct lazy *s, struct wr_error *err)
{
    for (uint32_t e = 0; e < s->tournament.count; e++) {
        evaluate(s, e);
        if (store_key(s, e, usual_length(s), err))
            return WR_ENOMEM;
    }
    wr_tournament_play(&s->tournament);
    return WR_OK;
}

enum wr_status wr_wis_lazy_new(struct wr_wis_search **search, const struct wr_graph *g,
                               const uint64_t *edge, int depth, enum wr_task task,
                               const struct wr_partitions *partitions, struct wr_error *err)
{
    struct lazy *s = wr_calloc(1, sizeof *s, err);
    if (!s)
        return WR_ENOMEM;
    s->base = (struct wr_wis_search){lazy_take_best, lazy_remove, lazy_free};
    enum wr_status status =
        partitions ? wr_wis_partitions_new(&s->model, g, edge, depth, task, partitions, err)
                   : wr_wis_vertices_new(&s->model, g, edge, depth, task, err);
    if (!status) {
        struct wr_key_format format = wr_key_format(s->model->largest, s->model->pairs);
        status = wr_tournament_init(&s->tournament, format, g->m, err);
        if (!status)
            status = wr_key_draft_init(&s->draft, format, s->model->pairs, err);
    }
    if (!status)
        status = first_keys(s, err);
    if (status)
        lazy_free(&s->base);
    else
        *search = &s->base;
    return status;
}
