/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/tns.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/number.h"
#include "io/scan.h"
#include "io/textblocks.h"
#include "io/tnsline.h"

/* What a block of lines has. */
struct block {
    struct wr_span text;
    int64_t count;   /* entries */
    int64_t lines;   /* lines that were read */
    uint32_t *index; /* room x order */
    double *value;   /* room */
    uint32_t *line;  /* room: of an entry in the block, from 0 */
    const char *bad; /* the line where reading stopped, or NULL */
};

struct reader {
    struct wr_input *input;
    const struct wr_tns_options *options;
    struct wr_tnsform form;
    int64_t line; /* lines that were read */

    /* the header */
    int bare_order;            /* of a line that is the order alone; 0: none */
    bool bare_dims;            /* the line after it, with the dimensions, is yet to come */
    int order;                 /* of the file's dimensions; 0: they are not known */
    int64_t dim[WR_ORDER_MAX]; /* the file's */
    int64_t limit[WR_ORDER_MAX];

    /* the entries */
    struct block block[WR_TEXTBLOCKS];
    int64_t count, capacity;
    uint32_t *index;
    double *value;
    int64_t *entry_line; /* capacity lines, from 1 */
};

static enum wr_status bad(const struct reader *r, struct wr_error *err, const char *problem)
{
    return wr_error_at(err, WR_EDATA, wr_input_name(r->input), r->line, "%s", problem);
}

/* --- the header: what stands before the first entry ---------------------------------------- */

static enum wr_status take_dims(struct reader *r, struct wr_span text, struct wr_error *err)
{
    char problem[WR_TNS_PROBLEM];
    int64_t dim[WR_ORDER_MAX];
    int order;
    if (!wr_tnsline_dims(text, &order, dim, problem))
        return bad(r, err, problem);
    if (r->bare_order && order != r->bare_order) {
        snprintf(problem, sizeof problem, "%d dimensions, expected %d as the order says", order,
                 r->bare_order);
        return bad(r, err, problem);
    }
    if (r->order && (order != r->order || memcmp(dim, r->dim, (size_t)order * sizeof *dim) != 0))
        return bad(r, err, "these dimensions are not those of the header before");
    if (r->options->dim && order != r->options->order) {
        snprintf(problem, sizeof problem, "a tensor of order %d, expected %d", order,
                 r->options->order);
        return bad(r, err, problem);
    }
    r->order = order;
    memcpy(r->dim, dim, (size_t)order * sizeof *dim);
    return WR_OK;
}

/* The first line of an extended FROSTT header. */
static enum wr_status take_order(struct reader *r, struct wr_span line, struct wr_error *err)
{
    const char *at = line.data;
    struct wr_span word = wr_scan_word(&at, line.data + line.size);
    uint64_t order;
    if (!wr_parse_u64(word.data, word.size, &order) || order < 1 || order > WR_ORDER_MAX)
        return bad(r, err,
                   "one word, expected an entry `i_1 ... i_N value', or an order from 1 to "
                   "1000 before the dimensions");
    r->bare_order = (int)order;
    r->bare_dims = true;
    return WR_OK;
}

/* What an entry is like, by the words of the first one, the header and the options. */
static enum wr_status settle_form(struct reader *r, int64_t words, struct wr_error *err)
{
    const struct wr_tns_options *o = r->options;
    const int64_t *dim = o->dim ? o->dim : r->order ? r->dim : NULL;
    int64_t order = o->dim ? o->order : r->order ? r->order : words - 1;
    if (order > WR_ORDER_MAX)
        return bad(r, err, "an order above 1000, expected at most that");
    r->form = (struct wr_tnsform){.order = (int)order,
                                  .base = o->index_base,
                                  .has_value = !o->coordinates || words != order,
                                  .limit = r->limit,
                                  .dims_known = dim != NULL};
    for (int n = 0; n < order; n++)
        r->limit[n] = dim ? dim[n] : (int64_t)WR_DIM_MAX - o->index_base;
    return WR_OK;
}

/* Whether a line of one word can be an order: coordinates of order 1 look the same. */
static bool may_be_bare(const struct reader *r)
{
    return !r->bare_order && !(r->options->coordinates && r->options->order == 1);
}

/* Take a line of the header; *entry: it is the first entry instead. */
static enum wr_status take_header(struct reader *r, struct wr_span line, bool *entry,
                                  struct wr_error *err)
{
    struct wr_span dims = wr_tnsline_dims_comment(line);
    if (dims.data)
        return take_dims(r, dims, err);
    if (wr_tnsline_is_other(line))
        return WR_OK;
    int64_t words = wr_tnsline_words(line);
    if (r->bare_dims) {
        r->bare_dims = false;
        return take_dims(r, line, err);
    }
    if (words == 1 && may_be_bare(r))
        return take_order(r, line, err);
    *entry = true;
    return settle_form(r, words, err);
}

