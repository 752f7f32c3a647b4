/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis3_groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum wr_status wr_groups_init(struct wr_groups *s, const struct wr_shrinking *graph,
                              const uint64_t *value, struct wr_key_format format, int64_t count,
                              struct wr_error *err)
{
    struct wr_groups made = {.graph = graph, .value = value, .count = (uint32_t)count};
    made.candidate = wr_calloc(count, sizeof *made.candidate, err);
    made.group = wr_calloc(graph->n, sizeof *made.group, err);
    if (!made.candidate || !made.group ||
        wr_tournament_init(&made.tournament, format, graph->n, err)) {
        wr_groups_release(&made);
        return WR_ENOMEM;
    }
    *s = made;
    return WR_OK;
}

void wr_groups_release(struct wr_groups *s)
{
    for (uint32_t c = 0; s->candidate && c < s->count; c++)
        if (s->candidate[c].length > WR_REST_INLINE)
            free(s->candidate[c].rest.far);
    for (uint32_t v = 0; s->group && v < s->graph->n; v++)
        free(s->group[v].member);
    free(s->candidate);
    free(s->group);
    free(s->word);
    wr_tournament_release(&s->tournament);
    *s = (struct wr_groups){0};
}

static uint64_t *rest_of(struct wr_candidate *c)
{
    return c->length > WR_REST_INLINE ? c->rest.far : c->rest.near;
}

/* --- bounds ---------------------------------------------------------------------------------- */

/* What c takes from the walk index of its witness. It fits: t triangles at an edge have 2 t + 1 of
 * the edges, which are fewer than 2^32 - 1. */
static uint32_t taken(const struct wr_candidate *c)
{
    return c->common ? 2 : 3 + 2 * c->triangles;
}

uint64_t wr_groups_new_value(const struct wr_groups *s, const struct wr_candidate *c)
{
    /* the last edge of a vertex leaves it isolated, with walk index 0 */
    return s->graph->degree[c->witness] == 1 ? 0 : s->value[c->witness] - taken(c);
}

struct wr_bound wr_bound_start(uint64_t old_value, uint64_t new_value)
{
    return (struct wr_bound){.pair = {{new_value, 1}, {old_value, -1}}};
}

bool wr_bound_next(struct wr_bound *b, const struct wr_key_format *f, const uint64_t *rest,
                   uint64_t *word)
{
    for (;;) {
        const uint64_t *entry = rest + b->at;
        wr_walkcount value = wr_key_value(f, entry);
        if (b->used < 2 && b->pair[b->used].value < value) {
            wr_key_put_change(f, word, b->pair[b->used++]);
            return true;
        }
        if (wr_key_is_mark(f, entry)) {
            memcpy(word, entry, (size_t)f->width * sizeof *word);
            return false;
        }
        struct wr_change sum = {value, wr_key_net(f, entry)};
        if (b->used < 2 && b->pair[b->used].value == value)
            sum.net += b->pair[b->used++].net;
        b->at += f->width;
        if (sum.net != 0) {
            wr_key_put_change(f, word, sum);
            return true;
        }
    }
}

/* Write the bound of c to s->word. */
static enum wr_status write_bound(struct wr_groups *s, uint32_t c, uint32_t *length,
                                  struct wr_error *err)
{
    struct wr_candidate *candidate = &s->candidate[c];
    const struct wr_key_format *f = &s->tournament.format;
    int64_t most = (int64_t)candidate->length + 2 * f->width;
    if (most > s->room) {
        if (wr_grow(&s->word, 2 * most, sizeof *s->word, err))
            return WR_ENOMEM;
        s->room = 2 * most;
    }
    struct wr_bound b =
        wr_bound_start(s->value[candidate->witness], wr_groups_new_value(s, candidate));
    int64_t at = 0;
    while (wr_bound_next(&b, f, rest_of(candidate), s->word + at))
        at += f->width;
    *length = (uint32_t)(at + f->width);
    return WR_OK;
}

/* --- heaps ----------------------------------------------------------------------------------- */

static struct wr_member member_of(struct wr_groups *s, uint32_t c)
{
    struct wr_candidate *candidate = &s->candidate[c];
    return (struct wr_member){rest_of(candidate)[0], taken(candidate), c};
}

static bool longer_rest_is_better(struct wr_groups *s, uint32_t a, uint32_t b)
{
    struct wr_candidate *x = &s->candidate[a], *y = &s->candidate[b];
    const uint64_t *p = rest_of(x), *q = rest_of(y);
    for (uint32_t i = 1; i < x->length && i < y->length; i++)
        if (p[i] != q[i])
            return p[i] > q[i];
    return a < b;
}

/* Whether the bound of a is better than that of b, which has the same witness. */
static bool before(struct wr_groups *s, struct wr_member a, struct wr_member b)
{
    if (a.taken != b.taken)
        return a.taken < b.taken;
    if (a.lead != b.lead)
        return a.lead > b.lead;
    return longer_rest_is_better(s, a.candidate, b.candidate);
}

static void put(struct wr_groups *s, struct wr_group *group, uint32_t place, struct wr_member a)
{
    group->member[place] = a;
    s->candidate[a.candidate].place = place;
}

