/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn-model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#include "io/number.h"

static const char content[] = "gnn-model";
static const char *const tasks[] = {"vertex", "graph"};
static const char *const answers[] = {"no", "yes"};
static const char *const splits[] = {"file", "random"};

/* --- reading ------------------------------------------------------------------------------- */

/* The largest width that fits into as many numbers. A single layer that maps to the classes has
 * none, unless it is one with a hidden part. */
static int64_t most_hidden(const struct wr_model_options *m, int64_t layers, int64_t most)
{
    bool inner = m->kind == WR_MODEL_GIN || m->kind == WR_MODEL_RESGCN;
    if (layers > 1)
        return most / (layers - 1);
    return m->conv && !inner ? INT32_MAX : most;
}

static enum wr_status check_heads(const struct gnn_saved *s, struct wr_error *err)
{
    const struct wr_model_options *m = &s->model;
    if (m->kind != WR_MODEL_GAT || m->hidden % m->heads == 0)
        return WR_OK;
    return wr_error_at(err, WR_EDATA, wr_input_name(s->checkpoint.input), 0,
                       "the checkpoint has %lld heads, which do not divide its width %lld",
                       (long long)m->heads, (long long)m->hidden);
}

/* Nor has any weight matrix, or all square ones together, more numbers than there are. */
static enum wr_status check_matrices(const struct gnn_saved *s, int64_t most, struct wr_error *err)
{
    const struct wr_model_options *m = &s->model;
    int64_t layers = m->layers - m->conv; /* that give the width `hidden' */
    bool inner = m->kind == WR_MODEL_GIN || m->kind == WR_MODEL_RESGCN;
    int64_t squares = layers - !inner;
    int64_t first = layers > 0 || inner ? m->hidden : m->classes;
    int64_t last = layers > 0 || inner ? m->classes : 0;
    if (s->features <= most / first && last <= most / m->hidden &&
        (squares <= 0 || m->hidden <= most / m->hidden / squares))
        return WR_OK;
    return wr_error_at(err, WR_EDATA, wr_input_name(s->checkpoint.input), 0,
                       "the checkpoint has not the numbers of a model of its size");
}

/* No dimension is larger than the number of numbers: a file whose settings promise more does not
 * make anybody allocate that much. */
static enum wr_status read_sizes(struct gnn_saved *s, int64_t most, struct wr_error *err)
{
    const struct wr_checkpoint *c = &s->checkpoint;
    int64_t layers;
    enum wr_status status =
        wr_checkpoint_int(c, "layers", 1, most < INT32_MAX ? most : INT32_MAX, &layers, err);
    if (!status)
        status = wr_checkpoint_int(c, "hidden", 1, most_hidden(&s->model, layers, most),
                                   &s->model.hidden, err);
    if (!status)
        status = wr_checkpoint_int(c, "heads", 1, INT32_MAX, &s->model.heads, err);
    if (!status)
        status = check_heads(s, err);
    if (!status)
        status = wr_checkpoint_int(c, "classes", 1, most, &s->model.classes, err);
    if (!status)
        status = wr_checkpoint_int(c, "features", 0, most, &s->features, err);
    s->model.layers = status ? 0 : (int)layers;
    return status ? status : check_matrices(s, most, err);
}

static enum wr_status read_kind(struct gnn_saved *s, struct wr_error *err)
{
    const struct wr_checkpoint *c = &s->checkpoint;
    int kind = 0, norm = 0, conv = 0, task = 0, normalize = 0;
    enum wr_status status = wr_checkpoint_choice(c, "model", wr_model_names, WR_MODELS, &kind, err);
    if (!status)
        status = wr_checkpoint_choice(c, "norm", wr_norm_names, WR_NORMS, &norm, err);
    if (!status)
        status = wr_checkpoint_choice(c, "classifier", gnn_classifier_names, 2, &conv, err);
    if (!status)
        status = wr_checkpoint_choice(c, "task", tasks, 2, &task, err);
    if (!status)
        status = wr_checkpoint_choice(c, "row-normalize", answers, 2, &normalize, err);
    if (!status)
        status = wr_checkpoint_double(c, "dropout", 0, nextafter(1, 0), &s->model.dropout, err);
    s->model.kind = (enum wr_model_kind)kind;
    s->model.norm = (enum wr_norm)norm;
    s->model.conv = conv == 1;
    s->graphs = task == 1;
    s->row_normalize = normalize == 1;
    return status;
}

