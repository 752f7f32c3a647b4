/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/net.h"

#include <assert.h>
#include <string.h>

#include "base/blocks.h"
#include "base/compiler.h"

enum {
    LEAST_GROUP = 320, /* rows that are worth sums of their own */
    ROUND = 6          /* rows of a tile of the products */
};

/* Rows of a group: by their number alone. */
static int64_t group_rows(int64_t rows)
{
    int64_t groups = rows / LEAST_GROUP;
    if (groups > WR_NET_GROUPS)
        groups = WR_NET_GROUPS;
    else if (groups > 3)
        groups -= groups % 4; /* as many for each thread */
    else
        groups = groups > 1 ? 2 : 1;
    return (wr_block_count(rows, groups) + ROUND) / ROUND * ROUND;
}

int64_t wr_net_groups(const struct wr_net *net, enum wr_rows kind)
{
    return wr_block_count(net->rows[kind], group_rows(net->rows[kind]));
}

/* --- sums over rows ------------------------------------------------------------------------- */

wr_real *wr_net_partials(struct wr_net *net, enum wr_rows kind, int64_t width)
{
    int64_t rows = net->capacity[kind], groups = wr_block_count(rows, group_rows(rows));
    return wr_net_array(net, (groups > 0 ? groups : 1) * wr_line_width(width), sizeof(wr_real));
}

wr_real *wr_partials_of(wr_real *partials, int64_t width, const struct wr_slab *slab)
{
    int64_t stride = wr_line_width(width);
    wr_real *sums = partials + slab->group * stride;
    if (slab->first)
        memset(sums, 0, (size_t)stride * sizeof *sums);
    return sums;
}

WR_CLONES
void wr_partials_sum(const struct wr_net *net, enum wr_rows kind, const wr_real *partials,
                     int64_t width, int64_t from, int64_t count, wr_real *sum)
{
    int64_t groups = wr_net_groups(net, kind), stride = wr_line_width(width);
    if (groups == 0)
        memset(sum, 0, (size_t)count * sizeof *sum);
    for (int64_t g = 0; g < groups; g++) {
        const wr_real *part = partials + g * stride + from;
#pragma omp simd
        for (int64_t j = 0; j < count; j++)
            sum[j] = g ? sum[j] + part[j] : part[j];
    }
}

/* --- stages ---------------------------------------------------------------------------------- */

/* The loop of a stage. */
struct loop {
    const struct wr_net *net;
    const struct wr_step *step;
    int steps;
    int64_t rows, group;
};

static void run_groups(void *context, int64_t begin, int64_t end)
{
    const struct loop *s = context;
    wr_real *window = s->net->windows + wr_thread_id() * s->net->window;
    for (int64_t group = begin; group < end; group++) {
        int64_t first = group * s->group, last = wr_block_end(first, s->group, s->rows);
        for (int64_t i = first; i < last; i += WR_NET_SLAB) {
            const struct wr_slab slab = {i, wr_block_end(i, WR_NET_SLAB, last), group, i == first,
                                         window};
            for (int k = 0; k < s->steps; k++)
                s->step[k].phase->rows(s->step[k].op, &slab);
        }
    }
}

/* Whether a gradient is to be added to what is there, or written over it. */
static bool adds_to(struct wr_var *var)
{
    bool adds = var->grad_given;
    var->grad_given = true;
    return adds;
}

static void begin_backward(struct wr_op *op)
{
    op->adds = op->x && adds_to(op->x);
    op->also_adds = op->also && adds_to(op->also);
}

static void run_steps(const struct wr_net *net, const struct wr_step *step, int steps,
                      const struct wr_pass *pass)
{
    for (int k = 0; k < steps; k++) {
        struct wr_op *op = step[k].op;
        if (step[k].phase == op->class->backward)
            begin_backward(op);
        if (step[k].phase->begin)
            step[k].phase->begin(op, net, pass);
    }
    if (step->phase->rows) {
        int64_t rows = net->rows[wr_step_kind(step)];
        struct loop s = {net, step, steps, rows, group_rows(rows)};
        wr_blocks_run_even(wr_block_count(rows, s.group), 1, run_groups, &s);
    }
    for (int k = 0; k < steps; k++)
        if (step[k].phase->end)
            step[k].phase->end(step[k].op, net);
}

void wr_net_run_stage(struct wr_net *net, enum wr_direction way, int stage,
                      const struct wr_pass *pass)
{
    const struct wr_stage s = net->stage[way][stage];
    assert(wr_threads() <= net->threads);
    if (way == WR_BACKWARD && stage == 0)
        for (int i = 0; i < net->vars; i++)
            net->var[i]->grad_given = false;
    run_steps(net, net->step[way] + s.begin, s.end - s.begin, pass);
}

static void run(struct wr_net *net, enum wr_direction way, const struct wr_pass *pass)
{
    for (int stage = 0; stage < net->stages[way]; stage++)
        wr_net_run_stage(net, way, stage, pass);
}

void wr_net_forward(struct wr_net *net, const struct wr_pass *pass)
{
    run(net, WR_FORWARD, pass);
}

void wr_net_backward(struct wr_net *net, const struct wr_pass *pass)
{
    run(net, WR_BACKWARD, pass);
}
