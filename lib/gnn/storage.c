/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/net.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"

/*
 * Where variables and their gradients are. What is made and used up while a slab goes through a
 * stage needs room for that slab alone, in the window of the thread: values that are made again,
 * and many gradients. Other values have room of their own; other gradients need all rows from the
 * stage that makes them to the last one that reads them, and then leave their room to others.
 */

/* Numbers that the stages of each pass have put into their window. */
struct windows {
    int64_t *used[WR_DIRECTIONS];
};

/* The backward stages that touch a variable's gradient. */
struct lifetime {
    int first, last;
};

/* Rooms for gradients of all rows. */
struct pools {
    int count;
    int *last;             /* stage that reads what is in there */
    int64_t *size;         /* numbers */
    int *of;               /* net->vars: the pool of a variable, -1: none */
    struct lifetime *life; /* net->vars */
};

static bool touches(const struct wr_op *op, const struct wr_var *var)
{
    return op->x == var || op->also == var || op->y == var;
}

static bool stage_touches(const struct wr_net *net, enum wr_direction way, int stage,
                          const struct wr_var *var)
{
    const struct wr_stage s = net->stage[way][stage];
    for (int k = s.begin; k < s.end; k++)
        if (touches(net->step[way][k].op, var))
            return true;
    return false;
}

/* Numbers of all rows that there can be; too many to allocate if there is no such number. */
static int64_t full_size(const struct wr_net *net, const struct wr_var *var)
{
    int64_t size;
    return __builtin_mul_overflow(net->capacity[var->kind], var->cols, &size) ? INT64_MAX : size;
}

/* Numbers of a slab, and as many behind them as a vector may read. */
static int64_t slab_size(const struct wr_var *var)
{
    return WR_NET_SLAB * var->cols + 64 / (int64_t)sizeof(wr_real);
}

/* The stage's window reaches so far. */
static void use(struct wr_net *net, int64_t *used, int64_t end)
{
    *used = end;
    net->window = end > net->window ? end : net->window;
}

/* --- values ---------------------------------------------------------------------------------- */

/* One place in all windows that the value passes through: behind what is in any of them. */
static void place_value(struct wr_net *net, struct wr_var *var, struct windows *w)
{
    int64_t at = 0;
    for (enum wr_direction way = 0; way < WR_DIRECTIONS; way++)
        for (int i = 0; i < net->stages[way]; i++)
            if (stage_touches(net, way, i, var) && w->used[way][i] > at)
                at = w->used[way][i];
    var->value_window = at;
    for (enum wr_direction way = 0; way < WR_DIRECTIONS; way++)
        for (int i = 0; i < net->stages[way]; i++)
            if (stage_touches(net, way, i, var))
                use(net, &w->used[way][i], at + slab_size(var));
}

static void place_values(struct wr_net *net, struct windows *w)
{
    for (int i = 0; !net->status && i < net->vars; i++) {
        struct wr_var *var = net->var[i];
        if (var->kept)
            var->value = wr_net_array(net, full_size(net, var), sizeof *var->value);
        else
            place_value(net, var, w);
    }
}

/* --- gradients ------------------------------------------------------------------------------- */

static struct lifetime lifetime_of(const struct wr_net *net, const struct wr_var *var)
{
    struct lifetime life = {-1, -1};
    for (int i = 0; i < net->stages[WR_BACKWARD]; i++) {
        const struct wr_stage s = net->stage[WR_BACKWARD][i];
        for (int k = s.begin; k < s.end; k++) {
            const struct wr_step *step = &net->step[WR_BACKWARD][k];
            if (step->phase == &step->op->class->remake || !touches(step->op, var))
                continue;
            life.first = life.last < 0 ? i : life.first;
            life.last = i;
        }
    }
    return life;
}

/* In the first room that is free when the variable's life begins. */
static void place_in_pool(const struct wr_net *net, int i, struct pools *p)
{
    int64_t size = full_size(net, net->var[i]);
    int at = 0;
    while (at < p->count && p->last[at] >= p->life[i].first)
        at++;
    if (at == p->count)
        p->size[p->count++] = 0;
    p->of[i] = at;
    p->last[at] = p->life[i].last;
    p->size[at] = size > p->size[at] ? size : p->size[at];
}

/* A variable of one stage goes behind what the stage's window has already. */
static void place_in_window(struct wr_net *net, struct wr_var *var, int64_t *used)
{
    var->grad_window = *used;
    use(net, used, *used + slab_size(var));
}

/* Stage by stage, so that rooms become free in order. */
static void place_gradients(struct wr_net *net, struct windows *w, struct pools *p)
{
    for (int stage = 0; stage < net->stages[WR_BACKWARD]; stage++) {
        for (int i = 0; i < net->vars; i++) {
            if (!net->var[i]->differentiated || p->life[i].first != stage)
                continue;
            if (p->life[i].last == stage)
                place_in_window(net, net->var[i], &w->used[WR_BACKWARD][stage]);
            else
                place_in_pool(net, i, p);
        }
    }
}

static void allocate(struct wr_net *net, const struct pools *p)
{
    net->threads = wr_threads();
    net->windows = wr_net_array(net, net->threads * net->window, sizeof *net->windows);
    net->pool = wr_net_array(net, p->count, sizeof *net->pool);
    if (net->status)
        return;
    net->pools = p->count;
    for (int i = 0; i < p->count; i++)
        net->pool[i] = wr_net_array(net, p->size[i], sizeof **net->pool);
    for (int i = 0; i < net->vars; i++)
        if (p->of[i] >= 0)
            net->var[i]->grad = net->pool[p->of[i]];
}

void wr_net_place(struct wr_net *net)
{
    struct windows w = {{wr_net_array(net, net->stages[WR_FORWARD], sizeof **w.used),
                         wr_net_array(net, net->stages[WR_BACKWARD], sizeof **w.used)}};
    struct pools p = {.last = wr_net_array(net, net->vars, sizeof *p.last),
                      .size = wr_net_array(net, net->vars, sizeof *p.size),
                      .of = wr_net_array(net, net->vars, sizeof *p.of),
                      .life = wr_net_array(net, net->vars, sizeof *p.life)};
    for (int i = 0; !net->status && i < net->vars; i++) {
        p.of[i] = -1;
        p.life[i] = lifetime_of(net, net->var[i]);
    }
    place_values(net, &w);
    if (!net->status) {
        place_gradients(net, &w, &p);
        allocate(net, &p);
    }
    for (enum wr_direction way = 0; way < WR_DIRECTIONS; way++)
        free(w.used[way]);
    free(p.last);
    free(p.size);
    free(p.of);
    free(p.life);
}
