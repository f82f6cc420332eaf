/* Dedicated malloc arenas, found at run time.
   SPDX-License-Identifier: Apache-2.0  */

#define _GNU_SOURCE
#include "arenascope.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#define API_VERSION "GLIBC_ARENA_1.0"

/* The number in the patched <malloc.h>, which need not be the one that this
   file is compiled with.  */
#ifndef M_ARENA_RETURN
# define M_ARENA_RETURN -10
#endif

/* Set by find_api, before anybody can call, and constant from then on.  All
   three pointers are set, and REASON is empty, or none is.  */
static void *(*new_arena) (void);
static void *(*swap_thread_arena) (void *);
static void *(*arena_of) (void *);
static char reason[512];

/* The API acts on glibc's own malloc.  Where another one was put in its place,
   with LD_PRELOAD or by the program itself, selecting an arena does nothing.  */
static int
malloc_is_glibcs (const char **other)
{
  Dl_info of_malloc, of_glibc;
  void *in_use = dlsym (RTLD_DEFAULT, "malloc");
  void *glibcs = dlsym (RTLD_DEFAULT, "gnu_get_libc_version");

  if (in_use == NULL || dladdr (in_use, &of_malloc) == 0
      || glibcs == NULL || dladdr (glibcs, &of_glibc) == 0)
    {
      *other = "an unknown library";
      return 0;
    }
  *other = of_malloc.dli_fname;
  return of_malloc.dli_fbase == of_glibc.dli_fbase;
}

/* The address of the API's function NAME; if there is none, NULL, and REASON
   says so.  */
static void *
find (const char *name)
{
  void *function = dlvsym (RTLD_DEFAULT, name, API_VERSION);

  if (function == NULL)
    snprintf (reason, sizeof reason,
	      "glibc %s has no %s@%s: it is not the patched glibc of ArenaScope;"
	      " run in an image based on arenascope:jdk21 or arenascope:jdk25",
	      gnu_get_libc_version (), name, API_VERSION);
  return function;
}

static void __attribute__ ((constructor))
find_api (void)
{
  const char *other;
  void *found_new = find ("malloc_arena_new");
  void *found_swap = found_new == NULL ? NULL : find ("malloc_swap_thread_arena");
  void *found_of = found_swap == NULL ? NULL : find ("malloc_arena_of");

  if (found_of == NULL)
    return;
  if (!malloc_is_glibcs (&other))
    {
      snprintf (reason, sizeof reason,
		"malloc comes from %s, not from glibc %s, and has no arenas to"
		" select; start the program without it (see LD_PRELOAD)",
		other, gnu_get_libc_version ());
      return;
    }
  new_arena = (void *(*) (void)) found_new;
  swap_thread_arena = (void *(*) (void *)) found_swap;
  arena_of = (void *(*) (void *)) found_of;
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

  if (new_arena == NULL)
    {
      errno = ENOSYS;
      return NULL;
    }
  arena = new_arena ();
  errno = arena == NULL ? ENOMEM : saved;
  return arena;
}

void *
arenascope_swap (void *arena)
{
  return swap_thread_arena == NULL ? NULL : swap_thread_arena (arena);
}

void *
arenascope_of (void *block)
{
  return arena_of == NULL ? NULL : arena_of (block);
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
  return new_arena == NULL ? 0 : mallopt (M_ARENA_RETURN, on != 0);
}
