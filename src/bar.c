/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "bar.h"

#include <stdio.h>

enum { WIDTH = 30, INTERVAL_NS = 100000000 };

double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

static void draw_counts(const struct bar *bar, double seconds, int64_t done, int64_t total)
{
    double part = (double)done / (double)total, rate = (double)done / seconds;
    char line[WIDTH + 1];
    for (int i = 0; i < WIDTH; i++)
        line[i] = i < (int)(part * WIDTH) ? '#' : '.';
    line[WIDTH] = '\0';
    fprintf(stderr, "\r\033[K%s: %s [%s] %3.0f%%", bar->tool, bar->what, line, 100 * part);
    if (rate > 0)
        fprintf(stderr, "  %.3g %s/s  %.0f s left", rate, bar->unit, (double)(total - done) / rate);
}

static void draw(struct bar *bar)
{
    double seconds = seconds_since(&bar->start);
    int64_t done = atomic_load(&bar->done), total = atomic_load(&bar->total);
    if (seconds < 1)
        return;
    if (bar->unit && total > 0)
        draw_counts(bar, seconds, done, total);
    else
        fprintf(stderr, "\r\033[K%s: %s  %.0f s", bar->tool, bar->what, seconds);
    fflush(stderr);
    bar->drawn = true;
}

static void *draw_until_end(void *context)
{
    struct bar *bar = context;
    pthread_mutex_lock(&bar->lock);
    while (!bar->ending) {
        struct timespec next;
        clock_gettime(CLOCK_REALTIME, &next);
        next.tv_nsec += INTERVAL_NS;
        next.tv_sec += next.tv_nsec / 1000000000;
        next.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&bar->end, &bar->lock, &next);
        if (!bar->ending)
            draw(bar);
    }
    pthread_mutex_unlock(&bar->lock);
    return NULL;
}

void bar_phase(struct bar *bar, const char *what, const char *unit)
{
    if (!bar->on)
        return;
    bar_end(bar);
    bar->what = what;
    bar->unit = unit;
    bar->ending = bar->drawn = false;
    atomic_store(&bar->done, 0);
    atomic_store(&bar->total, 0);
    clock_gettime(CLOCK_MONOTONIC, &bar->start);
    pthread_mutex_init(&bar->lock, NULL);
    pthread_cond_init(&bar->end, NULL);
    /* without its thread the bar is missing, nothing else */
    bar->running = pthread_create(&bar->thread, NULL, draw_until_end, bar) == 0;
}

void bar_step(struct bar *bar, int64_t done, int64_t total)
{
    atomic_store_explicit(&bar->done, done, memory_order_relaxed);
    atomic_store_explicit(&bar->total, total, memory_order_relaxed);
}

void bar_end(struct bar *bar)
{
    if (!bar->running)
        return;
    pthread_mutex_lock(&bar->lock);
    bar->ending = true;
    pthread_cond_signal(&bar->end);
    pthread_mutex_unlock(&bar->lock);
    pthread_join(bar->thread, NULL);
    bar->running = false;
    if (bar->drawn) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}
