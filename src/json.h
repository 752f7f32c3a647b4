/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The members of one JSON object, collected as text. A key is given once. Release with
 * json_release. When memory runs out the object is marked failed and takes nothing more. */
struct json {
    char *text;
    size_t size, capacity;
    bool failed;
};

void json_string(struct json *j, const char *key, const char *value); /* NULL: null */
void json_int(struct json *j, const char *key, int64_t value);
void json_uint(struct json *j, const char *key, uint64_t value);
void json_double(struct json *j, const char *key, double value);       /* not finite: null */
void json_number(struct json *j, const char *key, const char *digits); /* any size, as text */
void json_bool(struct json *j, const char *key, bool value);
void json_object(struct json *j, const char *key, const struct json *members);
void json_array(struct json *j, const char *key, const struct json *objects, int count);
void json_release(struct json *j);

#endif
