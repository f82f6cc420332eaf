/* A random workload on dedicated arenas, which checks each block.

   Every block is filled with a pattern of its own and remembered with the
   arena that was selected when it was requested.  Blocks move between
   threads through mailboxes.  Threads select arenas at random, exit with
   one selected, and fork.  A block that lies elsewhere, has changed, or is
   handed out twice ends the program with a line that runs it again.  */

#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ARENAS = 64, MAX_THREADS = 64, SLOTS = 512, MAILBOXES = 1024 };

struct block
{
  unsigned char *mem;
  size_t size;
  arena_hd *arena;
  unsigned char pattern;
};

static int n_arenas = 8;
static int n_threads = 8;
static int seconds = 10;
static unsigned long seed = 1;
static size_t address_space;

static arena_hd *arenas[MAX_ARENAS + 1];	/* The first is the default.  */
static _Atomic (struct block *) mailboxes[MAILBOXES];
static atomic_ullong operations, failed_allocations, forks, exits;
static atomic_bool stop;

static _Noreturn void
fail (const char *what, const struct block *b)
{
  fprintf (stderr, "malloc-arena-stress: %s: %p, %zu bytes, requested in %p,"
	   " lies in %p\nrun again: malloc-arena-stress --seed %lu --threads %d"
	   " --arenas %d --seconds %d --address-space %zu, GLIBC_TUNABLES=%s\n",
	   what, b->mem, b->size, b->arena, malloc_arena_of (b->mem), seed,
	   n_threads, n_arenas, seconds, address_space,
	   getenv ("GLIBC_TUNABLES") ?: "");
  abort ();
}

