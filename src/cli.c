/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli-args.h"
#include "interrupt.h"

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/machine.h"

/* argp prints these for --version and at the end of --help. */
const char *argp_program_version = PACKAGE_STRING;

/* What -o means when it is not given. */
static const char standard_output[] = "-";

enum { KEY_PROGRESS = 0x1000, KEY_REPORT };

static const struct argp_option common_options[] = {
    {NULL, 0, NULL, 0, "Common options:", 100},
    {"output", 'o', "FILE", 0,
     "Write to FILE; it appears only when it is complete; .gz and .zst "
     "compress",
     100},
    {"seed", 's', "N", 0, "Seed of the random numbers (default 1)", 100},
    {"threads", 'j', "N", 0, "Threads (default: all cores); results do not depend on it", 100},
    {"quiet", 'q', NULL, 0, "No summary and no warnings on standard error", 100},
    {"verbose", 'v', NULL, 0, "Say how long each phase took, and the memory", 100},
    {"progress", KEY_PROGRESS, "WHEN", OPTION_ARG_OPTIONAL,
     "Progress bar: auto (default: on a terminal, after a second), always, never", 100},
    {"report", KEY_REPORT, "FILE", 0, "Write a JSON summary of the run to FILE", 100},
    {0}};

/* In the order of enum cli_progress_mode. */
static const char *const progress_modes[] = {"auto", "always", "never", NULL};

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
    struct cli *cli = state->input;
    switch (key) {
    case 'o':
        cli->output = arg;
        break;
    case 's':
        cli->seed = cli_uint(state, "seed", arg, 0, UINT64_MAX);
        break;
    case 'j':
        cli->threads = (int)cli_uint(state, "threads", arg, 1, WR_MOST_THREADS);
        break;
    case 'q':
        cli->quiet = true;
        break;
    case 'v':
        cli->verbose = true;
        break;
    case KEY_PROGRESS:
        cli->progress_mode = (enum cli_progress_mode)(
            arg ? cli_choice(state, "progress", arg, progress_modes) : (int)CLI_PROGRESS_ALWAYS);
        break;
    case KEY_REPORT:
        cli->report = arg;
        break;
    case ARGP_KEY_ARG:
        if (!cli->takes_file)
            return ARGP_ERR_UNKNOWN;
        if (cli->input)
            cli_refuse(state, "more than one FILE: '%s'", arg);
        cli->input = arg;
        break;
    case ARGP_KEY_SUCCESS:
        if (cli->takes_file && !cli->input && isatty(STDIN_FILENO))
            cli_refuse(state, "no FILE, and standard input is a terminal");
        cli_claim(state, cli, cli->output ? cli->output : standard_output);
        if (cli->report)
            cli_claim(state, cli, cli->report);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp cli_argp = {common_options, parse_common, NULL, NULL, NULL, NULL, NULL};

const struct argp_child cli_children[] = {{&cli_argp, 0, NULL, 100}, {0}};

/* What stdio still holds, such as --help, must have gone somewhere. */
static void check_stdout(void)
{
    if (ferror(stdout) | fclose(stdout)) {
        fprintf(stderr, "%s: cannot write to standard output\n", program_invocation_short_name);
        _exit(1);
    }
}

/* A closed standard descriptor must not become that of an output file: messages would go there.
 * Opened the wrong way round, it is still an error to use. */
static void occupy_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 1 ? O_RDONLY : O_WRONLY) != fd)
            _exit(1);
}

/* One for every core, or as many as is usual to ask for by OpenMP's variable. */
static int default_threads(void)
{
    const char *wanted = getenv("OMP_NUM_THREADS");
    int threads = wanted ? atoi(wanted) : 0;
    return threads > 0 && threads <= WR_MOST_THREADS ? threads : wr_threads();
}

/* WALKRANK_CPU, see walkrank(7). */
static void limit_machine(void)
{
    const char *cpu = getenv("WALKRANK_CPU");
    if (cpu && *cpu && !wr_machine_limit(cpu)) {
        fprintf(stderr,
                "%s: the environment's WALKRANK_CPU is '%s', not x86-64, x86-64-v3 or x86-64-v4\n",
                program_invocation_short_name, cpu);
        exit(2);
    }
}