static void sift_up(struct wr_groups *s, struct wr_group *group, uint32_t place, struct wr_member a)
{
    while (place > 0 && before(s, a, group->member[(place - 1) / 2])) {
        put(s, group, place, group->member[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(s, group, place, a);
}

/* a may stand too high or too low at place. */
static void settle(struct wr_groups *s, struct wr_group *group, uint32_t place, struct wr_member a)
{
    for (uint64_t child; (child = 2 * (uint64_t)place + 1) < group->count;) {
        if (child + 1 < group->count && before(s, group->member[child + 1], group->member[child]))
            child++;
        if (!before(s, group->member[child], a))
            break;
        put(s, group, place, group->member[child]);
        place = (uint32_t)child;
    }
    sift_up(s, group, place, a);
}

static enum wr_status make_room(struct wr_group *group, struct wr_error *err)
{
    if (group->count < group->room)
        return WR_OK;
    uint32_t room = group->room ? 2 * group->room : 4;
    if (wr_grow(&group->member, room, sizeof *group->member, err))
        return WR_ENOMEM;
    group->room = room;
    return WR_OK;
}

static enum wr_status set_rest(struct wr_candidate *c, const uint64_t *rest, uint32_t length,
                               struct wr_error *err)
{
    uint64_t *far = NULL;
    if (length > WR_REST_INLINE && !(far = wr_alloc(length, sizeof *far, err)))
        return WR_ENOMEM;
    if (c->length > WR_REST_INLINE)
        free(c->rest.far);
    memcpy(far ? far : c->rest.near, rest, length * sizeof *rest);
    if (far)
        c->rest.far = far;
    c->length = length;
    return WR_OK;
}

enum wr_status wr_groups_enter(struct wr_groups *s, uint32_t c, const uint64_t *rest,
                               uint32_t length, struct wr_error *err)
{
    struct wr_candidate *candidate = &s->candidate[c];
    struct wr_group *group = &s->group[candidate->witness];
    if (make_room(group, err) || set_rest(candidate, rest, length, err))
        return WR_ENOMEM;
    sift_up(s, group, group->count++, member_of(s, c));
    return WR_OK;
}

void wr_groups_leave(struct wr_groups *s, uint32_t c)
{
    struct wr_candidate *candidate = &s->candidate[c];
    struct wr_group *group = &s->group[candidate->witness];
    struct wr_member last = group->member[--group->count];
    if (last.candidate != c)
        settle(s, group, candidate->place, last);
    candidate->place = WR_NOBODY;
}

/* Nothing but the witness is known of c. */
static void forget_rest(const struct wr_key_format *f, struct wr_candidate *c)
{
    if (c->length > WR_REST_INLINE)
        free(c->rest.far);
    wr_key_put_end(f, c->rest.near);
    c->length = (uint32_t)f->width;
}

void wr_groups_improve(struct wr_groups *s, uint32_t c, uint64_t value)
{
    struct wr_candidate *candidate = &s->candidate[c];
    const struct wr_key_format *f = &s->tournament.format;
    uint64_t *rest = rest_of(candidate);
    uint32_t length;
    if (value <= wr_groups_new_value(s, candidate)) {
        forget_rest(f, candidate);
    } else if ((length = wr_key_doubt(f, rest, candidate->length, value))) {
        if (candidate->length > WR_REST_INLINE && length <= WR_REST_INLINE) {
            memcpy(candidate->rest.near, rest, length * sizeof *rest);
            free(rest);
        }
        candidate->length = length;
    }
    settle(s, &s->group[candidate->witness], candidate->place, member_of(s, c));
}

/* --- the best of all groups ------------------------------------------------------------------ */

enum wr_status wr_groups_refresh(struct wr_groups *s, uint32_t v, struct wr_error *err)
{
    const struct wr_group *group = &s->group[v];
    if (group->count == 0) {
        if (s->tournament.key[v].length > 0)
            wr_tournament_leave(&s->tournament, v);
        return WR_OK;
    }
    uint32_t length;
    if (write_bound(s, group->member[0].candidate, &length, err) ||
        wr_tournament_set(&s->tournament, v, s->word, length, err))
        return WR_ENOMEM;
    s->tournament.key[v].rank = group->member[0].candidate;
    wr_tournament_replay(&s->tournament, v);
    return WR_OK;
}

uint32_t wr_groups_best(const struct wr_groups *s)
{
    return s->tournament.key[wr_tournament_best(&s->tournament)].rank;
}

/* The second of the group of the best: one of the two below it in the heap. */
static uint32_t second_in_group(struct wr_groups *s, const struct wr_group *group)
{
    if (group->count < 2)
        return WR_NOBODY;
    if (group->count == 2 || before(s, group->member[1], group->member[2]))
        return group->member[1].candidate;
    return group->member[2].candidate;
}

static bool is_better(const uint64_t *p, uint32_t p_length, uint32_t a, const uint64_t *q,
                      uint32_t q_length, uint32_t b)
{
    for (uint32_t i = 0; i < p_length && i < q_length; i++)
        if (p[i] != q[i])
            return p[i] > q[i];
    return a < b;
}

enum wr_status wr_groups_second(struct wr_groups *s, const uint64_t **word, uint32_t *second,
                                struct wr_error *err)
{
    uint32_t best = wr_tournament_best(&s->tournament),
             other = wr_tournament_second(&s->tournament);
    uint32_t near = second_in_group(s, &s->group[best]), length;
    *word = NULL;
    if (near != WR_NOBODY) {
        if (write_bound(s, near, &length, err))
            return WR_ENOMEM;
        *word = s->word;
        *second = near;
    }
    if (other == WR_NOBODY)
        return WR_OK;
    const struct wr_key *key = &s->tournament.key[other];
    if (!*word || is_better(wr_key_words(key), key->length, key->rank, *word, length, near)) {
        *word = wr_key_words(key);
        *second = key->rank;
    }
    return WR_OK;
}
