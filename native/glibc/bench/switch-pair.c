/* What it costs to select an arena or heap and to go back, with nothing in
   between, in nanoseconds.  A second thread does it, as all of a Java program does.
   Built once for each allocator and way.  */

#include "bench.h"
#include <pthread.h>

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

static void *
measure (void *closure)
{
  long pairs = *(long *) closure;

  /* The thread has allocated in both.  */
  allocate ();
  selection arena = make ();
  selection previous = swap (arena);
  REQUIRE (arena && previous != arena);
  allocate ();
  REQUIRE (swap (previous) == arena);

  double start = seconds (CLOCK_THREAD_CPUTIME_ID);
  for (long i = 0; i < pairs; ++i)
    swap (swap (arena));
  double end = seconds (CLOCK_THREAD_CPUTIME_ID);

  REQUIRE (swap (arena) == previous);
  printf ("nanoseconds %.3f\n", (end - start) * 1e9 / pairs);
  return NULL;
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
