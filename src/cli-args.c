/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cli-args.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/number.h"

void cli_refuse(const struct argp_state *state, const char *format, ...)
{
    va_list args;
    fprintf(stderr, "%s: ", state->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(argp_err_exit_status);
}

const char *cli_option_name(const struct argp_option options[], int key)
{
    while (options->key != key)
        options++;
    return options->name;
}

const char *cli_report_key(const char *name, char key[CLI_REPORT_KEY])
{
    snprintf(key, CLI_REPORT_KEY, "%s", name);
    for (char *p = key; *p; p++)
        if (*p == '-')
            *p = '_';
    return key;
}

uint64_t cli_uint(struct argp_state *state, const char *option, const char *arg, uint64_t min,
                  uint64_t max)
{
    uint64_t value;
    if (!wr_parse_u64(arg, strlen(arg), &value))
        cli_refuse(state, "--%s: '%s' is not an integer from %llu", option, arg,
                   (unsigned long long)min);
    if (value < min || value > max)
        cli_refuse(state, "--%s: %s is out of range, expected %llu to %llu", option, arg,
                   (unsigned long long)min, (unsigned long long)max);
    return value;
}

double cli_double(struct argp_state *state, const char *option, const char *arg, double min,
                  double max)
{
    double value;
    if (!wr_parse_double(arg, strlen(arg), &value))
        cli_refuse(state, "--%s: '%s' is not a number", option, arg);
    if (value < min || value > max)
        cli_refuse(state, "--%s: %s is out of range, expected %g to %g", option, arg, min, max);
    return value;
}

/* digits[.digits] as count / scale; false for anything else. */
static bool parse_decimal(const char *text, size_t size, uint64_t *count, uint64_t *scale)
{
    enum { DECIMALS = 9 };
    const char *point = memchr(text, '.', size);
    size_t whole = point ? (size_t)(point - text) : size;
    size_t decimals = point ? size - whole - 1 : 0;
    uint64_t integer, fraction = 0;
    if (!wr_parse_u64(text, whole, &integer) || integer > UINT32_MAX || decimals > DECIMALS)
        return false;
    if (point && !wr_parse_u64(point + 1, decimals, &fraction))
        return false;
    *scale = 1;
    for (size_t i = 0; i < decimals; i++)
        *scale *= 10;
    *count = integer * *scale + fraction;
    return true;
}

struct cli_amount cli_amount(struct argp_state *state, const char *option, const char *arg)
{
    struct cli_amount amount = {.given = true};
    size_t size = strlen(arg);
    double ratio;
    if (size > 0 && arg[size - 1] == '%') {
        if (!parse_decimal(arg, size - 1, &amount.count, &amount.scale) ||
            amount.count > 100 * amount.scale)
            cli_refuse(state,
                       "--%s: '%s' is not a percentage from 0%% to 100%% with at most 9 decimals",
                       option, arg);
    } else if (!wr_parse_u64(arg, size, &amount.count)) {
        if (wr_parse_double(arg, size, &ratio) && ratio > 0 && ratio < 1)
            cli_refuse(state, "--%s: '%s' is not a number of edges, did you mean %g%%?", option,
                       arg, 100 * ratio);
        cli_refuse(state, "--%s: '%s' is neither a number of edges nor a percentage such as 50%%",
                   option, arg);
    }
    return amount;
}

int64_t cli_amount_of(const struct cli_amount *amount, int64_t total)
{
    if (amount->scale == 0)
        return amount->count > (uint64_t)total ? total : (int64_t)amount->count;
    return (int64_t)((unsigned __int128)amount->count * (uint64_t)total / (100 * amount->scale));
}

struct cli_amount cli_amount_rest(const struct cli_amount *percentage)
{
    struct cli_amount rest = *percentage;
    rest.count = 100 * rest.scale - rest.count;
    return rest;
}

int cli_choice(struct argp_state *state, const char *option, const char *arg,
               const char *const words[])
{
    char list[256] = "";
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], arg) == 0)
            return i;
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", words[i]);
    }
    cli_refuse(state, "--%s: '%s' is none of %s", option, arg, list);
}

void cli_check_inputs(struct argp_state *state, const char *const path[], int count,
                      const char *what)
{
    int standard = path[0] == NULL;
    for (int i = 0; i < count; i++)
        standard += path[i] && strcmp(path[i], "-") == 0;
    if (standard > 1)
        cli_refuse(state, "only one of %s can be standard input", what);
}