void cli_parse(struct cli *cli, const struct argp *argp, int argc, char **argv, void *tool)
{
    occupy_standard_descriptors();
    interrupt_begin();
    clock_gettime(CLOCK_MONOTONIC, &cli->start);
    cli->tool = program_invocation_short_name;
    cli->seed = 1;
    atexit(check_stdout);
    argp_err_exit_status = 2;
    argp_parse(argp, argc, argv, 0, NULL, tool);
    limit_machine();
    if (cli->threads == 0)
        cli->threads = default_threads();
    cli->bar.tool = cli->tool;
    cli->bar.on = cli->progress_mode == CLI_PROGRESS_ALWAYS ||
                  (cli->progress_mode == CLI_PROGRESS_AUTO && !cli->quiet && isatty(STDERR_FILENO));
    wr_threads_set(cli->threads);
}

/* --- outputs ------------------------------------------------------------------------------- */

/* Where a path that does not exist yet would be made: its folder, and its name there. */
static const char *name_in_folder(const char *path, struct stat *folder)
{
    const char *slash = strrchr(path, '/');
    char *parent = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    if (!parent || stat(parent, folder) != 0)
        *folder = (struct stat){0};
    free(parent);
    return slash ? slash + 1 : path;
}

/* Character devices may be named twice, anything else may not, however it is spelt. */
static bool same_output(const char *a, const char *b)
{
    struct stat x, y;
    bool have_x = stat(a, &x) == 0, have_y = stat(b, &y) == 0;
    if (strcmp(a, b) == 0)
        return !have_x || !S_ISCHR(x.st_mode);
    if (have_x && have_y)
        return x.st_dev == y.st_dev && x.st_ino == y.st_ino && !S_ISCHR(x.st_mode);
    if (have_x || have_y)
        return false;
    const char *name_a = name_in_folder(a, &x), *name_b = name_in_folder(b, &y);
    return strcmp(name_a, name_b) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool is_standard_output(const char *path)
{
    return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;
}

/* Whether an option names this path; those made at run time differ from each other. */
static bool is_claimed(const struct cli *cli, const char *path)
{
    for (int i = 0; i < cli->output_count; i++) {
        const char *other = cli->outputs[i].path;
        if (!cli->outputs[i].own &&
            (is_standard_output(path) ? is_standard_output(other) : same_output(other, path)))
            return true;
    }
    return false;
}

static enum wr_status add_output(struct cli *cli, const char *path, char *own, struct wr_error *err)
{
    enum wr_status status =
        wr_grow(&cli->outputs, cli->output_count + 1, sizeof *cli->outputs, err);
    if (!status)
        cli->outputs[cli->output_count++] = (struct cli_output){path, own, NULL};
    return status;
}

void cli_claim(struct argp_state *state, struct cli *cli, const char *path)
{
    if (path[0] == '\0')
        cli_refuse(state, "an output without a name");
    if (is_claimed(cli, path))
        cli_refuse(state, "two outputs on one path: '%s'", path);
    if (add_output(cli, path, NULL, NULL))
        argp_failure(state, 1, 0, "out of memory");
}

enum wr_status cli_sink_open(const char *path, struct wr_sink **sink, struct wr_error *err)
{
    struct stat st;
    bool device = path && stat(path, &st) == 0 && !S_ISREG(st.st_mode);
    if (device) /* a pipe may wait for its reader for ever */
        return wr_sink_open(sink, path, err);
    interrupt_hold();
    enum wr_status status = wr_sink_open(sink, path, err);
    if (!status)
        interrupt_removes(wr_sink_draft(*sink));
    interrupt_release();
    return status;
}

enum wr_status cli_open(struct cli *cli, const char *path, struct wr_sink **sink,
                        struct wr_error *err)
{
    int i = 0;
    while (cli->outputs[i].path != (path ? path : standard_output))
        i++; /* every path was claimed */
    enum wr_status status = cli_sink_open(path, &cli->outputs[i].sink, err);
    *sink = cli->outputs[i].sink;
    return status;
}

enum wr_status cli_open_made(struct cli *cli, const char *path, struct wr_sink **sink,
                             struct wr_error *err)
{
    if (is_claimed(cli, path))
        return wr_error_set(err, WR_EINVAL, "two outputs on one path: '%s'", path);
    char *own = strdup(path);
    if (!own)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    enum wr_status status = add_output(cli, own, own, err);
    if (status) {
        free(own);
        return status;
    }
    return cli_open(cli, own, sink, err);
}

static void discard_outputs(struct cli *cli)
{
    for (int i = 0; i < cli->output_count; i++) {
        if (cli->outputs[i].sink)
            interrupt_forgets(wr_sink_draft(cli->outputs[i].sink));
        wr_sink_discard(cli->outputs[i].sink);
        free(cli->outputs[i].own);
    }
    free(cli->outputs);
    cli->outputs = NULL;
    cli->output_count = 0;
}

enum wr_status cli_sink_commit(struct wr_sink *sink, struct wr_error *err)
{
    (void)wr_sink_finish(sink, err); /* takes long; its error is that of wr_sink_commit */
    interrupt_hold();
    interrupt_forgets(wr_sink_draft(sink));
    enum wr_status status = wr_sink_commit(sink, err);
    interrupt_release();
    return status;
}

/* First everything that may fail, then the renames. */
static enum wr_status name_outputs(struct cli *cli, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    for (int i = 0; i < cli->output_count && !status; i++)
        if (cli->outputs[i].sink)
            status = wr_sink_name(cli->outputs[i].sink, err);
    for (int i = 0; i < cli->output_count && !status; i++) {
        struct wr_sink *sink = cli->outputs[i].sink;
        cli->outputs[i].sink = NULL;
        if (!sink)
            continue;
        interrupt_forgets(wr_sink_draft(sink));
        status = wr_sink_commit(sink, err);
    }
    return status;
}

static enum wr_status commit_outputs(struct cli *cli, struct wr_error *err)
{
    enum wr_status status = WR_OK;
    for (int i = 0; i < cli->output_count && !status; i++)
        if (cli->outputs[i].sink)
            status = wr_sink_finish(cli->outputs[i].sink, err);
    if (status)
        return status;
    interrupt_hold();
    status = name_outputs(cli, err);
    if (status)
        discard_outputs(cli);
    interrupt_release();
    return status;
}

/* --- report and end ------------------------------------------------------------------------ */

static void report_common_options(struct cli *cli)
{
    struct json *j = &cli->report_options;
    json_string(j, "output", cli->output);
    json_uint(j, "seed", cli->seed);
    json_int(j, "threads", cli->threads);
    json_bool(j, "quiet", cli->quiet);
    json_bool(j, "verbose", cli->verbose);
    json_string(j, "progress", progress_modes[cli->progress_mode]);
    json_string(j, "report", cli->report);
}

static int64_t peak_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_maxrss * 1024;
}

