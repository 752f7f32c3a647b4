/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli-args.h"
#include "cli.h"
#include "features-out.h"

#include "base/alloc.h"
#include "data/graph.h"
#include "gen/ba.h"
#include "gen/er.h"
#include "gen/famous.h"
#include "gen/features.h"
#include "gen/geometric.h"
#include "gen/grid.h"
#include "gen/regular.h"
#include "gen/rmat.h"
#include "gen/sbm.h"
#include "io/edgelist.h"
#include "io/number.h"

static const char doc[] =
    "Make a graph and write it as an edge list with a `# Nodes: N Edges: M` line.\n"
    "MODEL is one of\n"
    "  er           random (Erdos-Renyi): --edges of all pairs, or each with --prob\n"
    "  ba           preferential attachment (Barabasi-Albert): heavy tail\n"
    "  rmat         R-MAT with Graph500's parameters: heavy tail, dense core\n"
    "  grid         rectangular grid\n"
    "  regular      random, all degrees equal\n"
    "  geometric    neighbours on a circle: many triangles; --exponent: heavy tail\n"
    "  sbm          stochastic block model: --blocks are classes, with --features\n"
    "  famous:NAME  a graph with a name: Karate, Petersen, Tutte, ...\n"
    "\v"
    "Examples:\n"
    "  graph-gen er --nodes=1000 --edges=5000 > er.txt\n"
    "  graph-gen rmat --scale=20 -o rmat20.txt.gz\n"
    "  graph-gen geometric --nodes=5000 --mean-degree=80 --exponent=2.5\n"
    "  graph-gen sbm --blocks=4x250 --p-in=0.03 --p-out=0.002 \\\n"
    "      --features=features.svm -o graph.txt\n"
    "  graph-gen famous:karate | wis-sparsify --keep=50%\n"
    "\n"
    "Exit status: 0 done, 1 I/O error or not enough memory, 2 usage error.";

/* The options of the models; each has a bit in the sets below. */
enum {
    NODES,
    EDGES,
    PROB,
    ATTACH,
    SCALE,
    EDGE_FACTOR,
    MULTI,
    PERMUTE,
    ROWS,
    COLS,
    DEGREE,
    MEAN_DEGREE,
    EXPONENT,
    BLOCKS,
    P_IN,
    P_OUT,
    LABELS,
    FEATURES,
    FEATURE_KIND,
    FEATURE_DIM,
    FEATURE_SIGNAL,
    FEATURE_DENSITY,
    OPTIONS,
    KEY = 0x100 /* argp's key of the first */
};

#define MAX_NODES (WR_MAX_VERTEX + UINT64_C(1))

/* A few letters, such as 4294967295x1, ask for any number of blocks, and each takes memory. */
#define MAX_BLOCKS (INT64_C(1) << 24)

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "er, ba, regular, geometric:", 1},
    {"nodes", KEY + NODES, "N", 0, "N vertices", 1},
    {NULL, 0, NULL, 0, "er, one of:", 2},
    {"edges", KEY + EDGES, "M", 0, "M edges, every choice equally likely", 2},
    {"prob", KEY + PROB, "P", 0, "Every pair is an edge with probability P", 2},
    {NULL, 0, NULL, 0, "ba:", 3},
    {"attach", KEY + ATTACH, "K", 0, "A new vertex joins K earlier ones", 3},
    {NULL, 0, NULL, 0, "regular:", 4},
    {"degree", KEY + DEGREE, "D", 0, "Every vertex has D neighbours", 4},
    {NULL, 0, NULL, 0, "geometric:", 5},
    {"mean-degree", KEY + MEAN_DEGREE, "D", 0, "About D neighbours on average", 5},
    {"exponent", KEY + EXPONENT, "B", 0,
     "Degrees with density k^-B, B above 2 (default: about equal degrees)", 5},
    {NULL, 0, NULL, 0, "rmat:", 6},
    {"scale", KEY + SCALE, "S", 0, "2^S vertices", 6},
    {"edge-factor", KEY + EDGE_FACTOR, "F", 0, "F 2^S pairs are drawn (default 16)", 6},
    {"multi", KEY + MULTI, NULL, 0,
     "Write the pairs as they are drawn, loops and repeated ones too, as Graph500 does", 6},
    {"permute", KEY + PERMUTE, NULL, 0, "Number the vertices at random, as Graph500 does", 6},
    {NULL, 0, NULL, 0, "grid:", 7},
    {"rows", KEY + ROWS, "R", 0, "R rows", 7},
    {"cols", KEY + COLS, "C", 0, "C columns", 7},
    {NULL, 0, NULL, 0, "sbm:", 8},
    {"blocks", KEY + BLOCKS, "N,...", 0, "Sizes of the blocks; 3x100 is 100,100,100", 8},
    {"p-in", KEY + P_IN, "P", 0, "Probability of an edge within a block", 8},
    {"p-out", KEY + P_OUT, "P", 0, "Probability of an edge between two blocks", 8},
    {"labels", KEY + LABELS, "FILE", 0,
     "Write the block of every vertex to FILE, one per line, or as .npy", 8},
    {"features", KEY + FEATURES, "FILE", 0,
     "Write labels and features to FILE, as svmlight text; features alone when it ends in .npy", 8},
    {"feature-kind", KEY + FEATURE_KIND, "KIND", 0,
     "gaussian (default): class mean plus noise; binary: words of a document", 8},
    {"feature-dim", KEY + FEATURE_DIM, "D", 0, "D features (default 128)", 8},
    {"feature-signal", KEY + FEATURE_SIGNAL, "S", 0,
     "What they say about the class; gaussian: length of the class means, noise being 1 (default "
     "1); binary: share of class words, 0 to 1 (default 0.1)",
     8},
    {"feature-density", KEY + FEATURE_DENSITY, "P", 0, "binary: share of ones (default 0.1)", 8},
    {0}};

