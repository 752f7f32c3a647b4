/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/number.h"

static void append(struct json *j, const char *data, size_t size)
{
    if (j->failed || size == 0)
        return;
    if (j->size + size > j->capacity) {
        size_t wanted = 2 * (j->size + size);
        if (wr_grow(&j->text, (int64_t)wanted, 1, NULL)) {
            j->failed = true;
            return;
        }
        j->capacity = wanted;
    }
    memcpy(j->text + j->size, data, size);
    j->size += size;
}

static void append_string(struct json *j, const char *string)
{
    append(j, string, strlen(string));
}

/* Bytes of the UTF-8 sequence that begins at p; 0 when there is none, as in many a file name. */
static size_t utf8_length(const unsigned char *p)
{
    size_t n = p[0] < 0x80                   ? 1
               : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
               : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
               : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                             : 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90);
    bool surrogate = p[0] == 0xed && p[1] >= 0xa0;
    return overlong || surrogate || (p[0] == 0xf4 && p[1] >= 0x90) ? 0 : n;
}

static void append_quoted(struct json *j, const char *string)
{
    append(j, "\"", 1);
    for (const unsigned char *p = (const unsigned char *)string; *p;) {
        char escape[8];
        size_t n = utf8_length(p);
        if (n == 0)
            snprintf(escape, sizeof escape, "\\ufffd");
        else if (*p == '"' || *p == '\\')
            snprintf(escape, sizeof escape, "\\%c", *p);
        else if (*p < 0x20)
            snprintf(escape, sizeof escape, "\\u%04x", *p);
        else
            snprintf(escape, sizeof escape, "%.*s", (int)n, (const char *)p);
        append_string(j, escape);
        p += n ? n : 1;
    }
    append(j, "\"", 1);
}

static void append_key(struct json *j, const char *key)
{
    if (j->size > 0)
        append_string(j, ", ");
    append_quoted(j, key);
    append_string(j, ": ");
}

void json_string(struct json *j, const char *key, const char *value)
{
    append_key(j, key);
    if (value)
        append_quoted(j, value);
    else
        append_string(j, "null");
}

void json_int(struct json *j, const char *key, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    append_key(j, key);
    append_string(j, text);
}

void json_uint(struct json *j, const char *key, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    append_key(j, key);
    append_string(j, text);
}

void json_double(struct json *j, const char *key, double value)
{
    char text[WR_DOUBLE_DIGITS] = "null";
    if (isfinite(value))
        wr_format_double(text, value);
    append_key(j, key);
    append_string(j, text);
}

void json_number(struct json *j, const char *key, const char *digits)
{
    append_key(j, key);
    append_string(j, digits);
}

void json_bool(struct json *j, const char *key, bool value)
{
    append_key(j, key);
    append_string(j, value ? "true" : "false");
}

static void append_object(struct json *j, const struct json *members)
{
    append(j, "{", 1);
    append(j, members->text, members->size);
    append(j, "}", 1);
    j->failed |= members->failed;
}

void json_object(struct json *j, const char *key, const struct json *members)
{
    append_key(j, key);
    append_object(j, members);
}

void json_array(struct json *j, const char *key, const struct json *objects, int count)
{
    append_key(j, key);
    append(j, "[", 1);
    for (int i = 0; i < count; i++) {
        if (i > 0)
            append_string(j, ", ");
        append_object(j, &objects[i]);
    }
    append(j, "]", 1);
}

void json_release(struct json *j)
{
    free(j->text);
    *j = (struct json){0};
}