/* Read lines up to the first entry, which *rest then begins with; it is empty when there is none.
 */
static enum wr_status read_header(struct reader *r, struct wr_span *rest, struct wr_error *err)
{
    bool entry = false;
    enum wr_status status;
    while (!(status = wr_input_next(r->input, rest, err)) && rest->size > 0) {
        const char *at = rest->data, *end = rest->data + rest->size, *next;
        for (; at < end; at = next) {
            r->line++;
            status = take_header(r, wr_scan_line(at, end, &next), &entry, err);
            if (status || entry) {
                *rest = (struct wr_span){at, (size_t)(end - at)};
                r->line--;
                return status;
            }
        }
    }
    if (!status && r->bare_dims)
        return bad(r, err, "no line after the order, expected the dimensions there");
    return status;
}

/* --- blocks of entries --------------------------------------------------------------------- */

/* Entries a block may have: each has at least a character and a separator for every word, and one
 * line may reach over the end. */
static int64_t block_room(const struct wr_tnsform *form)
{
    return WR_TEXTBLOCK / (2 * (form->order + form->has_value)) + 2;
}

static enum wr_status make_blocks(struct reader *r, struct wr_error *err)
{
    int64_t room = block_room(&r->form);
    for (int i = 0; i < WR_TEXTBLOCKS; i++) {
        struct block *b = &r->block[i];
        b->index = wr_alloc(room, (size_t)r->form.order * sizeof *b->index, err);
        b->value = wr_alloc(room, sizeof *b->value, err);
        b->line = wr_alloc(room, sizeof *b->line, err);
        if (!b->index || !b->value || !b->line)
            return WR_ENOMEM;
    }
    return WR_OK;
}

static void release_blocks(struct reader *r)
{
    for (int i = 0; i < WR_TEXTBLOCKS; i++) {
        free(r->block[i].index);
        free(r->block[i].value);
        free(r->block[i].line);
    }
}

/* Dimensions behind the first entry repeat those before it, as in joined files, or are wrong. */
static bool repeats_dims(const struct reader *r, struct wr_span line)
{
    struct wr_span dims = wr_tnsline_dims_comment(line);
    char problem[WR_TNS_PROBLEM];
    int64_t dim[WR_ORDER_MAX];
    int order;
    return !dims.data || (wr_tnsline_dims(dims, &order, dim, problem) && order == r->order &&
                          memcmp(dim, r->dim, (size_t)order * sizeof *dim) == 0);
}

static void read_block(void *context, int slot, struct wr_span lines)
{
    struct reader *r = context;
    struct block *b = &r->block[slot];
    const char *at = lines.data, *end = lines.data + lines.size, *next;
    b->text = lines;
    b->bad = NULL;
    b->count = b->lines = 0;
    for (; at < end; at = next, b->lines++) {
        struct wr_span line = wr_scan_line(at, end, &next);
        enum wr_tnsline kind = wr_tnsline_parse(line, &r->form, b->index + b->count * r->form.order,
                                                b->value + b->count);
        if (kind == WR_TNS_ENTRY) {
            b->line[b->count++] = (uint32_t)b->lines;
        } else if (kind == WR_TNS_BAD || !repeats_dims(r, line)) {
            b->bad = at;
            return;
        }
    }
}

static enum wr_status explain(struct reader *r, const struct block *b, struct wr_error *err)
{
    char problem[WR_TNS_PROBLEM];
    const char *end = b->text.data + b->text.size, *next;
    struct wr_span line = wr_scan_line(b->bad, end, &next);
    r->line++;
    if (wr_tnsline_is_other(line))
        return bad(r, err, "dimensions after the first entry that do not stand before it");
    wr_tnsline_explain(line, &r->form, problem);
    return bad(r, err, problem);
}

static enum wr_status reserve(struct reader *r, int64_t count, struct wr_error *err)
{
    if (count <= r->capacity)
        return WR_OK;
    int64_t wanted = count < 2 * r->capacity ? 2 * r->capacity : count;
    if (wr_grow(&r->index, wanted, (size_t)r->form.order * sizeof *r->index, err) ||
        (r->form.has_value && wr_grow(&r->value, wanted, sizeof *r->value, err)) ||
        wr_grow(&r->entry_line, wanted, sizeof *r->entry_line, err))
        return WR_ENOMEM;
    r->capacity = wanted;
    return WR_OK;
}

