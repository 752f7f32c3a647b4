/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "roofline.h"

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/rng.h"
#include "gen/er.h"
#include "data/labels.h"
#include "gnn/models.h"
#include "io/featurefile.h"
#include "optim/optimizer.h"

static const char usage[] =
    "usage: bench_gnn [-o] [-r] [-s SECONDS] [-c CLASSES] [-f FEATURES] [-g GRAPH] [MODEL...]\n"
    "Time the training steps of networks: forward with the scores of all parts, backward, Adam.\n"
    "GRAPH is gnm:VERTICES:EDGES or a graph file (gnm:2708:5278, as large as Cora). FEATURES is\n"
    "COLUMNS:ENTRIES, so many random entries in each sparse row (1433:18), or COLUMNS, dense, or\n"
    "a file with a row for every vertex and, if it is svmlight, the labels; else these are\n"
    "random. Steps repeat for SECONDS (2). -o: the loops over rows, too, with their operations.\n"
    "-r: beside the least that the products and the memory allow, for gcn, gin, sage and mlp.\n"
    "Default: all models.\n";

enum { SEED = 1, MAX_STEPS = 100000, FEW_STEPS = 3 };

struct bench {
    bool ops, roofline;
    double seconds;
    int64_t classes, columns, entries; /* 0 entries: dense */
    const char *file;                  /* of features; NULL: random ones */
    struct wr_graph graph;
    int32_t *label;
    uint8_t *part;
};

/* --- data ------------------------------------------------------------------------------------- */

static enum wr_status make_graph(const char *spec, struct wr_graph *g, struct wr_error *err)
{
    uint32_t n;
    int64_t m;
    char end;
    if (sscanf(spec, "gnm:%" SCNu32 ":%" SCNd64 "%c", &n, &m, &end) == 2)
        return wr_gen_gnm(n, m, SEED, g, err);
    return bench_graph_read(spec, g, err);
}

/* Labels from the file of features. */
static enum wr_status read_labels(struct bench *b, struct wr_error *err)
{
    struct wr_feature_matrix x;
    struct wr_labels labels;
    enum wr_status status = wr_feature_file_read(b->file, NULL, &x, &labels, err);
    if (status)
        return status;
    if (x.rows != (int64_t)b->graph.n)
        status =
            wr_error_set(err, WR_EDATA, "%s has %" PRId64 " rows, the graph %" PRIu32 " vertices",
                         b->file, x.rows, b->graph.n);
    if (labels.count) {
        b->label = labels.label;
        b->classes = labels.classes;
    }
    wr_feature_matrix_release(&x);
    return status;
}

/* Labels, random unless they were read; 60 % of the vertices for training, 20 % each for
 * validation and test. */
static enum wr_status make_labels(struct bench *b, struct wr_error *err)
{
    struct wr_rng rng;
    enum wr_status status = b->file ? read_labels(b, err) : WR_OK;
    if (status)
        return status;
    bool known = b->label;
    wr_rng_init(&rng, SEED, 1);
    b->label = known ? b->label : wr_alloc(b->graph.n, sizeof *b->label, err);
    b->part = wr_alloc(b->graph.n, sizeof *b->part, err);
    if (!b->label || !b->part)
        return WR_ENOMEM;
    for (uint32_t v = 0; v < b->graph.n; v++) {
        uint64_t percent = wr_rng_below(&rng, 100);
        if (!known)
            b->label[v] = (int32_t)wr_rng_below(&rng, (uint64_t)b->classes);
        b->part[v] = percent < 60 ? WR_PART_TRAIN : percent < 80 ? WR_PART_VAL : WR_PART_TEST;
    }
    return WR_OK;
}

static enum wr_status dense_features(struct wr_feature_matrix *x, struct wr_rng *rng,
                                     struct wr_error *err)
{
    x->dense = wr_alloc(x->rows * x->cols, sizeof *x->dense, err);
    if (!x->dense)
        return WR_ENOMEM;
    for (int64_t k = 0; k < x->rows * x->cols; k++)
        x->dense[k] = (float)(2 * wr_rng_uniform(rng) - 1);
    return WR_OK;
}

