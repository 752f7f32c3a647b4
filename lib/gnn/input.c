/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/input.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void wr_gnn_input_release(struct wr_gnn_input *input)
{
    wr_feature_matrix_release(&input->x);
    wr_feature_matrix_release(&input->xt);
    wr_adjacency_release(&input->adjacency);
    free(input->xt_entry);
    free(input->first);
    free(input->member);
    free(input->vertex_row);
    free(input->graph);
    free(input->share);
    free(input->member_share);
    *input = (struct wr_gnn_input){0};
}

/* X' of sparse features: a counting sort of the entries by column. xt's arrays and next (a
 * number per column) are there. */
static void transpose(struct wr_gnn_input *in, int64_t *next)
{
    const struct wr_feature_matrix *x = &in->x;
    struct wr_feature_matrix *t = &in->xt;
    t->rows = x->cols;
    t->cols = x->rows;
    memset(t->row, 0, (size_t)(t->rows + 1) * sizeof *t->row);
    for (int64_t k = 0; k < x->row[x->rows]; k++)
        t->row[(int64_t)x->col[k] + 1]++;
    for (int64_t j = 0; j < t->rows; j++) {
        next[j] = t->row[j];
        t->row[j + 1] += t->row[j];
    }
    for (int64_t i = 0; i < x->rows; i++) {
        for (int64_t k = x->row[i]; k < x->row[i + 1]; k++) {
            int64_t at = next[x->col[k]]++;
            t->col[at] = (uint32_t)i;
            t->value[at] = x->value[k];
            in->xt_entry[at] = k;
        }
    }
}

static enum wr_status allocate_transpose(struct wr_gnn_input *in, int64_t cols, int64_t entries,
                                         struct wr_error *err)
{
    in->xt.row = wr_calloc(cols + 1, sizeof *in->xt.row, err);
    in->xt.col = wr_alloc(entries, sizeof *in->xt.col, err);
    in->xt.value = wr_alloc(entries, sizeof *in->xt.value, err);
    in->xt_entry = wr_alloc(entries, sizeof *in->xt_entry, err);
    return in->xt.row && in->xt.col && in->xt.value && in->xt_entry ? WR_OK : WR_ENOMEM;
}

static enum wr_status init_transpose(struct wr_gnn_input *in, struct wr_error *err)
{
    if (in->x.dense)
        return WR_OK;
    enum wr_status status = allocate_transpose(in, in->x.cols, in->x.row[in->x.rows], err);
    int64_t *next = status ? NULL : wr_alloc(in->x.cols, sizeof *next, err);
    if (!next)
        return WR_ENOMEM;
    transpose(in, next);
    free(next);
    return WR_OK;
}

static enum wr_status allocate_graphs(struct wr_gnn_input *in, int64_t vertices, int64_t graphs,
                                      struct wr_error *err)
{
    in->first = wr_calloc(graphs + 2, sizeof *in->first, err);
    in->member = wr_alloc(vertices, sizeof *in->member, err);
    in->vertex_row = wr_alloc(vertices + 1, sizeof *in->vertex_row, err);
    in->graph = wr_alloc(vertices, sizeof *in->graph, err);
    in->share = wr_alloc(vertices, sizeof *in->share, err);
    in->member_share = wr_alloc(vertices, sizeof *in->member_share, err);
    if (!in->first || !in->member || !in->vertex_row || !in->graph || !in->share ||
        !in->member_share)
        return WR_ENOMEM;
    for (int64_t v = 0; v <= vertices; v++)
        in->vertex_row[v] = v;
    return WR_OK;
}

/* Shares and views, when first, member and graph are there. */
static void view_graphs(struct wr_gnn_input *in)
{
    for (int64_t g = 0; g < in->graphs; g++) {
        for (int64_t k = in->first[g]; k < in->first[g + 1]; k++) {
            in->member_share[k] = (wr_real)(1 / (double)(in->first[g + 1] - in->first[g]));
            in->share[in->member[k]] = in->member_share[k];
        }
    }
    in->all = (struct wr_sparse){in->graphs, in->vertices, in->first, in->member, NULL};
    in->all_t = (struct wr_sparse){in->vertices, in->graphs, in->vertex_row, in->graph, NULL};
    in->mean = in->all;
    in->mean.value = in->member_share;
    in->mean_t = in->all_t;
    in->mean_t.value = in->share;
}