static uint64_t
next_random (uint64_t *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* Mostly small, up to 4 MiB.  */
static size_t
random_size (uint64_t *state)
{
  uint64_t r = next_random (state);
  int magnitude = r % 100 < 90 ? r % 10 : r % 1000 < 995 ? r % 17 : r % 23;
  return 1 + (r >> 32) % (1UL << magnitude);
}

static void
check (const struct block *b)
{
  if (malloc_arena_of (b->mem) != b->arena)
    fail ("misplaced block", b);
  size_t step = b->size > 8192 ? 509 : 1;
  for (size_t i = 0; i < b->size; i += step)
    if (b->mem[i] != b->pattern)
      fail ("block has changed", b);
  if (b->mem[b->size - 1] != b->pattern)
    fail ("block has changed at its end", b);
}

static void
fill (struct block *b, uint64_t *state)
{
  if (malloc_arena_of (b->mem) != b->arena)
    fail ("misplaced block", b);
  b->pattern = next_random (state);
  memset (b->mem, b->pattern, b->size);
}

static bool
allocate (struct block *b, arena_hd *arena, uint64_t *state)
{
  b->size = random_size (state);
  b->arena = arena;
  size_t alignment = 1UL << (4 + next_random (state) % 10);
  void *mem = NULL;
  errno = 0;
  switch (next_random (state) % 12)
    {
    case 0:
      mem = calloc (1, b->size);
      for (size_t i = 0; mem != NULL && i < b->size; ++i)
	if (((char *) mem)[i] != 0)
	  {
	    b->mem = mem;
	    fail ("calloc is not zero", b);
	  }
      break;
    case 1:
      mem = realloc (NULL, b->size);
      break;
    case 2:
      mem = memalign (alignment, b->size);
      break;
    case 3:
      mem = aligned_alloc (alignment, b->size);
      break;
    case 4:
      if (posix_memalign (&mem, alignment, b->size) != 0)
	errno = ENOMEM;
      break;
    case 5:
      mem = b->size < 100000 ? valloc (b->size) : malloc (b->size);
      break;
    case 6:
      mem = b->size < 100000 ? pvalloc (b->size) : malloc (b->size);
      break;
    case 7:
      {
	char text[200];
	memset (text, 'x', sizeof text);
	text[b->size = 1 + b->size % (sizeof text - 1)] = '\0';
	mem = strdup (text);
	break;
      }
    default:
      mem = malloc (b->size);
    }
  b->mem = mem;
  if (mem == NULL)
    {
      if (errno != ENOMEM)
	fail ("failed without ENOMEM", b);
      if (address_space == 0)
	fail ("failed with memory to spare", b);
      failed_allocations++;
      return false;
    }
  fill (b, state);
  return true;
}

static void
discard (struct block *b)
{
  if (b->mem == NULL)
    return;
  check (b);
  free (b->mem);
  b->mem = NULL;
}

static void
resize (struct block *b, uint64_t *state)
{
  check (b);
  size_t size = random_size (state);
  unsigned char *mem = realloc (b->mem, size);
  if (mem == NULL)
    {
      failed_allocations++;
      return;
    }
  b->mem = mem;
  b->size = b->size < size ? b->size : size;
  check (b);
  b->size = size;
  fill (b, state);
}

/* Leave B for another thread and take what was left.  */
static void
exchange (struct block *b, uint64_t *state)
{
  struct block *parcel = NULL;
  if (b->mem != NULL)
    {
      arena_hd *previous = malloc_swap_thread_arena (NULL);
      parcel = malloc (sizeof *parcel);
      malloc_swap_thread_arena (previous);
      if (parcel == NULL)
	return;
      *parcel = *b;
    }
  parcel = atomic_exchange (&mailboxes[next_random (state) % MAILBOXES],
			    parcel);
  b->mem = NULL;
  if (parcel != NULL)
    {
      *b = *parcel;
      free (parcel);
      check (b);
    }
}

static void
work (uint64_t *state, unsigned long long limit, bool may_fork);

static void
fork_once (struct block *slots, uint64_t *state)
{
  pid_t pid = fork ();
  if (pid == 0)
    {
      for (int i = 0; i < SLOTS; ++i)
	discard (&slots[i]);
      alarm (60);
      work (state, 2000, false);
      _exit (0);
    }
  if (pid > 0)
    {
      int status;
      waitpid (pid, &status, 0);
      if (status != 0)
	{
	  fprintf (stderr, "malloc-arena-stress: child: status %#x, seed %lu\n",
		   status, seed);
	  abort ();
	}
      forks++;
    }
}

static void
work (uint64_t *state, unsigned long long limit, bool may_fork)
{
  struct block slots[SLOTS] = { 0 };
  arena_hd *selected = NULL;
  unsigned long long n;

  malloc_swap_thread_arena (NULL);
  for (n = 0; n < limit && !(may_fork && stop); ++n)
    {
      uint64_t r = next_random (state);
      struct block *b = &slots[(r >> 40) % SLOTS];
      switch (r % 16)
	{
	case 0: case 1: case 2:
	  {
	    arena_hd *next = arenas[(r >> 8) % (n_arenas + 1)];
	    arena_hd *previous = malloc_swap_thread_arena (next);
	    if (previous != selected)
	      fail ("selection was lost", b);
	    selected = next;
	    break;
	  }
	case 3:
	  if (b->mem != NULL)
	    resize (b, state);
	  break;
	case 4:
	  exchange (b, state);
	  break;
	case 5:
	  if ((r >> 8) % 4096 == 0)
	    malloc_trim (0);
	  if (may_fork && (r >> 20) % 8192 == 0)
	    fork_once (slots, state);
	  break;
	default:
	  discard (b);
	  allocate (b, selected, state);
	}
    }
  /* Some caches and a selection are left to the end of the thread.  */
  for (int i = 0; i < SLOTS; ++i)
    discard (&slots[i]);
  operations += n;
}

static void *
thread (void *closure)
{
  uint64_t state = (uintptr_t) closure;
  work (&state, 20000 + next_random (&state) % 200000, true);
  exits++;
  return NULL;
}

static void
usage (FILE *out)
{
  fprintf (out, "\
Usage: malloc-arena-stress [OPTION]...\n\
Check a random workload on dedicated malloc arenas, block by block.\n\
\n\
  --seconds N         run for N seconds (10)\n\
  --threads N         at a time, 1 to %d (8)\n\
  --arenas N          dedicated arenas, 1 to %d (8)\n\
  --seed N            of the random numbers (1)\n\
  --address-space N   limit the address space to N bytes, so that\n\
                      allocations fail\n\
  --help\n\
\n\
Exit status: 0 if every check held; 2 for a usage error; a failed check\n\
aborts.  GLIBC_TUNABLES applies.\n", MAX_THREADS, MAX_ARENAS);
}

static unsigned long
number (const char *text, unsigned long low, unsigned long high)
{
  char *end;
  errno = 0;
  unsigned long n = strtoul (text, &end, 0);
  if (errno != 0 || end == text || *end != '\0' || n < low || n > high)
    {
      fprintf (stderr, "malloc-arena-stress: '%s' is not a number from %lu to"
	       " %lu\n", text, low, high);
      exit (2);
    }
  return n;
}

int
main (int argc, char **argv)
{
  static const struct option options[] =
    {
      { "seconds", required_argument, NULL, 's' },
      { "threads", required_argument, NULL, 't' },
      { "arenas", required_argument, NULL, 'a' },
      { "seed", required_argument, NULL, 'r' },
      { "address-space", required_argument, NULL, 'v' },
      { "help", no_argument, NULL, 'h' },
      { NULL }
    };
  int c;
  while ((c = getopt_long (argc, argv, "", options, NULL)) != -1)
    switch (c)
      {
      case 's': seconds = number (optarg, 1, 1000000); break;
      case 't': n_threads = number (optarg, 1, MAX_THREADS); break;
      case 'a': n_arenas = number (optarg, 1, MAX_ARENAS); break;
      case 'r': seed = number (optarg, 0, UINT64_MAX - MAX_THREADS); break;
      case 'v': address_space = number (optarg, 1, UINT64_MAX); break;
      case 'h': usage (stdout); return 0;
      default: usage (stderr); return 2;
      }
  if (optind != argc)
    {
      usage (stderr);
      return 2;
    }

  for (int i = 1; i <= n_arenas; ++i)
    if ((arenas[i] = malloc_arena_new ()) == NULL)
      {
	perror ("malloc-arena-stress: malloc_arena_new");
	return 1;
      }
  if (address_space != 0)
    {
      struct rlimit limit = { address_space, address_space };
      if (setrlimit (RLIMIT_AS, &limit) != 0)
	{
	  perror ("malloc-arena-stress: setrlimit");
	  return 1;
	}
    }

  /* First in a process that has never had a thread.  */
  uint64_t state = 88172645463325252 ^ (seed * 2654435761);
  work (&state, 100000, true);

  pthread_t threads[MAX_THREADS];
  bool running[MAX_THREADS] = { 0 };
  time_t end = time (NULL) + seconds;
  while (time (NULL) < end)
    for (int i = 0; i < n_threads; ++i)
      {
	if (running[i])
	  pthread_join (threads[i], NULL);
	running[i] = pthread_create (&threads[i], NULL, thread,
				     (void *) (next_random (&state) | 1)) == 0;
      }
  stop = true;
  for (int i = 0; i < n_threads; ++i)
    if (running[i])
      pthread_join (threads[i], NULL);
  malloc_swap_thread_arena (NULL);
  for (int i = 0; i < MAILBOXES; ++i)
    if (mailboxes[i] != NULL)
      {
	discard (mailboxes[i]);
	free (mailboxes[i]);
      }

  printf ("%llu operations, 0 misplaced blocks, %llu failed allocations,"
	  " %llu threads ended, %llu forks\n", operations, failed_allocations,
	  exits, forks);
  return 0;
}
