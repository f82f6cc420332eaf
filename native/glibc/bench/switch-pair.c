/* What it costs to select an arena or heap and to go back, with nothing in
   between, in nanoseconds.  A second thread does it, as all of a Java program does.
   Built once for each allocator and way, and for a function that does nothing.

   A loop of calls is up to a fifth slower or faster at another address, and in
   its first millisecond: there are several, and the median counts.  */

#include "bench.h"
#include <pthread.h>

#ifdef PAIR_EMPTY
# define SELECTS false
#else
# define SELECTS true
#endif

#if defined PAIR_MIMALLOC
# include <mimalloc.h>

typedef mi_heap_t *selection;

static selection
make (void)
{
  return mi_heap_new ();
}

static inline selection
swap (selection heap)
{
  return mi_heap_set_default (heap);
}

#elif defined PAIR_JEMALLOC
# include <jemalloc/jemalloc.h>

typedef unsigned selection;

static selection
make (void)
{
  unsigned arena;
  size_t size = sizeof (arena);
  REQUIRE (mallctl ("arenas.create", &arena, &size, NULL, 0) == 0);
  return arena;
}

static inline selection
swap (selection arena)
{
  unsigned previous;
  size_t size = sizeof (previous);
  REQUIRE (mallctl ("thread.arena", &previous, &size, &arena, sizeof (arena))
	   == 0);
  return previous;
}

#elif defined PAIR_EMPTY
extern void *empty (void *);

typedef void *selection;

static selection
make (void)
{
  return empty;
}

static inline selection
swap (selection value)
{
  return empty (value);
}

#elif defined PAIR_STORE
# include <malloc.h>
# include <stddef.h>

/* What the thread's word is while an arena is selected: the thread's own, as a
   heap of mimalloc's is.  */
typedef void *selection;

static __thread void *volatile *word;

static inline selection
swap (selection value)
{
  selection previous = *word;
  *word = value;
  return previous;
}

static void allocate (void);

static selection
make (void)
{
  word = malloc_thread_arena_location ();
  REQUIRE (word != NULL);
  arena_hd *arena = malloc_arena_new ();
  REQUIRE (arena != NULL);
  malloc_swap_thread_arena (arena);
  allocate ();
  selection value = *word;
  malloc_swap_thread_arena (NULL);
  return value;
}

#else
# include <malloc.h>

typedef arena_hd *selection;

static selection
make (void)
{
  return malloc_arena_new ();
}

static inline selection
swap (selection arena)
{
  return malloc_swap_thread_arena (arena);
}
#endif

static void
allocate (void)
{
  void *p = malloc (100);
  use (p);
  free (p);
}

#define LOOP(n)								\
  static __attribute__ ((noinline)) void				\
  loop_##n (long pairs, selection arena)				\
  {									\
    asm volatile (".skip 16 * " #n ", 0x90");				\
    for (long i = 0; i < pairs; ++i)					\
      swap (swap (arena));						\
  }
#define LOOPS(f) \
  f (1) f (2) f (3) f (4) f (5) f (6) f (7) f (8) f (9) f (10) f (11) f (12) \
  f (13) f (14) f (15)

LOOPS (LOOP)

#define NAME(n) loop_##n,
static void (*const loops[]) (long, selection) = { LOOPS (NAME) };
enum { N_LOOPS = sizeof (loops) / sizeof (loops[0]) };

static double
time_of (void (*loop) (long, selection), long pairs, selection arena)
{
  double start = seconds (CLOCK_THREAD_CPUTIME_ID);
  loop (pairs, arena);
  return (seconds (CLOCK_THREAD_CPUTIME_ID) - start) * 1e9 / pairs;
}

static int
compare (const void *a, const void *b)
{
  double difference = *(const double *) a - *(const double *) b;
  return (difference > 0) - (difference < 0);
}

static void *
measure (void *closure)
{
  long pairs = *(long *) closure / N_LOOPS;

  /* The thread has allocated in both.  */
  allocate ();
  selection arena = make ();
  selection previous = swap (arena);
  allocate ();
  selection back = swap (previous);

  double nanoseconds[N_LOOPS];
  for (int i = 0; i < N_LOOPS; ++i)
    nanoseconds[i] = time_of (loops[i], pairs, arena);
  qsort (nanoseconds, N_LOOPS, sizeof (nanoseconds[0]), compare);

  selection last = swap (arena);
  REQUIRE (arena && back == arena && last == previous);
  REQUIRE ((previous != arena) == SELECTS);
  printf ("nanoseconds %.3f\n", nanoseconds[N_LOOPS / 2]);
  return closure;
}

int
main (int argc, char **argv)
{
  REQUIRE (argc == 2);
  long pairs = atol (argv[1]);
  pthread_t thread;
  REQUIRE (pthread_create (&thread, NULL, measure, &pairs) == 0);
  pthread_join (thread, NULL);
  return 0;
}
