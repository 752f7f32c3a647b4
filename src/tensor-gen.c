/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "cli-args.h"
#include "cli.h"
#include "tensor-args.h"

#include "base/alloc.h"
#include "base/blocks.h"
#include "gen/images.h"
#include "gen/observe.h"
#include "gen/tensors.h"
#include "io/idx.h"
#include "io/npy.h"
#include "io/tensorfile.h"

static const char doc[] =
    "Make a tensor of low rank and write it, some of its entries, or rank-1 measurements of it; or "
    "make images the entries of a tensor. Entries are lines `i_1 ... i_N value' behind a "
    "`# dims:' line."
    "\v"
    "Examples:\n"
    "  tensor-gen --dims=10x10x10x10 --cp-rank=5 --observe=2000 --truth=truth.npy > o.tns\n"
    "  tensor-gen --dims=16x16x16x16 --htf-rank=5,5 --tree=half --norm=10 -o whole.npy\n"
    "  tensor-gen --dims=8x8x8 --cp-rank=1 --sensing=X.npy --targets=y.npy --observe=300\n"
    "  tensor-gen --images=train-images-idx3-ubyte.gz --labels=train-labels-idx1-ubyte.gz \\\n"
    "      --positive=6 -o six.tns.zst\n"
    "\n"
    "Exit status: 0 done, 1 bad data, I/O error or not enough memory, 2 usage error.";

/* The options; each has a bit in the sets below. */
enum {
    DIMS,
    CP_RANK,
    HTF_RANK,
    MATRIX_RANK,
    ARITY,
    TREE,
    NORM,
    OBSERVE,
    NOISE,
    TRUTH,
    SENSING,
    TARGETS,
    IMAGES,
    LABELS,
    POSITIVE,
    LEVELS,
    RANDOM,
    INDEX_BASE,
    OPTIONS,
    KEY = 0x100 /* argp's key of the first */
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "What to make, one of:", 1},
    {"cp-rank", KEY + CP_RANK, "R", 0, "A sum of R rank-1 tensors", 1},
    {"htf-rank", KEY + HTF_RANK, "R,...", 0,
     "A hierarchical factorization: a width for each level of its tree from the leaves", 1},
    {"arity", KEY + ARITY, "A", 0, "... nodes that a node pools (default 2; --tree=square 4)", 1},
    {"tree", KEY + TREE, "PATTERN", 0,
     "... which ones: adjacent (default); half: far apart; square: blocks of a square grid", 1},
    {"matrix-rank", KEY + MATRIX_RANK, "R", 0, "A matrix of rank R", 1},
    {"images", KEY + IMAGES, "FILE", 0, "A mode for each pixel, an entry for each image (idx)", 1},
    {NULL, 0, NULL, 0, "Tensors of low rank:", 2},
    {"dims", KEY + DIMS, "IxJx...", 0, "Dimensions", 2},
    {"norm", KEY + NORM, "F", 0, "Frobenius norm (default 1)", 2},
    {"noise", KEY + NOISE, "S", 0, "Add normal noise of standard deviation S to what is observed",
     2},
    {"truth", KEY + TRUTH, "FILE", 0, "Write the whole tensor without noise, .tns or .npy", 2},
    {"sensing", KEY + SENSING, "FILE", 0, "Write --observe measurement tensors to FILE (.npy)", 2},
    {"targets", KEY + TARGETS, "FILE", 0, "... and what they measure to FILE (.npy)", 2},
    {NULL, 0, NULL, 0, "Images:", 3},
    {"labels", KEY + LABELS, "FILE", 0, "The labels of the images (idx)", 3},
    {"positive", KEY + POSITIVE, "C,...", 0, "Labels whose images have the value 2; others have 0",
     3},
    {"levels", KEY + LEVELS, "L", 0, "Indices of a pixel, 2 to 256 (default 2: dark, bright)", 3},
    {"random", KEY + RANDOM, "WHAT", 0, "data: random pixels; labels: shuffled values", 3},
    {NULL, 0, NULL, 0, "Output:", 4},
    {"observe", KEY + OBSERVE, "N", 0,
     "N entries, measurements or images, at random (default: the whole tensor, all images)", 4},
    {"index-base", KEY + INDEX_BASE, "B", 0, "Indices from 1 (default) or 0", 4},
    {0}};

static const char *const random_names[] = {
    [WR_RANDOM_NONE] = "none", [WR_RANDOM_DATA] = "data", [WR_RANDOM_LABELS] = "labels", NULL};

