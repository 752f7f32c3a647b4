/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "tensor-gen-options.h"

#include <float.h>
#include <string.h>

#include "cli-args.h"

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

enum { KEY = 0x100 /* argp's key of the first option */ };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "What to make, one of:", 1},
    {"cp-rank", KEY + GEN_CP_RANK, "R", 0, "A sum of R rank-1 tensors", 1},
    {"htf-rank", KEY + GEN_HTF_RANK, "R,...", 0,
     "A hierarchical factorization: a width for each level of its tree from the leaves", 1},
    {"arity", KEY + GEN_ARITY, "A", 0, "... nodes that a node pools (default 2; --tree=square 4)",
     1},
    {"tree", KEY + GEN_TREE, "PATTERN", 0,
     "... which ones: adjacent (default); half: far apart; square: blocks of a square grid", 1},
    {"matrix-rank", KEY + GEN_MATRIX_RANK, "R", 0, "A matrix of rank R", 1},
    {"images", KEY + GEN_IMAGES, "FILE", 0, "A mode for each pixel, an entry for each image (idx)",
     1},
    {NULL, 0, NULL, 0, "Tensors of low rank:", 2},
    {"dims", KEY + GEN_DIMS, "IxJx...", 0, "Dimensions", 2},
    {"norm", KEY + GEN_NORM, "F", 0, "Frobenius norm (default 1)", 2},
    {"noise", KEY + GEN_NOISE, "S", 0,
     "Add normal noise of standard deviation S to what is observed", 2},
    {"truth", KEY + GEN_TRUTH, "FILE", 0, "Write the whole tensor without noise, .tns or .npy", 2},
    {"sensing", KEY + GEN_SENSING, "FILE", 0, "Write --observe measurement tensors to FILE (.npy)",
     2},
    {"targets", KEY + GEN_TARGETS, "FILE", 0, "... and what they measure to FILE (.npy)", 2},
    {NULL, 0, NULL, 0, "Images:", 3},
    {"labels", KEY + GEN_LABELS, "FILE", 0, "The labels of the images (idx)", 3},
    {"positive", KEY + GEN_POSITIVE, "C,...", 0,
     "Labels whose images have the value 2; others have 0", 3},
    {"levels", KEY + GEN_LEVELS, "L", 0, "Indices of a pixel, 2 to 256 (default 2: dark, bright)",
     3},
    {"random", KEY + GEN_RANDOM, "WHAT", 0, "data: random pixels; labels: shuffled values", 3},
    {NULL, 0, NULL, 0, "Output:", 4},
    {"observe", KEY + GEN_OBSERVE, "N", 0,
     "N entries, measurements or images, at random (default: the whole tensor, all images)", 4},
    {"index-base", KEY + GEN_INDEX_BASE, "B", 0, "Indices from 1 (default) or 0", 4},
    {0}};

static const char *const random_names[] = {
    [WR_RANDOM_NONE] = "none", [WR_RANDOM_DATA] = "data", [WR_RANDOM_LABELS] = "labels", NULL};

enum {
    TRUTH_OPTIONS = 1 << GEN_DIMS | 1 << GEN_NORM | 1 << GEN_OBSERVE | 1 << GEN_NOISE |
                    1 << GEN_TRUTH | 1 << GEN_SENSING | 1 << GEN_TARGETS | 1 << GEN_INDEX_BASE,
    IMAGE_OPTIONS = 1 << GEN_LABELS | 1 << GEN_POSITIVE | 1 << GEN_LEVELS | 1 << GEN_RANDOM |
                    1 << GEN_OBSERVE | 1 << GEN_INDEX_BASE
};