static const char *const kind_names[] = {"gaussian", "binary", NULL};

/* What the options take, and how much of it. */
enum kind { FLAG, COUNT, REAL, PATH, KIND_NAME, BLOCK_LIST };

static const struct {
    enum kind kind;
    uint64_t min_count, max_count;
    double min, max;
} domain[OPTIONS] = {
    [NODES] = {.kind = COUNT, .max_count = MAX_NODES},
    [EDGES] = {.kind = COUNT, .max_count = INT64_MAX},
    [PROB] = {.kind = REAL, .max = 1},
    [ATTACH] = {.kind = COUNT, .max_count = MAX_NODES},
    [SCALE] = {.kind = COUNT, .max_count = 31},
    [EDGE_FACTOR] = {.kind = COUNT, .max_count = INT64_MAX},
    [ROWS] = {.kind = COUNT, .max_count = MAX_NODES},
    [COLS] = {.kind = COUNT, .max_count = MAX_NODES},
    [DEGREE] = {.kind = COUNT, .max_count = MAX_NODES},
    [MEAN_DEGREE] = {.kind = REAL, .max = MAX_NODES},
    [EXPONENT] = {.kind = REAL, .min = 2, .max = 1e6},
    [BLOCKS] = {.kind = BLOCK_LIST},
    [P_IN] = {.kind = REAL, .max = 1},
    [P_OUT] = {.kind = REAL, .max = 1},
    [LABELS] = {.kind = PATH},
    [FEATURES] = {.kind = PATH},
    [FEATURE_KIND] = {.kind = KIND_NAME},
    [FEATURE_DIM] = {.kind = COUNT, .min_count = 1, .max_count = INT32_MAX},
    [FEATURE_SIGNAL] = {.kind = REAL, .max = 1e6},
    [FEATURE_DENSITY] = {.kind = REAL, .max = 1},
};

struct tool {
    struct cli cli;
    const struct model *model;
    const char *model_name;
    uint32_t given; /* set of options */
    struct {
        const char *text; /* as it was written */
        int64_t count;    /* or the number of a kind */
        double real;
    } value[OPTIONS];
    struct wr_sbm sbm;
    uint32_t *block_size; /* sbm.size */
};

static bool is_given(const struct tool *t, int option)
{
    return t->given >> option & 1;
}

/* What a model makes: the pairs as they were drawn, or a graph. */
struct product {
    struct wr_pairs pairs; /* with --multi */
    struct wr_graph graph; /* without */
};

/* A view of them. */
static struct wr_pairs edges_of(const struct product *p)
{
    if (p->pairs.key)
        return p->pairs;
    return (struct wr_pairs){.n = p->graph.n, .count = p->graph.m, .key = p->graph.edge};
}

/* --- the models ---------------------------------------------------------------------------- */

static uint32_t u32(const struct tool *t, int option)
{
    return (uint32_t)t->value[option].count;
}

static enum wr_status make_er(const struct tool *t, struct product *p, struct wr_error *err)
{
    if (is_given(t, EDGES))
        return wr_gen_gnm(u32(t, NODES), t->value[EDGES].count, t->cli.seed, &p->graph, err);
    return wr_gen_gnp(u32(t, NODES), t->value[PROB].real, t->cli.seed, &p->graph, err);
}

