/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cli-args.h"
#include "complete-run.h"
#include "factor-files.h"

#include "factor/cp.h"

static const char doc[] =
    "Complete a tensor from some of its entries by tensor factorization: a sum of R rank-1 tensors "
    "(CP) is fitted by gradient descent from small random factors. FILE, or standard input, has "
    "lines `i_1 ... i_N value', plain, gzip or zstd. The output is the model's prediction of every "
    "entry, or of those that --at asks for."
    "\v"
    "Examples:\n"
    "  tf-complete observed.tns > completed.tns\n"
    "  tf-complete -r 50 --truth=truth.npy --log=log.tsv -o completed.npy observed.tns.gz\n"
    "  tf-complete --init-std=auto --val=val.tns --at=queries.tns observed.tns\n"
    "  tf-complete -r 20 --dims=8x8x8 --sensing=X.npy --targets=y.npy -o completed.tns\n"
    "\n"
    "Exit status: 0 done, 1 bad data, I/O error or a loss that is not finite, 2 usage error, 3 "
    "with --strict a run that did not reach --tol, 130 interrupted.";

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Model:", 1},
    {"rank", 'r', "R", 0,
     "Components (default: as many as express any tensor, the product of all dimensions but the "
     "largest; with --load those of its files)",
     1},
    {0}};

enum { RANK_MOST_BY_DEFAULT = 10000 };

struct tool {
    struct complete_options common; /* first */
    int64_t rank;                   /* 0: by default */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->child_inputs[1] = &t->common;
        break;
    case 'r':
        t->rank = (int64_t)cli_uint(state, "rank", arg, 1, UINT32_MAX);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp argp = {options, parse, "[OBSERVED.tns]", doc, complete_sensing_children,
                                 NULL,    NULL};

/* The product of all dimensions but the largest: any tensor has that rank at most. */
static enum wr_status default_rank(const struct complete_data *d, int64_t *rank,
                                   struct wr_error *err)
{
    int64_t product = 1;
    int largest = 0;
    for (int n = 1; n < d->order; n++)
        if (d->dim[n] > d->dim[largest])
            largest = n;
    for (int n = 0; n < d->order; n++)
        if (n != largest && __builtin_mul_overflow(product, d->dim[n], &product))
            product = INT64_MAX / UINT32_MAX;
    if (product > RANK_MOST_BY_DEFAULT)
        return wr_error_set(
            err, WR_EINVAL,
            "--rank is needed: by default it would be the product of all dimensions "
            "but the largest, which is more than %d",
            RANK_MOST_BY_DEFAULT);
    *rank = product;
    return WR_OK;
}

static enum wr_status make(struct complete_options *o, const struct complete_data *d,
                           struct wr_factorization **m, struct wr_error *err)
{
    struct tool *t = (struct tool *)o;
    int64_t shape[2];
    enum wr_status status = WR_OK;
    if (t->rank == 0 && o->load) {
        status = factor_files_shape(o->load, "mode1", shape, err);
        t->rank = status ? 0 : shape[1];
    } else if (t->rank == 0) {
        status = default_rank(d, &t->rank, err);
    }
    if (status)
        return status;
    const struct wr_cp_options model = {
        .rank = t->rank, .precision = o->precision, .batch = o->batch};
    if (!d->y)
        return wr_cp_new(&d->observed, &model, &o->loss, m, err);
    const struct wr_measurements data = {
        .order = d->order, .dim = d->dim, .count = d->measurements, .x = d->x, .y = d->y};
    return wr_cp_sensing_new(&data, &model, &o->loss, m, err);
}

static void report(const struct complete_options *o, struct json *j)
{
    json_int(j, "rank", ((const struct tool *)o)->rank);
}

static const struct complete_kind kind = {.make = make, .report = report};

int main(int argc, char **argv)
{
    struct tool t = {.common = complete_defaults()};
    struct complete_options *o = &t.common;
    struct wr_error err = {0};
    cli_parse(&o->cli, &argp, argc, argv, &t);
    return cli_finish(&o->cli, complete_run(o, &kind, &err), &err);
}
