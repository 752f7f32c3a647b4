/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/vertexnames.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "data/graph.h"

const char *wr_names_get(const struct wr_names *names, uint32_t i)
{
    return names->text + names->start[i];
}

static struct wr_span span_of(const struct wr_names *names, uint32_t i)
{
    int64_t end = i + 1 < names->count ? names->start[i + 1] : names->text_size;
    return (struct wr_span){wr_names_get(names, i), (size_t)(end - names->start[i] - 1)};
}

static enum wr_status make_room(struct wr_names *names, size_t size, struct wr_error *err)
{
    int64_t wanted = names->text_size + (int64_t)size + 1;
    if (names->count == names->room) {
        int64_t room = 2 * names->room + 64;
        if (wr_grow(&names->start, room, sizeof *names->start, err))
            return WR_ENOMEM;
        names->room = room;
    }
    if (wanted > names->text_room) {
        int64_t room = 2 * wanted + 1024;
        if (wr_grow(&names->text, room, 1, err))
            return WR_ENOMEM;
        names->text_room = room;
    }
    return WR_OK;
}

enum wr_status wr_names_append(struct wr_names *names, struct wr_span name, struct wr_error *err)
{
    if (names->count > WR_MAX_VERTEX)
        return wr_error_set(err, WR_EDATA, "more than %u vertices", names->count);
    if (make_room(names, name.size, err))
        return WR_ENOMEM;
    names->start[names->count++] = names->text_size;
    if (name.size > 0)
        memcpy(names->text + names->text_size, name.data, name.size);
    names->text_size += (int64_t)name.size;
    names->text[names->text_size++] = '\0';
    return WR_OK;
}

/* --- the hash table ------------------------------------------------------------------------ */

/* Eight letters at a time: multiply by an odd constant, fold the high half onto the low. */
static uint64_t hash(struct wr_span name)
{
    uint64_t h = name.size;
    for (size_t i = 0; i < name.size; i += 8) {
        uint64_t letters = 0;
        size_t left = name.size - i;
        memcpy(&letters, name.data + i, left < 8 ? left : 8);
        h = (h ^ letters) * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / the golden ratio */
        h ^= h >> 32;
    }
    return h;
}

/* The slot of a name, or the free one where it would be. */
static uint32_t *find_slot(const struct wr_names *names, struct wr_span name)
{
    for (uint64_t i = hash(name);; i++) {
        uint32_t *slot = &names->slot[i & names->slot_mask];
        if (*slot == 0)
            return slot;
        struct wr_span other = span_of(names, *slot - 1);
        if (other.size == name.size && memcmp(other.data, name.data, name.size) == 0)
            return slot;
    }
}

/* Keep the table at most half full. */
static enum wr_status grow_table(struct wr_names *names, struct wr_error *err)
{
    uint64_t slots = names->slot ? names->slot_mask + 1 : 0;
    if (2 * (uint64_t)names->count < slots)
        return WR_OK;
    uint64_t wanted = slots ? 2 * slots : 256;
    uint32_t *table = wr_calloc((int64_t)wanted, sizeof *table, err);
    if (!table)
        return WR_ENOMEM;
    free(names->slot);
    names->slot = table;
    names->slot_mask = wanted - 1;
    for (uint32_t i = 0; i < names->count; i++)
        *find_slot(names, span_of(names, i)) = i + 1;
    return WR_OK;
}

enum wr_status wr_names_number(struct wr_names *names, struct wr_span name, uint32_t *number,
                               struct wr_error *err)
{
    if (grow_table(names, err))
        return WR_ENOMEM;
    uint32_t *slot = find_slot(names, name);
    if (*slot == 0) {
        enum wr_status status = wr_names_append(names, name, err);
        if (status)
            return status;
        *slot = names->count;
    }
    *number = *slot - 1;
    return WR_OK;
}

/* ------------------------------------------------------------------------------------------- */

void wr_names_write(const struct wr_names *names, struct wr_sink *sink)
{
    for (uint32_t i = 0; i < names->count && !wr_sink_failed(sink); i++) {
        struct wr_span name = span_of(names, i);
        const char *end = name.data + name.size;
        wr_sink_u64(sink, i);
        wr_sink_write(sink, "\t", 1);
        for (const char *p = name.data; p < end; p++)
            wr_sink_write(sink, *p == '\t' || *p == '\n' || *p == '\r' ? " " : p, 1);
        wr_sink_write(sink, "\n", 1);
    }
}

void wr_names_release(struct wr_names *names)
{
    free(names->text);
    free(names->start);
    free(names->slot);
    *names = (struct wr_names){0};
}
