/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_H
#define CLI_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/error.h"
#include "base/progress.h"
#include "io/sink.h"
#include "bar.h"
#include "json.h"

/*
 * What all tools share: the common options, the outputs that appear all at once or not at all,
 * the report, the progress bar, the error line and the exit status.
 *
 * A tool is
 *
 *     int main(int argc, char **argv)
 *     {
 *         struct tool t = {defaults};
 *         struct wr_error err = {0};
 *         cli_parse(&t.cli, &argp, argc, argv, &t);
 *         return cli_finish(&t.cli, run(&t, &err), &err);
 *     }
 *
 * with an argp whose children are cli_children and whose parser passes &t.cli to its child in
 * ARGP_KEY_INIT.
 */

enum { CLI_UNSETTLED = 3, CLI_INTERRUPTED = 130 };

enum cli_progress_mode { CLI_PROGRESS_AUTO, CLI_PROGRESS_ALWAYS, CLI_PROGRESS_NEVER };

struct cli {
    bool takes_file; /* set by the tool: one FILE argument, standard input without it */

    const char *tool;
    const char *input;  /* FILE; NULL: standard input */
    const char *output; /* -o; NULL: standard output */
    uint64_t seed;
    int threads;
    bool quiet, verbose;
    enum cli_progress_mode progress_mode;
    const char *report;

    /* filled by the tool for --report */
    struct json report_options, report_input, report_output, report_results;

    struct timespec start;
    int output_count;
    struct cli_output {
        const char *path;
        char *own;            /* the path, when it was made at run time; NULL: an option's */
        struct wr_sink *sink; /* NULL until opened */
    } * outputs;

    int outcome; /* see cli_outcome; 0: none */
    char outcome_message[512];
    char *summary; /* see cli_summary; NULL: none */

    struct bar bar;
    const char *phase; /* what is going on, for --verbose; NULL: nothing */
    struct timespec phase_start;
};

/* The common options, and a list of children that are these alone. */
extern const struct argp cli_argp;
extern const struct argp_child cli_children[];

/* Parse the command line; on a usage error, --help and the like it does not return. Sets the
 * number of threads. */
void cli_parse(struct cli *cli, const struct argp *argp, int argc, char **argv, void *tool);

/* Print the error if there is one, else write the report and give every output its name;
 * the exit status. */
int cli_finish(struct cli *cli, enum wr_status status, struct wr_error *err);

/* The run did not end as it should, but has outputs, which are to be written all the same: the
 * exit status (CLI_UNSETTLED, CLI_INTERRUPTED, 1) and the error line. The first one stands. */
void cli_outcome(struct cli *cli, int exit_status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Outputs. A path that an option names is claimed while options are parsed, so that two outputs
 * on one path are a usage error; it is opened when the tool runs, before long work, and gets its
 * name in cli_finish. -o and --report are claimed by cli.
 */
void cli_claim(struct argp_state *state, struct cli *cli, const char *path);

/* The sink for a claimed path, for -o when path is cli->output. Owned by cli. */
enum wr_status cli_open(struct cli *cli, const char *path, struct wr_sink **sink,
                        struct wr_error *err);

/* Open an output whose path is made at run time, such as one of several that an option asks for;
 * different from those before, and copied. Errors: as wr_sink_open; WR_EINVAL when an option names
 * this path; WR_ENOMEM. */
enum wr_status cli_open_made(struct cli *cli, const char *path, struct wr_sink **sink,
                             struct wr_error *err);

/* A file that takes its name before the tool ends, as a checkpoint: as wr_sink_open and
 * wr_sink_commit, but signals leave nothing of it. */
enum wr_status cli_sink_open(const char *path, struct wr_sink **sink, struct wr_error *err);
enum wr_status cli_sink_commit(struct wr_sink *sink, struct wr_error *err);

/* The name of an input for messages: path, or standard input for NULL and "-". */
const char *cli_input_name(const char *path);

/* `tool: warning: ...` and `tool: ...` on standard error, unless --quiet. */
void cli_warn(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cli_say(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What the run has done: said by cli_finish once every output has its name, and so not of a run
 * that fails. Once in a run. */
void cli_summary(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The progress bar: a phase that counts nothing, such as "reading"; and a callback for one that
 * counts ("ordering", in "edges"). One at a time; each takes the place of the one before. */
void cli_phase(struct cli *cli, const char *what);
struct wr_progress cli_progress(struct cli *cli, const char *what, const char *unit);

/* Seconds since the tool started. */
double cli_seconds(const struct cli *cli);

/* $TMPDIR, or NULL. */
const char *cli_tmp_dir(void);

#endif
