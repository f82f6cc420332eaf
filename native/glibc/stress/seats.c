/* Seats: what is done to an arena as a whole, and what malloc says of it.  */

#include "model.h"
#include "stress.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct seat seats[MAX_ARENAS + 1];

/* For how long a thread may take to leave an arena after the program has
   done with it, in steps of a millisecond.  */
enum { PATIENCE = 3000 };

static void
lock_init (struct seat *seat)
{
  pthread_rwlockattr_t attributes;
  pthread_rwlockattr_init (&attributes);
  pthread_rwlockattr_setkind_np (&attributes,
				 PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init (&seat->lock, &attributes);
}

static void
set_limit (struct seat *seat, size_t limit)
{
  struct malloc_arena_info info;
  if (malloc_arena_limit (seat->arena, limit) != 0
      || malloc_arena_info (seat->arena, &info, sizeof info) != 0)
    fail ("the limit of an arena cannot be set", NULL, seat);
  seat->limit = limit;
  seat->allowed = limit > info.system ? limit : info.system;
  if (seat->allowed_ever < seat->allowed)
    seat->allowed_ever = seat->allowed;
}

static void
make_arena (struct seat *seat)
{
  seat->arena = malloc_arena_new ();
  seat->generation++;
  seat->limit = seat->allowed = seat->allowed_ever = SIZE_MAX;
  seat->peak = seat->in_use = seat->blocks = 0;
  seat->selected = seat->leaving = 0;
  seat->inherit = false;
  if (seat->arena == NULL)
    {
      if (errno != ENOMEM || options.address_space == 0)
	fail ("no arena can be made", NULL, seat);
      statistics.failed++;
      return;
    }
  if (options.ceiling != 0)
    {
      seat->allowed_ever = 0;
      set_limit (seat, options.ceiling);
    }
}

void
seats_init (void)
{
  for (int i = 1; i <= options.arenas; ++i)
    {
      lock_init (&seats[i]);
      make_arena (&seats[i]);
    }
}

void
seats_hold_all (bool for_writing)
{
  for (int i = 1; i <= options.arenas; ++i)
    if (for_writing)
      pthread_rwlock_wrlock (&seats[i].lock);
    else
      pthread_rwlock_rdlock (&seats[i].lock);
}

void
seats_release_all (void)
{
  for (int i = 1; i <= options.arenas; ++i)
    pthread_rwlock_unlock (&seats[i].lock);
}

/* What is wrong with INFO, or NULL.  An arena without isolation stays
   empty.  */
static const char *
complaint (const struct seat *seat, const struct malloc_arena_info *info)
{
  size_t selected = seat->selected;
  size_t in_use = options.isolation ? seat->in_use : 0;
  if (info->in_use != in_use)
    return "in_use is not the sum of the blocks";
  if (info->threads > selected || info->threads + seat->leaving < selected)
    return "threads is not the number of threads that have it selected";
  if (info->limit != seat->limit)
    return "limit is not what was set";
  if (info->system > seat->allowed)
    return "system passes the limit";
  if (info->peak > seat->allowed_ever)
    return "peak passes the limit";
  if (info->peak < info->system || info->peak < seat->peak)
    return "peak is lower than what there was";
  if (info->mapped > info->system)
    return "more is mapped than there is";
  if (info->in_use + info->cached + info->returned > info->system)
    return "the parts are more than the whole";
  return NULL;
}

/* A thread that is ending empties its caches and leaves its selected arena
   at a moment of its own; and with signals, a selection is now and then
   not to be seen for a moment.  */
void
seat_check (int i)
{
  struct seat *seat = &seats[i];
  struct malloc_arena_info info;
  const char *wrong = NULL;

  if (seat->arena == NULL)
    return;
  for (int n = 0; n < PATIENCE; ++n)
    {
      if (malloc_arena_info (seat->arena, &info, sizeof info) != 0)
	fail ("malloc_arena_info failed", NULL, seat);
      wrong = complaint (seat, &info);
      if (wrong == NULL)
	break;
      usleep (1000);
    }
  if (wrong != NULL)
    fail (wrong, NULL, seat);
  seat->peak = info.peak;
  if (seat->allowed > seat->limit && info.system < seat->allowed)
    seat->allowed = info.system > seat->limit ? info.system : seat->limit;
  statistics.checks++;
}

void
seats_after_fork (const struct worker *worker, bool was_quiet)
{
  for (int i = 1; i <= options.arenas; ++i)
    {
      struct seat *seat = &seats[i];
      lock_init (seat);
      seat->selected = worker->selected == i;
      seat->leaving = 0;
      if (seat->arena == NULL)
	continue;
      if (options.isolation)
	{
	  /* Caches of other threads are lost, and what they were about to
	     add or to subtract is not known.  */
	  struct malloc_arena_info info;
	  if (malloc_arena_info (seat->arena, &info, sizeof info) != 0)
	    fail ("malloc_arena_info failed after fork", NULL, seat);
	  if (was_quiet && info.in_use < seat->in_use)
	    fail ("blocks were lost in fork", NULL, seat);
	  seat->in_use = info.in_use;
	}
      seat_check (i);
    }
}

/* Select the arena of seat NEW, and not that of seat OLD any longer.  */
static void
swap (struct worker *worker, int old, int new)
{
  void **location = malloc_thread_arena_location ();
  struct selection *known = &worker->selections[new];

  if (location != NULL)
    worker->selections[old] = (struct selection)
      { .value = *location, .generation = seats[old].generation };
  if (location != NULL && known->value != NULL
      && known->generation == seats[new].generation
      && next_random (&worker->random) % 2 == 0)
    __atomic_store_n (location, known->value, __ATOMIC_RELEASE);
  else if (malloc_swap_thread_arena (seats[new].arena) != seats[old].arena)
    fail ("selection was lost", NULL, &seats[old]);
}

void
seat_select (struct worker *worker, int i)
{
  int old = worker->selected;
  int low = old < i ? old : i;
  int high = old < i ? i : old;

  if (low != 0)
    pthread_rwlock_rdlock (&seats[low].lock);
  if (high != low)
    pthread_rwlock_rdlock (&seats[high].lock);
  if (i == 0 || seats[i].arena != NULL)
    {
      swap (worker, old, i);
      seats[old].selected--;
      seats[i].selected++;
      worker->selected = i;
    }
  if (high != low)
    pthread_rwlock_unlock (&seats[high].lock);
  if (low != 0)
    pthread_rwlock_unlock (&seats[low].lock);
}

/* The arena has live blocks, so that nothing can have taken its place; and
   they stay while the seat is held.  */
static void
check_is_over (arena_hd *arena, const struct seat *seat)
{
  if (!is_over (arena))
    fail ("a retired arena can be used", NULL, seat);
}

/* Try to end the arena, whether or not it may be.  */
static bool
end_arena (struct seat *seat)
{
  for (int n = 0; n < PATIENCE; ++n)
    {
      size_t selected = seat->selected;
      size_t staying = selected - seat->leaving;
      /* Here a retirement could find a moment when it is not selected.  */
      if (options.signals && selected != 0)
	return false;
      bool is_doomed_one = is_doomed (seat->generation);
      int result = (is_doomed_one ? malloc_arena_destroy (seat->arena)
		    : malloc_arena_retire (seat->arena));
      if (result == 0)
	{
	  if (staying > 0)
	    fail ("a selected arena was ended", NULL, seat);
	  if (is_doomed_one)
	    statistics.destroyed++;
	  else
	    statistics.retired++;
	  if (!is_doomed_one && seat->blocks > 0)
	    check_is_over (seat->arena, seat);
	  seat->arena = NULL;
	  return true;
	}
      if (result != -1 || errno != EBUSY)
	fail ("an arena cannot be ended", NULL, seat);
      if (selected != 0)
	return false;
      usleep (1000);
    }
  fail ("an arena stays busy", NULL, seat);
}

static void
check_errors (struct seat *seat)
{
  struct malloc_arena_info info;
  memset (&info, 0x5a, sizeof info);
  if (malloc_arena_info (NULL, &info, sizeof info) != -1 || errno != EINVAL
      || malloc_arena_info (seat->arena, &info, 0) != -1 || errno != EINVAL
      || malloc_arena_info (seat->arena, &info, sizeof (size_t) + 1) != -1
      || errno != EINVAL
      || malloc_arena_trim (NULL) != -1 || errno != EINVAL
      || malloc_arena_limit (NULL, 0) != -1 || errno != EINVAL
      || malloc_arena_inherit (NULL, 0) != -1 || errno != EINVAL
      || malloc_arena_retire (NULL) != -1 || errno != EINVAL
      || malloc_arena_destroy (NULL) != -1 || errno != EINVAL)
    fail ("a wrong argument was taken", NULL, seat);
  size_t untouched = info.mapped;
  if (malloc_arena_info (seat->arena, &info, sizeof (size_t)) != 0
      || info.mapped != untouched)
    fail ("malloc_arena_info wrote more than it was asked for", NULL, seat);
}

static size_t
random_limit (struct seat *seat, uint64_t random)
{
  struct malloc_arena_info info;
  if (malloc_arena_info (seat->arena, &info, sizeof info) != 0)
    fail ("malloc_arena_info failed", NULL, seat);
  size_t limit;
  switch (random % 6)
    {
    case 0: limit = info.system + random / 6 % (1UL << 20); break;
    case 1: limit = info.system / 2; break;
    case 2: limit = random / 6 % (64UL << 20); break;
    default: limit = SIZE_MAX;
    }
  return (options.ceiling != 0 && limit > options.ceiling
	  ? options.ceiling : limit);
}

void
seat_inspect (int i, uint64_t random)
{
  struct seat *seat = &seats[i];

  pthread_rwlock_wrlock (&seat->lock);
  if (seat->arena == NULL)
    make_arena (seat);
  if (seat->arena != NULL)
    {
      seat_check (i);
      switch (random % 8)
	{
	case 0: case 1:
	  if (end_arena (seat))
	    make_arena (seat);
	  break;
	case 2: case 3:
	  set_limit (seat, random_limit (seat, random / 8));
	  break;
	case 4:
	  seat->inherit = random / 8 % 2 != 0;
	  if (malloc_arena_inherit (seat->arena, seat->inherit) != 0)
	    fail ("inheritance of an arena cannot be set", NULL, seat);
	  break;
	case 5:
	  check_errors (seat);
	  break;
	default:
	  if (malloc_arena_trim (seat->arena) < 0)
	    fail ("an arena cannot be trimmed", NULL, seat);
	}
      if (seat->arena != NULL)
	seat_check (i);
    }
  pthread_rwlock_unlock (&seat->lock);
}

void
seat_trim (int i)
{
  struct seat *seat = &seats[i];
  pthread_rwlock_rdlock (&seat->lock);
  if (seat->arena != NULL)
    {
      int result = malloc_arena_trim (seat->arena);
      if (result != 0 && result != 1)
	fail ("an arena cannot be trimmed", NULL, seat);
    }
  pthread_rwlock_unlock (&seat->lock);
}

/* The number of dedicated arenas that malloc_info shows, or -1 if there
   was no memory for its text.  */
static int
arenas_shown (void)
{
  char *text = NULL;
  size_t size = 0;
  int count = 0;
  FILE *stream = open_memstream (&text, &size);

  if (stream == NULL)
    return -1;
  if (malloc_info (0, stream) != 0)
    fail ("malloc_info failed", NULL, NULL);
  /* A stream in memory does not always say that it has lost something.  */
  bool is_whole = fclose (stream) == 0;
  if (is_whole)
    {
      static const char start[] = "<malloc ", end[] = "</malloc>\n";
      is_whole = (strncmp (text, start, strlen (start)) == 0
		  && size > strlen (end)
		  && strcmp (text + size - strlen (end), end) == 0);
      for (const char *s = text; (s = strstr (s, "type=\"dedicated\"")); ++s)
	++count;
    }
  if (!is_whole && options.address_space == 0)
    fail ("malloc_info's text is not whole", NULL, NULL);
  free (text);
  return is_whole ? count : -1;
}

void
seats_check_malloc_info (void)
{
  seats_hold_all (false);
  int shown = arenas_shown ();
  int taken = 0;
  for (int i = 1; i <= options.arenas; ++i)
    taken += seats[i].arena != NULL;
  if (shown != -1 && shown < taken && options.isolation)
    fail ("malloc_info shows too few arenas", NULL, NULL);
  seats_release_all ();
}

void
seats_check_gone (void)
{
  int shown = arenas_shown ();
  if (shown != -1 && shown > 0 && options.isolation)
    fail ("an arena outlives its last block", NULL, NULL);
}

void
seats_end_all (void)
{
  for (int i = 1; i <= options.arenas; ++i)
    {
      pthread_rwlock_wrlock (&seats[i].lock);
      if (seats[i].arena != NULL)
	{
	  seat_check (i);
	  if (!end_arena (&seats[i]))
	    fail ("an arena stays selected", NULL, &seats[i]);
	}
      pthread_rwlock_unlock (&seats[i].lock);
    }
}
