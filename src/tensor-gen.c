/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdlib.h>

#include "cli.h"
#include "tensor-args.h"
#include "tensor-gen-options.h"

#include "base/alloc.h"
#include "base/blocks.h"
#include "gen/images.h"
#include "gen/observe.h"
#include "gen/tensors.h"
#include "io/idx.h"
#include "io/npy.h"
#include "io/tensorfile.h"

/* Outputs; NULL: not asked for. */
struct outputs {
    struct wr_sink *entries, *truth, *sensing, *targets;
};

static enum wr_status open_outputs(struct gen_options *opt, struct outputs *out,
                                   struct wr_error *err)
{
    enum wr_status status = WR_OK;
    if (!opt->text[GEN_SENSING])
        status = cli_open(&opt->cli, opt->cli.output, &out->entries, err);
    if (!status && opt->text[GEN_TRUTH])
        status = cli_open(&opt->cli, opt->text[GEN_TRUTH], &out->truth, err);
    if (!status && opt->text[GEN_SENSING])
        status = cli_open(&opt->cli, opt->text[GEN_SENSING], &out->sensing, err);
    if (!status && opt->text[GEN_TARGETS])
        status = cli_open(&opt->cli, opt->text[GEN_TARGETS], &out->targets, err);
    return status;
}

/* Write the whole tensor, in slabs. */
static enum wr_status write_whole(struct gen_options *opt, const struct wr_truth *truth,
                                  const char *path, double noise, struct wr_sink *sink,
                                  struct wr_error *err)
{
    enum { SLAB = 64 * WR_BLOCK };
    struct wr_progress progress = cli_progress(&opt->cli, "writing", "entries");
    struct wr_tensor_writer w;
    int64_t size = 0;
    (void)wr_dims_size(truth->order, truth->dim, &size);
    double *slab = wr_alloc(SLAB, sizeof *slab, err);
    enum wr_status status = slab ? WR_OK : WR_ENOMEM;
    if (!status)
        status = wr_tensor_writer_begin(&w, wr_tensor_format_of(path), opt->index_base,
                                        truth->order, truth->dim, sink, err);
    for (int64_t begin = 0; begin < size && !status && !wr_sink_failed(sink); begin += SLAB) {
        int64_t end = wr_block_end(begin, SLAB, size);
        status = wr_truth_entries(truth, begin, end - begin, slab, err);
        if (!status && noise > 0)
            wr_gen_noise(slab, begin, end, noise, opt->cli.seed);
        if (!status)
            status = wr_tensor_writer_put(&w, slab, end - begin, err);
        (void)wr_progress_step(&progress, end, size);
    }
    free(slab);
    return status;
}

static enum wr_status write_observed(struct gen_options *opt, const struct wr_truth *truth,
                                     struct wr_sink *sink, struct wr_error *err)
{
    struct wr_observations o = {0};
    enum wr_status status =
        wr_gen_entries(truth->order, truth->dim, opt->observe, opt->cli.seed, &o, err);
    if (!status)
        status = wr_truth_observe(truth, &o, err);
    if (!status) {
        if (opt->noise > 0)
            wr_gen_noise(o.value, 0, o.count, opt->noise, opt->cli.seed);
        status = wr_observations_write(&o, opt->index_base, sink, err);
    }
    wr_observations_release(&o);
    return status;
}

/* Write the measurement tensors, a row each, in slabs, and what they measure. */
static enum wr_status write_sensing(struct gen_options *opt, const struct wr_truth *truth,
                                    const struct outputs *out, struct wr_error *err)
{
    enum { VALUES = 1 << 20 };
    struct wr_progress progress = cli_progress(&opt->cli, "writing", "measurements");
    int64_t count = opt->observe, row = 0;
    for (int n = 0; n < truth->order; n++)
        row += truth->dim[n];
    int64_t slab = row < VALUES ? VALUES / row : 1;
    const struct wr_npy header = {
        .kind = 'f', .size = sizeof(double), .version = 1, .rank = 2, .shape = {count, row}};
    double *x = wr_alloc(slab, (size_t)row * sizeof *x, err);
    double *y = wr_alloc(count, sizeof *y, err);
    enum wr_status status = x && y ? WR_OK : WR_ENOMEM;
    if (!status)
        wr_npy_write_header(&header, out->sensing);
    for (int64_t begin = 0; begin < count && !status && !wr_sink_failed(out->sensing);
         begin += slab) {
        int64_t end = wr_block_end(begin, slab, count);
        wr_gen_measurements(truth->order, truth->dim, begin, end, opt->cli.seed, x);
        status = wr_truth_measure(truth, x, end - begin, y + begin, err);
        wr_sink_write(out->sensing, x, (size_t)((end - begin) * row) * sizeof *x);
        (void)wr_progress_step(&progress, end, count);
    }
    if (!status) {
        if (opt->noise > 0)
            wr_gen_noise(y, 0, count, opt->noise, opt->cli.seed);
        wr_npy_write('f', sizeof *y, 1, &count, y, out->targets);
    }
    free(x);
    free(y);
    return status;
}

/* What does not fit together is the options' fault. */
static enum wr_status blame(const char *option, enum wr_status status, const struct wr_error *why,
                            struct wr_error *err)
{
    if (status == WR_EINVAL)
        return wr_error_set(err, status, "--%s: %s", option, why->message);
    if (status && err)
        *err = *why;
    return status;
}

