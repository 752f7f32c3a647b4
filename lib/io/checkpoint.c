/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/checkpoint.h"

#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/alloc.h"
#include "io/number.h"
#include "io/scan.h"
#include "io/words.h"

enum { CRC_SIZE = 4 };

static const char magic[] = "walkrank-checkpoint ";
static const char format_version[] = "1";
static const char end_of_header[] = "data";

static const struct {
    const char *name;
    size_t size;
} number[WR_NUMBERS] = {{"f32", 4}, {"f64", 8}, {"i64", 8}};

void wr_checkpoint_release(struct wr_checkpoint *c)
{
    free(c->header);
    free(c->array);
    wr_input_close(c->input);
    *c = (struct wr_checkpoint){0};
}

static bool is_word(const char *text)
{
    return text[0] && strlen(text) < WR_CHECKPOINT_NAME && !strpbrk(text, " \t\r\n");
}

/* --- writing ------------------------------------------------------------------------------- */

/* Append `key value' to the header. */
static enum wr_status put_line(struct wr_checkpoint *c, const char *key, const char *value,
                               struct wr_error *err)
{
    size_t size = strlen(key) + strlen(value) + 2;
    assert(is_word(key) && value[0] && !strchr(value, '\n') && c->lines < WR_CHECKPOINT_LINES);
    enum wr_status status =
        wr_grow(&c->header, (int64_t)(c->header_size + size + 1), sizeof *c->header, err);
    if (status)
        return status;
    snprintf(c->header + c->header_size, size + 1, "%s %s\n", key, value);
    c->header_size += size;
    c->lines++;
    return WR_OK;
}

enum wr_status wr_checkpoint_put(struct wr_checkpoint *c, const char *key, const char *value,
                                 struct wr_error *err)
{
    return put_line(c, key, value, err);
}

enum wr_status wr_checkpoint_put_int(struct wr_checkpoint *c, const char *key, int64_t value,
                                     struct wr_error *err)
{
    char text[WR_U64_DIGITS + 2];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return put_line(c, key, text, err);
}

enum wr_status wr_checkpoint_put_double(struct wr_checkpoint *c, const char *key, double value,
                                        struct wr_error *err)
{
    char text[WR_DOUBLE_DIGITS];
    wr_format_double(text, value);
    return put_line(c, key, text, err);
}

enum wr_status wr_checkpoint_put_array(struct wr_checkpoint *c, const char *name,
                                       enum wr_number type, int64_t count, const void *data,
                                       struct wr_error *err)
{
    char line[WR_CHECKPOINT_NAME + WR_U64_DIGITS + 8];
    assert(is_word(name));
    enum wr_status status = wr_grow(&c->array, c->arrays + 1, sizeof *c->array, err);
    if (status)
        return status;
    struct wr_checkpoint_array *array = &c->array[c->arrays++];
    *array = (struct wr_checkpoint_array){.type = type, .count = count, .data = data};
    strcpy(array->name, name);
    snprintf(line, sizeof line, "%s %s %lld", name, number[type].name, (long long)count);
    return put_line(c, "array", line, err);
}

/* Bytes to the sink, and their checksum. */
struct writer {
    struct wr_sink *sink;
    uLong crc;
};

static void write_bytes(struct writer *w, const void *data, size_t size)
{
    w->crc = crc32_z(w->crc, data, size);
    wr_sink_write(w->sink, data, size);
}

/* Numbers of `size' bytes from one byte order to the other, where this machine's is not the
 * file's: the same function both ways. */
static void reorder(size_t size, int64_t count, const char *in, char *out)
{
    for (int64_t k = 0; k < count; k++, in += size, out += size) {
        uint32_t word;
        uint64_t wide;
        if (size == sizeof word) {
            memcpy(&word, in, sizeof word);
            word = htole32(word);
            memcpy(out, &word, sizeof word);
        } else {
            memcpy(&wide, in, sizeof wide);
            wide = htole64(wide);
            memcpy(out, &wide, sizeof wide);
        }
    }
}

