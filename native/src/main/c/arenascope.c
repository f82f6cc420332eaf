/* Dedicated malloc arenas, found at run time.
   SPDX-License-Identifier: Apache-2.0  */

#define _GNU_SOURCE
#include "arenascope.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* A look-up, shared by the caller, which waits, and the child that does it.  */
struct lookup
{
  void *block;
  void *arena;
  volatile int done;
};

static void
give_up (int signal __attribute__ ((unused)))
{
  _exit (1);
}

/* Runs in the child of arenascope_of.  Memory and thread variables are the
   parent's, the signal handlers and the mask are its own.  A fault must be
   caught: one that dumps core would kill everybody with the same memory.  */
static int
look_up (void *argument)
{
  struct lookup *lookup = argument;
  struct sigaction action;

  memset (&action, 0, sizeof action);
  action.sa_handler = give_up;
  sigemptyset (&action.sa_mask);
  sigaction (SIGSEGV, &action, NULL);
  sigaction (SIGBUS, &action, NULL);
  sigaction (SIGABRT, &action, NULL);

  sigset_t faults;
  sigemptyset (&faults);
  sigaddset (&faults, SIGSEGV);
  sigaddset (&faults, SIGBUS);
  sigaddset (&faults, SIGABRT);
  sigprocmask (SIG_UNBLOCK, &faults, NULL);

  lookup->arena = arena_of (lookup->block);
  lookup->done = 1;
  _exit (0);
}

int
arenascope_of (void *block, void **arena)
{
  struct lookup lookup = { .block = block };
  int saved = errno;
  int error = 0;

  *arena = NULL;
  if (arena_of == NULL)
    return 0;

  /* The stack is in this frame, which CLONE_VFORK keeps alive.  */
  char stack[32 * 1024] __attribute__ ((aligned (64)));
  sigset_t all, before;
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  /* No signal at the child's end, and __WCLONE: nobody else waits for it.  */
  pid_t child = clone (look_up, stack + sizeof stack, CLONE_VM | CLONE_VFORK, &lookup);
  if (child == -1)
    error = errno;
  else
    while (waitpid (child, NULL, (int) __WCLONE) == -1 && errno == EINTR)
      continue;
  pthread_sigmask (SIG_SETMASK, &before, NULL);

  if (error == 0 && !lookup.done)
    error = EFAULT;
  if (error == 0)
    *arena = lookup.arena;
  errno = saved;
  return error;
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
