/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/net.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/*
 * What a pass does, in order. Forward, the phases of the operations; backward, those of the last
 * operation first. Both are cut into stages. At the beginning of a backward stage those values are
 * made again that it reads and that are not stored.
 */

static void push_step(struct wr_net *net, enum wr_direction way, struct wr_op *op,
                      const struct wr_phase *phase)
{
    int count = net->steps[way];
    if (!net->status)
        net->status = wr_grow(&net->step[way], count + 1, sizeof *net->step[way], &net->error);
    if (!net->status)
        net->step[way][net->steps[way]++] = (struct wr_step){op, phase};
}

static void push_phases(struct wr_net *net, enum wr_direction way, struct wr_op *op)
{
    const struct wr_phase *phase = way == WR_FORWARD ? op->class->forward : op->class->backward;
    for (int i = 0; i < WR_PHASES && (phase[i].rows || phase[i].begin); i++)
        push_step(net, way, op, &phase[i]);
}

/* Whether a step can be in the stage of the one before. */
static bool joins(const struct wr_step *step, const struct wr_step *before)
{
    return step->phase->rows && before->phase->rows && !step->phase->waits &&
           wr_step_kind(step) == wr_step_kind(before);
}

static void cut_into_stages(struct wr_net *net, enum wr_direction way)
{
    const struct wr_step *step = net->step[way];
    net->stage[way] = wr_net_array(net, net->steps[way], sizeof *net->stage[way]);
    for (int i = 0; !net->status && i < net->steps[way]; i++) {
        if (i == 0 || !joins(&step[i], &step[i - 1]))
            net->stage[way][net->stages[way]++].begin = i;
        net->stage[way][net->stages[way] - 1].end = i + 1;
    }
}

/* --- values that are made again --------------------------------------------------------------- */

static bool has_step(const struct wr_net *net, int stage, const struct wr_op *op)
{
    const struct wr_stage s = net->stage[WR_FORWARD][stage];
    for (int k = s.begin; k < s.end; k++)
        if (net->step[WR_FORWARD][k].op == op)
            return true;
    return false;
}

/* The one forward stage that has all steps of an operation, or -1. */
static int only_stage(const struct wr_net *net, const struct wr_op *op)
{
    int found = -1;
    for (int stage = 0; stage < net->stages[WR_FORWARD]; stage++) {
        if (!has_step(net, stage, op))
            continue;
        if (found >= 0)
            return -1;
        found = stage;
    }
    return found;
}

static int last_stage(const struct wr_net *net, const struct wr_op *op)
{
    int stage = net->stages[WR_FORWARD] - 1;
    while (stage >= 0 && !has_step(net, stage, op))
        stage--;
    return stage;
}

/* Whether a slab reads the value when it has left the stage that made it, or other slabs do. */
static bool read_elsewhere(const struct wr_net *net, const struct wr_var *var)
{
    int made = last_stage(net, var->maker);
    for (int i = 0; i < net->ops; i++) {
        const struct wr_op *op = net->op[i];
        if ((op->x == var || op->also == var) && only_stage(net, op) != made)
            return true;
    }
    return false;
}

/* Whether the backward pass reads the value, or makes one from it again. What comes later in the
 * network is settled. */
static bool read_back(const struct wr_net *net, const struct wr_var *var, const bool *back)
{
    if (var->maker->class->back_reads_y)
        return true;
    for (int i = 0; i < net->ops; i++) {
        const struct wr_op *op = net->op[i];
        if (op->x == var && (op->class->back_reads_x || (back[op->number] && !op->y->whole)))
            return true;
    }
    return false;
}

/* Which values have all rows: those that are asked for, or read elsewhere, or on the way back when
 * nothing makes them again. */
static void choose_whole(struct wr_net *net)
{
    bool *back = wr_net_array(net, net->ops, sizeof *back); /* of each operation's result */
    for (int i = net->ops - 1; !net->status && i >= 0; i--) {
        struct wr_var *var = net->op[i]->y;
        back[i] = read_back(net, var, back);
        var->whole =
            var->kept || read_elsewhere(net, var) || (back[i] && !var->maker->class->remake.rows);
    }
    free(back);
}

/* Make what the stage's operations read, and what that takes, in order. wanted (net->ops) is
 * scratch. */
static void push_remakes(struct wr_net *net, const struct wr_stage *stage,
                         const struct wr_step *step, bool *wanted)
{
    memset(wanted, 0, (size_t)net->ops * sizeof *wanted);
    for (int k = stage->begin; k < stage->end; k++) {
        const struct wr_op *op = step[k].op;
        if (op->class->back_reads_x && op->x && !op->x->whole)
            wanted[op->x->maker->number] = true;
    }
    for (int i = net->ops - 1; i >= 0; i--)
        if (wanted[i] && net->op[i]->x && !net->op[i]->x->whole)
            wanted[net->op[i]->x->maker->number] = true;
    for (int i = 0; i < net->ops; i++)
        if (wanted[i])
            push_step(net, WR_BACKWARD, net->op[i], &net->op[i]->class->remake);
}

/* The stages of the backward pass again, with what they make at their beginning. */
static void add_remakes(struct wr_net *net)
{
    struct wr_step *plain = net->step[WR_BACKWARD];
    bool *wanted = wr_net_array(net, net->ops, sizeof *wanted);
    net->step[WR_BACKWARD] = NULL;
    net->steps[WR_BACKWARD] = 0;
    for (int i = 0; !net->status && i < net->stages[WR_BACKWARD]; i++) {
        struct wr_stage *stage = &net->stage[WR_BACKWARD][i];
        int begin = net->steps[WR_BACKWARD];
        push_remakes(net, stage, plain, wanted);
        for (int k = stage->begin; k < stage->end; k++)
            push_step(net, WR_BACKWARD, plain[k].op, plain[k].phase);
        *stage = (struct wr_stage){begin, net->steps[WR_BACKWARD]};
    }
    free(plain);
    free(wanted);
}

void wr_net_plan(struct wr_net *net)
{
    for (int i = 0; i < net->ops; i++) {
        push_phases(net, WR_FORWARD, net->op[i]);
        push_phases(net, WR_BACKWARD, net->op[net->ops - 1 - i]);
    }
    for (enum wr_direction way = 0; way < WR_DIRECTIONS; way++)
        cut_into_stages(net, way);
    choose_whole(net);
    add_remakes(net);
}