static enum wr_status make_ba(const struct tool *t, struct product *p, struct wr_error *err)
{
    return wr_gen_ba(u32(t, NODES), u32(t, ATTACH), t->cli.seed, &p->graph, err);
}

static enum wr_status make_rmat(const struct tool *t, struct product *p, struct wr_error *err)
{
    enum wr_status status = wr_gen_rmat((int)t->value[SCALE].count, t->value[EDGE_FACTOR].count,
                                        is_given(t, PERMUTE), t->cli.seed, &p->pairs, err);
    if (!status && !is_given(t, MULTI))
        status = wr_graph_init(&p->graph, &p->pairs, false, err);
    return status;
}

static enum wr_status make_grid(const struct tool *t, struct product *p, struct wr_error *err)
{
    return wr_gen_grid(u32(t, ROWS), u32(t, COLS), &p->graph, err);
}

static enum wr_status make_regular(const struct tool *t, struct product *p, struct wr_error *err)
{
    return wr_gen_regular(u32(t, NODES), u32(t, DEGREE), t->cli.seed, &p->graph, err);
}

static enum wr_status make_geometric(const struct tool *t, struct product *p, struct wr_error *err)
{
    const struct wr_geometric model = {u32(t, NODES), t->value[MEAN_DEGREE].real,
                                       is_given(t, EXPONENT) ? t->value[EXPONENT].real : INFINITY};
    return wr_gen_geometric(&model, t->cli.seed, &p->graph, err);
}

static enum wr_status make_sbm(const struct tool *t, struct product *p, struct wr_error *err)
{
    return wr_gen_sbm(&t->sbm, t->cli.seed, &p->graph, err);
}

static enum wr_status make_famous(const struct tool *t, struct product *p, struct wr_error *err)
{
    return wr_gen_famous(t->model_name + strlen("famous:"), &p->graph, err);
}

enum {
    FEATURE_OPTIONS =
        1 << FEATURE_KIND | 1 << FEATURE_DIM | 1 << FEATURE_SIGNAL | 1 << FEATURE_DENSITY
};

struct model {
    const char *name;
    uint32_t needs, takes; /* sets of options */
    int last;              /* the option to blame when its value does not go with the others */
    enum wr_status (*make)(const struct tool *t, struct product *p, struct wr_error *err);
};

static const struct model models[] = {
    {"er", 1 << NODES, 1 << EDGES | 1 << PROB, EDGES, make_er},
    {"ba", 1 << NODES | 1 << ATTACH, 0, ATTACH, make_ba},
    {"rmat", 1 << SCALE, 1 << EDGE_FACTOR | 1 << MULTI | 1 << PERMUTE, EDGE_FACTOR, make_rmat},
    {"grid", 1 << ROWS | 1 << COLS, 0, COLS, make_grid},
    {"regular", 1 << NODES | 1 << DEGREE, 0, DEGREE, make_regular},
    {"geometric", 1 << NODES | 1 << MEAN_DEGREE, 1 << EXPONENT, EXPONENT, make_geometric},
    {"sbm", 1 << BLOCKS | 1 << P_IN | 1 << P_OUT, 1 << LABELS | 1 << FEATURES | FEATURE_OPTIONS,
     BLOCKS, make_sbm},
    {"famous", 0, 0, OPTIONS, make_famous},
};

enum { MODELS = sizeof models / sizeof *models };

#define MODEL_LIST "er, ba, rmat, grid, regular, geometric, sbm, famous:NAME"

/* --- the command line ---------------------------------------------------------------------- */

static const char *option_name(int option)
{
    return cli_option_name(options, KEY + option);
}

/* The model's name, and for the famous graphs theirs after a colon. */
static const struct model *find_model(struct argp_state *state, const char *name)
{
    size_t length = strcspn(name, ":");
    for (int i = 0; i < MODELS; i++) {
        bool wants_colon = models[i].make == make_famous;
        if (strlen(models[i].name) == length && strncmp(models[i].name, name, length) == 0 &&
            (name[length] == ':') == wants_colon)
            return &models[i];
    }
    cli_refuse(state, "there is no model '%s'; there are " MODEL_LIST, name);
}

