/* What many arenas cost: one that does nothing, one after the other, and
   ten or ten thousand at once that have a few blocks each.  Times are
   processor time, in microseconds, and the least of several tries.  */

#include "bench.h"
#include <malloc.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 10000, TRIES = 5, MADE = 1000000 };

static arena_hd *arenas[MANY];
static void *blocks[MANY][3];
static FILE *nowhere;

static double
resident (void)
{
  long total, pages;
  FILE *statm = fopen ("/proc/self/statm", "r");
  REQUIRE (statm != NULL && fscanf (statm, "%ld %ld", &total, &pages) == 2);
  fclose (statm);
  return (double) pages * sysconf (_SC_PAGESIZE);
}

static double
least_microseconds (void (*work) (void))
{
  double least = 1e9;
  for (int i = 0; i < TRIES; ++i)
    {
      double start = seconds (CLOCK_THREAD_CPUTIME_ID);
      work ();
      double time = seconds (CLOCK_THREAD_CPUTIME_ID) - start;
      least = time < least ? time : least;
    }
  return least * 1e6;
}

static void
write_info (void)
{
  REQUIRE (malloc_info (0, nowhere) == 0);
}

static void
trim (void)
{
  malloc_trim (0);
}

static void
fork_once (void)
{
  pid_t pid = fork ();
  REQUIRE (pid >= 0);
  if (pid == 0)
    _exit (0);
  REQUIRE (waitpid (pid, NULL, 0) == pid);
}

/* A thread that has used ten of the arenas.  */
static void *
use_ten (void *closure)
{
  for (int i = 0; i < 10; ++i)
    {
      malloc_swap_thread_arena (arenas[i]);
      void *block = malloc (100);
      use (block);
      free (block);
    }
  malloc_swap_thread_arena (NULL);
  return closure;
}

static void
end_thread (void)
{
  pthread_t thread;
  REQUIRE (pthread_create (&thread, NULL, use_ten, NULL) == 0);
  pthread_join (thread, NULL);
}

static void
measure (const char *name)
{
  printf ("trim_%s %.3f\n", name, least_microseconds (trim));
  printf ("info_%s %.3f\n", name, least_microseconds (write_info));
  printf ("fork_%s %.3f\n", name, least_microseconds (fork_once));
  printf ("thread_%s %.3f\n", name, least_microseconds (end_thread));
}

static void
make (int from, int to)
{
  for (int i = from; i < to; ++i)
    {
      REQUIRE ((arenas[i] = malloc_arena_new ()) != NULL);
      malloc_swap_thread_arena (arenas[i]);
      for (int j = 0; j < 3; ++j)
	REQUIRE ((blocks[i][j] = malloc (100 + 200 * j)) != NULL);
    }
  malloc_swap_thread_arena (NULL);
}

int
main (void)
{
  REQUIRE ((nowhere = fopen ("/dev/null", "w")) != NULL);
  write_info ();

  double before = resident ();
  double start = seconds (CLOCK_MONOTONIC);
  for (int i = 0; i < MADE; ++i)
    {
      arena_hd *arena = malloc_arena_new ();
      REQUIRE (arena != NULL && malloc_arena_retire (arena) == 0);
    }
  printf ("made_and_retired %.3f\n",
	  (seconds (CLOCK_MONOTONIC) - start) / MADE * 1e6);
  printf ("left_behind_bytes %.0f\n", resident () - before);

  enum { USED = MADE / 20 };
  start = seconds (CLOCK_MONOTONIC);
  for (int i = 0; i < USED; ++i)
    {
      arena_hd *arena = malloc_arena_new ();
      malloc_swap_thread_arena (arena);
      void *block = malloc (100);
      malloc_swap_thread_arena (NULL);
      REQUIRE (block != NULL && malloc_arena_retire (arena) == 0);
      free (block);
    }
  printf ("made_used_and_retired %.3f\n",
	  (seconds (CLOCK_MONOTONIC) - start) / USED * 1e6);
  printf ("left_behind_used_bytes %.0f\n", resident () - before);

  before = resident ();
  for (int i = 0; i < MANY; ++i)
    REQUIRE ((arenas[i] = malloc_arena_new ()) != NULL);
  printf ("idle_bytes %.0f\n", (resident () - before) / MANY);
  for (int i = 0; i < MANY; ++i)
    REQUIRE (malloc_arena_retire (arenas[i]) == 0);

  make (0, 10);
  measure ("ten");
  make (10, MANY);
  measure ("many");
  return 0;
}