static enum wr_status check_edges(const struct wr_graph *g, const struct wr_membership *m,
                                  struct wr_error *err)
{
    for (int64_t e = 0; e < g->m; e++) {
        uint32_t u = wr_edge_u(g->edge[e]), v = wr_edge_v(g->edge[e]);
        if (m->graph[u] != m->graph[v])
            return wr_error_set(err, WR_EDATA, "edge %u %u joins graph %u and graph %u", u, v,
                                m->graph[u], m->graph[v]);
    }
    return WR_OK;
}

static enum wr_status init_graphs(struct wr_gnn_input *in, const struct wr_membership *m,
                                  struct wr_error *err)
{
    in->graphs = m->graphs;
    enum wr_status status = allocate_graphs(in, in->vertices, m->graphs, err);
    if (status)
        return status;
    int64_t *next = in->first + 1; /* first shifted by one until the vertices are filled in */
    for (int64_t v = 0; v < in->vertices; v++)
        in->first[(int64_t)m->graph[v] + 2]++;
    for (int64_t g = 0; g < m->graphs; g++)
        in->first[g + 2] += in->first[g + 1];
    for (int64_t v = 0; v < in->vertices; v++) {
        in->graph[v] = m->graph[v];
        in->member[next[m->graph[v]]++] = (uint32_t)v;
    }
    view_graphs(in);
    return WR_OK;
}

enum wr_status wr_gnn_input_init(struct wr_gnn_input *input, struct wr_feature_matrix *x,
                                 const struct wr_graph *g, enum wr_adjacency_kind kind,
                                 const struct wr_membership *membership, const int32_t *label,
                                 const uint8_t *part, struct wr_error *err)
{
    struct wr_gnn_input made = {.vertices = x->rows, .x = *x, .label = label, .part = part};
    *x = (struct wr_feature_matrix){0};
    enum wr_status status = wr_adjacency_init(&made.adjacency, g, made.vertices, kind, err);
    if (!status)
        status = init_transpose(&made, err);
    if (!status && membership)
        status = check_edges(g, membership, err);
    if (!status && membership)
        status = init_graphs(&made, membership, err);
    if (status) {
        wr_gnn_input_release(&made);
        return status;
    }
    *input = made;
    return WR_OK;
}

struct wr_gnn_room wr_gnn_input_room(const struct wr_gnn_input *input)
{
    return (struct wr_gnn_room){
        .vertices = input->vertices,
        .graphs = input->graphs,
        .entries = input->adjacency.row[input->vertices],
        .features = input->x.cols,
        .sparse = !input->x.dense,
        .feature_entries = input->x.dense ? 0 : input->x.row[input->x.rows],
        .edge_weights = input->adjacency.weights != NULL,
    };
}

void wr_batch_release(struct wr_batch *batch)
{
    wr_gnn_input_release(&batch->input);
    free(batch->label);
    free(batch->part);
    free(batch->vertex);
    free(batch->local);
    free(batch->next);
    *batch = (struct wr_batch){.label = NULL};
}

static int descending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

/* The sum of the `graphs` largest sizes; sorts them. */
static int64_t largest_sum(int64_t *size, int64_t count, int64_t graphs)
{
    int64_t sum = 0;
    qsort(size, (size_t)count, sizeof *size, descending);
    for (int64_t g = 0; g < graphs && g < count; g++)
        sum += size[g];
    return sum;
}

/* Entries of the rows of graph g's vertices; row NULL: one each. */
static int64_t graph_size(const struct wr_gnn_input *all, int64_t g, const int64_t *row)
{
    int64_t size = 0;
    for (int64_t k = all->first[g]; k < all->first[g + 1]; k++)
        size += row ? row[all->member[k] + (int64_t)1] - row[all->member[k]] : 1;
    return size;
}

/* The most that any `graphs` graphs have. */
static int64_t most(const struct wr_gnn_input *all, int64_t graphs, const int64_t *row,
                    int64_t *size)
{
    for (int64_t g = 0; g < all->graphs; g++)
        size[g] = graph_size(all, g, row);
    return largest_sum(size, all->graphs, graphs);
}

static enum wr_status measure(const struct wr_gnn_input *all, int64_t graphs,
                              struct wr_gnn_room *room, struct wr_error *err)
{
    int64_t *size = wr_alloc(all->graphs, sizeof *size, err);
    if (!size)
        return WR_ENOMEM;
    *room = (struct wr_gnn_room){
        .vertices = most(all, graphs, NULL, size),
        .graphs = graphs,
        .entries = most(all, graphs, all->adjacency.row, size),
        .features = all->x.cols,
        .sparse = !all->x.dense,
        .feature_entries = all->x.dense ? 0 : most(all, graphs, all->x.row, size),
    };
    free(size);
    return WR_OK;
}

