/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/net.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/rng.h"

void wr_net_init(struct wr_net *net, int64_t vertices, int64_t graphs)
{
    *net = (struct wr_net){.rows = {vertices, graphs}, .capacity = {vertices, graphs}};
}

void wr_net_release(struct wr_net *net)
{
    for (int i = 0; i < net->ops; i++) {
        if (net->op[i]->class->release)
            net->op[i]->class->release(net->op[i]);
        free(net->op[i]);
    }
    for (int i = 0; i < net->vars; i++)
        free(net->var[i]);
    for (int i = 0; i < net->params; i++)
        free(net->param[i]);
    free(net->op);
    free(net->var);
    free(net->param);
    for (int way = 0; way < WR_DIRECTIONS; way++) {
        free(net->step[way]);
        free(net->stage[way]);
    }
    for (int i = 0; i < net->rooms; i++)
        free(net->room[i]);
    free(net->room);
    free(net->windows);
    free(net->value);
    free(net->grad);
    *net = (struct wr_net){0};
}

void *wr_net_array(struct wr_net *net, int64_t count, size_t size)
{
    if (net->status)
        return NULL;
    void *array = wr_calloc_lanes(count, size, &net->error);
    if (!array)
        net->status = WR_ENOMEM;
    return array;
}

/* A zeroed object of size bytes, appended to a list of pointers. */
static void *append(struct wr_net *net, void *list, int *count, size_t size)
{
    void *object = wr_net_array(net, 1, size);
    if (!object)
        return NULL;
    net->status = wr_grow(list, *count + 1, sizeof object, &net->error);
    if (net->status) {
        free(object);
        return NULL;
    }
    void **pointers;
    memcpy(&pointers, list, sizeof pointers);
    pointers[(*count)++] = object;
    return object;
}

struct wr_var *wr_net_var(struct wr_net *net, enum wr_rows kind, int64_t cols, bool differentiated)
{
    struct wr_var *var = append(net, &net->var, &net->vars, sizeof *var);
    if (var)
        *var = (struct wr_var){.kind = kind, .cols = cols, .differentiated = differentiated};
    return var;
}

struct wr_param *wr_net_param(struct wr_net *net, int64_t rows, int64_t cols,
                              enum wr_param_init init, int64_t fan_in)
{
    struct wr_param *param = append(net, &net->param, &net->params, sizeof *param);
    if (param)
        *param = (struct wr_param){rows, cols, init, fan_in, true, NULL, NULL};
    return param;
}

struct wr_param *wr_net_state(struct wr_net *net, int64_t rows, int64_t cols,
                              enum wr_param_init init)
{
    struct wr_param *state = wr_net_param(net, rows, cols, init, 1);
    if (state)
        state->trained = false;
    return state;
}

void *wr_net_op(struct wr_net *net, const struct wr_op_class *class, struct wr_var *x,
                struct wr_var *y)
{
    assert(!class->remake.rows || !class->back_reads_y); /* what is read as y is not made again */
    struct wr_op *op = y ? append(net, &net->op, &net->ops, class->size) : NULL;
    if (op) {
        *op = (struct wr_op){.class = class, .number = (uint64_t)net->ops - 1, .x = x, .y = y};
        y->maker = op;
    }
    return op;
}

static int64_t size_of(const struct wr_param *param)
{
    return param->rows * param->cols;
}

/* The trained parameters, or the others, from offset in the value block; where they end. */
static int64_t lay_out(struct wr_net *net, bool trained, int64_t offset)
{
    for (int i = 0; i < net->params; i++) {
        struct wr_param *param = net->param[i];
        if (param->trained != trained)
            continue;
        param->value = net->value + offset;
        param->grad = trained ? net->grad + offset : NULL;
        offset += size_of(param);
    }
    return offset;
}

enum wr_status wr_net_finish(struct wr_net *net, struct wr_error *err)
{
    wr_net_plan(net);
    wr_net_place(net);
    for (int i = 0; i < net->params; i++) {
        net->numbers += size_of(net->param[i]);
        net->weights += net->param[i]->trained ? size_of(net->param[i]) : 0;
    }
    net->value = wr_net_array(net, net->numbers, sizeof *net->value);
    net->grad = wr_net_array(net, net->weights, sizeof *net->grad);
    if (net->status) {
        if (err && !err->status)
            *err = net->error;
        return net->status;
    }
    lay_out(net, false, lay_out(net, true, 0));
    return WR_OK;
}

static double bound_of(const struct wr_param *param)
{
    return param->init == WR_PARAM_GLOROT ? sqrt(6.0 / (double)(param->rows + param->cols))
                                          : 1.0 / sqrt((double)param->fan_in);
}

void wr_net_draw_params(struct wr_net *net, uint64_t seed)
{
    for (int i = 0; i < net->params; i++) {
        struct wr_param *param = net->param[i];
        struct wr_rng rng;
        wr_rng_init(&rng, seed, (uint64_t)i);
        for (int64_t k = 0; k < size_of(param); k++) {
            if (param->init == WR_PARAM_ZERO || param->init == WR_PARAM_ONE)
                param->value[k] = param->init == WR_PARAM_ONE;
            else
                param->value[k] = (wr_real)(bound_of(param) * (2 * wr_rng_uniform(&rng) - 1));
        }
    }
}