static enum wr_status write_report(struct cli *cli, struct wr_error *err)
{
    struct json top = {0};
    struct wr_sink *sink;
    enum wr_status status = cli_open(cli, cli->report, &sink, err);
    if (status)
        return status;
    report_common_options(cli);
    json_string(&top, "tool", cli->tool);
    json_string(&top, "version", PACKAGE_VERSION);
    json_object(&top, "options", &cli->report_options);
    json_object(&top, "input", &cli->report_input);
    json_object(&top, "output", &cli->report_output);
    json_object(&top, "results", &cli->report_results);
    json_double(&top, "seconds", cli_seconds(cli));
    json_int(&top, "peak_bytes", peak_bytes());
    if (top.failed) {
        status = wr_error_set(err, WR_ENOMEM, "out of memory");
    } else {
        wr_sink_write(sink, "{", 1);
        wr_sink_write(sink, top.text, top.size);
        wr_sink_write(sink, "}\n", 2);
    }
    json_release(&top);
    return status;
}

static void print_error(const struct cli *cli, const struct wr_error *err)
{
    if (!err->input[0])
        fprintf(stderr, "%s: %s\n", cli->tool, err->message);
    else if (err->line == 0)
        fprintf(stderr, "%s: %s: %s\n", cli->tool, err->input, err->message);
    else
        fprintf(stderr, "%s: %s:%lld: %s\n", cli->tool, err->input, (long long)err->line,
                err->message);
}

