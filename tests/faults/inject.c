/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Faults for the tools, to be preloaded. Only calls made by the tool's own code count, found by
 * their return address: what libraries allocate and write for themselves goes through, unless
 * FAULTS_IN names them, and so does what is called once the tool has ended, by gcov for its counts.
 *
 *     FAULT=KIND:N     the N-th call of this kind fails, from 1:
 *         alloc        allocation, strdup and asprintf included, ENOMEM
 *         write        ENOSPC
 *         read         EIO
 *         open         EMFILE
 *         map          mmap, ENOMEM
 *         name         what gives a finished file its name: dup, fchmod, linkat, rename, EIO
 *         kill, term   SIGKILL or SIGTERM before the N-th call of all kinds but alloc
 *     FAULT=trickle:N  reads and writes take from 1 to 7 bytes, every third is interrupted
 *     FAULTS_IN=A,B    libraries whose calls count as well, by the start of their file's name
 *     FAULTS_HIT=FILE  is made when the fault happens
 *     FAULTS_NAMED=1   the file system knows no files without a name
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind { NONE, ALLOC, WRITE, READ, OPEN, MAP, NAME, KILL, TERM, TRICKLE, KINDS };

static const char *const kind_names[KINDS] = {"none", "alloc", "write", "read", "open",
                                              "map",  "name",  "kill",  "term", "trickle"};

/* --- who calls ----------------------------------------------------------------------------- */

enum { RANGES = 64 };

static struct {
    uintptr_t begin, end;
} range[RANGES]; /* of the code whose calls count */
static int ranges;

static bool is_listed(const char *path, const char *list)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    while (list && *list) {
        size_t size = strcspn(list, ",");
        if (size > 0 && strncmp(name, list, size) == 0)
            return true;
        list += size + (list[size] == ',');
    }
    return false;
}

/* The program itself has no name here. */
static int note_object(struct dl_phdr_info *info, size_t size, void *list)
{
    (void)size;
    if (info->dlpi_name[0] && !is_listed(info->dlpi_name, list))
        return 0;
    for (int i = 0; i < info->dlpi_phnum && ranges < RANGES; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type != PT_LOAD || !(p->p_flags & PF_X))
            continue;
        range[ranges].begin = info->dlpi_addr + p->p_vaddr;
        range[ranges].end = range[ranges].begin + p->p_memsz;
        ranges++;
    }
    return 0;
}

static bool counts(const void *caller)
{
    for (int i = 0; i < ranges; i++)
        if ((uintptr_t)caller >= range[i].begin && (uintptr_t)caller < range[i].end)
            return true;
    return false;
}

/* --- which call ---------------------------------------------------------------------------- */

static enum kind wanted;
static long wanted_number;
static const char *hit_file;
static bool no_unnamed;
static atomic_long seen;
static atomic_bool ended;

__attribute__((constructor)) static void set_up(void)
{
    const char *fault = getenv("FAULT"), *colon = fault ? strchr(fault, ':') : NULL;
    hit_file = getenv("FAULTS_HIT");
    no_unnamed = getenv("FAULTS_NAMED") != NULL;
    dl_iterate_phdr(note_object, getenv("FAULTS_IN"));
    for (int k = 1; k < KINDS && colon; k++)
        if (strlen(kind_names[k]) == (size_t)(colon - fault) &&
            strncmp(kind_names[k], fault, (size_t)(colon - fault)) == 0)
            wanted = (enum kind)k;
    if (colon)
        wanted_number = atol(colon + 1);
    unsetenv("FAULT"); /* what the tool starts is left alone */
}