enum {
    TRUTH_OPTIONS = 1 << DIMS | 1 << NORM | 1 << OBSERVE | 1 << NOISE | 1 << TRUTH | 1 << SENSING |
                    1 << TARGETS | 1 << INDEX_BASE,
    IMAGE_OPTIONS =
        1 << LABELS | 1 << POSITIVE | 1 << LEVELS | 1 << RANDOM | 1 << OBSERVE | 1 << INDEX_BASE
};

static const struct kind {
    int by;               /* the option that asks for it */
    uint32_t needs, uses; /* sets of other options */
} kinds[] = {
    {CP_RANK, 1 << DIMS, TRUTH_OPTIONS},
    {HTF_RANK, 1 << DIMS, TRUTH_OPTIONS | 1 << ARITY | 1 << TREE},
    {MATRIX_RANK, 1 << DIMS, TRUTH_OPTIONS},
    {IMAGES, 1 << LABELS | 1 << POSITIVE, IMAGE_OPTIONS},
};

enum { KINDS = sizeof kinds / sizeof *kinds, WIDTHS = 16 };

struct tool {
    struct cli cli;
    const struct kind *kind;
    uint32_t given;            /* set of options */
    const char *text[OPTIONS]; /* as they were written */
    struct tensor_dims dims;
    int widths;
    int64_t width[WIDTHS];
    int arity; /* 0: by default */
    enum wr_tree_pattern pattern;
    double norm, noise;
    int64_t observe; /* -1: all */
    int index_base;
    struct wr_images_options images;
};

static bool is_given(const struct tool *t, int option)
{
    return t->given >> option & 1;
}

/* --- the command line ---------------------------------------------------------------------- */

static const char *option_name(int option)
{
    return cli_option_name(options, KEY + option);
}

static void parse_positive(struct argp_state *state, struct tool *t, const char *arg)
{
    int64_t list[256];
    int count = tensor_list(state, "positive", arg, 0, 255, 256, list);
    memset(t->images.positive, 0, sizeof t->images.positive);
    for (int i = 0; i < count; i++)
        t->images.positive[list[i]] = true;
}

static void parse_images(int option, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    const char *name = option_name(option);
    switch (option) {
    case POSITIVE:
        parse_positive(state, t, arg);
        break;
    case LEVELS:
        t->images.levels = (int)cli_uint(state, name, arg, 2, 256);
        break;
    case RANDOM:
        t->images.random = (enum wr_random)(1 + cli_choice(state, name, arg, random_names + 1));
        break;
    default:
        break;
    }
}

static void parse_option(int option, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    const char *name = option_name(option);
    t->given |= UINT32_C(1) << option;
    t->text[option] = arg;
    switch (option) {
    case DIMS:
        tensor_dims(state, name, arg, &t->dims);
        break;
    case CP_RANK:
    case MATRIX_RANK:
        t->width[0] = (int64_t)cli_uint(state, name, arg, 1, 1 << 15);
        t->widths = 1;
        break;
    case HTF_RANK:
        t->widths = tensor_list(state, name, arg, 1, 1 << 15, WIDTHS, t->width);
        break;
    case ARITY:
        t->arity = (int)cli_uint(state, name, arg, 2, WR_ORDER_MAX);
        break;
    case TREE:
        t->pattern = tensor_tree(state, name, arg);
        break;
    case NORM:
        t->norm = cli_double(state, name, arg, DBL_MIN, DBL_MAX);
        break;
    case NOISE:
        t->noise = cli_double(state, name, arg, 0, DBL_MAX);
        break;
    case OBSERVE:
        t->observe = (int64_t)cli_uint(state, name, arg, 1, INT64_MAX);
        break;
    case TRUTH:
    case SENSING:
    case TARGETS:
        cli_claim(state, &t->cli, arg);
        break;
    case INDEX_BASE:
        t->index_base = (int)cli_uint(state, name, arg, 0, 1);
        break;
    default:
        parse_images(option, arg, state);
    }
}

/* The first kind that uses the option. */
static const char *user_of(int option)
{
    int i = 0;
    while (!(kinds[i].uses >> option & 1))
        i++;
    return option_name(kinds[i].by);
}