static enum wr_status allocate_features(struct wr_gnn_input *in, const struct wr_gnn_room *room,
                                        struct wr_error *err)
{
    in->x.cols = room->features;
    if (!room->sparse) {
        in->x.dense = wr_alloc(room->vertices * room->features, sizeof *in->x.dense, err);
        return in->x.dense ? WR_OK : WR_ENOMEM;
    }
    in->x.row = wr_calloc(room->vertices + 1, sizeof *in->x.row, err);
    in->x.col = wr_alloc(room->feature_entries, sizeof *in->x.col, err);
    in->x.value = wr_alloc(room->feature_entries, sizeof *in->x.value, err);
    if (!in->x.row || !in->x.col || !in->x.value)
        return WR_ENOMEM;
    return allocate_transpose(in, room->features, room->feature_entries, err);
}

static enum wr_status allocate_batch(struct wr_batch *b, const struct wr_adjacency *all,
                                     const struct wr_gnn_room *room, struct wr_error *err)
{
    b->label = wr_alloc(room->graphs, sizeof *b->label, err);
    b->part = wr_alloc(room->graphs, sizeof *b->part, err);
    b->vertex = wr_alloc(room->vertices, sizeof *b->vertex, err);
    b->next = wr_alloc(room->features, sizeof *b->next, err);
    if (!b->label || !b->part || !b->vertex || !b->next)
        return WR_ENOMEM;
    enum wr_status status =
        wr_adjacency_room(&b->input.adjacency, all, room->vertices, room->entries, err);
    if (!status)
        status = allocate_features(&b->input, room, err);
    return status ? status : allocate_graphs(&b->input, room->vertices, room->graphs, err);
}

enum wr_status wr_batch_init(struct wr_batch *batch, const struct wr_gnn_input *all, int64_t graphs,
                             struct wr_error *err)
{
    struct wr_batch made = {.label = NULL};
    enum wr_status status = measure(all, graphs, &made.room, err);
    if (!status)
        status = allocate_batch(&made, &all->adjacency, &made.room, err);
    if (!status && !(made.local = wr_alloc(all->vertices, sizeof *made.local, err)))
        status = WR_ENOMEM;
    if (status) {
        wr_batch_release(&made);
        return status;
    }
    wr_batch_choose(&made, all, NULL, 0);
    *batch = made;
    return WR_OK;
}

/* Number the vertices of the chosen graphs; labels and parts. */
static void choose_vertices(struct wr_batch *b, const struct wr_gnn_input *all,
                            const uint32_t *chosen)
{
    struct wr_gnn_input *in = &b->input;
    int64_t n = 0;
    for (int64_t g = 0; g < in->graphs; g++) {
        b->label[g] = all->label[chosen[g]];
        b->part[g] = all->part[chosen[g]];
        in->first[g] = n;
        for (int64_t k = all->first[chosen[g]]; k < all->first[chosen[g] + (int64_t)1]; k++) {
            b->vertex[n] = all->member[k];
            b->local[all->member[k]] = (uint32_t)n;
            in->member[n] = (uint32_t)n;
            in->graph[n++] = (uint32_t)g;
        }
    }
    in->first[in->graphs] = in->vertices = n;
}

/* Row i of the batch is row v of all features. */
static void copy_features(struct wr_feature_matrix *x, int64_t i,
                          const struct wr_feature_matrix *all, int64_t v)
{
    if (all->dense) {
        memcpy(x->dense + i * x->cols, all->dense + v * x->cols,
               (size_t)x->cols * sizeof *x->dense);
        return;
    }
    size_t entries = (size_t)(all->row[v + 1] - all->row[v]);
    x->row[i + 1] = x->row[i] + (int64_t)entries;
    memcpy(x->col + x->row[i], all->col + all->row[v], entries * sizeof *x->col);
    memcpy(x->value + x->row[i], all->value + all->row[v], entries * sizeof *x->value);
}

void wr_batch_choose(struct wr_batch *batch, const struct wr_gnn_input *all, const uint32_t *chosen,
                     int64_t graphs)
{
    struct wr_gnn_input *in = &batch->input;
    in->graphs = graphs;
    in->label = batch->label;
    in->part = batch->part;
    choose_vertices(batch, all, chosen);
    in->x.rows = in->vertices;
    for (int64_t i = 0; i < in->vertices; i++)
        copy_features(&in->x, i, &all->x, batch->vertex[i]);
    if (!in->x.dense)
        transpose(in, batch->next);
    wr_adjacency_choose(&in->adjacency, &all->adjacency, batch->vertex, in->vertices, batch->local);
    view_graphs(in);
}