static void note_hit(void)
{
    if (!hit_file)
        return;
    long fd = syscall(SYS_openat, AT_FDCWD, hit_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    syscall(SYS_close, fd);
}

/* Whether this call is the one to fail; errno is set then. */
static bool fails(enum kind kind, int error, const void *caller)
{
    bool by_signal = (wanted == KILL || wanted == TERM) && kind != ALLOC;
    if ((kind != wanted && !by_signal) || atomic_load(&ended) || !counts(caller) ||
        atomic_fetch_add(&seen, 1) + 1 != wanted_number)
        return false;
    note_hit();
    if (by_signal) {
        kill(getpid(), wanted == KILL ? SIGKILL : SIGTERM);
        return false;
    }
    errno = error;
    return true;
}

#define FAILS(kind, error) fails(kind, error, __builtin_return_address(0))

/* With trickle: whether the call is interrupted; else *size is cut. */
static bool trickles(size_t *size, const void *caller)
{
    if (wanted != TRICKLE || atomic_load(&ended) || !counts(caller))
        return false;
    long n = atomic_fetch_add(&seen, 1) + wanted_number;
    if (n % 3 == 0) {
        errno = EINTR;
        return true;
    }
    size_t most = 1 + (size_t)(n * 5 % 7);
    if (*size > most)
        *size = most;
    return false;
}

#define TRICKLES(size) trickles(size, __builtin_return_address(0))

/* The function that this file hides; of the C library's type. */
#define NEXT(name)                 \
    static __typeof__(name) *next; \
    if (!next)                     \
    next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* --- the end ------------------------------------------------------------------------------- */

typedef int main_function(int, char **, char **);
static main_function *tool_main;

static void note_end(void)
{
    atomic_store(&ended, true);
}

/* What is registered first is called last: after all that the tool registers, before what the
 * compiler has added to it. */
static int main_with_end(int argc, char **argv, char **environment)
{
    atexit(note_end);
    return tool_main(argc, argv, environment);
}

int __libc_start_main(main_function *run, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    __typeof__(__libc_start_main) *next =
        (__typeof__(__libc_start_main) *)dlsym(RTLD_NEXT, "__libc_start_main");
    tool_main = run;
    return next(main_with_end, argc, argv, init, fini, rtld_fini, stack_end);
}

/* --- memory -------------------------------------------------------------------------------- */

/* By the C library's own names: dlsym allocates. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size)
{
    return FAILS(ALLOC, ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return FAILS(ALLOC, ENOMEM) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return FAILS(ALLOC, ENOMEM) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return FAILS(ALLOC, ENOMEM) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    if (FAILS(ALLOC, ENOMEM))
        return ENOMEM;
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}

char *strdup(const char *text)
{
    NEXT(strdup);
    return FAILS(ALLOC, ENOMEM) ? NULL : next(text);
}

char *strndup(const char *text, size_t size)
{
    NEXT(strndup);
    return FAILS(ALLOC, ENOMEM) ? NULL : next(text, size);
}

char *realpath(const char *path, char *out)
{
    NEXT(realpath);
    return FAILS(ALLOC, ENOMEM) ? NULL : next(path, out);
}

int vasprintf(char **out, const char *format, va_list args)
{
    NEXT(vasprintf);
    return FAILS(ALLOC, ENOMEM) ? -1 : next(out, format, args);
}

int asprintf(char **out, const char *format, ...)
{
    if (FAILS(ALLOC, ENOMEM))
        return -1;
    va_list args;
    va_start(args, format);
    int size = vasprintf(out, format, args);
    va_end(args);
    return size;
}

FILE *fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions)
{
    NEXT(fopencookie);
    return FAILS(ALLOC, ENOMEM) ? NULL : next(cookie, mode, functions);
}

FILE *open_memstream(char **out, size_t *size)
{
    NEXT(open_memstream);
    return FAILS(ALLOC, ENOMEM) ? NULL : next(out, size);
}

void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    if (FAILS(MAP, ENOMEM))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, address, size, protection, flags, fd, offset);
}

/* --- files --------------------------------------------------------------------------------- */

ssize_t read(int fd, void *out, size_t size)
{
    NEXT(read);
    return FAILS(READ, EIO) || TRICKLES(&size) ? -1 : next(fd, out, size);
}

ssize_t pread(int fd, void *out, size_t size, off_t offset)
{
    NEXT(pread);
    return FAILS(READ, EIO) || TRICKLES(&size) ? -1 : next(fd, out, size, offset);
}

ssize_t write(int fd, const void *data, size_t size)
{
    NEXT(write);
    return FAILS(WRITE, ENOSPC) || TRICKLES(&size) ? -1 : next(fd, data, size);
}

int open(const char *path, int flags, ...)
{
    NEXT(open);
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    if (no_unnamed && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return FAILS(OPEN, EMFILE) ? -1 : next(path, flags, mode);
}

int mkostemp(char *name, int flags)
{
    NEXT(mkostemp);
    return FAILS(OPEN, EMFILE) ? -1 : next(name, flags);
}

int dup(int fd)
{
    NEXT(dup);
    return FAILS(NAME, EIO) ? -1 : next(fd);
}

int fchmod(int fd, mode_t mode)
{
    NEXT(fchmod);
    return FAILS(NAME, EIO) ? -1 : next(fd, mode);
}

int linkat(int old_folder, const char *old, int new_folder, const char *new, int flags)
{
    NEXT(linkat);
    return FAILS(NAME, EIO) ? -1 : next(old_folder, old, new_folder, new, flags);
}

int rename(const char *old, const char *new)
{
    NEXT(rename);
    return FAILS(NAME, EIO) ? -1 : next(old, new);
}
