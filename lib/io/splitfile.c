/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/splitfile.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/lines.h"
#include "io/number.h"
#include "io/words.h"

struct split_reader {
    struct wr_lines lines;
    int64_t count, room;
    uint8_t *part;
};

static bool find_part(struct wr_span word, uint8_t *part)
{
    static const char *const names[WR_PARTS] = {[WR_PART_NONE] = "none",
                                                [WR_PART_TRAIN] = "train",
                                                [WR_PART_VAL] = "val",
                                                [WR_PART_TEST] = "test"};
    for (int i = 0; i < WR_PARTS; i++) {
        if (wr_span_is(word, names[i])) {
            *part = (uint8_t)i;
            return true;
        }
    }
    return false;
}

static enum wr_status take_line(void *context, struct wr_span line, struct wr_error *err)
{
    struct split_reader *r = context;
    const char *at = line.data, *end = line.data + line.size;
    char shown[WR_WORD_SHOWN];
    struct wr_span word = wr_word_next(&at, end);
    if (word.size == 0)
        return WR_OK;
    if (r->count == r->room) {
        int64_t room = 2 * r->room + 4096;
        if (wr_grow(&r->part, room, sizeof *r->part, err))
            return WR_ENOMEM;
        r->room = room;
    }
    if (!find_part(word, &r->part[r->count]))
        return wr_lines_word_error(&r->lines, word, "a part, expected train, val, test or none",
                                   err);
    word = wr_word_next(&at, end);
    if (word.size > 0) {
        wr_word_show(word, shown);
        return wr_lines_error(&r->lines, err, "'%s' follows the part, expected one word per line",
                              shown);
    }
    r->count++;
    return WR_OK;
}

enum wr_status wr_split_read(const char *path, int64_t *count, uint8_t **part, struct wr_error *err)
{
    struct split_reader r = {.count = 0};
    enum wr_status status = wr_lines_open(&r.lines, path, err);
    if (!status)
        status = wr_lines_each(&r.lines, take_line, &r, err);
    if (!status)
        status = wr_grow(&r.part, r.count, sizeof *r.part, err);
    if (!status) {
        *count = r.count;
        *part = r.part;
        r.part = NULL;
    }
    wr_lines_close(&r.lines);
    free(r.part);
    return status;
}

/* A share of [*at, end) up to a slash or the end; *at moves behind the slash. */
static bool take_share(const char **at, const char *end, double *share)
{
    const char *slash = memchr(*at, '/', (size_t)(end - *at));
    const char *stop = slash ? slash : end;
    bool good = wr_parse_double(*at, (size_t)(stop - *at), share) && *share >= 0;
    *at = slash ? slash + 1 : end;
    return good;
}

bool wr_split_shares_parse(const char *text, struct wr_split_shares *shares)
{
    const char *at = text, *end = text + strlen(text);
    struct wr_split_shares s;
    int slashes = 0;
    for (const char *p = text; *p; p++)
        slashes += *p == '/';
    if (slashes != 2 || !take_share(&at, end, &s.train) || !take_share(&at, end, &s.val) ||
        !take_share(&at, end, &s.test))
        return false;
    if (s.train + s.val + s.test > 100 + WR_SHARE_SLACK)
        return false;
    *shares = s;
    return true;
}
