/* A random workload on dedicated arenas, which checks each block and each
   arena.

   Threads select arenas at random; request, resize and free blocks; leave
   blocks for one another; fork; and end, some with an arena selected, which
   threads that they create may have inherited.  Meanwhile arenas get limits
   and reach them, are retired with live blocks and destroyed, and others
   take their seats.  The first thing that is not as it should be ends the
   program with a line that runs it again.  */

#include "stress.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct options options =
{
  .arenas = 8, .threads = 8, .seconds = 10, .seed = 1, .isolation = true
};
struct statistics statistics;

/* How a thread starts and ends.  */
struct life
{
  pthread_t thread;
  bool is_running;
  uint64_t random;
  unsigned long long length;	/* In operations.  */
  int seat;			/* The one selected, first and last.  */
  unsigned long generation;
};

static atomic_bool stop;
static time_t end;		/* 0 until there are threads.  */

/* A child process does not fork, and does what it does to its end.  */
static bool is_child;

/* Written before there is a thread, and read by signal handlers.  */
static char again[1000];

/* What signal handlers select for a moment.  */
static arena_hd *signal_arena;

static void
report (FILE *out)
{
  fprintf (out, "operations %llu threads %llu forks %llu retired %llu"
	   " destroyed %llu failed %llu checks %llu misplaced %llu\n",
	   statistics.operations, statistics.threads, statistics.forks,
	   statistics.retired, statistics.destroyed, statistics.failed,
	   statistics.checks, statistics.misplaced);
}

_Noreturn void
fail (const char *what, const struct block *b, const struct seat *seat)
{
  static atomic_flag is_failing = ATOMIC_FLAG_INIT;
  int error = errno;

  if (atomic_flag_test_and_set (&is_failing))
    for (;;)
      pause ();
  malloc_swap_thread_arena (NULL);
  fprintf (stderr, "malloc-arena-stress: %s", what);
  if (b != NULL)
    fprintf (stderr, ": block %p, %zu bytes, charge %zu, of seat %d,"
	     " generation %lu, arena %p, lies in %p", b->mem, b->size,
	     b->charge, b->seat, b->generation, b->arena,
	     b->mem != NULL ? malloc_arena_of (b->mem) : NULL);
  if (seat != NULL)
    {
      struct malloc_arena_info info = { 0 };
      fprintf (stderr, ": seat %td, generation %lu, arena %p", seat - seats,
	       seat->generation, seat->arena);
      fprintf (stderr, "\n  here:   in_use %zu blocks %zu limit %zu allowed"
	       " %zu ever %zu peak %zu selected %zu leaving %zu inherit %d",
	       seat->in_use, seat->blocks, seat->limit, seat->allowed,
	       seat->allowed_ever, seat->peak, seat->selected, seat->leaving,
	       seat->inherit);
      if (malloc_arena_info (seat->arena, &info, sizeof info) == 0)
	fprintf (stderr, "\n  malloc: in_use %zu cached %zu limit %zu system"
		 " %zu mapped %zu peak %zu threads %zu returned %zu",
		 info.in_use, info.cached, info.limit, info.system,
		 info.mapped, info.peak, info.threads, info.returned);
    }
  fprintf (stderr, " (errno: %s)\n", strerrorname_np (error));
  report (stderr);
  abort ();
}

static void
on_fatal_signal (int signal)
{
  static const char late[] = "malloc-arena-stress: does not come to an end\n";
  if (signal == SIGALRM)
    (void) !write (STDERR_FILENO, late, strlen (late));
  (void) !write (STDERR_FILENO, again, strlen (again));
  raise (signal == SIGALRM ? SIGABRT : signal);
}

static void
on_profiling_signal (int signal)
{
  (void) signal;
  arena_hd *selected = malloc_swap_thread_arena (signal_arena);
  if (malloc_swap_thread_arena (selected) != signal_arena)
    abort ();
}

static void
prepare_signals (void)
{
  static const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGABRT, SIGALRM };
  const char *tunables = getenv ("GLIBC_TUNABLES") ?: "";
  const char *preload = getenv ("LD_PRELOAD") ?: "";
  const char *libraries = getenv ("LD_LIBRARY_PATH") ?: "";

  snprintf (again, sizeof again,
	    "run again: LD_LIBRARY_PATH=%s LD_PRELOAD=%s GLIBC_TUNABLES=%s"
	    " malloc-arena-stress --seed %lu --threads %d --arenas %d"
	    " --seconds %d --address-space %zu --ceiling %zu%s%s\n", libraries,
	    preload, tunables, options.seed, options.threads, options.arenas,
	    options.seconds, options.address_space, options.ceiling,
	    options.isolation ? "" : " --no-isolation",
	    options.signals ? " --signals" : "");
  struct sigaction action
    = { .sa_handler = on_fatal_signal, .sa_flags = SA_RESETHAND | SA_NODEFER };
  for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; ++i)
    sigaction (fatal[i], &action, NULL);
  alarm (options.seconds * 3 + 120);

  if (options.signals)
    {
      signal_arena = malloc_arena_new ();
      action.sa_handler = on_profiling_signal;
      action.sa_flags = SA_RESTART;
      sigaction (SIGPROF, &action, NULL);
      struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
      setitimer (ITIMER_PROF, &often, NULL);
    }
}

