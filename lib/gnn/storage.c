/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/net.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"

/*
 * Where the gradients of variables are. One that is made and used up while a slab goes through a
 * stage needs room for that slab alone, in the window of the thread. The others need all rows from
 * the stage that makes them to the last one that reads them, and then leave their room to others.
 */

/* The backward stages that touch a variable's gradient. */
struct lifetime {
    int first, last;
};

static void extend(struct lifetime *life, int stage)
{
    life->first = life->last < 0 ? stage : life->first;
    life->last = stage;
}

/* life (net->vars), by the operations that have the variable as operand or result. */
static void find_lifetimes(const struct wr_net *net, struct lifetime *life)
{
    int stage = 0;
    for (int i = 0; i < net->vars; i++)
        life[i] = (struct lifetime){-1, -1};
    for (int first = 0, end; first < net->steps[WR_BACKWARD]; first = end, stage++) {
        end = wr_net_stage_end(net, WR_BACKWARD, first);
        for (int k = first; k < end; k++) {
            const struct wr_op *op = net->step[WR_BACKWARD][k].op;
            for (int i = 0; i < net->vars; i++)
                if (net->var[i] == op->x || net->var[i] == op->also || net->var[i] == op->y)
                    extend(&life[i], stage);
        }
    }
}

/* A variable of one stage goes behind those that the stage has already. */
static void place_in_window(struct wr_net *net, struct wr_var *var, int64_t *used)
{
    var->window = *used;
    *used += WR_NET_SLAB * var->cols + 64 / (int64_t)sizeof(wr_real);
    if (*used > net->window)
        net->window = *used;
}

/* Rooms for gradients of all rows. */
struct pools {
    int count;
    int *last;     /* stage that reads what is in there */
    int64_t *size; /* numbers */
    int *of;       /* net->vars: the pool of a variable, -1: none */
};

/* In the first room that is free when the variable's life begins. */
static void place_in_pool(const struct wr_net *net, int i, struct lifetime life, struct pools *p)
{
    int64_t size = net->capacity[net->var[i]->kind] * net->var[i]->cols;
    int at = 0;
    while (at < p->count && p->last[at] >= life.first)
        at++;
    if (at == p->count)
        p->size[p->count++] = 0;
    p->of[i] = at;
    p->last[at] = life.last;
    p->size[at] = size > p->size[at] ? size : p->size[at];
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

/* Stage by stage, so that rooms become free in order. */
static void place(struct wr_net *net, const struct lifetime *life, struct pools *p)
{
    for (int stage = 0; stage < net->steps[WR_BACKWARD]; stage++) {
        int64_t used = 0;
        for (int i = 0; i < net->vars; i++) {
            if (!net->var[i]->differentiated || life[i].first != stage)
                continue;
            if (life[i].last == stage)
                place_in_window(net, net->var[i], &used);
            else
                place_in_pool(net, i, life[i], p);
        }
    }
    allocate(net, p);
}

void wr_net_place_gradients(struct wr_net *net)
{
    struct lifetime *life = wr_net_array(net, net->vars, sizeof *life);
    struct pools p = {.last = wr_net_array(net, net->vars, sizeof *p.last),
                      .size = wr_net_array(net, net->vars, sizeof *p.size),
                      .of = wr_net_array(net, net->vars, sizeof *p.of)};
    for (int i = 0; !net->status && i < net->vars; i++)
        p.of[i] = -1;
    if (!net->status) {
        find_lifetimes(net, life);
        place(net, life, &p);
    }
    free(life);
    free(p.last);
    free(p.size);
    free(p.of);
}
