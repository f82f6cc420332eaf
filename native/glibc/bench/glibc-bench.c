/* One of glibc's own malloc benchmarks, BENCH, which on request runs in
   dedicated arenas: "each" of its threads in one of its own, or all in one
   that is "shared".  With "outside" there is an arena, and no thread has it
   selected.  With "none" there is none; the program runs on a stock glibc,
   too, and therefore looks the functions up.

   The benchmark prints what it measured as JSON, in a time of each thread
   that other work on the machine changes little: "processor" time, or the
   "own" time that passed but for what the thread waited for a processor.
   Only the latter has waiting for a lock in it.  */

#include "bench.h"
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

enum { MAX_THREADS = 64 };

static bool in_arena, shared;
static void *shared_arena;
static void *(*arena_new) (void);
static void *(*arena_swap) (void *);
static unsigned milliseconds;
static bool own_time;

static void
enter_arena (void)
{
  if (!in_arena)
    return;
  void *arena = shared ? shared_arena : arena_new ();
  REQUIRE (arena != NULL);
  arena_swap (arena);
}

static struct start
{
  void *(*run) (void *);
  void *closure;
} starts[MAX_THREADS];
static atomic_int n_starts;

static void *
run_in_arena (void *closure)
{
  struct start *start = closure;
  enter_arena ();
  return start->run (start->closure);
}

static int
create_in_arena (pthread_t *thread, const pthread_attr_t *attributes,
		 void *(*run) (void *), void *closure)
{
  int n = n_starts++;
  REQUIRE (n < MAX_THREADS);
  starts[n] = (struct start) { run, closure };
  return pthread_create (thread, attributes, run_in_arena, &starts[n]);
}

/* In nanoseconds.  */
static unsigned long long
waited_for_processor (void)
{
  unsigned long long ran, waited;
  FILE *f = fopen ("/proc/thread-self/schedstat", "r");
  REQUIRE (f != NULL && fscanf (f, "%llu %llu", &ran, &waited) == 2);
  fclose (f);
  return waited;
}

static void
bench_time (struct timespec *ts)
{
  if (!own_time)
    {
      clock_gettime (CLOCK_THREAD_CPUTIME_ID, ts);
      return;
    }
  /* FILEs and their buffers are no part of the load.  */
  void *previous = in_arena ? arena_swap (NULL) : NULL;
  clock_gettime (CLOCK_MONOTONIC, ts);
  unsigned long long own = (ts->tv_sec * 1000000000ULL + ts->tv_nsec
			    - waited_for_processor ());
  if (in_arena)
    arena_swap (previous);
  ts->tv_sec = own / 1000000000;
  ts->tv_nsec = own % 1000000000;
}

/* In place of the ten seconds that the benchmark would run for.  */
static void __attribute__ ((unused))
set_alarm (void)
{
  struct itimerval timer
    = { .it_value = { milliseconds / 1000, milliseconds % 1000 * 1000 } };
  setitimer (ITIMER_REAL, &timer, NULL);
}

#define clock_gettime(clock, ts) bench_time (ts)
#define alarm(seconds) set_alarm ()
#define pthread_create create_in_arena
#define main bench_main
#include BENCH
#undef main

int
main (int argc, char **argv)
{
  REQUIRE (argc == 5);
  shared = strcmp (argv[1], "shared") == 0;
  in_arena = shared || strcmp (argv[1], "each") == 0;
  own_time = strcmp (argv[2], "own") == 0;
  milliseconds = atoi (argv[3]);

  if (strcmp (argv[1], "none") != 0)
    {
      arena_new = dlsym (RTLD_DEFAULT, "malloc_arena_new");
      arena_swap = dlsym (RTLD_DEFAULT, "malloc_swap_thread_arena");
      REQUIRE (arena_new != NULL && arena_swap != NULL);
      REQUIRE ((shared_arena = arena_new ()) != NULL);
    }
  enter_arena ();

  argv[3] = argv[0];
  return bench_main (2, argv + 3);
}