static int exit_status(enum wr_status status)
{
    switch (status) {
    case WR_OK:
        return 0;
    case WR_EINVAL:
        return 2;
    case WR_EINTERRUPT:
        return CLI_INTERRUPTED;
    default:
        return 1;
    }
}

/* --- standard error ------------------------------------------------------------------------ */

static void say(struct cli *cli, const char *kind, const char *format, va_list args)
{
    if (cli->quiet)
        return;
    bar_end(&cli->bar);
    fprintf(stderr, "%s: %s", cli->tool, kind);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void cli_warn(struct cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(cli, "warning: ", format, args);
    va_end(args);
}

void cli_say(struct cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(cli, "", format, args);
    va_end(args);
}

void cli_summary(struct cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (vasprintf(&cli->summary, format, args) < 0)
        cli->summary = NULL; /* its absence is all that happens */
    va_end(args);
}

void cli_outcome(struct cli *cli, int exit_status, const char *format, ...)
{
    va_list args;
    if (cli->outcome)
        return;
    cli->outcome = exit_status;
    va_start(args, format);
    vsnprintf(cli->outcome_message, sizeof cli->outcome_message, format, args);
    va_end(args);
}

double cli_seconds(const struct cli *cli)
{
    return seconds_since(&cli->start);
}

static bool step_bar(void *context, int64_t done, int64_t total)
{
    struct cli *cli = context;
    bar_step(&cli->bar, done, total);
    return true;
}

/* With --verbose, how long the phase that ends here took. */
static void end_phase(struct cli *cli)
{
    if (cli->phase && cli->verbose)
        cli_say(cli, "%s: %.3f s", cli->phase, seconds_since(&cli->phase_start));
    cli->phase = NULL;
}

static void begin_phase(struct cli *cli, const char *what, const char *unit)
{
    end_phase(cli);
    cli->phase = what;
    clock_gettime(CLOCK_MONOTONIC, &cli->phase_start);
    bar_phase(&cli->bar, what, unit);
}

void cli_phase(struct cli *cli, const char *what)
{
    begin_phase(cli, what, NULL);
}

struct wr_progress cli_progress(struct cli *cli, const char *what, const char *unit)
{
    begin_phase(cli, what, unit);
    return (struct wr_progress){step_bar, cli};
}

int cli_finish(struct cli *cli, enum wr_status status, struct wr_error *err)
{
    end_phase(cli);
    bar_end(&cli->bar);
    if (!status && cli->report)
        status = write_report(cli, err);
    if (!status)
        status = commit_outputs(cli, err);
    if (!status && cli->summary)
        cli_say(cli, "%s", cli->summary);
    if (cli->verbose)
        cli_say(cli, "%.3f s, at most %.1f MB of memory", cli_seconds(cli),
                (double)peak_bytes() / 1e6);
    if (status)
        print_error(cli, err);
    else if (cli->outcome)
        fprintf(stderr, "%s: %s\n", cli->tool, cli->outcome_message);
    discard_outputs(cli);
    free(cli->summary);
    json_release(&cli->report_options);
    json_release(&cli->report_input);
    json_release(&cli->report_output);
    json_release(&cli->report_results);
    return status ? exit_status(status) : cli->outcome;
}

const char *cli_tmp_dir(void)
{
    return getenv("TMPDIR");
}

const char *cli_input_name(const char *path)
{
    return path && strcmp(path, "-") != 0 ? path : "standard input";
}
