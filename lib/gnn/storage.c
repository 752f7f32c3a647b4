/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/net.h"

#include <limits.h>
#include <stdlib.h>

#include "base/blocks.h"

/*
 * Where values and gradients are. What is made and used up while a slab goes through a stage needs
 * room for that slab alone, in the window of the thread. Else there is room for all rows from the
 * first stage to the last one that touches it, which then others take: as a register is taken by
 * one number after another. A gradient takes the place of its value where that is not read again.
 */

/* The stages, those of the forward pass and then those of the backward pass, in which something is
 * written or read; -1: none. */
struct life {
    int first, last;
};

enum { ALWAYS = INT_MAX };

/* Of a variable: the lives of its value and of its gradient, and their rooms, -1: a window. */
struct place {
    struct life value, grad;
    int value_room, grad_room;
};

/* Rooms of all rows. */
struct rooms {
    int count;
    int *last;        /* stage that reads what is in there */
    int64_t *size;    /* numbers */
    struct place *of; /* net->vars */
};

static int stages(const struct wr_net *net)
{
    return net->stages[WR_FORWARD] + net->stages[WR_BACKWARD];
}

static enum wr_direction way_of(const struct wr_net *net, int stage)
{
    return stage < net->stages[WR_FORWARD] ? WR_FORWARD : WR_BACKWARD;
}

static struct wr_stage steps_of(const struct wr_net *net, int stage)
{
    return way_of(net, stage) == WR_FORWARD
               ? net->stage[WR_FORWARD][stage]
               : net->stage[WR_BACKWARD][stage - net->stages[WR_FORWARD]];
}

/* --- lives ------------------------------------------------------------------------------------ */

static bool goes_forward(const struct wr_step *step, enum wr_direction way)
{
    return way == WR_FORWARD || step->phase == &step->op->class->remake;
}

static bool touches_value(const struct wr_step *step, enum wr_direction way,
                          const struct wr_var *var)
{
    const struct wr_op *op = step->op;
    if (goes_forward(step, way))
        return op->x == var || op->also == var || op->y == var;
    return (op->x == var && op->class->back_reads_x) || (op->y == var && op->class->back_reads_y);
}

static bool touches_grad(const struct wr_step *step, enum wr_direction way,
                         const struct wr_var *var)
{
    const struct wr_op *op = step->op;
    return var->differentiated && !goes_forward(step, way) &&
           (op->x == var || op->also == var || op->y == var);
}

typedef bool touches(const struct wr_step *, enum wr_direction, const struct wr_var *);

static bool touched(const struct wr_net *net, int stage, const struct wr_var *var, touches *touch)
{
    const struct wr_stage s = steps_of(net, stage);
    const enum wr_direction way = way_of(net, stage);
    for (int k = s.begin; k < s.end; k++)
        if (touch(&net->step[way][k], way, var))
            return true;
    return false;
}

static struct life life_of(const struct wr_net *net, const struct wr_var *var, touches *touch)
{
    struct life life = {-1, -1};
    for (int i = 0; i < stages(net); i++)
        if (touched(net, i, var, touch)) {
            life.first = life.first < 0 ? i : life.first;
            life.last = i;
        }
    return life;
}

/* Whether a gradient outlives the slab that makes it. */
static bool outlives(struct life grad)
{
    return grad.first < grad.last;
}

/* The operation that reads the variable, if there is one only. */
static const struct wr_op *only_reader(const struct wr_net *net, const struct wr_var *var)
{
    const struct wr_op *reader = NULL;
    for (int i = 0; i < net->ops; i++) {
        const struct wr_op *op = net->op[i];
        if (op->also == var || (op->x == var && reader))
            return NULL;
        if (op->x == var)
            reader = op;
    }
    return reader;
}

/* Whether the gradient can be written over the value: by an operation that allows it, after which
 * no step reads the value. */
static bool in_place(const struct wr_net *net, const struct wr_var *var)
{
    const struct wr_op *reader = only_reader(net, var);
    bool written = false;
    if (!reader || !reader->class->in_place || var->kept || !var->whole)
        return false;
    for (int k = net->steps[WR_BACKWARD] - 1; k >= 0 && !written; k--) {
        const struct wr_step *step = &net->step[WR_BACKWARD][k];
        written = step->op == reader && !goes_forward(step, WR_BACKWARD);
        if (!written && touches_value(step, WR_BACKWARD, var))
            return false;
    }
    return written;
}

/* --- rooms ------------------------------------------------------------------------------------ */

/* Numbers of all rows that there can be; too many to allocate if there is no such number. */
static int64_t full_size(const struct wr_net *net, const struct wr_var *var)
{
    int64_t size;
    return __builtin_mul_overflow(net->capacity[var->kind], var->cols, &size) ? INT64_MAX : size;
}