static enum wr_status make_truth(struct gen_options *opt, struct wr_truth *truth,
                                 struct wr_error *err)
{
    struct wr_error why = {0};
    const struct wr_truth_options how = {.widths = opt->widths,
                                         .width = opt->width,
                                         .hierarchical = opt->kind == GEN_HTF_RANK,
                                         .arity = opt->arity,
                                         .pattern = opt->pattern,
                                         .norm = opt->norm,
                                         .seed = opt->cli.seed};
    enum wr_status status = wr_truth_init(truth, opt->dims.order, opt->dims.dim, &how, &why);
    return blame(gen_option_name(opt->kind), status, &why, err);
}

static void report_common(struct gen_options *opt, int order, const int64_t *dim, int64_t entries)
{
    struct cli *cli = &opt->cli;
    gen_report_options(opt);
    char *dims = tensor_dims_text(order, dim);
    json_string(&cli->report_output, "file", cli->output);
    json_int(&cli->report_results, "order", order);
    json_string(&cli->report_results, "dims", dims);
    json_int(&cli->report_results, "observed", entries);
    free(dims);
}

static enum wr_status run_truth(struct gen_options *opt, const struct outputs *out,
                                struct wr_error *err)
{
    struct wr_truth truth = {0};
    struct wr_error why = {0};
    int64_t count = opt->observe;
    cli_phase(&opt->cli, "making the tensor");
    enum wr_status status = make_truth(opt, &truth, err);
    if (!status && out->truth)
        status = write_whole(opt, &truth, opt->text[GEN_TRUTH], 0, out->truth, err);
    if (status)
        goto out;
    if (out->sensing)
        status = write_sensing(opt, &truth, out, &why);
    else if (opt->observe >= 0)
        status = write_observed(opt, &truth, out->entries, &why);
    else
        status = write_whole(opt, &truth, opt->cli.output, opt->noise, out->entries, &why);
    status = blame("observe", status, &why, err);
    if (count < 0)
        (void)wr_dims_size(truth.order, truth.dim, &count);
    if (!status) {
        report_common(opt, truth.order, truth.dim, count);
        cli_summary(&opt->cli, "%s %s, order %d: %lld %s in %.2f s", gen_option_name(opt->kind),
                    opt->text[opt->kind], truth.order, (long long)count,
                    out->sensing ? "measurements" : "entries", cli_seconds(&opt->cli));
    }
out:
    wr_truth_release(&truth);
    return status;
}

static enum wr_status check_images(const struct gen_options *opt, const struct wr_idx *images,
                                   const struct wr_idx *labels, struct wr_error *err)
{
    if (images->shape[0] != labels->shape[0])
        return wr_error_at(err, WR_EDATA, cli_input_name(opt->text[GEN_LABELS]), 0,
                           "%lld labels for the %lld images", (long long)labels->shape[0],
                           (long long)images->shape[0]);
    if (images->shape[0] == 0)
        return wr_error_at(err, WR_EDATA, cli_input_name(opt->text[GEN_IMAGES]), 0,
                           "there is no image");
    return WR_OK;
}

/* Images become observations. */
static enum wr_status make_images(struct gen_options *opt, struct wr_observations *o,
                                  int64_t *removed, struct wr_error *err)
{
    struct wr_idx images = {0}, labels = {0};
    struct wr_error why = {0};
    cli_phase(&opt->cli, "reading");
    enum wr_status status = wr_idx_open(&images, opt->text[GEN_IMAGES], 3, cli_tmp_dir(), err);
    if (!status)
        status = wr_idx_open(&labels, opt->text[GEN_LABELS], 1, cli_tmp_dir(), err);
    if (!status)
        status = check_images(opt, &images, &labels, err);
    if (!status) {
        const struct wr_images all = {images.shape[0], images.shape[1] * images.shape[2],
                                      images.data, labels.data};
        opt->images.observe = opt->observe;
        opt->images.seed = opt->cli.seed;
        status = wr_gen_images(&all, &opt->images, o, removed, &why);
        status = blame(all.pixels > WR_ORDER_MAX ? "images" : "observe", status, &why, err);
    }
    wr_idx_close(&images);
    wr_idx_close(&labels);
    return status;
}

static enum wr_status run_images(struct gen_options *opt, const struct outputs *out,
                                 struct wr_error *err)
{
    struct wr_observations o = {0};
    int64_t removed = 0, positive = 0;
    enum wr_status status = make_images(opt, &o, &removed, err);
    cli_phase(&opt->cli, "writing");
    if (!status)
        status = wr_observations_write(&o, opt->index_base, out->entries, err);
    if (!status) {
        for (int64_t i = 0; i < o.count; i++)
            positive += o.value[i] != 0;
        report_common(opt, o.order, o.dim, o.count);
        json_int(&opt->cli.report_results, "positive", positive);
        json_int(&opt->cli.report_results, "repeated", removed);
        if (removed > 0)
            cli_warn(&opt->cli, "%lld images equal one before them and are left out",
                     (long long)removed);
        cli_summary(&opt->cli, "order %d: %lld images, %lld of them positive, in %.2f s", o.order,
                    (long long)o.count, (long long)positive, cli_seconds(&opt->cli));
    }
    wr_observations_release(&o);
    return status;
}

static enum wr_status run(struct gen_options *opt, struct wr_error *err)
{
    struct outputs out = {0};
    enum wr_status status = open_outputs(opt, &out, err);
    if (status)
        return status;
    return opt->kind == GEN_IMAGES ? run_images(opt, &out, err) : run_truth(opt, &out, err);
}

int main(int argc, char **argv)
{
    struct gen_options opt = {.norm = 1, .observe = -1, .index_base = 1, .images.levels = 2};
    struct wr_error err = {0};
    cli_parse(&opt.cli, &gen_argp, argc, argv, &opt);
    return cli_finish(&opt.cli, run(&opt, &err), &err);
}
