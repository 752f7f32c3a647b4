/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sealed.h"

#include "gnn-model.h"
#include "gnn/models.h"

/* The network that the settings describe, for a graph of two vertices: not larger than the size of
 * the file lets expect. */
static void load_numbers(const struct gnn_saved *saved, size_t size)
{
    const struct wr_gnn_room room = {
        .vertices = 2, .graphs = saved->graphs, .entries = 4, .features = saved->features};
    struct wr_model model;
    struct wr_error err = {0};
    enum wr_status status = wr_model_init(&model, &saved->model, &room, &err);
    fuzz_status(status, &err);
    if (status)
        return;
    fuzz_check(model.net.numbers <= 8 * (int64_t)size);
    fuzz_status(gnn_model_set(saved, &model.net, &err), &err);
    wr_model_release(&model);
}

static void read_model(const uint8_t *data, size_t size)
{
    struct gnn_saved saved;
    struct wr_error err = {0};
    fuzz_file(data, size, fuzz_ways[0]);
    enum wr_status status = gnn_model_read(&saved, "model", &err);
    fuzz_status(status, &err);
    if (!status)
        load_numbers(&saved, size);
    wr_checkpoint_release(&saved.checkpoint);
}

/* What gnn-train --load reads. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read_sealed(data, size, read_model);
    return 0;
}