static void write_array(struct writer *w, const struct wr_checkpoint_array *array)
{
    enum { NUMBERS = 1024 };
    char block[NUMBERS * 8];
    size_t size = number[array->type].size;
    for (int64_t begin = 0; begin < array->count; begin += NUMBERS) {
        int64_t count = array->count - begin < NUMBERS ? array->count - begin : NUMBERS;
        reorder(size, count, (const char *)array->data + (size_t)begin * size, block);
        write_bytes(w, block, (size_t)count * size);
    }
}

void wr_checkpoint_write(const struct wr_checkpoint *c, const char *content, struct wr_sink *sink)
{
    char first[sizeof magic + WR_CHECKPOINT_NAME + 16];
    struct writer w = {sink, crc32_z(0, NULL, 0)};
    assert(is_word(content));
    snprintf(first, sizeof first, "%s%s %s\n", magic, format_version, content);
    write_bytes(&w, first, strlen(first));
    write_bytes(&w, c->header, c->header_size);
    write_bytes(&w, end_of_header, sizeof end_of_header - 1);
    write_bytes(&w, "\n", 1);
    for (int i = 0; i < c->arrays; i++)
        write_array(&w, &c->array[i]);
    uint32_t crc = htole32((uint32_t)w.crc);
    wr_sink_write(sink, &crc, sizeof crc);
}

/* --- reading ------------------------------------------------------------------------------- */

/* A file while it is read. */
struct reader {
    const char *name;
    int64_t line;
    const char *at, *end; /* what is left of it, without the checksum */
};

static struct wr_span next_line(struct reader *r)
{
    r->line++;
    return wr_scan_line(r->at, r->end, &r->at);
}

/* The checksum at the end: what stands before it is as it was written. */
static enum wr_status check_sum(struct reader *r, struct wr_error *err)
{
    size_t size = (size_t)(r->end - r->at);
    uint32_t crc;
    if (size < sizeof magic - 1 || memcmp(r->at, magic, sizeof magic - 1) != 0)
        return wr_error_at(err, WR_EDATA, r->name, 0, "not a checkpoint of walkrank");
    bool whole = size >= sizeof magic - 1 + CRC_SIZE;
    size -= CRC_SIZE;
    memcpy(&crc, r->at + size, CRC_SIZE);
    if (!whole ||
        le32toh(crc) != (uint32_t)crc32_z(crc32_z(0, NULL, 0), (const Bytef *)r->at, size))
        return wr_error_at(err, WR_EDATA, r->name, 0,
                           "damaged or cut short: the checksum does not match");
    r->end -= CRC_SIZE;
    return WR_OK;
}

static enum wr_status check_first_line(struct reader *r, const char *content, struct wr_error *err)
{
    char shown[WR_WORD_SHOWN];
    const char *at = r->at + sizeof magic - 1;
    struct wr_span line = next_line(r);
    const char *end = line.data + line.size;
    struct wr_span version = wr_scan_word(&at, end), kind = wr_scan_word(&at, end);
    wr_word_show(version, shown);
    if (!wr_span_is(version, format_version))
        return wr_error_at(err, WR_EDATA, r->name, 1,
                           "version %s of the checkpoint format, expected %s", shown,
                           format_version);
    wr_word_show(kind, shown);
    if (!wr_span_is(kind, content) || at != end)
        return wr_error_at(err, WR_EDATA, r->name, 1, "the checkpoint holds '%s', expected '%s'",
                           shown, content);
    return WR_OK;
}

/* NAME TYPE COUNT */
static enum wr_status parse_array(const struct reader *r, struct wr_span rest,
                                  struct wr_checkpoint_array *array, struct wr_error *err)
{
    const char *at = rest.data, *end = rest.data + rest.size;
    struct wr_span name = wr_scan_word(&at, end), type = wr_scan_word(&at, end);
    struct wr_span count = wr_scan_word(&at, end);
    uint64_t value;
    int t = 0;
    while (t < WR_NUMBERS && !wr_span_is(type, number[t].name))
        t++;
    if (name.size == 0 || name.size >= WR_CHECKPOINT_NAME || t == WR_NUMBERS || at != end ||
        !wr_parse_u64(count.data, count.size, &value) || value > INT64_MAX / 8)
        return wr_error_at(err, WR_EDATA, r->name, r->line,
                           "expected 'array NAME f32|f64|i64 COUNT'");
    *array = (struct wr_checkpoint_array){.type = (enum wr_number)t, .count = (int64_t)value};
    memcpy(array->name, name.data, name.size);
    return WR_OK;
}

