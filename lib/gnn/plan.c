/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/net.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/*
 * What a pass does, in order. Forward, the phases of the operations; backward, those of the last
 * operation first. Both are cut into stages. At the beginning of a backward stage those values are
 * made again that it reads and nobody kept.
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

/* --- values that do not stay --------------------------------------------------------------------
 */

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

/* Whether all rows of a value have to stay: it is asked for, cannot be made again, or is read when
 * a slab has left the stage that made it. */
static bool has_to_stay(const struct wr_net *net, const struct wr_var *var)
{
    if (var->kept || !var->maker || !var->maker->class->remake.rows)
        return true;
    int made = last_stage(net, var->maker);
    for (int i = 0; i < net->ops; i++) {
        const struct wr_op *op = net->op[i];
        if ((op->x == var || op->also == var) && only_stage(net, op) != made)
            return true;
    }
    return false;
}

/* Make what the stage's operations have as operand, and what that takes, in order. `also` is only
 * ever added, its value does not matter any more. wanted (net->ops) is scratch. */
static void push_remakes(struct wr_net *net, const struct wr_stage *stage,
                         const struct wr_step *step, bool *wanted)
{
    memset(wanted, 0, (size_t)net->ops * sizeof *wanted);
    for (int k = stage->begin; k < stage->end; k++)
        if (step[k].op->x && !step[k].op->x->kept)
            wanted[step[k].op->x->maker->number] = true;
    for (int i = net->ops - 1; i >= 0; i--)
        if (wanted[i] && net->op[i]->x && !net->op[i]->x->kept)
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
    for (int i = 0; !net->status && i < net->vars; i++)
        net->var[i]->kept = has_to_stay(net, net->var[i]);
    add_remakes(net);
}
