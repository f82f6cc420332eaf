/* Eight threads that allocate and release in one arena as much as its
   ceiling of 64 MiB lets them: the most that it had from the system, by its
   own account and by the kernel's.  */

#include "bench.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 8, SLOTS = 4096 };
static const size_t ceiling = (size_t) 64 << 20;

static arena_hd *arena;
static atomic_bool stop;
static atomic_size_t allocated, failed, max_system;
static pthread_barrier_t ready;
static char *blocks[THREADS][SLOTS];

static void
look (void)
{
  struct malloc_arena_info info;
  REQUIRE (malloc_arena_info (arena, &info, sizeof (info)) == 0);
  size_t seen = max_system;
  while (info.system > seen
	 && !atomic_compare_exchange_weak (&max_system, &seen, info.system))
    ;
}

/* Mostly small, some in mappings of their own.  */
static size_t
random_size (uint64_t *state)
{
  uint64_t r = next_random (state);
  int magnitude = r % 100 < 90 ? 8 : r % 100 < 99 ? 15 : 22;
  return 1 + (r >> 32) % ((size_t) 1 << magnitude);
}

static void *
allocate_and_release (void *closure)
{
  char **mine = closure;
  uint64_t state = 88172645463325252 ^ (mine - blocks[0]) * 2654435761;

  memset (mine, 0, sizeof (blocks[0]));
  malloc_swap_thread_arena (arena);
  pthread_barrier_wait (&ready);
  pthread_barrier_wait (&ready);
  while (!stop)
    {
      uint64_t r = next_random (&state);
      char **b = &mine[r % SLOTS];
      size_t size = random_size (&state);
      if (*b != NULL && (r >> 32) % 4 == 0)
	{
	  free (*b);
	  *b = NULL;
	  continue;
	}
      errno = 0;
      char *mem = realloc (*b, size);
      if (mem != NULL)
	{
	  *b = mem;
	  memset (mem, 1, size);
	  ++allocated;
	  continue;
	}
      REQUIRE (errno == ENOMEM);
      ++failed;
      look ();
      for (int i = 0; i < SLOTS / 64; ++i)
	{
	  char **victim = &mine[next_random (&state) % SLOTS];
	  free (*victim);
	  *victim = NULL;
	}
    }
  for (int i = 0; i < SLOTS; ++i)
    free (mine[i]);
  malloc_swap_thread_arena (NULL);
  return NULL;
}

/* Bytes of anonymous memory that the process has resident.  */
static size_t
anonymous (void)
{
  char text[4096] = "";
  int fd = open ("/proc/self/smaps_rollup", O_RDONLY);
  REQUIRE (fd >= 0 && read (fd, text, sizeof (text) - 1) > 0);
  close (fd);
  char *line = strstr (text, "\nAnonymous:");
  REQUIRE (line != NULL);
  return strtoul (line + strlen ("\nAnonymous:"), NULL, 10) * 1024;
}

int
main (int argc, char **argv)
{
  REQUIRE (argc == 2);
  double duration = atof (argv[1]);

  REQUIRE ((arena = malloc_arena_new ()) != NULL);
  REQUIRE (malloc_arena_limit (arena, ceiling) == 0);
  pthread_barrier_init (&ready, NULL, THREADS + 1);
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; ++i)
    REQUIRE (pthread_create (&threads[i], NULL, allocate_and_release,
			     blocks[i]) == 0);
  pthread_barrier_wait (&ready);
  size_t baseline = anonymous ();
  pthread_barrier_wait (&ready);

  size_t resident = baseline;
  for (double end = seconds (CLOCK_MONOTONIC) + duration;
       seconds (CLOCK_MONOTONIC) < end; )
    {
      look ();
      size_t now = anonymous ();
      if (now > resident)
	resident = now;
      usleep (1000);
    }
  stop = true;
  for (int i = 0; i < THREADS; ++i)
    pthread_join (threads[i], NULL);

  struct malloc_arena_info info;
  REQUIRE (malloc_arena_info (arena, &info, sizeof (info)) == 0);
  printf ("ceiling %zu\npeak %zu\nsystem %zu\nresident %zu\nallocated %zu\n"
	  "failed %zu\nin_use_after %zu\n", ceiling, info.peak,
	  (size_t) max_system, resident - baseline, (size_t) allocated,
	  (size_t) failed, info.in_use);
  return 0;
}
