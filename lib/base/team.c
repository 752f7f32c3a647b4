/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/team.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "base/cacheline.h"

enum {
    AWAKE_NS = 20000, /* some times what it costs to wake a thread */
    LOOKS = 64        /* between two looks at the clock */
};

/* Something that one thread waits for, on a cache line of its own. It is taken once each time that
 * it is set. */
struct event {
    _Alignas(WR_CACHE_LINE) atomic_int state;
    sem_t wake; /* posted once when it is set while somebody sleeps */
};

enum { UNSET, SLEPT_FOR, SET };

static struct {
    atomic_int threads; /* wanted; 0: nobody asked */
    atomic_flag busy;
    int helpers;                         /* that exist */
    struct event begin[WR_MOST_THREADS]; /* of each helper */
    struct event end;
    atomic_int working; /* have not ended */
    void (*work)(void *context);
    void *context;
} team = {.busy = ATOMIC_FLAG_INIT};

static _Thread_local int thread_id;

/* --- events -------------------------------------------------------------------------------- */

static void set(struct event *e)
{
    if (atomic_exchange_explicit(&e->state, SET, memory_order_acq_rel) == SLEPT_FOR)
        sem_post(&e->wake);
}

/* Whether it was set; not any more. */
static bool take(struct event *e)
{
    int is_set = SET;
    return atomic_load_explicit(&e->state, memory_order_relaxed) == SET &&
           atomic_compare_exchange_strong_explicit(&e->state, &is_set, UNSET, memory_order_acquire,
                                                   memory_order_relaxed);
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Tells the processor that this thread looks at the same place again and again. */
static void relax(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

static bool take_awake(struct event *e)
{
    int64_t until = now() + AWAKE_NS;
    do
        for (int i = 0; i < LOOKS; i++) {
            if (take(e))
                return true;
            relax();
        }
    while (now() < until);
    return false;
}

static void wait_for(struct event *e, bool awake)
{
    while (!(awake ? take_awake(e) : take(e))) {
        int unset = UNSET;
        if (atomic_compare_exchange_strong(&e->state, &unset, SLEPT_FOR))
            while (sem_wait(&e->wake) && errno == EINTR)
                ;
    }
}

/* --- threads ------------------------------------------------------------------------------- */

static int processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    return (int)sysconf(_SC_NPROCESSORS_ONLN); /* more than a set has room for */
}

int wr_threads(void)
{
    int threads = atomic_load_explicit(&team.threads, memory_order_relaxed);
    if (threads == 0) {
        wr_threads_set(processors());
        threads = atomic_load_explicit(&team.threads, memory_order_relaxed);
    }
    return threads;
}

void wr_threads_set(int threads)
{
    int most = threads < WR_MOST_THREADS ? threads : WR_MOST_THREADS;
    atomic_store_explicit(&team.threads, most > 1 ? most : 1, memory_order_relaxed);
}

int wr_thread_id(void)
{
    return thread_id;
}

/* --- the team ------------------------------------------------------------------------------ */

/* Count out as many of those who had to work. */
static bool all_have_ended(int ended)
{
    return atomic_fetch_sub_explicit(&team.working, ended, memory_order_acq_rel) == ended;
}

static void *help(void *begin)
{
    thread_id = (int)((struct event *)begin - team.begin) + 1;
    bool awake = thread_id < processors(); /* others would keep them from those that work */
    for (;;) {
        wait_for(begin, awake);
        team.work(team.context);
        if (all_have_ended(1))
            set(&team.end);
    }
    return NULL;
}

/* The child of a fork is alone, whichever thread it was. */
static void forget_helpers(void)
{
    thread_id = 0;
    team.helpers = 0;
    atomic_store(&team.end.state, UNSET);
    atomic_flag_clear(&team.busy);
}

static bool hire_one(void)
{
    struct event *begin = &team.begin[team.helpers];
    pthread_t thread;
    atomic_store(&begin->state, UNSET);
    if (sem_init(&begin->wake, 0, 0) || pthread_create(&thread, NULL, help, begin))
        return false;
    pthread_detach(thread);
    team.helpers++;
    return true;
}

/* Up to so many helpers; fewer where the system gives no more threads. Signals are for the thread
 * that calls, but for those that an instruction of the helper itself raises. */
static int hire(int wanted)
{
    static const int own[] = {SIGBUS, SIGFPE, SIGILL, SIGSEGV};
    static bool knows_of_forks;
    if (team.helpers >= wanted)
        return wanted;
    sigset_t all, before;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        sigdelset(&all, own[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (!knows_of_forks)
        knows_of_forks = pthread_atfork(NULL, NULL, forget_helpers) == 0;
    if (team.helpers == 0)
        sem_init(&team.end.wake, 0, 0);
    while (team.helpers < wanted && hire_one())
        ;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return team.helpers;
}

void wr_team_run(int64_t most, void (*work)(void *context), void *context)
{
    int threads = wr_threads(), wanted = (most < threads ? (int)most : threads) - 1;
    if (wanted <= 0 || atomic_flag_test_and_set(&team.busy)) {
        work(context);
        return;
    }
    int helpers = hire(wanted), late = 0;
    if (helpers < wanted) /* the system gives no more: not asked again at every loop */
        wr_threads_set(1 + helpers);
    team.work = work;
    team.context = context;
    atomic_store_explicit(&team.working, 1 + helpers, memory_order_relaxed);
    for (int i = 0; i < helpers; i++)
        set(&team.begin[i]);
    work(context);
    for (int i = 0; i < helpers; i++)
        late += take(&team.begin[i]); /* they need not begin any more */
    if (!all_have_ended(1 + late))
        wait_for(&team.end, true);
    atomic_flag_clear(&team.busy);
}
