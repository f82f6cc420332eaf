/* Dedicated malloc arenas, found at run time.
   SPDX-License-Identifier: Apache-2.0  */

#define _GNU_SOURCE
#include "arenascope.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <linux/membarrier.h>
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define API_VERSION "GLIBC_ARENA_1.0"

/* The number in the patched <malloc.h>, which need not be the one that this
   file is compiled with.  */
#ifndef M_ARENA_RETURN
# define M_ARENA_RETURN -10
#endif

/* Then struct arenascope_arena_info can be given for struct malloc_arena_info,
   whose members are the same, of type size_t.  */
_Static_assert (sizeof (size_t) == sizeof (uint64_t),
                "the members of both structures have the same size");

/* Set by find_api, before anybody can call, and constant from then on.  All
   pointers are set, and REASON is empty, or none is.  */
static struct
{
  void *(*new) (void);
  void *(*swap) (void *);
  void **(*location) (void);
  void *(*of) (void *);
  int (*info) (void *, struct arenascope_arena_info *, size_t);
  int (*trim) (void *);
  int (*limit) (void *, size_t);
  int (*inherit) (void *, int);
  int (*retire) (void *);
} api;
static char reason[512];

/* The API acts on glibc's own malloc.  Where another one was put in its place,
   with LD_PRELOAD or by the program itself, selecting an arena does nothing.
   What is in use is what this library was linked to, as the application was:
   dlsym does not see functions that hide behind a version, as those of
   libc_malloc_debug do.  */
static int
malloc_is_glibcs (const char **other)
{
  Dl_info of_malloc, of_glibc;
  void *in_use = (void *) malloc;
  void *glibcs = dlsym (RTLD_DEFAULT, "gnu_get_libc_version");

  if (dladdr (in_use, &of_malloc) == 0
      || glibcs == NULL || dladdr (glibcs, &of_glibc) == 0)
    {
      *other = "an unknown library";
      return 0;
    }
  *other = of_malloc.dli_fname;
  return of_malloc.dli_fbase == of_glibc.dli_fbase;
}

static void __attribute__ ((constructor))
find_api (void)
{
  /* malloc_arena_new is in every patched glibc, and so comes first.  */
  static const struct
  {
    const char *name;
    size_t member;
  } functions[] =
    {
      { "malloc_arena_new", offsetof (__typeof (api), new) },
      { "malloc_swap_thread_arena", offsetof (__typeof (api), swap) },
      { "malloc_thread_arena_location", offsetof (__typeof (api), location) },
      { "malloc_arena_of", offsetof (__typeof (api), of) },
      { "malloc_arena_info", offsetof (__typeof (api), info) },
      { "malloc_arena_trim", offsetof (__typeof (api), trim) },
      { "malloc_arena_limit", offsetof (__typeof (api), limit) },
      { "malloc_arena_inherit", offsetof (__typeof (api), inherit) },
      { "malloc_arena_retire", offsetof (__typeof (api), retire) },
    };
  enum { N = sizeof functions / sizeof functions[0] };
  void *found[N];
  const char *other;

  for (size_t i = 0; i < N; i++)
    {
      found[i] = dlvsym (RTLD_DEFAULT, functions[i].name, API_VERSION);
      if (found[i] != NULL)
        continue;
      snprintf (reason, sizeof reason,
                "glibc %s has no %s@%s: it is %s; run in an image based on"
                " arenascope:jdk17, arenascope:jdk21 or arenascope:jdk25%s",
                gnu_get_libc_version (), functions[i].name, API_VERSION,
                i == 0 ? "not the patched glibc of ArenaScope"
                : "the patched glibc of an older ArenaScope",
                i == 0 ? "" : ", built anew");
      return;
    }
  if (!malloc_is_glibcs (&other))
    {
      snprintf (reason, sizeof reason,
                "malloc comes from %s, not from glibc %s, and has no arenas to"
                " select; start the program without it (see LD_PRELOAD)",
                other, gnu_get_libc_version ());
      return;
    }
  for (size_t i = 0; i < N; i++)
    memcpy ((char *) &api + functions[i].member, &found[i], sizeof found[i]);
}

const char *
arenascope_reason (void)
{
  return reason[0] == '\0' ? NULL : reason;
}

void *
arenascope_new (void)
{
  int saved = errno;
  void *arena;

  if (api.new == NULL)
    {
      errno = ENOSYS;
      return NULL;
    }
  arena = api.new ();
  errno = arena == NULL ? ENOMEM : saved;
  return arena;
}

void *
arenascope_swap (void *arena)
{
  return api.swap == NULL ? NULL : api.swap (arena);
}

void *
arenascope_swap_function (void)
{
  return api.swap;
}

void *
arenascope_location (void)
{
  int saved = errno;
  void **location = api.location == NULL ? NULL : api.location ();
  errno = saved;
  return location;
}

void *
arenascope_of (void *block)
{
  return api.of == NULL ? NULL : api.of (block);
}

/* RESULT, or if that is -1, the errno value, negative.  errno is SAVED from
   then on.  */
static int
result_or_error (int result, int saved)
{
  int error = errno;

  errno = saved;
  return result == -1 ? -error : result;
}

int
arenascope_arena_info (void *arena, struct arenascope_arena_info *info)
{
  int saved = errno;

  return api.info == NULL ? -ENOSYS
         : result_or_error (api.info (arena, info, sizeof *info), saved);
}

int
arenascope_arena_trim (void *arena)
{
  int saved = errno;

  return api.trim == NULL ? -ENOSYS
         : result_or_error (api.trim (arena), saved);
}

int
arenascope_arena_limit (void *arena, uint64_t bytes)
{
  int saved = errno;

  return api.limit == NULL ? -ENOSYS
         : result_or_error (api.limit (arena, bytes), saved);
}

int
arenascope_arena_inherit (void *arena, int on)
{
  int saved = errno;

  return api.inherit == NULL ? -ENOSYS
         : result_or_error (api.inherit (arena, on), saved);
}

int
arenascope_arena_retire (void *arena)
{
  int saved = errno;
  int result;

  if (api.retire == NULL)
    return -ENOSYS;
  result = result_or_error (api.retire (arena), saved);
  return result == 0 ? 1 : result == -EBUSY ? 0 : result;
}

static int
membarrier (int command)
{
  int saved = errno;

  return result_or_error ((int) syscall (SYS_membarrier, command, 0, 0),
                          saved);
}

/* A process has to register once before it may use the command.  */
int
arenascope_barrier (void)
{
  return (membarrier (MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0
          || (membarrier (MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0
              && membarrier (MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0));
}

int
arenascope_trim (void)
{
  return malloc_trim (0);
}

char *
arenascope_info (void)
{
  int saved = errno;
  char *text = NULL;
  size_t size;
  FILE *stream = open_memstream (&text, &size);
  int failed;

  if (stream == NULL)
    return NULL;
  failed = malloc_info (0, stream) != 0 || ferror (stream);
  if (fclose (stream) != 0 || failed)
    {
      free (text);
      errno = ENOMEM;
      return NULL;
    }
  errno = saved;
  return text;
}

void
arenascope_free (void *string)
{
  free (string);
}

int
arenascope_return (int on)
{
  /* A stock mallopt reports success for every parameter that it does not
     know.  */
  return api.new == NULL ? 0 : mallopt (M_ARENA_RETURN, on != 0);
}