static enum wr_status read_split(struct gnn_saved *s, struct wr_error *err)
{
    const struct wr_checkpoint *c = &s->checkpoint;
    struct wr_span seed;
    int random = 0;
    enum wr_status status = wr_checkpoint_choice(c, "split", splits, 2, &random, err);
    s->random_split = random == 1;
    if (status || !s->random_split)
        return status;
    status = wr_checkpoint_double(c, "split-train", 0, 100, &s->shares.train, err);
    if (!status)
        status = wr_checkpoint_double(c, "split-val", 0, 100, &s->shares.val, err);
    if (!status)
        status = wr_checkpoint_double(c, "split-test", 0, 100, &s->shares.test, err);
    if (!status)
        status = wr_checkpoint_text(c, "split-seed", &seed, err);
    if (!status && !wr_parse_u64(seed.data, seed.size, &s->split_seed))
        status = wr_error_at(err, WR_EDATA, wr_input_name(c->input), 0,
                             "the checkpoint's split-seed is not an integer");
    return status;
}

enum wr_status gnn_model_read(struct gnn_saved *saved, const char *path, struct wr_error *err)
{
    *saved = (struct gnn_saved){.graphs = false};
    enum wr_status status =
        wr_checkpoint_read(&saved->checkpoint, path, content, cli_tmp_dir(), err);
    if (status)
        return status;
    int64_t most = 0;
    for (int i = 0; i < saved->checkpoint.arrays; i++)
        if (saved->checkpoint.array[i].count > most)
            most = saved->checkpoint.array[i].count;
    status = read_kind(saved, err);
    if (!status)
        status = read_sizes(saved, most, err);
    return status ? status : read_split(saved, err);
}

/* --name contradicts the model when `same' is false. */
static enum wr_status agree(const struct gnn_options *o, enum gnn_given option, bool same,
                            const char *value, struct wr_error *err)
{
    if (same || !gnn_is_given(o, option))
        return WR_OK;
    return wr_error_set(err, WR_EINVAL, "--%s contradicts the model in %s, which has --%s=%s",
                        gnn_option_names[option], o->load, gnn_option_names[option], value);
}

static enum wr_status agree_int(const struct gnn_options *o, enum gnn_given option, int64_t given,
                                int64_t saved, struct wr_error *err)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)saved);
    return agree(o, option, given == saved, text, err);
}

static enum wr_status check_options(const struct gnn_saved *s, const struct gnn_options *o,
                                    struct wr_error *err)
{
    const struct wr_model_options *m = &s->model, *given = &o->model;
    char dropout[WR_DOUBLE_DIGITS];
    wr_format_double(dropout, m->dropout);
    enum wr_status status =
        agree(o, GNN_MODEL, given->kind == m->kind, wr_model_names[m->kind], err);
    if (!status)
        status = agree_int(o, GNN_LAYERS, given->layers, m->layers, err);
    if (!status)
        status = agree_int(o, GNN_HIDDEN, given->hidden, m->hidden, err);
    if (!status)
        status = agree_int(o, GNN_HEADS, given->heads, m->heads, err);
    if (!status)
        status = agree(o, GNN_DROPOUT, given->dropout == m->dropout, dropout, err);
    if (!status)
        status = agree(o, GNN_NORM, given->norm == m->norm, wr_norm_names[m->norm], err);
    if (!status)
        status =
            agree(o, GNN_CLASSIFIER, given->conv == m->conv, gnn_classifier_names[m->conv], err);
    if (!status && o->row_normalize && !s->row_normalize)
        status = wr_error_set(err, WR_EINVAL,
                              "--row-normalize contradicts the model in %s, which was trained "
                              "without it",
                              o->load);
    if (!status && s->graphs != (o->graphs != NULL))
        status = wr_error_set(err, WR_EINVAL, "the model in %s predicts %s: it goes %s --graphs",
                              o->load, s->graphs ? "graphs" : "vertices",
                              s->graphs ? "with" : "without");
    return status;
}