/* The value of a line when its key is `key', else NULL data. */
static struct wr_span value_of(struct wr_span line, const char *key)
{
    size_t size = strlen(key);
    if (line.size < size + 2 || memcmp(line.data, key, size) != 0 || line.data[size] != ' ')
        return (struct wr_span){NULL, 0};
    return (struct wr_span){line.data + size + 1, line.size - size - 1};
}

static enum wr_status take_line(struct wr_checkpoint *c, const struct reader *r,
                                struct wr_span line, struct wr_error *err)
{
    struct wr_span rest = value_of(line, "array");
    const char *space = memchr(line.data, ' ', line.size);
    if (!space || space == line.data || space + 1 == line.data + line.size)
        return wr_error_at(err, WR_EDATA, r->name, r->line, "expected 'KEY VALUE'");
    if (c->lines == WR_CHECKPOINT_LINES)
        return wr_error_at(err, WR_EDATA, r->name, r->line, "more than %d lines before the data",
                           WR_CHECKPOINT_LINES);
    c->lines++;
    if (!rest.data)
        return WR_OK;
    enum wr_status status = wr_grow(&c->array, c->arrays + 1, sizeof *c->array, err);
    return status ? status : parse_array(r, rest, &c->array[c->arrays++], err);
}

static enum wr_status take_header(struct wr_checkpoint *c, struct reader *r, struct wr_error *err)
{
    const char *begin = r->at;
    for (;;) {
        if (r->at == r->end)
            return wr_error_at(err, WR_EDATA, r->name, r->line, "no line '%s'", end_of_header);
        const char *before = r->at;
        struct wr_span line = next_line(r);
        if (wr_span_is(line, end_of_header)) {
            c->header_size = (size_t)(before - begin);
            break;
        }
        enum wr_status status = take_line(c, r, line, err);
        if (status)
            return status;
    }
    if (!(c->header = wr_alloc((int64_t)c->header_size, 1, err)))
        return WR_ENOMEM;
    memcpy(c->header, begin, c->header_size);
    return WR_OK;
}

/* Where the numbers of each array lie. */
static enum wr_status place_arrays(struct wr_checkpoint *c, const struct reader *r,
                                   struct wr_error *err)
{
    uint64_t left = (uint64_t)(r->end - r->at);
    const char *at = r->at;
    for (int i = 0; i < c->arrays; i++) {
        struct wr_checkpoint_array *array = &c->array[i];
        uint64_t size = (uint64_t)array->count * number[array->type].size;
        if (size > left)
            return wr_error_at(err, WR_EDATA, r->name, 0,
                               "the data ends before the %lld numbers of array %s",
                               (long long)array->count, array->name);
        array->data = at;
        at += size;
        left -= size;
    }
    if (left > 0)
        return wr_error_at(err, WR_EDATA, r->name, 0, "%llu bytes after the last array",
                           (unsigned long long)left);
    return WR_OK;
}

static enum wr_status read_text(struct wr_checkpoint *c, struct wr_span text, const char *content,
                                struct wr_error *err)
{
    struct reader r = {.name = wr_input_name(c->input), .at = text.data, .end = text.data};
    if (text.size > 0)
        r.end += text.size;
    enum wr_status status = check_sum(&r, err);
    if (!status)
        status = check_first_line(&r, content, err);
    if (!status)
        status = take_header(c, &r, err);
    return status ? status : place_arrays(c, &r, err);
}