/* One item of --blocks: SIZE or COUNTxSIZE. */
static void parse_block(struct argp_state *state, struct tool *t, const char *item, size_t length)
{
    const char *x = memchr(item, 'x', length);
    const char *digits = x ? x + 1 : item;
    uint64_t count = 1, size;
    if ((x && !wr_parse_u64(item, (size_t)(x - item), &count)) ||
        !wr_parse_u64(digits, length - (size_t)(digits - item), &size))
        cli_refuse(state, "--blocks: '%.*s' is neither a size nor a count and a size such as 3x100",
                   (int)length, item);
    if (count > (uint64_t)(MAX_BLOCKS - t->sbm.blocks))
        cli_refuse(state, "--blocks: more than %lld blocks", (long long)MAX_BLOCKS);
    if (size > MAX_NODES)
        cli_refuse(state, "--blocks: %.*s is more than %u vertices", (int)length, item,
                   WR_MAX_VERTEX + 1);
    struct wr_error err = {0};
    if (wr_grow(&t->block_size, t->sbm.blocks + (int64_t)count, sizeof *t->block_size, &err))
        argp_failure(state, 1, 0, "--blocks: %s", err.message);
    for (uint64_t i = 0; i < count; i++)
        t->block_size[t->sbm.blocks++] = (uint32_t)size;
}

static void parse_blocks(struct argp_state *state, struct tool *t, const char *list)
{
    t->sbm.blocks = 0;
    for (const char *item = list;; item++) {
        size_t length = strcspn(item, ",");
        parse_block(state, t, item, length);
        item += length;
        if (!*item)
            break;
    }
}

static void parse_option(int option, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    const char *name = option_name(option);
    t->given |= UINT32_C(1) << option;
    t->value[option].text = arg;
    switch (domain[option].kind) {
    case COUNT:
        t->value[option].count =
            (int64_t)cli_uint(state, name, arg, domain[option].min_count, domain[option].max_count);
        break;
    case REAL:
        t->value[option].real =
            cli_double(state, name, arg, domain[option].min, domain[option].max);
        break;
    case PATH:
        cli_claim(state, &t->cli, arg);
        break;
    case KIND_NAME:
        t->value[option].count = cli_choice(state, name, arg, kind_names);
        break;
    case BLOCK_LIST:
        parse_blocks(state, t, arg);
        break;
    case FLAG:
        break;
    }
}

static bool uses(const struct model *m, int option)
{
    return (m->needs | m->takes) >> option & 1;
}

/* The first model that uses the option. */
static const char *user_of(int option)
{
    int i = 0;
    while (!uses(&models[i], option))
        i++;
    return models[i].name;
}

static void check_features(struct argp_state *state, struct tool *t)
{
    bool binary = t->value[FEATURE_KIND].count == WR_FEATURE_BINARY;
    for (int o = FEATURE_KIND; o <= FEATURE_DENSITY; o++)
        if (is_given(t, o) && !is_given(t, FEATURES))
            cli_refuse(state, "--%s describes what --features writes", option_name(o));
    if (is_given(t, FEATURE_DENSITY) && !binary)
        cli_refuse(state, "--feature-density is not used by --feature-kind=gaussian; "
                          "--feature-kind=binary uses it");
    if (!is_given(t, FEATURE_SIGNAL))
        t->value[FEATURE_SIGNAL].real = binary ? 0.1 : 1;
    if (binary && t->value[FEATURE_SIGNAL].real > 1)
        cli_refuse(state,
                   "--feature-signal: %s is out of range, expected 0 to 1 for binary "
                   "features",
                   t->value[FEATURE_SIGNAL].text);
}