static void check_kind(struct argp_state *state, struct tool *t)
{
    for (int i = 0; i < KINDS; i++) {
        if (!is_given(t, kinds[i].by))
            continue;
        if (t->kind)
            cli_refuse(state, "--%s and --%s exclude each other", option_name(t->kind->by),
                       option_name(kinds[i].by));
        t->kind = &kinds[i];
    }
    if (!t->kind)
        cli_refuse(state, "one of --cp-rank, --htf-rank, --matrix-rank and --images is needed");
    const char *name = option_name(t->kind->by);
    for (int o = 0; o < OPTIONS; o++) {
        if (o == t->kind->by)
            continue;
        if (is_given(t, o) && !(t->kind->uses >> o & 1))
            cli_refuse(state, "--%s is not used with --%s; it goes with --%s", option_name(o), name,
                       user_of(o));
        if ((t->kind->needs >> o & 1) && !is_given(t, o))
            cli_refuse(state, "--%s needs --%s", name, option_name(o));
    }
}

static bool is_too_large(const struct tool *t)
{
    int64_t size;
    return !wr_dims_size(t->dims.order, t->dims.dim, &size) || size > TENSOR_MOST_ENTRIES;
}

static void check_sensing(struct argp_state *state, const struct tool *t)
{
    if (is_given(t, SENSING) != is_given(t, TARGETS))
        cli_refuse(state, "--sensing and --targets need each other");
    if (!is_given(t, SENSING))
        return;
    if (!is_given(t, OBSERVE))
        cli_refuse(state, "--sensing needs --observe, the number of measurements");
    if (t->cli.output)
        cli_refuse(state, "--output is not used with --sensing, which writes no entries");
}

static void check(struct argp_state *state, struct tool *t)
{
    check_kind(state, t);
    check_sensing(state, t);
    t->arity = tensor_arity(t->arity, t->pattern);
    if (t->kind->by == MATRIX_RANK && t->dims.order != 2)
        cli_refuse(state, "--matrix-rank needs two dimensions, such as --dims=20x30");
    if (t->kind->by == IMAGES) {
        const char *const inputs[] = {t->text[IMAGES], t->text[LABELS]};
        cli_check_inputs(state, inputs, 2, "--images and --labels");
    } else if (is_too_large(t)) {
        if (is_given(t, TRUTH))
            cli_refuse(state, "--truth: the tensor has more than 10^8 entries");
        if (!is_given(t, OBSERVE))
            cli_refuse(state,
                       "the tensor has more than 10^8 entries; --observe=N writes N of them");
    }
    if (wr_tensor_format_of(t->cli.output) == WR_TENSOR_NPY &&
        (is_given(t, OBSERVE) || t->kind->by == IMAGES))
        cli_refuse(state, "observed entries are text, which a name that ends in .npy is not for");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->cli;
        break;
    case ARGP_KEY_ARG:
        cli_refuse(state, "there is no FILE to read: '%s'", arg);
        break;
    case ARGP_KEY_SUCCESS:
        check(state, t);
        break;
    default:
        if (key < KEY || key >= KEY + OPTIONS)
            return ARGP_ERR_UNKNOWN;
        parse_option(key - KEY, arg, state);
    }
    return 0;
}

static const struct argp argp = {options, parse, NULL, doc, cli_children, NULL, NULL};

/* --- the run ------------------------------------------------------------------------------- */

/* Outputs; NULL: not asked for. */
struct outputs {
    struct wr_sink *entries, *truth, *sensing, *targets;
};

static enum wr_status open_outputs(struct tool *t, struct outputs *out, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    if (!is_given(t, SENSING))
        status = cli_open(&t->cli, t->cli.output, &out->entries, err);
    if (!status && is_given(t, TRUTH))
        status = cli_open(&t->cli, t->text[TRUTH], &out->truth, err);
    if (!status && is_given(t, SENSING))
        status = cli_open(&t->cli, t->text[SENSING], &out->sensing, err);
    if (!status && is_given(t, TARGETS))
        status = cli_open(&t->cli, t->text[TARGETS], &out->targets, err);
    return status;
}

