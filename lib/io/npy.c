/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/npy.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "io/words.h"

/* --- reading the header -------------------------------------------------------------------- */

enum { MAGIC = 6, PREFIX_1 = MAGIC + 2 + 2, PREFIX_2 = MAGIC + 2 + 4 };

static const char magic[] = "\x93NUMPY";

#define OTHER_ORDER (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '>' : '<')
#define OWN_ORDER (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>')

/* The header is a Python dictionary, {'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }.
 */
struct cursor {
    const char *begin, *at, *end;
    const char *name;
    struct wr_error *err;
};

static enum wr_status malformed(const struct cursor *c, const char *expected)
{
    return wr_error_at(c->err, WR_EDATA, c->name, 0,
                       "malformed .npy header: expected %s at its byte %td", expected,
                       c->at - c->begin + 1);
}

/* Move over blanks and then over c, if it stands there. */
static bool accept(struct cursor *cursor, char c)
{
    while (cursor->at < cursor->end && *cursor->at == ' ')
        cursor->at++;
    if (cursor->at == cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    return true;
}

static enum wr_status parse_string(struct cursor *c, struct wr_span *string)
{
    char quote = accept(c, '\'') ? '\'' : '"';
    if (quote == '"' && !accept(c, '"'))
        return malformed(c, "a string in quotes");
    const char *close = memchr(c->at, quote, (size_t)(c->end - c->at));
    if (!close)
        return malformed(c, "a string with an end");
    *string = (struct wr_span){c->at, (size_t)(close - c->at)};
    c->at = close + 1;
    return WR_OK;
}

static enum wr_status parse_bool(struct cursor *c, bool *value)
{
    static const char *const words[] = {"False", "True"};
    (void)accept(c, ' ');
    for (int i = 0; i < 2; i++) {
        size_t size = strlen(words[i]);
        if ((size_t)(c->end - c->at) >= size && memcmp(c->at, words[i], size) == 0) {
            c->at += size;
            *value = i;
            return WR_OK;
        }
    }
    return malformed(c, "True or False");
}

/* The digits of one dimension. Python 2 wrote 3L for 3. */
static enum wr_status parse_dimension(struct cursor *c, int64_t *dimension)
{
    const char *begin = c->at;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
        c->at++;
    if (!wr_parse_i64(begin, (size_t)(c->at - begin), dimension)) {
        c->at = begin;
        return malformed(c, "a dimension below 2^63");
    }
    if (c->at < c->end && *c->at == 'L')
        c->at++;
    return WR_OK;
}

static enum wr_status parse_shape(struct cursor *c, struct wr_npy *a)
{
    if (!accept(c, '('))
        return malformed(c, "the shape in parentheses");
    a->rank = 0;
    while (!accept(c, ')')) {
        if (a->rank == WR_NPY_RANK)
            return malformed(c, "at most 32 dimensions");
        enum wr_status status = parse_dimension(c, &a->shape[a->rank++]);
        if (status)
            return status;
        /* a tuple of one has a comma: (3) would be a number */
        if (!accept(c, ',') && (a->rank == 1 || c->at == c->end || *c->at != ')'))
            return malformed(c, "a comma");
    }
    return WR_OK;
}

static bool known_type(char kind, int size)
{
    switch (kind) {
    case 'i':
    case 'u':
        return size == 1 || size == 2 || size == 4 || size == 8;
    case 'f':
        return size == 4 || size == 8;
    case 'b':
        return size == 1;
    default:
        return false;
    }
}

/* descr: byte order, kind and size, as in '<i8' */
static enum wr_status parse_type(struct cursor *c, struct wr_npy *a)
{
    struct wr_span descr;
    if (accept(c, '['))
        return wr_error_at(c->err, WR_EDATA, c->name, 0,
                           "an array of structures, expected integers or floats");
    enum wr_status status = parse_string(c, &descr);
    if (status)
        return status;
    if (descr.size == 3 && memchr("<>|=", descr.data[0], 4)) {
        a->kind = descr.data[1];
        a->size = descr.data[2] - '0';
        a->swapped = descr.data[0] == OTHER_ORDER;
    }
    if (!known_type(a->kind, a->size) || (a->size > 1 && descr.data[0] == '|')) {
        char shown[WR_WORD_SHOWN];
        wr_word_show(descr, shown);
        return wr_error_at(c->err, WR_EDATA, c->name, 0,
                           "an array of type '%s', expected integers or floats such as '<i8', "
                           "'<f4' or '<f8'",
                           shown);
    }
    return WR_OK;
}

enum { KEY_DESCR = 1, KEY_FORTRAN = 2, KEY_SHAPE = 4, ALL_KEYS = 7 };

/* One `key: value`; the key's bit is set in *seen. */
static enum wr_status parse_item(struct cursor *c, struct wr_npy *a, int *seen)
{
    struct wr_span key;
    enum wr_status status = parse_string(c, &key);
    if (status)
        return status;
    int bit = wr_span_is(key, "descr")           ? KEY_DESCR
              : wr_span_is(key, "fortran_order") ? KEY_FORTRAN
              : wr_span_is(key, "shape")         ? KEY_SHAPE
                                                 : 0;
    if (bit == 0 || (*seen & bit))
        return malformed(c, "the keys descr, fortran_order and shape, once each,");
    if (!accept(c, ':'))
        return malformed(c, "a colon");
    *seen |= bit;
    return bit == KEY_DESCR     ? parse_type(c, a)
           : bit == KEY_FORTRAN ? parse_bool(c, &a->fortran)
                                : parse_shape(c, a);
}

static enum wr_status parse_dictionary(struct cursor *c, struct wr_npy *a)
{
    int seen = 0;
    if (!accept(c, '{'))
        return malformed(c, "'{'");
    while (!accept(c, '}')) {
        enum wr_status status = parse_item(c, a, &seen);
        if (status)
            return status;
        if (!accept(c, ',') && (c->at == c->end || *c->at != '}'))
            return malformed(c, "a comma or '}'");
    }
    if (seen != ALL_KEYS)
        return malformed(c, "the keys descr, fortran_order and shape, once each,");
    (void)accept(c, '\n');
    return c->at == c->end ? WR_OK : malformed(c, "nothing more");
}

/* --- the file ------------------------------------------------------------------------------ */

bool wr_npy_recognise(struct wr_span head)
{
    return head.size >= MAGIC && memcmp(head.data, magic, MAGIC) == 0;
}

/* Magic, version, length of the dictionary: what stands before it is `prefix` bytes. */
static enum wr_status parse_prefix(struct wr_npy *a, struct wr_span text, const char *name,
                                   size_t *prefix, size_t *length, struct wr_error *err)
{
    const unsigned char *b = (const unsigned char *)text.data;
    if (!wr_npy_recognise(text))
        return wr_error_at(err, WR_EDATA, name, 0,
                           "not an .npy file: it does not begin with NumPy's magic bytes");
    if (text.size < PREFIX_2)
        return wr_error_at(err, WR_EDATA, name, 0, "the .npy header is truncated");
    if (b[6] < 1 || b[6] > 3 || b[7] != 0)
        return wr_error_at(err, WR_EDATA, name, 0,
                           "version %d.%d of the .npy format, expected 1.0, 2.0 or 3.0", b[6],
                           b[7]);
    a->version = b[6];
    *prefix = a->version == 1 ? PREFIX_1 : PREFIX_2;
    *length = b[8] | (size_t)b[9] << 8;
    if (a->version > 1)
        *length |= (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (*length > text.size - *prefix)
        return wr_error_at(err, WR_EDATA, name, 0, "the .npy header is truncated");
    return WR_OK;
}

/* The number of elements, and that there are as many bytes as they take. */
static enum wr_status check_size(struct wr_npy *a, size_t bytes, const char *name,
                                 struct wr_error *err)
{
    int64_t wanted = a->size;
    a->count = 1;
    for (int d = 0; d < a->rank; d++)
        if (a->shape[d] == 0)
            a->count = wanted = 0;
    for (int d = 0; d < a->rank; d++)
        if (__builtin_mul_overflow(a->count, a->shape[d], &a->count) ||
            __builtin_mul_overflow(wanted, a->shape[d], &wanted))
            return wr_error_at(err, WR_EDATA, name, 0, "the shape's product passes 2^63");
    if ((uint64_t)wanted != bytes)
        return wr_error_at(err, WR_EDATA, name, 0,
                           "%zu bytes of data, expected %lld for %lld elements of %d bytes", bytes,
                           (long long)wanted, (long long)a->count, a->size);
    return WR_OK;
}

enum wr_status wr_npy_parse(struct wr_npy *a, struct wr_span text, const char *name,
                            struct wr_error *err)
{
    struct wr_npy made = {0};
    size_t prefix = 0, length = 0;
    enum wr_status status = parse_prefix(&made, text, name, &prefix, &length, err);
    if (status)
        return status;
    const char *header = text.data + prefix;
    struct cursor cursor = {header, header, header + length, name, err};
    status = parse_dictionary(&cursor, &made);
    if (!status)
        status = check_size(&made, text.size - prefix - length, name, err);
    if (status)
        return status;
    made.data = header + length;
    *a = made;
    return WR_OK;
}

enum wr_status wr_npy_open(struct wr_npy *a, const char *path, const char *tmp_dir,
                           struct wr_error *err)
{
    struct wr_input_options options = {.keep_text = true, .tmp_dir = tmp_dir};
    struct wr_input *input = NULL;
    struct wr_span text;
    enum wr_status status = wr_input_open(&input, path, &options, err);
    if (!status)
        status = wr_input_all(input, &text, err);
    if (!status)
        status = wr_npy_parse(a, text, wr_input_name(input), err);
    if (status)
        wr_input_close(input);
    else
        a->input = input;
    return status;
}

void wr_npy_close(struct wr_npy *a)
{
    wr_input_close(a->input);
    *a = (struct wr_npy){0};
}

/* --- elements ------------------------------------------------------------------------------ */

/* Element i of the file: its bits in this machine's order, zeros before them. */
static inline uint64_t load(const struct wr_npy *a, int64_t i)
{
    const char *p = a->data + i * a->size;
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (a->size) {
    case 1:
        memcpy(&one, p, sizeof one);
        return one;
    case 2:
        memcpy(&two, p, sizeof two);
        return a->swapped ? __builtin_bswap16(two) : two;
    case 4:
        memcpy(&four, p, sizeof four);
        return a->swapped ? __builtin_bswap32(four) : four;
    default:
        memcpy(&eight, p, sizeof eight);
        return a->swapped ? __builtin_bswap64(eight) : eight;
    }
}

/* The bits of an integer or a boolean as a number. */
static inline int64_t integer(const struct wr_npy *a, uint64_t bits)
{
    int unused = 64 - 8 * a->size;
    if (a->kind == 'i')
        return (int64_t)(bits << unused) >> unused; /* copies the sign */
    return bits > INT64_MAX ? INT64_MAX : (int64_t)bits;
}

/* The bits of any element as a number. */
static inline double real(const struct wr_npy *a, uint64_t bits)
{
    uint32_t word = (uint32_t)bits;
    float single;
    double value;
    if (a->kind == 'u')
        return (double)bits;
    if (a->kind != 'f')
        return (double)integer(a, bits);
    if (a->size == sizeof single) {
        memcpy(&single, &word, sizeof single);
        return single;
    }
    memcpy(&value, &bits, sizeof value);
    return value;
}

void wr_npy_get_i64(const struct wr_npy *a, int64_t begin, int64_t count, int64_t *out)
{
    assert(a->kind != 'f');
    for (int64_t i = 0; i < count; i++)
        out[i] = integer(a, load(a, begin + i));
}

/* A walk over the elements with the last index fastest. */
struct walk {
    int64_t index[WR_NPY_RANK]; /* the current element */
    int64_t place;              /* of it in the file */
};

/* Go on to the next element of an array in Fortran order, where index d has the stride
 * shape[0] ... shape[d-1]. */
static void walk_on(struct walk *w, const struct wr_npy *a)
{
    int64_t stride = a->count;
    for (int d = a->rank - 1; d >= 0; d--) {
        stride /= a->shape[d];
        w->place += stride;
        if (++w->index[d] < a->shape[d])
            return;
        w->place -= stride * a->shape[d];
        w->index[d] = 0;
    }
}

void wr_npy_read_double(const struct wr_npy *a, double *out)
{
    struct walk w = {0};
    if (!a->fortran)
        for (int64_t i = 0; i < a->count; i++)
            out[i] = real(a, load(a, i));
    else
        for (int64_t i = 0; i < a->count; i++, walk_on(&w, a))
            out[i] = real(a, load(a, w.place));
}

void wr_npy_read_float(const struct wr_npy *a, float *out)
{
    struct walk w = {0};
    if (!a->fortran)
        for (int64_t i = 0; i < a->count; i++)
            out[i] = (float)real(a, load(a, i));
    else
        for (int64_t i = 0; i < a->count; i++, walk_on(&w, a))
            out[i] = (float)real(a, load(a, w.place));
}

/* --- messages ------------------------------------------------------------------------------ */

const char *wr_npy_shape(const struct wr_npy *a, char out[WR_NPY_SHAPE])
{
    enum { WIDEST = 22 }; /* of a dimension with the comma before it */
    size_t size = 0;
    out[size++] = '(';
    for (int d = 0; d < a->rank; d++) {
        if (size > WR_NPY_SHAPE - WIDEST - sizeof ", ...)") {
            size += (size_t)snprintf(out + size, WR_NPY_SHAPE - size, ", ...");
            break;
        }
        size += (size_t)snprintf(out + size, WR_NPY_SHAPE - size, d ? ", %lld" : "%lld",
                                 (long long)a->shape[d]);
    }
    snprintf(out + size, WR_NPY_SHAPE - size, a->rank == 1 ? ",)" : ")");
    return out;
}

const char *wr_npy_elements(const struct wr_npy *a)
{
    return a->kind == 'f' ? "floats" : a->kind == 'b' ? "booleans" : "integers";
}

/* --- writing ------------------------------------------------------------------------------- */

/* Rank 32 with 20 characters for each dimension fits. */
enum { HEADER = 1024, ALIGNMENT = 64 };

static int print_shape(const struct wr_npy *a, char out[HEADER])
{
    int size = snprintf(out, HEADER, "(");
    for (int d = 0; d < a->rank; d++)
        size += snprintf(out + size, (size_t)(HEADER - size), d ? ", %lld" : "%lld",
                         (long long)a->shape[d]);
    return size + snprintf(out + size, (size_t)(HEADER - size), a->rank == 1 ? ",)" : ")");
}

/* The blanks that NumPy adds so that the array can grow in place: room for 21 digits in the
 * dimension that varies slowest. */
static int growth_room(const struct wr_npy *a)
{
    if (a->rank == 0)
        return 0;
    int slowest = a->fortran ? a->rank - 1 : 0;
    return 21 - snprintf(NULL, 0, "%lld", (long long)a->shape[slowest]);
}

void wr_npy_write_header(const struct wr_npy *a, struct wr_sink *sink)
{
    char shape[HEADER], text[2 * HEADER];
    int prefix = a->version == 1 ? PREFIX_1 : PREFIX_2;
    char order = a->size == 1 ? '|' : a->swapped ? OTHER_ORDER : OWN_ORDER;
    print_shape(a, shape);
    int length =
        snprintf(text, sizeof text, "{'descr': '%c%c%d', 'fortran_order': %s, 'shape': %s, }",
                 order, a->kind, a->size, a->fortran ? "True" : "False", shape);
    length += growth_room(a);
    length += ALIGNMENT - (prefix + length + 1) % ALIGNMENT + 1;
    unsigned char start[PREFIX_2] = {[6] = (unsigned char)a->version};
    memcpy(start, magic, MAGIC);
    for (int i = 0; i < prefix - MAGIC - 2; i++)
        start[MAGIC + 2 + i] = (unsigned char)(length >> 8 * i);
    wr_sink_write(sink, start, (size_t)prefix);
    wr_sink_printf(sink, "%-*s\n", length - 1, text);
}

void wr_npy_write(char kind, int size, int rank, const int64_t *shape, const void *data,
                  struct wr_sink *sink)
{
    struct wr_npy a = {.kind = kind, .size = size, .version = 1, .rank = rank, .count = 1};
    for (int d = 0; d < rank; d++) {
        a.shape[d] = shape[d];
        a.count *= shape[d];
    }
    wr_npy_write_header(&a, sink);
    wr_sink_write(sink, data, (size_t)a.count * (size_t)size);
}
