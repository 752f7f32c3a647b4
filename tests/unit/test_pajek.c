/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "io/pajek.h"

/* Headers, the numbers and lines that igraph takes, 0 where it finds none. */
static const struct {
    const char *text;
    uint64_t vertices;
    int64_t line;
} headers[] = {
    {"*Vertices 7\n", 7, 1},
    {"*Vertices 7", 7, 1},
    {"*vErTiCeS\t7 3\r\n1 \"a\"\r\n", 7, 1},
    {" \t\v\f*VERTICES\v+007\f", 7, 1},
    {"*Vertices 0\n", 0, 1},
    {"*Vertices 18446744073709551615\n", UINT64_MAX, 1},
    {"*Vertices 18446744073709551616\n", UINT64_MAX, 1},
    {"*Vertices 99999999999999999999999999999999999999999999999999 3\n", UINT64_MAX, 1},
    /* comments take the ends of their lines with them */
    {"% *Vertices 9\n*Vertices 7\n", 7, 2},
    {"%\n%\n\n  %\r\n\r\n*Vertices 7\n", 7, 6},
    {"% a\r*Vertices 7\r1 2\r", 7, 1},
    {"*Vertices % 9\n\n %\n7 3\n", 7, 4},
    {"*Vertices 7 % 9\n", 7, 1},
    /* titles */
    {"*Network\n*Vertices 7\n", 7, 2},
    {"*net a *Vertices 9\n\n*Vertices 7\n", 7, 3},
    {"*NETWORK % a\n% b\n *Vertices 7\n", 7, 3},
    {"*Network a\r*Vertices 7\r", 7, 1},
    {"*Network \"a\r\n*Vertices 7\r\n", 7, 2},
    /* no header, or no number */
    {"%", 0, 0},
    {"\n", 0, 0},
    {"*Vertices", 0, 0},
    {"*Vertices % 7\n", 0, 0},
    {"*Network *Vertices 7\n", 0, 0},
    {"1 *Vertices 7\n", 0, 0},
    {"*Arcs\n*Vertices 7\n", 0, 0},
    {"*Vertices7\n", 0, 0},
    {"*Vertices% 9\n7\n", 0, 0},
    {"*Vertices x 7\n", 0, 1},
    {"*Vertices -7\n", 0, 1},
    {"*Vertices + 7\n", 0, 1},
    {"*Vertices 7.0\n", 0, 1},
    {"*Vertices 7e9\n", 0, 1},
    {"*Vertices 7% 9\n", 0, 1},
};

START_TEST(headers_whole_and_line_by_line)
{
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        const char *text = headers[i].text, *p = text, *end = text + strlen(text);
        struct wr_pajek_header whole = {0}, lines = {0};
        wr_pajek_header_read(&whole, (struct wr_span){text, (size_t)(end - text)});
        while (p < end && !lines.ended) {
            const char *newline = strchr(p, '\n');
            size_t size = (size_t)((newline ? newline + 1 : end) - p);
            wr_pajek_header_read(&lines, (struct wr_span){p, size});
            p += size;
        }
        ck_assert_msg(whole.vertices == headers[i].vertices, "%s", text);
        ck_assert_msg(whole.line == headers[i].line, "%s", text);
        ck_assert_msg(lines.vertices == whole.vertices && lines.line == whole.line, "%s", text);
        ck_assert_msg(lines.ended == whole.ended, "%s", text);
    }
}
END_TEST

/* igraph ends words at zero bytes. */
START_TEST(zero_bytes)
{
    static const char *const texts[] = {"*Vertices 7\0009\n", "*Vertices \0007\n",
                                        "\000*Vertices 7\n", "*Vertices\0 7\n"};
    for (int i = 0; i < 4; i++) {
        struct wr_pajek_header h = {0};
        wr_pajek_header_read(&h, (struct wr_span){texts[i], 13});
        ck_assert(h.ended);
        ck_assert_uint_eq(h.vertices, i == 0 ? 7 : 0);
    }
}
END_TEST

unit_main("pajek", headers_whole_and_line_by_line, zero_bytes)