/* Append a block's entries. */
static enum wr_status append(struct reader *r, const struct block *b, struct wr_error *err)
{
    size_t row = (size_t)r->form.order * sizeof *r->index;
    enum wr_status status = reserve(r, r->count + b->count, err);
    if (status || b->count == 0)
        return status;
    memcpy(r->index + r->count * r->form.order, b->index, (size_t)b->count * row);
    if (r->form.has_value)
        memcpy(r->value + r->count, b->value, (size_t)b->count * sizeof *b->value);
    for (int64_t k = 0; k < b->count; k++)
        r->entry_line[r->count + k] = r->line + 1 + b->line[k];
    r->count += b->count;
    return WR_OK;
}

static enum wr_status take_blocks(void *context, int blocks, struct wr_error *err)
{
    struct reader *r = context;
    for (int i = 0; i < blocks; i++) {
        const struct block *b = &r->block[i];
        enum wr_status status = append(r, b, err);
        if (status)
            return status;
        r->line += b->lines;
        if (b->bad)
            return explain(r, b, err);
    }
    return WR_OK;
}

static enum wr_status read_entries(struct reader *r, struct wr_span rest, struct wr_error *err)
{
    struct wr_textblocks how = {read_block, take_blocks, r};
    enum wr_status status = make_blocks(r, err);
    if (!status)
        status = wr_textblocks_run_behind(r->input, rest, &how, err);
    release_blocks(r);
    return status;
}

/* --- the whole ----------------------------------------------------------------------------- */

/* The dimensions that are not given: the largest indices. */
static void largest_indices(const struct reader *r, int64_t *dim)
{
    for (int n = 0; n < r->form.order; n++)
        dim[n] = 1;
    for (int64_t i = 0; i < r->count; i++)
        for (int n = 0; n < r->form.order; n++) {
            int64_t past = (int64_t)r->index[i * r->form.order + n] + 1;
            dim[n] = past > dim[n] ? past : dim[n];
        }
}

/* The entries become o's. */
static enum wr_status hand_over(struct reader *r, struct wr_observations *o, struct wr_error *err)
{
    if (!r->form.dims_known)
        largest_indices(r, r->limit);
    enum wr_status status =
        wr_observations_init(o, r->form.order, r->limit, 0, r->form.has_value, err);
    if (!status)
        status = wr_grow(&r->index, r->count, (size_t)r->form.order * sizeof *r->index, err);
    if (!status && r->form.has_value)
        status = wr_grow(&r->value, r->count, sizeof *r->value, err);
    if (status)
        return status;
    free(o->index);
    free(o->value);
    o->count = r->count;
    o->index = r->index;
    o->value = r->value;
    r->index = NULL;
    r->value = NULL;
    return WR_OK;
}

static enum wr_status check_distinct(const struct reader *r, const struct wr_observations *o,
                                     struct wr_error *err)
{
    int64_t first, second;
    enum wr_status status = wr_observations_repeated(o, &first, &second, err);
    if (status || second < 0)
        return status;
    return wr_error_at(err, WR_EDATA, wr_input_name(r->input), r->entry_line[second],
                       "the coordinates are those of line %lld, expected each entry once",
                       (long long)r->entry_line[first]);
}

static enum wr_status no_entries(const struct reader *r, struct wr_error *err)
{
    return wr_error_at(err, WR_EDATA, wr_input_name(r->input), 0,
                       "no observation, expected lines `i_1 ... i_N value'");
}

static enum wr_status read_all(struct reader *r, struct wr_observations *made, struct wr_error *err)
{
    bool coordinates = r->options->coordinates;
    struct wr_span rest;
    enum wr_status status = read_header(r, &rest, err);
    if (status)
        return status;
    if (rest.size == 0)
        return coordinates
                   ? wr_observations_init(made, r->options->order, r->options->dim, 0, false, err)
                   : no_entries(r, err);
    if ((status = read_entries(r, rest, err)) || (status = hand_over(r, made, err)))
        return status;
    return coordinates ? WR_OK : check_distinct(r, made, err);
}

enum wr_status wr_tns_read(struct wr_input *input, const struct wr_tns_options *options,
                           struct wr_observations *o, struct wr_error *err)
{
    assert(options->dim || !options->coordinates);
    struct wr_observations made = {0};
    struct reader *r = wr_calloc(1, sizeof *r, err);
    if (!r)
        return WR_ENOMEM;
    r->input = input;
    r->options = options;
    enum wr_status status = read_all(r, &made, err);
    if (status)
        wr_observations_release(&made);
    else
        *o = made;
    free(r->index);
    free(r->value);
    free(r->entry_line);
    free(r);
    return status;
}