enum wr_status wr_checkpoint_read(struct wr_checkpoint *c, const char *path, const char *content,
                                  const char *tmp_dir, struct wr_error *err)
{
    const struct wr_input_options options = {.keep_text = true, .tmp_dir = tmp_dir};
    struct wr_checkpoint made = {0};
    struct wr_span text;
    enum wr_status status = wr_input_open(&made.input, path, &options, err);
    if (status)
        return status;
    status = wr_input_all(made.input, &text, err);
    if (!status)
        status = read_text(&made, text, content, err);
    if (status) {
        wr_checkpoint_release(&made);
        return status;
    }
    *c = made;
    return WR_OK;
}

enum wr_status wr_checkpoint_text(const struct wr_checkpoint *c, const char *key,
                                  struct wr_span *value, struct wr_error *err)
{
    const char *at = c->header, *end = c->header + c->header_size;
    struct wr_span found = {NULL, 0};
    for (int i = 0; i < c->lines; i++) {
        struct wr_span here = value_of(wr_scan_line(at, end, &at), key);
        if (here.data && found.data)
            return wr_error_at(err, WR_EDATA, wr_input_name(c->input), 0,
                               "the checkpoint has '%s' twice", key);
        if (here.data)
            found = here;
    }
    if (!found.data)
        return wr_error_at(err, WR_EDATA, wr_input_name(c->input), 0,
                           "the checkpoint does not have '%s'", key);
    *value = found;
    return WR_OK;
}

static enum wr_status bad_value(const struct wr_checkpoint *c, const char *key,
                                struct wr_span value, struct wr_error *err)
{
    char shown[WR_WORD_SHOWN];
    wr_word_show(value, shown);
    return wr_error_at(err, WR_EDATA, wr_input_name(c->input), 0,
                       "the checkpoint has '%s %s', a value that makes no sense", key, shown);
}

enum wr_status wr_checkpoint_int(const struct wr_checkpoint *c, const char *key, int64_t min,
                                 int64_t max, int64_t *value, struct wr_error *err)
{
    struct wr_span text;
    int64_t parsed;
    enum wr_status status = wr_checkpoint_text(c, key, &text, err);
    if (status)
        return status;
    if (!wr_parse_i64(text.data, text.size, &parsed) || parsed < min || parsed > max)
        return bad_value(c, key, text, err);
    *value = parsed;
    return WR_OK;
}

enum wr_status wr_checkpoint_double(const struct wr_checkpoint *c, const char *key, double min,
                                    double max, double *value, struct wr_error *err)
{
    struct wr_span text;
    double parsed;
    enum wr_status status = wr_checkpoint_text(c, key, &text, err);
    if (status)
        return status;
    if (!wr_parse_double(text.data, text.size, &parsed) || parsed < min || parsed > max)
        return bad_value(c, key, text, err);
    *value = parsed;
    return WR_OK;
}

enum wr_status wr_checkpoint_choice(const struct wr_checkpoint *c, const char *key,
                                    const char *const words[], int count, int *value,
                                    struct wr_error *err)
{
    struct wr_span text;
    enum wr_status status = wr_checkpoint_text(c, key, &text, err);
    if (status)
        return status;
    for (int i = 0; i < count; i++) {
        if (wr_span_is(text, words[i])) {
            *value = i;
            return WR_OK;
        }
    }
    return bad_value(c, key, text, err);
}

enum wr_status wr_checkpoint_numbers(const struct wr_checkpoint *c, const char *name,
                                     enum wr_number type, int64_t count, void *out,
                                     struct wr_error *err)
{
    const struct wr_checkpoint_array *found = NULL;
    for (int i = 0; i < c->arrays && !found; i++)
        if (strcmp(c->array[i].name, name) == 0)
            found = &c->array[i];
    if (!found)
        return wr_error_at(err, WR_EDATA, wr_input_name(c->input), 0,
                           "the checkpoint does not have array %s", name);
    if (found->type != type || found->count != count)
        return wr_error_at(err, WR_EDATA, wr_input_name(c->input), 0,
                           "array %s of the checkpoint has %lld numbers of type %s, expected %lld "
                           "of type %s",
                           name, (long long)found->count, number[found->type].name,
                           (long long)count, number[type].name);
    reorder(number[type].size, count, found->data, out);
    return WR_OK;
}
