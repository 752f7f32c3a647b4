/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn-ugs.h"

#include <stdlib.h>
#include <time.h>

#include "interrupt.h"

#include "base/alloc.h"
#include "gnn/ugs.h"
#include "io/order.h"

static bool watch_epoch(void *context, int64_t done, int64_t total)
{
    return wr_progress_step(context, done, total) && !interrupt_noted();
}

static void tell(struct cli *cli, int64_t edges, const struct wr_ugs_result *result, double seconds)
{
    struct json j = {.text = NULL};
    json_int(&j, "rounds", result->rounds);
    json_int(&j, "epochs", result->epochs);
    json_double(&j, "seconds", seconds);
    json_object(&cli->report_results, "ugs", &j);
    json_release(&j);
    if (result->interrupted)
        cli_outcome(cli, CLI_INTERRUPTED,
                    "interrupted in round %lld of UGS: the edges that were left follow by their "
                    "weights",
                    (long long)result->rounds);
    else
        cli_say(cli, "UGS: %lld edges in %lld rounds, in %.2f s", (long long)edges,
                (long long)result->rounds, seconds);
}

enum wr_status gnn_ugs_order(struct gnn_options *o, const struct gnn_data *d, uint64_t seed,
                             struct wr_sink *sink, struct wr_error *err)
{
    struct wr_progress bar = cli_progress(&o->cli, "learning edge weights", "epochs");
    const struct wr_progress progress = {watch_epoch, &bar};
    const struct wr_ugs_options options = {
        .epochs = o->ugs.epochs, .l1 = o->ugs.l1, .optimizer = o->train.optimizer, .seed = seed};
    struct wr_ugs_result result;
    struct timespec start;
    uint64_t *order = wr_alloc(d->edges, sizeof *order, err);
    if (!order)
        return WR_ENOMEM;
    clock_gettime(CLOCK_MONOTONIC, &start);
    enum wr_status status =
        wr_ugs_order(&d->input, &o->model, &options, &progress, order, &result, err);
    if (!status) {
        wr_order_write(order, d->edges, sink);
        tell(&o->cli, d->edges, &result, seconds_since(&start));
    }
    free(order);
    return status;
}