/* Write the whole tensor, in slabs. */
static enum wr_status write_whole(struct tool *t, const struct wr_truth *truth, const char *path,
                                  double noise, struct wr_sink *sink, struct wr_error *err)
{
    enum { SLAB = 64 * WR_BLOCK };
    struct wr_progress progress = cli_progress(&t->cli, "writing", "entries");
    struct wr_tensor_writer w;
    int64_t size = 0;
    (void)wr_dims_size(truth->order, truth->dim, &size);
    double *slab = wr_alloc(SLAB, sizeof *slab, err);
    enum wr_status status = slab ? WR_OK : WR_ENOMEM;
    if (!status)
        status = wr_tensor_writer_begin(&w, wr_tensor_format_of(path), t->index_base, truth->order,
                                        truth->dim, sink, err);
    for (int64_t begin = 0; begin < size && !status && !wr_sink_failed(sink); begin += SLAB) {
        int64_t end = wr_block_end(begin, SLAB, size);
        status = wr_truth_entries(truth, begin, end - begin, slab, err);
        if (!status && noise > 0)
            wr_gen_noise(slab, begin, end, noise, t->cli.seed);
        if (!status)
            status = wr_tensor_writer_put(&w, slab, end - begin, err);
        (void)wr_progress_step(&progress, end, size);
    }
    free(slab);
    return status;
}

static enum wr_status write_observed(struct tool *t, const struct wr_truth *truth,
                                     struct wr_sink *sink, struct wr_error *err)
{
    struct wr_observations o = {0};
    enum wr_status status =
        wr_gen_entries(truth->order, truth->dim, t->observe, t->cli.seed, &o, err);
    if (!status)
        status = wr_truth_observe(truth, &o, err);
    if (!status) {
        if (t->noise > 0)
            wr_gen_noise(o.value, 0, o.count, t->noise, t->cli.seed);
        status = wr_observations_write(&o, t->index_base, sink, err);
    }
    wr_observations_release(&o);
    return status;
}