/* One entry at random in each of as many stretches of the row, so that they ascend. */
static enum wr_status sparse_features(struct wr_feature_matrix *x, int64_t entries,
                                      struct wr_rng *rng, struct wr_error *err)
{
    x->row = wr_calloc(x->rows + 1, sizeof *x->row, err);
    x->col = wr_alloc(x->rows * entries, sizeof *x->col, err);
    x->value = wr_alloc(x->rows * entries, sizeof *x->value, err);
    if (!x->row || !x->col || !x->value)
        return WR_ENOMEM;
    int64_t stretch = x->cols / entries;
    for (int64_t i = 0; i < x->rows; i++) {
        for (int64_t k = 0; k < entries; k++) {
            x->col[i * entries + k] =
                (uint32_t)(k * stretch + (int64_t)wr_rng_below(rng, (uint64_t)stretch));
            x->value[i * entries + k] = (float)(1 / (double)entries);
        }
        x->row[i + 1] = (i + 1) * entries;
    }
    return WR_OK;
}

static enum wr_status make_features(const struct bench *b, struct wr_feature_matrix *x,
                                    struct wr_error *err)
{
    struct wr_rng rng;
    struct wr_labels labels;
    if (b->file) {
        enum wr_status status = wr_feature_file_read(b->file, NULL, x, &labels, err);
        if (!status)
            wr_labels_release(&labels);
        return status;
    }
    wr_rng_init(&rng, SEED, 2);
    *x = (struct wr_feature_matrix){.rows = b->graph.n, .cols = b->columns};
    enum wr_status status =
        b->entries ? sparse_features(x, b->entries, &rng, err) : dense_features(x, &rng, err);
    if (status)
        wr_feature_matrix_release(x);
    return status;
}

/* --- steps ------------------------------------------------------------------------------------ */

