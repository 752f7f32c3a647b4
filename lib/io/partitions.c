/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/partitions.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/lines.h"
#include "io/words.h"

struct partition_reader {
    struct wr_lines lines;
    struct wr_partitions made;
    uint32_t *vertex; /* of the line at hand */
    int64_t size, room;
};

static enum wr_status add_vertex(struct partition_reader *r, uint32_t v, struct wr_error *err)
{
    if (r->size == r->room) {
        int64_t room = 2 * r->room + 64;
        if (wr_grow(&r->vertex, room, sizeof *r->vertex, err))
            return WR_ENOMEM;
        r->room = room;
    }
    r->vertex[r->size++] = v;
    return WR_OK;
}

/* `t:` at the beginning of the line; *at moves behind it. No colon is no error. */
static enum wr_status take_target(struct partition_reader *r, const char **at, const char *end,
                                  uint32_t *target, struct wr_error *err)
{
    char problem[WR_WORD_PROBLEM];
    const char *begin = *at, *colon = memchr(begin, ':', (size_t)(end - begin));
    *target = WR_NO_TARGET;
    if (!colon)
        return WR_OK;
    struct wr_span word = wr_word_next(at, colon);
    if (word.size == 0)
        return wr_lines_error(&r->lines, err, "no target before ':', expected a vertex id");
    if (!wr_word_vertex(word, target, problem))
        return wr_lines_error(&r->lines, err, "%s", problem);
    if (wr_word_next(at, colon).size > 0 || memchr(begin, ',', (size_t)(colon - begin)))
        return wr_lines_error(&r->lines, err,
                              "more than one vertex id before ':', expected the "
                              "target alone");
    *at = colon + 1;
    return WR_OK;
}

/* Whether a comma lacks an id on one of its sides. */
static bool has_lone_comma(const char *at, const char *end)
{
    bool comma = false, id = false; /* one has come; an id after it, or after the start */
    for (; at < end; at++) {
        if (*at == ',' && !id)
            return true;
        if (*at == ',')
            comma = true;
        id = *at != ',' && (id || !wr_is_separator(*at));
    }
    return comma && !id;
}

static enum wr_status take_line(void *context, struct wr_span line, struct wr_error *err)
{
    struct partition_reader *r = context;
    const char *at = line.data, *end = line.data + line.size;
    char problem[WR_WORD_PROBLEM];
    uint32_t target, v;
    enum wr_status status = take_target(r, &at, end, &target, err);
    if (status)
        return status;
    if (has_lone_comma(at, end))
        return wr_lines_error(&r->lines, err, "nothing beside a comma, expected a vertex id");
    r->size = 0;
    for (struct wr_span word; (word = wr_word_next(&at, end)).size > 0;) {
        if (!wr_word_vertex(word, &v, problem))
            return wr_lines_error(&r->lines, err, "%s", problem);
        if (add_vertex(r, v, err))
            return WR_ENOMEM;
    }
    if (r->size > 0)
        return wr_partitions_add(&r->made, target, r->lines.number, r->vertex, r->size, err);
    if (target != WR_NO_TARGET)
        return wr_lines_error(&r->lines, err, "a target alone, expected vertex ids after it");
    return WR_OK;
}

enum wr_status wr_partitions_read(const char *path, struct wr_partitions *p, struct wr_error *err)
{
    struct partition_reader r = {0};
    enum wr_status status = wr_lines_open(&r.lines, path, err);
    if (!status)
        status = wr_lines_each(&r.lines, take_line, &r, err);
    if (!status) {
        *p = r.made;
        r.made = (struct wr_partitions){0};
    }
    wr_lines_close(&r.lines);
    wr_partitions_release(&r.made);
    free(r.vertex);
    return status;
}