/* The free room that was left last, which is most likely in the cache, or a new one. It may have to
 * grow where another would do: most matrices of a network are as wide as each other. */
static int free_room(struct rooms *r, int first)
{
    int best = -1;
    for (int i = 0; i < r->count; i++)
        if (r->last[i] < first && (best < 0 || r->last[i] > r->last[best]))
            best = i;
    if (best >= 0)
        return best;
    r->size[r->count] = 0;
    return r->count++;
}

static int take_room(struct rooms *r, struct life life, int64_t size)
{
    int room = free_room(r, life.first);
    r->last[room] = life.last;
    r->size[room] = size > r->size[room] ? size : r->size[room];
    return room;
}

/* What is asked for stays, its gradient as well. */
static struct life kept_life(const struct wr_var *var, struct life life)
{
    return var->kept ? (struct life){life.first, ALWAYS} : life;
}

static void place_value(const struct wr_net *net, int i, struct rooms *r)
{
    const struct wr_var *var = net->var[i];
    struct place *p = &r->of[i];
    struct life life = p->value;
    const bool shared = outlives(p->grad) && in_place(net, var);
    if (shared)
        life.last = p->grad.last;
    p->value_room = take_room(r, kept_life(var, life), full_size(net, var));
    if (shared)
        p->grad_room = p->value_room;
}

/* Stage by stage, so that rooms become free in order. */
static void place_in_rooms(const struct wr_net *net, struct rooms *r)
{
    for (int stage = 0; stage < stages(net); stage++)
        for (int i = 0; i < net->vars; i++) {
            struct place *p = &r->of[i];
            if (net->var[i]->whole && p->value.first == stage)
                place_value(net, i, r);
            if (p->grad_room < 0 && p->grad.first == stage && outlives(p->grad))
                p->grad_room =
                    take_room(r, kept_life(net->var[i], p->grad), full_size(net, net->var[i]));
        }
}

/* --- windows ---------------------------------------------------------------------------------- */

/* Numbers of a slab, and as many behind them as a vector may read. */
static int64_t slab_size(const struct wr_var *var)
{
    return WR_NET_SLAB * var->cols + 64 / (int64_t)sizeof(wr_real);
}

/* One place in the windows of all stages that touch it: behind what is in any of them. */
static int64_t place_in_windows(struct wr_net *net, const struct wr_var *var, touches *touch,
                                int64_t *used)
{
    int64_t at = 0, end;
    for (int i = 0; i < stages(net); i++)
        if (touched(net, i, var, touch) && used[i] > at)
            at = used[i];
    end = at + slab_size(var);
    for (int i = 0; i < stages(net); i++)
        if (touched(net, i, var, touch))
            used[i] = end;
    net->window = end > net->window ? end : net->window;
    return at;
}

static void place_slabs(struct wr_net *net, const struct rooms *r, int64_t *used)
{
    for (int i = 0; i < net->vars; i++)
        if (r->of[i].value_room < 0)
            net->var[i]->value_window = place_in_windows(net, net->var[i], touches_value, used);
    for (int i = 0; i < net->vars; i++)
        if (r->of[i].grad_room < 0)
            net->var[i]->grad_window = place_in_windows(net, net->var[i], touches_grad, used);
}

static void allocate(struct wr_net *net, const struct rooms *r)
{
    net->threads = wr_threads();
    net->windows = wr_net_array(net, net->threads * net->window, sizeof *net->windows);
    net->room = wr_net_array(net, r->count, sizeof *net->room);
    if (net->status)
        return;
    net->rooms = r->count;
    for (int i = 0; i < r->count; i++)
        net->room[i] = wr_net_array(net, r->size[i], sizeof **net->room);
    for (int i = 0; i < net->vars; i++) {
        const struct place *p = &r->of[i];
        net->var[i]->value = p->value_room < 0 ? NULL : net->room[p->value_room];
        net->var[i]->grad = p->grad_room < 0 ? NULL : net->room[p->grad_room];
    }
}

void wr_net_place(struct wr_net *net)
{
    const int64_t most = 2 * (int64_t)net->vars; /* a value's and a gradient's for each */
    int64_t *used = wr_net_array(net, stages(net), sizeof *used);
    struct rooms r = {.last = wr_net_array(net, most, sizeof *r.last),
                      .size = wr_net_array(net, most, sizeof *r.size),
                      .of = wr_net_array(net, net->vars, sizeof *r.of)};
    for (int i = 0; !net->status && i < net->vars; i++)
        r.of[i] = (struct place){life_of(net, net->var[i], touches_value),
                                 life_of(net, net->var[i], touches_grad), -1, -1};
    if (!net->status) {
        place_in_rooms(net, &r);
        place_slabs(net, &r, used);
        allocate(net, &r);
    }
    free(used);
    free(r.last);
    free(r.size);
    free(r.of);
}
