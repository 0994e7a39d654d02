/* What a power cut would leave of a database: loaded into a server (LD_PRELOAD), it notes each write to the
 * database's files and carries it to a copy only when it has been synced. It counts the syncs, and when.
 *
 * POWER_CUT_OF        the database file; its "-wal" is minded too
 * POWER_CUT_COPY      where the copy is; "-wal" and "-syncs" (begin and end of each, in ns) stand beside it
 * POWER_CUT_DELAY_US  waited before each sync, so that an answer that does not wait for it comes before it
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { NONE, DATABASE, WAL, KINDS };
enum { MOST_FILES = 65536 };

struct note { struct note *next; off_t at; ssize_t length; char bytes[]; }; /* a length of -1 cuts the file off */

static unsigned char kind_of[MOST_FILES];
static struct note *first[KINDS], **last[KINDS];
static int copies[KINDS], syncs = -1;
static useconds_t delay;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fdatasync)(int);
static int (*real_fsync)(int);

__attribute__((constructor)) static void begin(void) {
    const char *copy = getenv("POWER_CUT_COPY"), *wait = getenv("POWER_CUT_DELAY_US");
    char name[4096];
    real_open = dlsym(RTLD_NEXT, "open64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    for (int kind = 0; kind < KINDS; kind++) last[kind] = &first[kind];
    if (copy == NULL || getenv("POWER_CUT_OF") == NULL) return;
    delay = wait ? (useconds_t)atoi(wait) : 0;
    copies[DATABASE] = real_open(copy, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    snprintf(name, sizeof name, "%s-wal", copy);
    copies[WAL] = real_open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    snprintf(name, sizeof name, "%s-syncs", copy);
    syncs = real_open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void know(int file, const char *path) {
    const char *of = getenv("POWER_CUT_OF");
    size_t length;
    if (file < 0 || file >= MOST_FILES) return;
    kind_of[file] = NONE;
    if (of == NULL || syncs < 0 || strncmp(path, of, length = strlen(of)) != 0) return;
    if (path[length] == '\0') kind_of[file] = DATABASE;
    if (strcmp(path + length, "-wal") == 0) kind_of[file] = WAL;
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;
    va_end(more);
    int file = real_open(path, flags, mode);
    know(file, path);
    return file;
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open64(path, flags, mode);
}

int close(int file) {
    if (file >= 0 && file < MOST_FILES) kind_of[file] = NONE;
    return real_close(file);
}

static int kind(int file) { return file >= 0 && file < MOST_FILES ? kind_of[file] : NONE; }

static void note(int of, const void *bytes, ssize_t length, off_t at) {
    struct note *new = malloc(sizeof *new + (length > 0 ? (size_t)length : 0));
    new->next = NULL;
    new->at = at;
    new->length = length;
    if (length > 0) memcpy(new->bytes, bytes, (size_t)length);
    pthread_mutex_lock(&lock);
    *last[of] = new;
    last[of] = &new->next;
    pthread_mutex_unlock(&lock);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off_t at) {
    ssize_t written = real_pwrite(file, bytes, length, at);
    if (kind(file) && written > 0) note(kind(file), bytes, written, at);
    return written;
}
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) { return pwrite64(file, bytes, length, at); }

int ftruncate64(int file, off_t length) {
    int failed = real_ftruncate(file, length);
    if (kind(file) && !failed) note(kind(file), NULL, -1, length);
    return failed;
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

static uint64_t now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static int synced(int file, int (*sync)(int)) {
    int of = kind(file);
    if (!of) return sync(file);
    uint64_t times[2] = {now(), 0};
    /* What is written from here on may be on the disk, or not. */
    pthread_mutex_lock(&lock);
    struct note *each = first[of];
    first[of] = NULL;
    last[of] = &first[of];
    pthread_mutex_unlock(&lock);
    if (delay) usleep(delay);
    int failed = sync(file);
    times[1] = now();
    while (each != NULL) {
        struct note *done = each;
        if (!failed) {
            if (each->length < 0) real_ftruncate(copies[of], each->at);
            else if (real_pwrite(copies[of], each->bytes, (size_t)each->length, each->at) < 0) abort();
        }
        each = each->next;
        free(done);
    }
    if (write(syncs, times, sizeof times) < 0) abort();
    return failed;
}

int fdatasync(int file) { return synced(file, real_fdatasync); }
int fsync(int file) { return synced(file, real_fsync); }