/* Write the measurement tensors, a row each, in slabs, and what they measure. */
static enum wr_status write_sensing(struct tool *t, const struct wr_truth *truth,
                                    const struct outputs *out, struct wr_error *err)
{
    enum { VALUES = 1 << 20 };
    struct wr_progress progress = cli_progress(&t->cli, "writing", "measurements");
    int64_t count = t->observe, row = 0;
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
        wr_gen_measurements(truth->order, truth->dim, begin, end, t->cli.seed, x);
        status = wr_truth_measure(truth, x, end - begin, y + begin, err);
        wr_sink_write(out->sensing, x, (size_t)((end - begin) * row) * sizeof *x);
        (void)wr_progress_step(&progress, end, count);
    }
    if (!status) {
        if (t->noise > 0)
            wr_gen_noise(y, 0, count, t->noise, t->cli.seed);
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

static enum wr_status make_truth(struct tool *t, struct wr_truth *truth, struct wr_error *err)
{
    struct wr_error why = {0};
    const struct wr_truth_options how = {.widths = t->widths,
                                         .width = t->width,
                                         .hierarchical = t->kind->by == HTF_RANK,
                                         .arity = t->arity,
                                         .pattern = t->pattern,
                                         .norm = t->norm,
                                         .seed = t->cli.seed};
    enum wr_status status = wr_truth_init(truth, t->dims.order, t->dims.dim, &how, &why);
    return blame(option_name(t->kind->by), status, &why, err);
}

/* One option for --report; null when it has no default and was not given. */
static void report_option(struct json *json, const struct tool *t, int option)
{
    char key[CLI_REPORT_KEY];
    cli_report_key(option_name(option), key);
    switch (option) {
    case NORM:
        json_double(json, key, t->norm);
        break;
    case NOISE:
        json_double(json, key, t->noise);
        break;
    case ARITY:
        json_int(json, key, t->arity);
        break;
    case TREE:
        json_string(json, key, tensor_tree_names[t->pattern]);
        break;
    case INDEX_BASE:
        json_int(json, key, t->index_base);
        break;
    case LEVELS:
        json_int(json, key, t->images.levels);
        break;
    case RANDOM:
        json_string(json, key, random_names[t->images.random]);
        break;
    default:
        json_string(json, key, t->text[option]);
    }
}

static void report_common(struct tool *t, int order, const int64_t *dim, int64_t entries)
{
    struct cli *cli = &t->cli;
    for (int o = 0; o < OPTIONS; o++)
        report_option(&cli->report_options, t, o);
    char *dims = tensor_dims_text(order, dim);
    json_string(&cli->report_output, "file", cli->output);
    json_int(&cli->report_results, "order", order);
    json_string(&cli->report_results, "dims", dims);
    json_int(&cli->report_results, "observed", entries);
    free(dims);
}

static enum wr_status run_truth(struct tool *t, const struct outputs *out, struct wr_error *err)
{
    struct wr_truth truth = {0};
    struct wr_error why = {0};
    int64_t count = t->observe;
    cli_phase(&t->cli, "making the tensor");
    enum wr_status status = make_truth(t, &truth, err);
    if (!status && out->truth)
        status = write_whole(t, &truth, t->text[TRUTH], 0, out->truth, err);
    if (status)
        goto out;
    if (out->sensing)
        status = write_sensing(t, &truth, out, &why);
    else if (t->observe >= 0)
        status = write_observed(t, &truth, out->entries, &why);
    else
        status = write_whole(t, &truth, t->cli.output, t->noise, out->entries, &why);
    status = blame("observe", status, &why, err);
    if (count < 0)
        (void)wr_dims_size(truth.order, truth.dim, &count);
    if (!status) {
        report_common(t, truth.order, truth.dim, count);
        cli_summary(&t->cli, "%s %s, order %d: %lld %s in %.2f s", option_name(t->kind->by),
                    t->text[t->kind->by], truth.order, (long long)count,
                    out->sensing ? "measurements" : "entries", cli_seconds(&t->cli));
    }
out:
    wr_truth_release(&truth);
    return status;
}

static enum wr_status check_images(const struct tool *t, const struct wr_idx *images,
                                   const struct wr_idx *labels, struct wr_error *err)
{
    if (images->shape[0] != labels->shape[0])
        return wr_error_at(err, WR_EDATA, cli_input_name(t->text[LABELS]), 0,
                           "%lld labels for the %lld images", (long long)labels->shape[0],
                           (long long)images->shape[0]);
    if (images->shape[0] == 0)
        return wr_error_at(err, WR_EDATA, cli_input_name(t->text[IMAGES]), 0, "there is no image");
    return WR_OK;
}

/* Images become observations. */
static enum wr_status make_images(struct tool *t, struct wr_observations *o, int64_t *removed,
                                  struct wr_error *err)
{
    struct wr_idx images = {0}, labels = {0};
    struct wr_error why = {0};
    cli_phase(&t->cli, "reading");
    enum wr_status status = wr_idx_open(&images, t->text[IMAGES], 3, cli_tmp_dir(), err);
    if (!status)
        status = wr_idx_open(&labels, t->text[LABELS], 1, cli_tmp_dir(), err);
    if (!status)
        status = check_images(t, &images, &labels, err);
    if (!status) {
        const struct wr_images all = {images.shape[0], images.shape[1] * images.shape[2],
                                      images.data, labels.data};
        t->images.observe = t->observe;
        t->images.seed = t->cli.seed;
        status = wr_gen_images(&all, &t->images, o, removed, &why);
        status = blame(all.pixels > WR_ORDER_MAX ? "images" : "observe", status, &why, err);
    }
    wr_idx_close(&images);
    wr_idx_close(&labels);
    return status;
}

static enum wr_status run_images(struct tool *t, const struct outputs *out, struct wr_error *err)
{
    struct wr_observations o = {0};
    int64_t removed = 0, positive = 0;
    enum wr_status status = make_images(t, &o, &removed, err);
    cli_phase(&t->cli, "writing");
    if (!status)
        status = wr_observations_write(&o, t->index_base, out->entries, err);
    if (!status) {
        for (int64_t i = 0; i < o.count; i++)
            positive += o.value[i] != 0;
        report_common(t, o.order, o.dim, o.count);
        json_int(&t->cli.report_results, "positive", positive);
        json_int(&t->cli.report_results, "repeated", removed);
        if (removed > 0)
            cli_warn(&t->cli, "%lld images equal one before them and are left out",
                     (long long)removed);
        cli_summary(&t->cli, "order %d: %lld images, %lld of them positive, in %.2f s", o.order,
                    (long long)o.count, (long long)positive, cli_seconds(&t->cli));
    }
    wr_observations_release(&o);
    return status;
}

static enum wr_status run(struct tool *t, struct wr_error *err)
{
    struct outputs out = {0};
    enum wr_status status = open_outputs(t, &out, err);
    if (status)
        return status;
    return t->kind->by == IMAGES ? run_images(t, &out, err) : run_truth(t, &out, err);
}

int main(int argc, char **argv)
{
    struct tool t = {.norm = 1, .observe = -1, .index_base = 1, .images.levels = 2};
    struct wr_error err = {0};
    cli_parse(&t.cli, &argp, argc, argv, &t);
    return cli_finish(&t.cli, run(&t, &err), &err);
}