static void work (struct worker *, unsigned long long length);

static void *
thread (void *closure)
{
  struct life *life = closure;
  struct worker worker = { .random = life->random, .selected = life->seat };
  arena_hd *arena = seats[life->seat].arena;

  if (malloc_swap_thread_arena (arena) != arena)
    fail ("thread did not start with what it inherits", NULL,
	  &seats[life->seat]);
  work (&worker, life->length);

  struct seat *seat = &seats[worker.selected];
  life->seat = worker.selected;
  if (worker.selected != 0)
    {
      pthread_rwlock_rdlock (&seat->lock);
      life->generation = seat->generation;
      seat->leaving++;
      pthread_rwlock_unlock (&seat->lock);
    }
  statistics.threads++;
  return NULL;
}

/* Create a thread, which may inherit what WORKER has selected.  */
static void
start (struct life *life, struct worker *worker)
{
  struct seat *seat = &seats[worker->selected];
  bool is_held = worker->selected != 0;

  if (is_held)
    pthread_rwlock_rdlock (&seat->lock);
  life->random = next_random (&worker->random) | 1;
  life->length = next_random (&worker->random) % 200000;
  if (is_child || life->length % 4 == 0)
    life->length %= 1000;
  life->seat = seat->inherit ? worker->selected : 0;
  seats[life->seat].selected++;
  life->is_running = pthread_create (&life->thread, NULL, thread, life) == 0;
  if (!life->is_running)
    {
      if (options.address_space == 0 && (seat->limit == SIZE_MAX || !is_held))
	fail ("no thread can be created", NULL, seat);
      statistics.failed++;
      seats[life->seat].selected--;
    }
  if (is_held)
    pthread_rwlock_unlock (&seat->lock);
}

static void
join (struct life *life)
{
  if (!life->is_running)
    return;
  pthread_join (life->thread, NULL);
  life->is_running = false;

  struct seat *seat = &seats[life->seat];
  if (life->seat == 0)
    return;
  pthread_rwlock_rdlock (&seat->lock);
  if (seat->generation == life->generation && seat->arena != NULL)
    {
      seat->selected--;
      seat->leaving--;
    }
  pthread_rwlock_unlock (&seat->lock);
}

static _Noreturn void
child (struct worker *worker, bool was_quiet)
{
  alarm (120);
  is_child = true;
  seats_after_fork (worker, was_quiet);
  arena_hd *arena = seats[worker->selected].arena;
  if (malloc_swap_thread_arena (arena) != arena)
    fail ("selection was lost in fork", NULL, &seats[worker->selected]);
  /* libc_malloc_debug.so may have been locked by another thread.  */
  if (!options.isolation)
    _exit (0);
  if (next_random (&worker->random) % 2 == 0)
    {
      struct life life = { 0 };
      start (&life, worker);
      join (&life);
    }
  work (worker, 2000);
  seat_select (worker, 0);
  seats_end_all ();
  _exit (0);
}

static void
fork_once (struct worker *worker)
{
  bool is_quiet = next_random (&worker->random) % 2 == 0;
  seats_hold_all (is_quiet);
  pid_t pid = fork ();
  if (pid == 0)
    child (worker, is_quiet);
  seats_release_all ();
  if (pid < 0)
    return;

  int status;
  while (waitpid (pid, &status, 0) != pid)
    if (errno != EINTR)
      fail ("waitpid failed", NULL, NULL);
  if (status != 0)
    {
      fprintf (stderr, "malloc-arena-stress: child: status %#x\n", status);
      fail ("child failed", NULL, NULL);
    }
  statistics.forks++;
}

static void
work (struct worker *worker, unsigned long long length)
{
  unsigned long long n;
  for (n = 0; n < length && (is_child || !stop); ++n)
    {
      if (n % 1024 == 0 && end != 0 && time (NULL) >= end)
	stop = true;
      uint64_t r = next_random (&worker->random);
      struct block *b = &worker->slots[(r >> 40) % SLOTS];
      int seat = (r >> 8) % (options.arenas + 1);
      switch (r % 16)
	{
	case 0: case 1: case 2:
	  seat_select (worker, seat);
	  break;
	case 3:
	  block_resize (b, worker);
	  break;
	case 4:
	  block_exchange (b, r >> 16);
	  break;
	case 5:
	  switch ((r >> 20) % 8192)
	    {
	    case 0: case 1:
	      if (!is_child)
		fork_once (worker);
	      break;
	    case 2:
	      malloc_trim (0);
	      break;
	    case 3:
	      seat_select (worker, 0);
	      seats_check_malloc_info ();
	      break;
	    case 4:
	      (void) mallinfo2 ();
	      break;
	    case 5: case 6: case 7: case 8:
	      if (seat != 0)
		seat_trim (seat);
	      break;
	    case 9:
	      (void) mallopt (M_ARENA_RETURN, (int) (r >> 33) % 3 - 1);
	      break;
	    default:
	      if ((r >> 20) % 8192 < 128 && seat != 0)
		seat_inspect (seat, r >> 33);
	    }
	  break;
	default:
	  block_discard (b);
	  block_allocate (b, worker);
	}
    }
  /* A selection is left to the end of the thread, and caches are.  */
  for (int i = 0; i < SLOTS; ++i)
    block_discard (&worker->slots[i]);
  statistics.operations += n;
}

