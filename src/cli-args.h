/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

/* What options have for values, and what is wrong with them. */

/* A usage error, which ends the process: one line, `tool: message', where argp_error prints two. */
void cli_refuse(const struct argp_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* The name of the option with a key, which is one of the table's. */
const char *cli_option_name(const struct argp_option options[], int key);

/* An option's name as a key of --report: with underscores; returns key. */
enum { CLI_REPORT_KEY = 32 };
const char *cli_report_key(const char *name, char key[CLI_REPORT_KEY]);

/* Values of options: parsed whole, or a usage error that names the option. */
uint64_t cli_uint(struct argp_state *state, const char *option, const char *arg, uint64_t min,
                  uint64_t max);
double cli_double(struct argp_state *state, const char *option, const char *arg, double min,
                  double max);

/* A count, or a percentage: count / scale percent, exactly as it was written. */
struct cli_amount {
    bool given;
    uint64_t count;
    uint64_t scale; /* 0: not a percentage */
};

struct cli_amount cli_amount(struct argp_state *state, const char *option, const char *arg);

/* The count, at most total; floor(P total / 100) for a percentage P. */
int64_t cli_amount_of(const struct cli_amount *amount, int64_t total);

/* 100 % minus a percentage. */
struct cli_amount cli_amount_rest(const struct cli_amount *percentage);

/* The position of arg in a NULL-terminated list of words; a usage error lists them. */
int cli_choice(struct argp_state *state, const char *option, const char *arg,
               const char *const words[]);

/* A usage error when more than one of `count' inputs is standard input. The path of the first is
 * NULL or "-" then, as FILE's; of the others NULL is one that was not given. what: all of them, for
 * the message. */
void cli_check_inputs(struct argp_state *state, const char *const path[], int count,
                      const char *what);

#endif