enum wr_status gnn_model_adopt(const struct gnn_saved *saved, struct gnn_options *o,
                               struct wr_error *err)
{
    enum wr_status status = check_options(saved, o, err);
    if (status)
        return status;
    o->model = saved->model;
    o->row_normalize = saved->row_normalize;
    if (o->split_text)
        return WR_OK;
    if (!saved->random_split && gnn_trains(o))
        return wr_error_set(err, WR_EINVAL,
                            "--split is needed: the model in %s was trained on one from a file",
                            o->load);
    o->split = (struct gnn_split){.none = !saved->random_split, .shares = saved->shares};
    if (!gnn_is_given(o, GNN_SPLIT_SEED)) {
        o->split_seed = saved->split_seed;
        o->given |= 1u << GNN_SPLIT_SEED;
    }
    return WR_OK;
}

enum wr_status gnn_model_set(const struct gnn_saved *saved, const struct wr_net *net,
                             struct wr_error *err)
{
    return wr_checkpoint_numbers(&saved->checkpoint, "values", WR_NUMBER_F32, net->numbers,
                                 net->value, err);
}

/* --- writing ------------------------------------------------------------------------------- */

static enum wr_status put_model(struct wr_checkpoint *c, const struct gnn_saved *s,
                                struct wr_error *err)
{
    const struct wr_model_options *m = &s->model;
    enum wr_status status = wr_checkpoint_put(c, "model", wr_model_names[m->kind], err);
    if (!status)
        status = wr_checkpoint_put_int(c, "layers", m->layers, err);
    if (!status)
        status = wr_checkpoint_put_int(c, "hidden", m->hidden, err);
    if (!status)
        status = wr_checkpoint_put_int(c, "heads", m->heads, err);
    if (!status)
        status = wr_checkpoint_put_double(c, "dropout", m->dropout, err);
    if (!status)
        status = wr_checkpoint_put(c, "norm", wr_norm_names[m->norm], err);
    if (!status)
        status = wr_checkpoint_put(c, "classifier", gnn_classifier_names[m->conv], err);
    if (!status)
        status = wr_checkpoint_put_int(c, "classes", m->classes, err);
    if (!status)
        status = wr_checkpoint_put_int(c, "features", s->features, err);
    return status;
}

static enum wr_status put_data(struct wr_checkpoint *c, const struct gnn_saved *s,
                               struct wr_error *err)
{
    char seed[WR_U64_DIGITS + 1] = "";
    *wr_format_u64(seed, s->split_seed) = '\0';
    enum wr_status status = wr_checkpoint_put(c, "task", tasks[s->graphs], err);
    if (!status)
        status = wr_checkpoint_put(c, "row-normalize", answers[s->row_normalize], err);
    if (!status)
        status = wr_checkpoint_put(c, "split", splits[s->random_split], err);
    if (status || !s->random_split)
        return status;
    status = wr_checkpoint_put_double(c, "split-train", s->shares.train, err);
    if (!status)
        status = wr_checkpoint_put_double(c, "split-val", s->shares.val, err);
    if (!status)
        status = wr_checkpoint_put_double(c, "split-test", s->shares.test, err);
    return status ? status : wr_checkpoint_put(c, "split-seed", seed, err);
}

enum wr_status gnn_model_write(const struct gnn_saved *saved, const wr_real *value, int64_t numbers,
                               struct wr_sink *sink, struct wr_error *err)
{
    struct wr_checkpoint c = {0};
    enum wr_status status = put_model(&c, saved, err);
    if (!status)
        status = put_data(&c, saved, err);
    if (!status)
        status = wr_checkpoint_put_array(&c, "values", WR_NUMBER_F32, numbers, value, err);
    if (!status)
        wr_checkpoint_write(&c, content, sink);
    wr_checkpoint_release(&c);
    return status;
}