static void
usage (FILE *out)
{
  fprintf (out, "\
Usage: malloc-arena-stress [OPTION]...\n\
Check a random workload on dedicated malloc arenas: each block, and what\n\
malloc says of each arena.\n\
\n\
  --seconds N         run for N seconds (10)\n\
  --threads N         at a time, 1 to %d (8)\n\
  --arenas N          dedicated arenas at a time, 1 to %d (8)\n\
  --seed N            of the random numbers (1)\n\
  --address-space N   limit the address space to N bytes, so that\n\
                      allocations fail\n\
  --ceiling N         limit each arena to N bytes, with the same effect\n\
  --signals           select an arena in a signal handler, too, a thousand\n\
                      times a second\n\
  --no-isolation      do not check where blocks are and what arenas hold,\n\
                      for LD_PRELOAD=libc_malloc_debug.so.0\n\
  --help\n\
\n\
GLIBC_TUNABLES applies.  One line says what was done.\n\
Exit status: 0 if every check held; 1 if it could not start; 2 for a usage\n\
error; a failed check aborts.\n", MAX_THREADS, MAX_ARENAS);
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

static void
parse (int argc, char **argv)
{
  static const struct option names[] =
    {
      { "seconds", required_argument, NULL, 's' },
      { "threads", required_argument, NULL, 't' },
      { "arenas", required_argument, NULL, 'a' },
      { "seed", required_argument, NULL, 'r' },
      { "address-space", required_argument, NULL, 'v' },
      { "ceiling", required_argument, NULL, 'c' },
      { "signals", no_argument, NULL, 'S' },
      { "no-isolation", no_argument, NULL, 'n' },
      { "help", no_argument, NULL, 'h' },
      { NULL }
    };
  int c;
  while ((c = getopt_long (argc, argv, "", names, NULL)) != -1)
    switch (c)
      {
      case 's': options.seconds = number (optarg, 1, 1000000); break;
      case 't': options.threads = number (optarg, 1, MAX_THREADS); break;
      case 'a': options.arenas = number (optarg, 1, MAX_ARENAS); break;
      case 'r': options.seed = number (optarg, 0, UINT32_MAX); break;
      case 'v': options.address_space = number (optarg, 0, UINT64_MAX); break;
      case 'c': options.ceiling = number (optarg, 0, UINT64_MAX); break;
      case 'S': options.signals = true; break;
      case 'n': options.isolation = false; break;
      case 'h': usage (stdout); exit (0);
      default: usage (stderr); exit (2);
      }
  if (optind != argc)
    {
      usage (stderr);
      exit (2);
    }
}

int
main (int argc, char **argv)
{
  parse (argc, argv);
  prepare_signals ();
  seats_init ();
  if (options.address_space != 0)
    {
      struct rlimit limit = { options.address_space, options.address_space };
      if (setrlimit (RLIMIT_AS, &limit) != 0)
	{
	  perror ("malloc-arena-stress: setrlimit");
	  return 1;
	}
    }

  /* First in a process that has never had a thread.  */
  static struct worker worker;
  worker.random = 88172645463325252 ^ (options.seed * 2654435761);
  work (&worker, 100000);

  struct life lives[MAX_THREADS] = { 0 };
  end = time (NULL) + options.seconds;
  for (int i = 0; !stop; i = (i + 1) % options.threads)
    {
      join (&lives[i]);
      seat_select (&worker, next_random (&worker.random)
			    % (options.arenas + 1));
      start (&lives[i], &worker);
      if (time (NULL) >= end)
	stop = true;
    }
  for (int i = 0; i < options.threads; ++i)
    join (&lives[i]);

  seat_select (&worker, 0);
  blocks_discard_left ();
  seats_end_all ();
  if (signal_arena != NULL)
    {
      struct itimerval never = { 0 };
      setitimer (ITIMER_PROF, &never, NULL);
      if (malloc_arena_retire (signal_arena) != 0)
	fail ("an arena cannot be retired", NULL, NULL);
    }
  seats_check_gone ();
  report (stdout);
  return 0;
}