static void check(struct argp_state *state, struct tool *t)
{
    const struct model *m = t->model;
    if (!m)
        cli_refuse(state, "no MODEL; there are " MODEL_LIST);
    for (int o = 0; o < OPTIONS; o++) {
        if (is_given(t, o) && !uses(m, o))
            cli_refuse(state, "--%s is not used by %s; %s uses it", option_name(o), m->name,
                       user_of(o));
        if ((m->needs >> o & 1) && !is_given(t, o))
            cli_refuse(state, "%s needs --%s", m->name, option_name(o));
    }
    if (m->make == make_er && is_given(t, EDGES) == is_given(t, PROB))
        cli_refuse(state, "er needs one of --edges and --prob");
    check_features(state, t);
    t->sbm.size = t->block_size;
    t->sbm.p_in = t->value[P_IN].real;
    t->sbm.p_out = t->value[P_OUT].real;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct tool *t = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->cli;
        break;
    case ARGP_KEY_ARG:
        if (t->model)
            cli_refuse(state, "more than one MODEL: '%s'", arg);
        t->model = find_model(state, arg);
        t->model_name = arg;
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

static const struct argp argp = {options, parse, "MODEL", doc, cli_children, NULL, NULL};

static struct wr_feature_model feature_model(const struct tool *t)
{
    return (struct wr_feature_model){.kind = (enum wr_feature_kind)t->value[FEATURE_KIND].count,
                                     .dim = t->value[FEATURE_DIM].count,
                                     .classes = t->sbm.blocks,
                                     .signal = t->value[FEATURE_SIGNAL].real,
                                     .density = t->value[FEATURE_DENSITY].real,
                                     .seed = t->cli.seed};
}

/* --- the run ------------------------------------------------------------------------------- */

/* One option of the model for --report; null when it is not in force. */
static void report_option(struct json *json, const struct tool *t, int option)
{
    char key[CLI_REPORT_KEY];
    bool has_default = option == EDGE_FACTOR || option >= FEATURE_KIND;
    cli_report_key(option_name(option), key);
    if (domain[option].kind == FLAG)
        json_bool(json, key, is_given(t, option));
    else if (domain[option].kind == KIND_NAME)
        json_string(json, key, kind_names[t->value[option].count]);
    else if (domain[option].kind == COUNT && (is_given(t, option) || has_default))
        json_int(json, key, t->value[option].count);
    else if (domain[option].kind == REAL && (is_given(t, option) || has_default))
        json_double(json, key, t->value[option].real);
    else
        json_string(json, key, t->value[option].text);
}

static void report(struct tool *t, uint32_t n, int64_t m)
{
    struct cli *cli = &t->cli;
    json_string(&cli->report_options, "model", t->model_name);
    for (int o = 0; o < OPTIONS; o++)
        if (uses(t->model, o))
            report_option(&cli->report_options, t, o);
    json_string(&cli->report_output, "file", cli->output);
    json_int(&cli->report_results, "vertices", n);
    json_int(&cli->report_results, "edges", m);
    cli_summary(cli, "%s: %u vertices, %lld edges in %.2f s", t->model_name, n, (long long)m,
                cli_seconds(cli));
}

/* What goes to --labels and --features; a sink is NULL when it was not asked for. */
static enum wr_status write_classes(struct tool *t, uint32_t n, struct wr_sink *labels,
                                    struct wr_sink *features, struct wr_error *err)
{
    const struct wr_feature_model model = feature_model(t);
    struct wr_progress progress = cli_progress(&t->cli, "writing features", "vertices");
    enum wr_status status = WR_OK;
    uint32_t *label = wr_alloc(n, sizeof *label, err);
    if (!label)
        return WR_ENOMEM;
    wr_sbm_labels(&t->sbm, label);
    if (labels)
        labels_write(label, n, t->value[LABELS].text, labels);
    if (features)
        status =
            features_write(&model, label, n, t->value[FEATURES].text, &progress, features, err);
    free(label);
    return status;
}

/* Open --labels or --features, if it is given. */
static enum wr_status open_option(struct tool *t, int option, struct wr_sink **sink,
                                  struct wr_error *err)
{
    *sink = NULL;
    return is_given(t, option) ? cli_open(&t->cli, t->value[option].text, sink, err) : WR_OK;
}

/* Values that are impossible together: say by which option they came. */
static enum wr_status make(struct tool *t, struct product *p, struct wr_error *err)
{
    struct wr_error why = {0};
    enum wr_status status = t->model->make(t, p, &why);
    if (status == WR_EINVAL && t->model->last < OPTIONS)
        return wr_error_set(err, status, "--%s: %s", option_name(t->model->last), why.message);
    return status ? wr_error_set(err, status, "%s", why.message) : WR_OK;
}

static enum wr_status run(struct tool *t, struct wr_error *err)
{
    struct product p = {0};
    struct wr_sink *out, *labels, *features;
    enum wr_status status = cli_open(&t->cli, t->cli.output, &out, err);
    if (!status)
        status = open_option(t, LABELS, &labels, err);
    if (!status)
        status = open_option(t, FEATURES, &features, err);
    cli_phase(&t->cli, "making edges");
    if (!status)
        status = make(t, &p, err);
    if (status)
        goto out;
    const struct wr_pairs edges = edges_of(&p);
    struct wr_progress progress = cli_progress(&t->cli, "writing edges", "edges");
    wr_edgelist_write_pairs(&edges, &progress, out);
    if (labels || features)
        status = write_classes(t, edges.n, labels, features, err);
    if (!status)
        report(t, edges.n, edges.count);
out:
    wr_pairs_release(&p.pairs);
    wr_graph_release(&p.graph);
    free(t->block_size);
    return status;
}

int main(int argc, char **argv)
{
    struct tool t = {.value = {[EDGE_FACTOR] = {.count = 16},
                               [FEATURE_DIM] = {.count = 128},
                               [FEATURE_DENSITY] = {.real = 0.1}}};
    struct wr_error err = {0};
    cli_parse(&t.cli, &argp, argc, argv, &t);
    return cli_finish(&t.cli, run(&t, &err), &err);
}
