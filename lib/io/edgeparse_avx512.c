/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/edgeparse.h"

#ifdef __x86_64__

#include <immintrin.h>

#include "base/compiler.h"

/* What these functions are compiled for, whatever the rest of the program is. */
#define VBMI2       \
    __attribute__(( \
        target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")))

enum { WINDOW = 64 };

bool wr_edgeparse_avx512_supported(void)
{
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

/* The lines at the start of a window: masks have a bit for each of its bytes. */
struct window {
    int size;       /* bytes of whole lines, of 8 lines at most; the rest is about these */
    __m512i digits; /* characters minus '0' */
    uint64_t newlines;
    uint64_t stops; /* separators, newlines too: what ends a number */
    bool plain;     /* digits, blank, digits, newline: nothing else */
};

VBMI2 static inline struct window look_at(const char *p)
{
    /* for each low half of a byte the separator that ends in it; where there is none, a byte
     * with another low half, which nothing can equal */
    const __m512i separators = _mm512_broadcast_i32x4(
        _mm_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, ',', 0, 0, 0));
    const __m512i text = _mm512_loadu_si512(p);
    struct window w = {.digits = _mm512_sub_epi8(text, _mm512_set1_epi8('0'))};
    uint64_t digit = _mm512_cmplt_epu8_mask(w.digits, _mm512_set1_epi8(10));
    uint64_t stop = _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(separators, text), text);
    uint64_t newline = _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\n'));
    /* up to the last newline, or the eighth. The next window waits for this number alone. */
    uint64_t eighth = _pdep_u64(1 << 7, newline);
    w.size = 64 - (int)_lzcnt_u64(newline);
    if (WR_UNLIKELY(eighth))
        w.size = (int)_tzcnt_u64(eighth) + 1;
    uint64_t lines = _bzhi_u64(UINT64_MAX, (unsigned)w.size);
    w.newlines = newline & lines;
    w.stops = stop & lines;
    uint64_t strange = lines & ~(digit | stop);
    uint64_t empty = w.stops & (w.stops << 1 | 1); /* numbers without a digit */
    /* among the stops every second is a newline */
    uint64_t turns = _bzhi_u64(UINT64_C(0xaaaaaaaaaaaaaaaa), (unsigned)_mm_popcnt_u64(w.stops));
    w.plain = (strange | empty | (turns ^ _pext_u64(w.newlines, w.stops))) == 0;
    return w;
}

/*
 * Eight numbers of up to 8 digits as their upper and lower four digits, 32 bits each.
 *
 * number  the number that each byte works for, 8 bytes for each number
 * stop    of each number, the position of the separator behind it
 * length  of each number, its digits
 */
VBMI2 static inline __m512i join_to_fours(__m512i digits, __m512i number, __m512i stop,
                                          __m512i length)
{
    /* byte k of 8 fetches the digit at stop - 8 + k, and is 0 when the number has not so many */
    const __m512i back = _mm512_set1_epi64((int64_t)UINT64_C(0xfffefdfcfbfaf9f8));
    const __m512i needed = _mm512_set1_epi64(INT64_C(0x0102030405060708));
    __m512i from = _mm512_add_epi8(_mm512_permutexvar_epi8(number, stop), back);
    __mmask64 has = _mm512_cmpge_epu8_mask(_mm512_permutexvar_epi8(number, length), needed);
    __m512i ones = _mm512_maskz_permutexvar_epi8(has, from, digits);
    __m512i pairs = _mm512_maddubs_epi16(ones, _mm512_set1_epi16(10 | 1 << 8));
    return _mm512_madd_epi16(pairs, _mm512_set1_epi32(100 | 1 << 16));
}

/* The keys of a plain window's lines, 8 of them whatever there is; false, and no keys, when a
 * number has more than 8 digits. */
VBMI2 static inline bool join_window(const struct window *w, uint64_t *keys)
{
#define EACH(a, b) a, a, a, a, a, a, a, a, b, b, b, b, b, b, b, b
    /* A lane of 128 bits takes a line, v before u: as halves of a key they stand in this order.
     * Lane i of one vector has line 2 i, of the other line 2 i + 1: packing interleaves them. */
    static const char even[64] = {EACH(1, 0), EACH(5, 4), EACH(9, 8), EACH(13, 12)};
    static const char odd[64] = {EACH(3, 2), EACH(7, 6), EACH(11, 10), EACH(15, 14)};
#undef EACH
    static const char positions[64] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    __m128i stop =
        _mm512_castsi512_si128(_mm512_maskz_compress_epi8(w->stops, _mm512_loadu_si512(positions)));
    /* a number starts behind the stop before it, the first one behind position -1 */
    __m128i before = _mm_alignr_epi8(stop, _mm_set1_epi8(-1), 15);
    __m128i length = _mm_sub_epi8(_mm_sub_epi8(stop, before), _mm_set1_epi8(1));
    unsigned numbers = (unsigned)_mm_popcnt_u64(w->stops);
    if (_bzhi_u32(_mm_cmpgt_epu8_mask(length, _mm_set1_epi8(8)), numbers))
        return false;
    __m512i stops = _mm512_castsi128_si512(stop), lengths = _mm512_castsi128_si512(length);
    __m512i first = join_to_fours(w->digits, _mm512_loadu_si512(even), stops, lengths);
    __m512i second = join_to_fours(w->digits, _mm512_loadu_si512(odd), stops, lengths);
    __m512i fours = _mm512_packus_epi32(first, second); /* below 10000: 16 bits suffice */
    __m512i whole = _mm512_madd_epi16(fours, _mm512_set1_epi32(10000 | 1 << 16));
    _mm512_storeu_si512(keys, whole);
    return true;
}

VBMI2 int64_t wr_edgeparse_avx512(const char **at, const char *end, uint64_t *keys)
{
    int64_t count = 0;
    const char *p = *at;
    while (end - p >= WINDOW) {
        struct window w = look_at(p);
        if (!w.plain || w.size == 0 || !join_window(&w, keys + count))
            break;
        count += _mm_popcnt_u64(w.newlines);
        p += w.size;
    }
    *at = p;
    return count;
}

#else

bool wr_edgeparse_avx512_supported(void)
{
    return false;
}

int64_t wr_edgeparse_avx512(const char **at, const char *end, uint64_t *keys)
{
    (void)at;
    (void)end;
    (void)keys;
    return 0;
}

#endif
