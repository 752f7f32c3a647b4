/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/integers.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "io/lines.h"
#include "io/npy.h"
#include "io/number.h"
#include "io/words.h"

struct integers {
    const struct wr_integers_rule *rule;
    struct wr_lines lines;
    int64_t count, room;
    uint32_t *value;
};

static bool allowed(const struct wr_integers_rule *rule, int64_t value)
{
    return value >= rule->least && value <= rule->most;
}

/* --- text ---------------------------------------------------------------------------------- */

static enum wr_status add(struct integers *r, int64_t value, struct wr_error *err)
{
    if (r->count == r->room) {
        int64_t room = 2 * r->room + 4096;
        if (wr_grow(&r->value, room, sizeof *r->value, err))
            return WR_ENOMEM;
        r->room = room;
    }
    r->value[r->count++] = (uint32_t)value;
    return WR_OK;
}

static enum wr_status take_line(void *context, struct wr_span line, struct wr_error *err)
{
    struct integers *r = context;
    const char *at = line.data, *end = line.data + line.size;
    char shown[WR_WORD_SHOWN];
    int64_t value;
    struct wr_span word = wr_word_next(&at, end);
    if (word.size == 0)
        return WR_OK;
    if (!wr_parse_i64(word.data, word.size, &value) || !allowed(r->rule, value))
        return wr_lines_word_error(&r->lines, word, r->rule->is_not, err);
    word = wr_word_next(&at, end);
    if (word.size == 0)
        return add(r, value, err);
    wr_word_show(word, shown);
    return wr_lines_error(&r->lines, err, "'%s' follows %lld, expected one integer per line", shown,
                          (long long)value);
}

static enum wr_status read_text(struct integers *r, struct wr_error *err)
{
    enum wr_status status = wr_lines_each(&r->lines, take_line, r, err);
    return status ? status : wr_grow(&r->value, r->count, sizeof *r->value, err);
}

/* --- .npy ---------------------------------------------------------------------------------- */

static enum wr_status check_form(const struct wr_npy *a, const char *name, struct wr_error *err)
{
    char shape[WR_NPY_SHAPE];
    if (a->rank != 1)
        return wr_error_at(err, WR_EDATA, name, 0, "an array of shape %s, expected one dimension",
                           wr_npy_shape(a, shape));
    if (a->kind != 'i' && a->kind != 'u')
        return wr_error_at(err, WR_EDATA, name, 0, "an array of %s, expected integers",
                           wr_npy_elements(a));
    return WR_OK;
}

static enum wr_status take_array(struct integers *r, const struct wr_npy *a, const char *name,
                                 struct wr_error *err)
{
    int64_t value[WR_BLOCK];
    r->value = wr_alloc(a->count, sizeof *r->value, err);
    if (!r->value)
        return WR_ENOMEM;
    for (int64_t begin = 0; begin < a->count; begin += WR_BLOCK) {
        int64_t count = wr_block_end(begin, WR_BLOCK, a->count) - begin;
        wr_npy_get_i64(a, begin, count, value);
        for (int64_t i = 0; i < count; i++) {
            if (!allowed(r->rule, value[i]))
                return wr_error_at(err, WR_EDATA, name, 0, "'%lld' at index %lld is not %s",
                                   (long long)value[i], (long long)(begin + i), r->rule->is_not);
            r->value[begin + i] = (uint32_t)value[i];
        }
    }
    r->count = a->count;
    return WR_OK;
}

static enum wr_status read_array(struct integers *r, struct wr_error *err)
{
    struct wr_input *input = r->lines.input;
    const char *name = wr_input_name(input);
    struct wr_span text;
    struct wr_npy a;
    enum wr_status status = wr_input_keep(input, NULL, err);
    if (!status)
        status = wr_input_all(input, &text, err);
    if (!status)
        status = wr_npy_parse(&a, text, name, err);
    if (!status)
        status = check_form(&a, name, err);
    return status ? status : take_array(r, &a, name, err);
}

/* ------------------------------------------------------------------------------------------- */

enum wr_status wr_integers_read(const char *path, const struct wr_integers_rule *rule,
                                int64_t *count, uint32_t **value, struct wr_error *err)
{
    struct integers r = {.rule = rule};
    enum wr_status status = wr_lines_open(&r.lines, path, err);
    if (status)
        goto out;
    bool array = wr_npy_recognise(wr_input_head(r.lines.input));
    status = array ? read_array(&r, err) : read_text(&r, err);
    if (status)
        goto out;
    *count = r.count;
    *value = r.value;
    r.value = NULL;
out:
    wr_lines_close(&r.lines);
    free(r.value);
    return status;
}
