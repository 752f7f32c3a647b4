/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn-data.h"

#include <stdlib.h>
#include <string.h>

#include "cli.h"

#include "base/alloc.h"
#include "io/featurefile.h"
#include "io/graphfile.h"
#include "io/labelfile.h"
#include "io/membershipfile.h"
#include "io/splitfile.h"

/* Numbers are given without large gaps: one that is much larger than there are things to number is
 * no reason to allocate what all up to it need. */
enum { SPARE = 1000 };

void gnn_data_release(struct gnn_data *d)
{
    wr_gnn_input_release(&d->input);
    wr_membership_release(&d->membership);
    wr_labels_release(&d->labels);
    free(d->part);
    *d = (struct gnn_data){0};
}

/* Something has the wrong number of lines. */
static enum wr_status check_count(const char *path, int64_t count, const char *of, int64_t wanted,
                                  const char *other, struct wr_error *err)
{
    if (count == wanted)
        return WR_OK;
    return wr_error_at(err, WR_EDATA, cli_input_name(path), 0,
                       "%lld %s, expected %lld, as many as %s has", (long long)count, of,
                       (long long)wanted, cli_input_name(other));
}

static enum wr_status read_graph(struct wr_graph *g, struct gnn_data *d, struct gnn_options *o,
                                 struct wr_error *err)
{
    const struct wr_graph_file_options read = {
        .format = o->graph.format, .nodes = o->graph.nodes, .tmp_dir = cli_tmp_dir()};
    struct wr_graph_file file;
    enum wr_status status = wr_graph_file_read(&file, o->cli.input, &read, err);
    if (status)
        return status;
    if (file.pairs.n > d->vertices)
        status = wr_error_at(err, WR_EDATA, wr_input_name(file.input), 0,
                             "the graph has %u vertices, but %s has features of %lld", file.pairs.n,
                             cli_input_name(o->features), (long long)d->vertices);
    else if (!(status = wr_graph_file_graph(&file, false, g, err)))
        d->edges = g->m;
    wr_graph_file_release(&file);
    return status;
}

static enum wr_status read_membership(struct gnn_data *d, const struct gnn_options *o,
                                      struct wr_error *err)
{
    d->rows = d->vertices;
    if (!o->graphs)
        return WR_OK;
    enum wr_status status = wr_membership_read(o->graphs, &d->membership, err);
    if (!status)
        status = check_count(o->graphs, d->membership.vertices, "vertices", d->vertices,
                             o->features, err);
    d->rows = d->membership.graphs;
    return status;
}

/* Rows without labels, of vertices or of graphs. */
static enum wr_status make_unlabelled(struct gnn_data *d, const struct gnn_options *o,
                                      struct wr_error *err)
{
    if (d->rows > d->vertices + SPARE)
        return wr_error_at(err, WR_EDATA, cli_input_name(o->graphs), 0,
                           "the largest number is %lld, with %lld vertices in all: graphs are "
                           "numbered from 0",
                           (long long)d->rows - 1, (long long)d->vertices);
    int32_t *label = wr_alloc(d->rows, sizeof *label, err);
    if (!label)
        return WR_ENOMEM;
    memset(label, -1, (size_t)d->rows * sizeof *label);
    d->labels = wr_labels_take(label, d->rows);
    return WR_OK;
}

/* The labels of --labels, or those that came with the features, or none. */
static enum wr_status read_labels(struct gnn_data *d, const struct gnn_options *o,
                                  struct wr_error *err)
{
    enum wr_status status = WR_OK;
    if (o->labels || o->graphs)
        wr_labels_release(&d->labels);
    if (o->labels)
        status = wr_labels_read(o->labels, &d->labels, err);
    if (!status && o->labels)
        status = check_count(o->labels, d->labels.count, "labels", d->rows,
                             o->graphs ? o->graphs : o->features, err);
    if (status || d->labels.label)
        return status;
    if (gnn_trains(o) && d->rows > 0)
        return wr_error_at(err, WR_EDATA, cli_input_name(o->features), 0,
                           "there are no labels in this format: --labels is needed");
    return make_unlabelled(d, o, err);
}

