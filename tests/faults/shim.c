/* Lets the n-th change of a file below one folder fail, as a disk does that is full,
 * has a bad moment, is broken for good, or loses its power in the middle of a write.
 * Loaded before the C library (LD_PRELOAD); fault_arm() says when, from within. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { NONE, ONCE, FOREVER, FULL, TORN };

static char folder[PATH_MAX];
static size_t length;
static int kind;
static long at, until, count;

void fault_arm(const char *where, int what, long first, long last) {
  strncpy(folder, where, sizeof folder - 1);
  length = strlen(folder);
  kind = what;
  at = first;
  until = last;
  count = 0;
}

long fault_count(void) { return count; }

static int below(const char *path) { return length && !strncmp(path, folder, length); }

static int ours(int fd) {
  char link[64], path[PATH_MAX];
  if (!length) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return below(path);
}

/* Whether this change fails; a torn one ends the process, after half of what it had. */
static int fails(int room) {
  long now = __sync_add_and_fetch(&count, 1);
  if (kind == NONE || now < at) return 0;
  if (kind == ONCE && now > at) return 0;
  if (kind == FULL && (now > until || !room)) return 0;
  if (kind == TORN) return now == at ? 2 : 0;
  errno = kind == FULL ? ENOSPC : EIO;
  return 1;
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define WRITES(name, parameters, arguments, half)                  \
  ssize_t name parameters {                                        \
    REAL(name);                                                    \
    int how = ours(fd) ? fails(1) : 0;                             \
    if (how == 2) {                                                \
      size_t size = count_ / 2;                                    \
      if (real half < 0) _exit(98);                                \
      _exit(99);                                                   \
    }                                                              \
    return how ? -1 : real arguments;                              \
  }

WRITES(write, (int fd, const void *buf, size_t count_), (fd, buf, count_), (fd, buf, size))
WRITES(pwrite, (int fd, const void *buf, size_t count_, off_t off), (fd, buf, count_, off),
       (fd, buf, size, off))
WRITES(pwrite64, (int fd, const void *buf, size_t count_, off64_t off), (fd, buf, count_, off),
       (fd, buf, size, off))

#define CHANGES(name, parameters, arguments, mine, room)           \
  int name parameters {                                            \
    REAL(name);                                                    \
    int how = mine ? fails(room) : 0;                              \
    if (how == 2) _exit(99);                                       \
    return how ? -1 : real arguments;                              \
  }

CHANGES(fsync, (int fd), (fd), ours(fd), 0)
CHANGES(fdatasync, (int fd), (fd), ours(fd), 0)
CHANGES(ftruncate, (int fd, off_t size), (fd, size), ours(fd), 0)
CHANGES(ftruncate64, (int fd, off64_t size), (fd, size), ours(fd), 0)
CHANGES(rename, (const char *from, const char *to), (from, to), below(to), 0)
CHANGES(unlink, (const char *path), (path), below(path), 0)
CHANGES(mkdir, (const char *path, mode_t mode), (path, mode), below(path), 1)
