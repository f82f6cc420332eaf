/* A program that allocates and releases all the time, and whose live set
   grows to 400 MB and falls to 50 MB by turns: its mean resident size over
   what it had at the start, and the processor time it took.  The trace of
   requests is the same whatever the allocator does.

   The load runs in a second thread, as all of a Java program does, in
   default arenas ("none"), in a dedicated "arena", in one that is trimmed a
   hundred times a second ("trim"), or in one with the return of memory
   switched off ("off").  */

#include "bench.h"
#include <malloc.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define MB 1000000UL

enum
{
  MAX_BLOCKS = 1 << 20,
  RECENT = 64,
  SAMPLE_OPERATIONS = 4096,
  CLOCK_OPERATIONS = 64
};

static struct block
{
  char *mem;
  size_t size;
} *blocks;
static size_t n_blocks, live;
static uint64_t state = 88172645463325252;

static int statm;
/* While the live set changes its size, is held at its peak, or is held in
   the valley.  */
static enum phase { CHANGE, PEAK, VALLEY, PHASES } phase;
static double resident_sum[PHASES];
static size_t samples[PHASES];
static size_t operations, trims;
static int cycles, hold_operations;
static arena_hd *arena;
static bool trim;

static size_t
resident (void)
{
  char text[100] = "";
  REQUIRE (pread (statm, text, sizeof (text) - 1, 0) > 0);
  char *end;
  strtoul (text, &end, 10);
  return strtoul (end, NULL, 10) * sysconf (_SC_PAGESIZE);
}

/* Four in five are at most 256 bytes, and half of the memory is in blocks of
   more than 16 KiB.  */
static size_t
random_size (void)
{
  uint64_t r = next_random (&state);
  size_t limit;
  switch (r % 1000)
    {
    case 0 ... 799: limit = 256; break;
    case 800 ... 988: limit = 4 << 10; break;
    case 989 ... 998: limit = 64 << 10; break;
    default: limit = 512 << 10;
    }
  return limit / 16 + (r >> 32) % (limit - limit / 16);
}

static void
allocate (void)
{
  REQUIRE (n_blocks < MAX_BLOCKS);
  struct block *b = &blocks[n_blocks++];
  b->size = random_size ();
  REQUIRE ((b->mem = malloc (b->size)) != NULL);
  memset (b->mem, 1, b->size);
  live += b->size;
}

/* Release a block, every other time one of those that came last.  */
static void
release (void)
{
  uint64_t r = next_random (&state);
  size_t among = r % 2 == 0 && n_blocks > RECENT ? RECENT : n_blocks;
  struct block *b = &blocks[n_blocks - 1 - (r >> 32) % among];
  live -= b->size;
  free (b->mem);
  *b = blocks[--n_blocks];
}

static void
observe (void)
{
  static double next_trim;

  if (++operations % SAMPLE_OPERATIONS == 0)
    {
      resident_sum[phase] += resident ();
      ++samples[phase];
    }
  if (trim && operations % CLOCK_OPERATIONS == 0)
    {
      double now = seconds (CLOCK_MONOTONIC);
      if (now >= next_trim)
	{
	  malloc_arena_trim (arena);
	  ++trims;
	  next_trim = now + 0.01;
	}
    }
}

/* Three of five operations lead towards TARGET.  */
static void
step (size_t target)
{
  bool towards = next_random (&state) % 5 < 3;
  if (n_blocks == 0 || (live < target) == towards)
    allocate ();
  else
    release ();
  observe ();
}

static void
reach_and_hold (size_t target)
{
  bool grow = live < target;
  phase = CHANGE;
  while ((live < target) == grow)
    step (target);
  phase = grow ? PEAK : VALLEY;
  for (int i = 0; i < hold_operations; ++i)
    step (target);
}

static void *
load (void *closure)
{
  struct rusage usage;
  if (arena != NULL)
    malloc_swap_thread_arena (arena);

  size_t baseline = resident ();
  double wall = seconds (CLOCK_MONOTONIC);
  double processor = seconds (CLOCK_PROCESS_CPUTIME_ID);
  for (int i = 0; i < cycles; ++i)
    {
      reach_and_hold (400 * MB);
      reach_and_hold (50 * MB);
    }
  processor = seconds (CLOCK_PROCESS_CPUTIME_ID) - processor;
  wall = seconds (CLOCK_MONOTONIC) - wall;

  getrusage (RUSAGE_SELF, &usage);
  double sum = 0, n = 0;
  for (int i = 0; i < PHASES; ++i)
    {
      sum += resident_sum[i];
      n += samples[i];
    }
  printf ("resident %.0f\nresident_peak %.0f\nresident_valley %.0f\n",
	  sum / n - baseline, resident_sum[PEAK] / samples[PEAK] - baseline,
	  resident_sum[VALLEY] / samples[VALLEY] - baseline);
  printf ("processor %.3f\nwall %.3f\noperations %zu\ntrims %zu\n"
	  "faults %ld\n", processor, wall, operations, trims,
	  usage.ru_minflt);
  return closure;
}

int
main (int argc, char **argv)
{
  REQUIRE (argc == 4);
  trim = strcmp (argv[1], "trim") == 0;
  cycles = atoi (argv[2]);
  hold_operations = atoi (argv[3]);

  /* No part of what is measured.  */
  blocks = mmap (NULL, MAX_BLOCKS * sizeof (*blocks), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  REQUIRE (blocks != MAP_FAILED);
  REQUIRE ((statm = open ("/proc/self/statm", O_RDONLY)) >= 0);
  if (strcmp (argv[1], "off") == 0)
    REQUIRE (mallopt (M_ARENA_RETURN, -1) == 1);
  if (strcmp (argv[1], "none") != 0)
    REQUIRE ((arena = malloc_arena_new ()) != NULL);

  pthread_t thread;
  REQUIRE (pthread_create (&thread, NULL, load, NULL) == 0);
  pthread_join (thread, NULL);
  return 0;
}