static enum wr_status count_classes(struct gnn_data *d, const struct gnn_options *o,
                                    int64_t classes, struct wr_error *err)
{
    const char *path = o->labels ? o->labels : o->features;
    int64_t labelled = 0;
    for (int64_t i = 0; i < d->labels.count; i++)
        labelled += d->labels.label[i] >= 0;
    d->classes = classes ? classes : d->labels.classes;
    if (classes && d->labels.classes > classes)
        return wr_error_at(err, WR_EDATA, cli_input_name(path), 0,
                           "label %d, but the model in %s knows %lld classes, from 0",
                           d->labels.classes - 1, o->load, (long long)classes);
    if (d->classes == 0)
        return wr_error_at(err, WR_EDATA, cli_input_name(path), 0, "nothing has a label");
    if (!classes && d->classes > labelled + SPARE)
        return wr_error_at(err, WR_EDATA, cli_input_name(path), 0,
                           "the largest label is %lld, with %lld labels in all: classes are "
                           "numbered from 0",
                           (long long)d->classes - 1, (long long)labelled);
    return WR_OK;
}

static enum wr_status read_split(struct gnn_data *d, const struct gnn_options *o,
                                 struct wr_error *err)
{
    int64_t count;
    if (!o->split.file) {
        d->part = wr_calloc(d->rows, sizeof *d->part, err);
        return d->part ? WR_OK : WR_ENOMEM;
    }
    enum wr_status status = wr_split_read(o->split.file, &count, &d->part, err);
    return status ? status
                  : check_count(o->split.file, count, "lines", d->rows,
                                o->graphs ? o->graphs : o->features, err);
}

static enum wr_status make_input(struct gnn_data *d, struct gnn_options *o,
                                 struct wr_feature_matrix *x, struct wr_error *err)
{
    struct wr_graph g;
    enum wr_status status = read_graph(&g, d, o, err);
    if (status)
        return status;
    if (o->row_normalize)
        wr_feature_matrix_normalize_rows(x);
    status = wr_gnn_input_init(&d->input, x, &g, wr_model_adjacency(o->model.kind),
                               o->graphs ? &d->membership : NULL, d->labels.label, d->part, err);
    if (status)
        wr_error_in(err, cli_input_name(o->cli.input));
    wr_graph_release(&g);
    return status;
}

/* A new model has weights for all columns: as many as a number of entries can be about. */
static enum wr_status check_columns(const struct wr_feature_matrix *x, const struct gnn_options *o,
                                    struct wr_error *err)
{
    enum { SPARE_COLUMNS = 1 << 16, COLUMNS_PER_ENTRY = 1000 };
    if (x->dense || (x->cols - SPARE_COLUMNS) / COLUMNS_PER_ENTRY <= x->row[x->rows])
        return WR_OK;
    return wr_error_at(err, WR_EDATA, cli_input_name(o->features), x->widest_line,
                       "feature %lld, with %lld entries in all: features are numbered from 1",
                       (long long)x->cols, (long long)x->row[x->rows]);
}

/* As many features as the model knows. Sparse ones need not have the last of them. */
static enum wr_status fit_features(struct wr_feature_matrix *x, const struct gnn_options *o,
                                   int64_t wanted, struct wr_error *err)
{
    if (!x->dense && x->cols < wanted)
        x->cols = wanted;
    if (x->cols == wanted)
        return WR_OK;
    return wr_error_at(err, WR_EDATA, cli_input_name(o->features), 0,
                       "%lld features, but the model in %s expects %lld", (long long)x->cols,
                       o->load, (long long)wanted);
}

enum wr_status gnn_data_read(struct gnn_data *d, struct gnn_options *o,
                             const struct gnn_saved *loaded, struct wr_error *err)
{
    struct wr_feature_matrix x = {0};
    *d = (struct gnn_data){0};
    cli_phase(&o->cli, "reading");
    enum wr_status status = wr_feature_file_read(o->features, cli_tmp_dir(), &x, &d->labels, err);
    if (!status && loaded)
        status = fit_features(&x, o, loaded->features, err);
    else if (!status)
        status = check_columns(&x, o, err);
    d->vertices = x.rows;
    if (!status)
        status = read_membership(d, o, err);
    if (!status)
        status = read_labels(d, o, err);
    if (!status)
        status = count_classes(d, o, loaded ? loaded->model.classes : 0, err);
    if (!status)
        status = read_split(d, o, err);
    if (!status)
        status = make_input(d, o, &x, err);
    wr_feature_matrix_release(&x);
    return status;
}

enum wr_status gnn_data_split(struct gnn_data *d, const struct gnn_options *o, uint64_t seed,
                              struct wr_error *err)
{
    if (o->split.file || o->split.none)
        return WR_OK;
    return wr_split_random(&o->split.shares, d->labels.label, d->rows, seed, d->part, err);
}
