/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/edgeblock.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "data/graph.h"
#include "io/edgeline.h"

enum wr_status wr_edgeblocks_init(struct wr_edgeblocks *blocks, bool weights, struct wr_error *err)
{
    struct wr_edgeblocks made = {0};
    int64_t space = (int64_t)WR_TEXTBLOCKS * WR_EDGEBLOCK_KEYS;
    made.key = wr_alloc(space, sizeof *made.key, err);
    made.weight = weights ? wr_alloc(space, sizeof *made.weight, err) : NULL;
    if (!made.key || (weights && !made.weight)) {
        wr_edgeblocks_release(&made);
        return WR_ENOMEM;
    }
    for (int i = 0; i < WR_TEXTBLOCKS; i++) {
        made.block[i].key = made.key + (int64_t)i * WR_EDGEBLOCK_KEYS;
        made.block[i].weight = weights ? made.weight + (int64_t)i * WR_EDGEBLOCK_KEYS : NULL;
    }
    *blocks = made;
    return WR_OK;
}

void wr_edgeblocks_release(struct wr_edgeblocks *blocks)
{
    free(blocks->key);
    free(blocks->weight);
    *blocks = (struct wr_edgeblocks){0};
}

/* Account for a comment; false when it asks for more vertices than are possible. */
static bool take_comment(struct wr_edgeblock *block, struct wr_span line)
{
    struct wr_snap_header header;
    if (wr_snap_header_find(line, &header)) {
        if (header.nodes > block->nodes)
            block->nodes = header.nodes;
        if (header.nodes > WR_MAX_VERTEX + UINT64_C(1))
            return false;
    }
    block->others++;
    return true;
}

/* Account for one line, read with care; false when it is bad. */
static bool take_line(struct wr_edgeblock *block, struct wr_span line, int weight_column)
{
    struct wr_edgeline edge;
    switch (wr_edgeline_parse(line, weight_column, &edge)) {
    case WR_LINE_EDGE:
        if (weight_column)
            block->weight[block->edges] = edge.weight;
        block->key[block->edges++] = wr_arc(edge.u, edge.v);
        return true;
    case WR_LINE_COMMENT:
        return take_comment(block, line);
    case WR_LINE_BLANK:
        block->others++;
        return true;
    default:
        return false;
    }
}

static struct wr_span line_at(const char *p, const char *end)
{
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    return (struct wr_span){p, (size_t)((newline ? newline : end) - p)};
}

void wr_edgeblock_read(struct wr_edgeblock *block, struct wr_span lines,
                       const struct wr_edgeblock_options *options)
{
    const char *p = lines.data, *end = lines.data + lines.size;
    *block = (struct wr_edgeblock){.key = block->key, .weight = block->weight, .lines = lines};
    while (p < end) {
        if (!options->weight_column)
            block->edges += wr_edgeparse(options->how, &p, end, block->key + block->edges);
        if (p == end)
            break;
        struct wr_span line = line_at(p, end);
        if (!take_line(block, line, options->weight_column)) {
            block->bad = p;
            break;
        }
        p += line.size + 1;
    }
}

enum wr_status wr_edgeblock_error(const struct wr_edgeblock *block,
                                  const struct wr_edgeblock_options *options, const char *name,
                                  int64_t line, struct wr_error *err)
{
    struct wr_edgeline edge;
    struct wr_span text = line_at(block->bad, block->lines.data + block->lines.size);
    if (wr_edgeline_parse(text, options->weight_column, &edge) == WR_LINE_BAD)
        return wr_error_at(err, WR_EDATA, name, line, "%s", edge.problem);
    return wr_error_at(err, WR_EDATA, name, line,
                       "%llu vertices are too many, at most %llu are possible",
                       (unsigned long long)block->nodes, WR_MAX_VERTEX + 1ULL);
}