static double time_step(struct wr_model *model, struct wr_optimizer *adam, uint64_t step)
{
    const struct wr_pass pass = {true, SEED, step};
    double start = bench_now();
    wr_model_forward(model, &pass);
    wr_model_backward(model, &pass);
    wr_optimizer_step_f32(adam, model->net.value, model->net.grad);
    return bench_now() - start;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* The stages of a pass one after another, the fastest of all steps for each. */
static void time_pass(struct wr_model *model, enum wr_direction way, const struct wr_pass *pass,
                      double *best)
{
    for (int stage = 0; stage < model->net.stages[way]; stage++) {
        double start = bench_now();
        wr_net_run_stage(&model->net, way, stage, pass);
        best[stage] = smaller(best[stage], bench_now() - start);
    }
}

static double print_pass(const struct wr_net *net, enum wr_direction way, const double *best)
{
    double sum = 0;
    for (int i = 0; i < net->stages[way]; i++) {
        const struct wr_stage stage = net->stage[way][i];
        printf("%10.1f us  ", 1e6 * best[i]);
        for (int k = stage.begin; k < stage.end; k++)
            printf(" %s", net->step[way][k].op->class->name);
        printf("\n");
        sum += best[i];
    }
    printf("%10.1f us   %s\n", 1e6 * sum, way == WR_FORWARD ? "forward" : "backward");
    return sum;
}

/* The loops over rows, each with the operations that it does. */
static void time_stages(const struct bench *b, struct wr_model *model, struct wr_optimizer *adam)
{
    struct wr_net *net = &model->net;
    int stages = net->stages[WR_FORWARD] + net->stages[WR_BACKWARD];
    double update = HUGE_VAL, *best = malloc((size_t)stages * sizeof *best);
    if (!best)
        return;
    double *back = best + net->stages[WR_FORWARD];
    for (int i = 0; i < stages; i++)
        best[i] = HUGE_VAL;
    double until = bench_now() + b->seconds;
    for (uint64_t step = 0; step < FEW_STEPS || bench_now() < until; step++) {
        const struct wr_pass pass = {true, SEED, step};
        time_pass(model, WR_FORWARD, &pass, best);
        time_pass(model, WR_BACKWARD, &pass, back);
        double start = bench_now();
        wr_optimizer_step_f32(adam, net->value, net->grad);
        update = smaller(update, bench_now() - start);
    }
    print_pass(net, WR_FORWARD, best);
    print_pass(net, WR_BACKWARD, back);
    printf("%10.1f us   Adam\n", 1e6 * update);
    free(best);
}

/* --- the roofline ----------------------------------------------------------------------------- */

/* Entries of the features, or all numbers of dense ones. */
static double feature_numbers(const struct wr_gnn_input *in)
{
    return (double)(in->x.dense ? in->x.rows * in->x.cols : in->x.row[in->x.rows]);
}

static bool gathers(const struct wr_op *op)
{
    return strcmp(op->class->name, "aggregate") == 0 || strcmp(op->class->name, "combine") == 0;
}

/* Multiplications and additions of the products of a step: features times W and back to W; rows
 * times W, back to W and to the rows; the graph's matrix, there and back. */
static double operations(const struct wr_model *model, const struct wr_gnn_input *in)
{
    const struct wr_net *net = &model->net;
    double sum = 0, n = (double)in->vertices, entries = (double)in->adjacency.row[in->vertices];
    for (int i = 0; i < net->params; i++) {
        const struct wr_param *w = net->param[i];
        if (w->rows == in->x.cols)
            sum += 2 * 2 * feature_numbers(in) * (double)w->cols;
        else if (w->rows > 1)
            sum += 3 * 2 * n * (double)(w->rows * w->cols);
    }
    for (int i = 0; i < net->ops; i++)
        if (gathers(net->op[i]))
            sum += 2 * 2 * entries * (double)net->op[i]->y->cols;
    return sum;
}

/* Bytes that cross memory if caches hold a slab: what each operation gives is written, and read
 * again on the way back; what is gathered from, gradients of all rows, the graph, the features. */
static double bytes(const struct wr_model *model, const struct wr_gnn_input *in)
{
    const struct wr_net *net = &model->net;
    double n = (double)in->vertices, entries = (double)in->adjacency.row[in->vertices];
    double sum = 2 * feature_numbers(in) * (in->x.dense ? 4 : 8);
    for (int i = 0; i < net->vars; i++)
        sum += n * (double)net->var[i]->cols * 4 *
               ((net->var[i]->value ? 2 : 0) + (net->var[i]->grad ? 2 : 0));
    for (int i = 0; i < net->ops; i++)
        if (gathers(net->op[i]))
            sum += n * (double)net->op[i]->y->cols * 4 + 2 * entries * 8;
    return sum;
}

/* The least that a step can take on this machine, in milliseconds, by operations and by bytes, and
 * how many times that it took. */
static void print_roofline(const struct wr_model *model, const struct wr_gnn_input *in,
                           double seconds)
{
    double by_operations = operations(model, in) / bench_peak_flops(true);
    double by_bytes = bytes(model, in) / bench_triad();
    printf("\t%.3f\t%.3f\t%.2f", 1e3 * by_operations, 1e3 * by_bytes,
           seconds / (by_bytes > by_operations ? by_bytes : by_operations));
}

static enum wr_status time_steps(const struct bench *b, struct wr_model *model,
                                 const struct wr_gnn_input *input, struct wr_optimizer *adam,
                                 struct wr_error *err)
{
    double *times = wr_alloc(MAX_STEPS, sizeof *times, err);
    if (!times)
        return WR_ENOMEM;
    int steps = 0;
    time_step(model, adam, 0); /* touches fresh memory */
    for (double until = bench_now() + b->seconds;
         steps < FEW_STEPS || (steps < MAX_STEPS && bench_now() < until); steps++)
        times[steps] = time_step(model, adam, (uint64_t)steps + 1);
    double median = bench_median(times, steps);
    const struct wr_score *train = &model->score[WR_PART_TRAIN];
    printf("%d\t%.3f\t%.3f\t%d\t%.4f", wr_threads(), 1e3 * median, 1e3 * times[0], steps,
           train->loss / (double)train->count);
    if (b->roofline)
        print_roofline(model, input, median);
    printf("\n");
    free(times);
    return WR_OK;
}

static enum wr_status bench_input(const struct bench *b, enum wr_model_kind kind,
                                  const struct wr_gnn_input *input, struct wr_error *err)
{
    struct wr_model model;
    struct wr_model_options options = wr_model_defaults(kind);
    struct wr_gnn_room room = wr_gnn_input_room(input);
    options.classes = b->classes;
    enum wr_status status = wr_model_init(&model, &options, &room, err);
    if (status)
        return status;
    wr_model_bind(&model, input);
    wr_net_draw_params(&model.net, SEED);
    const struct wr_optimizer_options steps = {
        .kind = WR_OPTIMIZER_ADAM, .lr = 5e-4, .weight_decay = 1e-3};
    struct wr_optimizer adam;
    status = wr_optimizer_init(&adam, &steps, model.net.weights, sizeof(float), err);
    if (status) {
        wr_model_release(&model);
        return status;
    }
    printf("%s\t", wr_model_names[kind]);
    status = time_steps(b, &model, input, &adam, err);
    if (!status && b->ops)
        time_stages(b, &model, &adam);
    fflush(stdout);
    wr_optimizer_release(&adam);
    wr_model_release(&model);
    return status;
}

static enum wr_status bench_model(const struct bench *b, enum wr_model_kind kind,
                                  struct wr_error *err)
{
    struct wr_feature_matrix x;
    struct wr_gnn_input input;
    enum wr_status status = make_features(b, &x, err);
    if (!status)
        status = wr_gnn_input_init(&input, &x, &b->graph, wr_model_adjacency(kind), NULL, b->label,
                                   b->part, err);
    if (status)
        return status;
    status = bench_input(b, kind, &input, err);
    wr_gnn_input_release(&input);
    return status;
}

/* --- arguments -------------------------------------------------------------------------------- */

static int model_by_name(const char *name)
{
    for (int kind = 0; kind < WR_MODELS; kind++)
        if (strcmp(name, wr_model_names[kind]) == 0)
            return kind;
    return -1;
}

/* 0: no such features. */
static int parse_features(struct bench *b, const char *spec)
{
    char end;
    b->entries = 0;
    if (sscanf(spec, "%" SCNd64 ":%" SCNd64 "%c", &b->columns, &b->entries, &end) == 2)
        return b->entries > 0 && b->entries <= b->columns;
    b->entries = 0;
    if (sscanf(spec, "%" SCNd64 "%c", &b->columns, &end) == 1)
        return b->columns > 0;
    b->file = spec;
    return 1;
}

static enum wr_status run(struct bench *b, const char *graph, char **name, int names,
                          struct wr_error *err)
{
    enum wr_status status = make_graph(graph, &b->graph, err);
    if (status)
        return status;
    status = make_labels(b, err);
    printf("model\tthreads\tmedian_ms\tmin_ms\tsteps\tloss%s\n",
           b->roofline ? "\toperations_ms\tbytes_ms\ttimes_roofline" : "");
    for (int i = 0; !status && i < (names ? names : WR_MODELS); i++) {
        int kind = names ? model_by_name(name[i]) : i;
        status = kind < 0 ? wr_error_set(err, WR_EINVAL, "no model is called %s", name[i])
                          : bench_model(b, (enum wr_model_kind)kind, err);
    }
    free(b->label);
    free(b->part);
    wr_graph_release(&b->graph);
    return status;
}

int main(int argc, char **argv)
{
    struct bench b = {.seconds = 2, .classes = 7, .columns = 1433, .entries = 18};
    struct wr_error err = {0};
    const char *graph = "gnm:2708:5278";
    int option, good = 1;
    bench_begin();
    while ((option = getopt(argc, argv, "orc:f:g:s:")) != -1) {
        if (option == 'o')
            b.ops = true;
        else if (option == 'r')
            b.roofline = true;
        else if (option == 'c')
            good &= (b.classes = atoi(optarg)) > 0;
        else if (option == 'f')
            good &= parse_features(&b, optarg);
        else if (option == 'g')
            graph = optarg;
        else if (option == 's')
            b.seconds = strtod(optarg, NULL);
        else
            good = 0;
    }
    if (!good) {
        fputs(usage, stderr);
        return 1;
    }
    if (run(&b, graph, argv + optind, argc - optind, &err)) {
        fprintf(stderr, "bench_gnn: %s\n", err.message);
        return 1;
    }
    return 0;
}
