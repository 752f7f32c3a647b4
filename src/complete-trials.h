/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_TRIALS_H
#define COMPLETE_TRIALS_H

#include "complete-train.h"

/*
 * --init-std=auto: train with ever smaller initial parameters, from o->init_std, each half the one
 * before, until the result stays. It stays when the validation loss changes by less than
 * COMPLETE_TRIALS_CHANGE of the loss of predicting 0, or, without validation entries, when the
 * predictions at up to COMPLETE_TRIALS_ENTRIES random entries change by less than that, relative to
 * their norm. Parameters so small that the descent no longer gets as far as before end it too:
 * the trial before stands.
 */
enum { COMPLETE_TRIALS = 8, COMPLETE_TRIALS_ENTRIES = 10000 };
#define COMPLETE_TRIALS_CHANGE 1e-2

struct complete_trial {
    double init_std;
    int64_t iterations;      /* of what would be written */
    double loss, validation; /* NaN without --val */
    double change;           /* NaN for the first */
};

struct complete_trials {
    int count, chosen;
    struct complete_trial trial[COMPLETE_TRIALS];
};

/* The model is the chosen one in the end, t->end, t->last and t->written are its. Errors: as
 * complete_training_run. */
enum wr_status complete_trials_run(struct complete_trials *trials, struct complete_training *t,
                                   struct wr_error *err);

/* The table in the log, as comments; in words; in the report. */
void complete_trials_log(const struct complete_trials *trials, struct wr_sink *log);
void complete_trials_say(const struct complete_trials *trials, struct cli *cli);
void complete_trials_report(const struct complete_trials *trials, struct json *j);

#endif