static const struct kind {
    int by;               /* the option that asks for it */
    uint32_t needs, uses; /* sets of other options */
} kinds[] = {
    {GEN_CP_RANK, 1 << GEN_DIMS, TRUTH_OPTIONS},
    {GEN_HTF_RANK, 1 << GEN_DIMS, TRUTH_OPTIONS | 1 << GEN_ARITY | 1 << GEN_TREE},
    {GEN_MATRIX_RANK, 1 << GEN_DIMS, TRUTH_OPTIONS},
    {GEN_IMAGES, 1 << GEN_LABELS | 1 << GEN_POSITIVE, IMAGE_OPTIONS},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

const char *gen_option_name(int option)
{
    return cli_option_name(options, KEY + option);
}

static void parse_positive(struct argp_state *state, struct gen_options *opt, const char *arg)
{
    int64_t list[256];
    int count = tensor_list(state, "positive", arg, 0, 255, 256, list);
    memset(opt->images.positive, 0, sizeof opt->images.positive);
    for (int i = 0; i < count; i++)
        opt->images.positive[list[i]] = true;
}

static void parse_images(int option, char *arg, struct argp_state *state)
{
    struct gen_options *opt = state->input;
    const char *name = gen_option_name(option);
    switch (option) {
    case GEN_POSITIVE:
        parse_positive(state, opt, arg);
        break;
    case GEN_LEVELS:
        opt->images.levels = (int)cli_uint(state, name, arg, 2, 256);
        break;
    case GEN_RANDOM:
        opt->images.random = (enum wr_random)(1 + cli_choice(state, name, arg, random_names + 1));
        break;
    default:
        break;
    }
}

static void parse_option(int option, char *arg, struct argp_state *state)
{
    struct gen_options *opt = state->input;
    const char *name = gen_option_name(option);
    opt->text[option] = arg;
    switch (option) {
    case GEN_DIMS:
        tensor_dims(state, name, arg, &opt->dims);
        break;
    case GEN_CP_RANK:
    case GEN_MATRIX_RANK:
        opt->width[0] = (int64_t)cli_uint(state, name, arg, 1, 1 << 15);
        opt->widths = 1;
        break;
    case GEN_HTF_RANK:
        opt->widths = tensor_list(state, name, arg, 1, 1 << 15, GEN_WIDTHS, opt->width);
        break;
    case GEN_ARITY:
        opt->arity = (int)cli_uint(state, name, arg, 2, WR_ORDER_MAX);
        break;
    case GEN_TREE:
        opt->pattern = tensor_tree(state, name, arg);
        break;
    case GEN_NORM:
        opt->norm = cli_double(state, name, arg, DBL_MIN, DBL_MAX);
        break;
    case GEN_NOISE:
        opt->noise = cli_double(state, name, arg, 0, DBL_MAX);
        break;
    case GEN_OBSERVE:
        opt->observe = (int64_t)cli_uint(state, name, arg, 1, INT64_MAX);
        break;
    case GEN_TRUTH:
    case GEN_SENSING:
    case GEN_TARGETS:
        cli_claim(state, &opt->cli, arg);
        break;
    case GEN_INDEX_BASE:
        opt->index_base = (int)cli_uint(state, name, arg, 0, 1);
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
    return gen_option_name(kinds[i].by);
}

/* The one kind that is asked for. */
static const struct kind *find_kind(struct argp_state *state, const struct gen_options *opt)
{
    const struct kind *kind = NULL;
    for (int i = 0; i < KINDS; i++) {
        if (!opt->text[kinds[i].by])
            continue;
        if (kind)
            cli_refuse(state, "--%s and --%s exclude each other", gen_option_name(kind->by),
                       gen_option_name(kinds[i].by));
        kind = &kinds[i];
    }
    if (!kind)
        cli_refuse(state, "one of --cp-rank, --htf-rank, --matrix-rank and --images is needed");
    return kind;
}

static void check_kind(struct argp_state *state, struct gen_options *opt)
{
    const struct kind *kind = find_kind(state, opt);
    const char *name = gen_option_name(kind->by);
    opt->kind = kind->by;
    for (int i = 0; i < GEN_OPTIONS; i++) {
        if (i == kind->by)
            continue;
        if (opt->text[i] && !(kind->uses >> i & 1))
            cli_refuse(state, "--%s is not used with --%s; it goes with --%s", gen_option_name(i),
                       name, user_of(i));
        if ((kind->needs >> i & 1) && !opt->text[i])
            cli_refuse(state, "--%s needs --%s", name, gen_option_name(i));
    }
}

static bool is_too_large(const struct gen_options *opt)
{
    int64_t size;
    return !wr_dims_size(opt->dims.order, opt->dims.dim, &size) || size > TENSOR_MOST_ENTRIES;
}

static void check_sensing(struct argp_state *state, const struct gen_options *opt)
{
    if (!opt->text[GEN_SENSING] != !opt->text[GEN_TARGETS])
        cli_refuse(state, "--sensing and --targets need each other");
    if (!opt->text[GEN_SENSING])
        return;
    if (!opt->text[GEN_OBSERVE])
        cli_refuse(state, "--sensing needs --observe, the number of measurements");
    if (opt->cli.output)
        cli_refuse(state, "--output is not used with --sensing, which writes no entries");
}

static void check(struct argp_state *state, struct gen_options *opt)
{
    check_kind(state, opt);
    check_sensing(state, opt);
    opt->arity = tensor_arity(opt->arity, opt->pattern);
    if (opt->kind == GEN_MATRIX_RANK && opt->dims.order != 2)
        cli_refuse(state, "--matrix-rank needs two dimensions, such as --dims=20x30");
    if (opt->kind == GEN_IMAGES) {
        const char *const inputs[] = {opt->text[GEN_IMAGES], opt->text[GEN_LABELS]};
        cli_check_inputs(state, inputs, 2, "--images and --labels");
    } else if (is_too_large(opt)) {
        if (opt->text[GEN_TRUTH])
            cli_refuse(state, "--truth: the tensor has more than 10^8 entries");
        if (!opt->text[GEN_OBSERVE])
            cli_refuse(state,
                       "the tensor has more than 10^8 entries; --observe=N writes N of them");
    }
    if (wr_tensor_format_of(opt->cli.output) == WR_TENSOR_NPY &&
        (opt->text[GEN_OBSERVE] || opt->kind == GEN_IMAGES))
        cli_refuse(state, "observed entries are text, which a name that ends in .npy is not for");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct gen_options *opt = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &opt->cli;
        break;
    case ARGP_KEY_ARG:
        cli_refuse(state, "there is no FILE to read: '%s'", arg);
        break;
    case ARGP_KEY_SUCCESS:
        check(state, opt);
        break;
    default:
        if (key < KEY || key >= KEY + GEN_OPTIONS)
            return ARGP_ERR_UNKNOWN;
        parse_option(key - KEY, arg, state);
    }
    return 0;
}

const struct argp gen_argp = {options, parse, NULL, doc, cli_children, NULL, NULL};

/* One option for --report; null when it has no default and was not given. */
static void report_option(struct json *json, const struct gen_options *opt, int option)
{
    char key[CLI_REPORT_KEY];
    cli_report_key(gen_option_name(option), key);
    switch (option) {
    case GEN_NORM:
        json_double(json, key, opt->norm);
        break;
    case GEN_NOISE:
        json_double(json, key, opt->noise);
        break;
    case GEN_ARITY:
        json_int(json, key, opt->arity);
        break;
    case GEN_TREE:
        json_string(json, key, tensor_tree_names[opt->pattern]);
        break;
    case GEN_INDEX_BASE:
        json_int(json, key, opt->index_base);
        break;
    case GEN_LEVELS:
        json_int(json, key, opt->images.levels);
        break;
    case GEN_RANDOM:
        json_string(json, key, random_names[opt->images.random]);
        break;
    default:
        json_string(json, key, opt->text[option]);
    }
}

void gen_report_options(struct gen_options *opt)
{
    for (int i = 0; i < GEN_OPTIONS; i++)
        report_option(&opt->cli.report_options, opt, i);
}
