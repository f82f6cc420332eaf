/* Interprets any bytes as a program over dedicated arenas, their blocks and
   threads, and checks each step against a model.

   Only one thread is at work at a time, so that the same bytes do the same
   each time and every figure of malloc_arena_info can be foretold.  What
   threads do to one another is for the stress test to find.  */

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model.h"

enum { ARENAS = 6, BLOCKS = 256, THREADS = 4, LIVES = 64, FORKS = 2 };
/* What an allocation may need from the system beside its size.  */
enum { SLACK = 2 << 20 };

/* One arena from its creation to the end of the run.  */
struct life
{
  arena_hd *arena;
  bool is_open;
  bool is_destroyed;
  bool inherit;
  size_t limit;
  size_t allowed;		/* SYSTEM may not pass this, nor ...  */
  size_t allowed_ever;		/* ... PEAK this.  */
  size_t peak;
  size_t in_use;
  size_t mapped;
  size_t blocks;
  size_t selected;
};

struct block
{
  unsigned char *mem;
  size_t size;
  size_t charge;
  bool is_mapped;
  struct life *life;		/* NULL for the default arenas.  */
  unsigned char pattern;
};

struct worker
{
  pthread_t thread;
  bool is_running;
  bool is_done;
  struct life *selected;
  void (*task) (void);
  sem_t go, done;
};

static const uint8_t *input, *input_end;
static unsigned int steps;
static struct life lives[LIVES];
static size_t n_lives;
static struct life *arenas[ARENAS];
static struct block blocks[BLOCKS];
static struct worker workers[THREADS];	/* The first is the main thread.  */
static size_t current;
static unsigned int n_forks;

static _Noreturn void
fail (const char *what, const struct life *life)
{
  struct malloc_arena_info info;
  malloc_swap_thread_arena (NULL);
  fprintf (stderr, "malloc-arena-fuzz: step %u: %s", steps, what);
  if (life != NULL)
    {
      fprintf (stderr, "\n  here:   in_use %zu mapped %zu limit %zu allowed %zu"
	       " peak %zu threads %zu blocks %zu", life->in_use, life->mapped,
	       life->limit, life->allowed, life->peak, life->selected,
	       life->blocks);
      if (malloc_arena_info (life->arena, &info, sizeof info) == 0)
	fprintf (stderr, "\n  malloc: in_use %zu mapped %zu limit %zu system %zu"
		 " peak %zu threads %zu cached %zu returned %zu", info.in_use,
		 info.mapped, info.limit, info.system, info.peak, info.threads,
		 info.cached, info.returned);
    }
  fprintf (stderr, "\n");
  abort ();
}

static unsigned int
next_byte (void)
{
  return input < input_end ? *input++ : 0;
}

/* 0 to 32 MiB, small ones to the byte.  */
static size_t
next_size (void)
{
  unsigned int n = next_byte () << 8;
  n |= next_byte ();
  return (size_t) (n & 0xfff) << (n >> 12) % 14;
}

static struct worker *
self (void)
{
  return &workers[current];
}

static void
check_info (struct life *life)
{
  struct malloc_arena_info info;
  if (malloc_arena_info (life->arena, &info, sizeof info) != 0)
    fail ("no information about an open arena", life);
  if (info.in_use != life->in_use)
    fail ("in_use is not the sum of the blocks", life);
  if (info.mapped != life->mapped)
    fail ("mapped is not the sum of the mappings", life);
  if (info.threads != life->selected)
    fail ("threads is not the number of threads", life);
  if (info.limit != life->limit)
    fail ("limit is not what was set", life);
  if (info.system > life->allowed || info.peak > life->allowed_ever)
    fail ("the limit was passed", life);
  if (info.peak < info.system || info.peak < life->peak)
    fail ("peak is lower than what there was", life);
  if (info.in_use + info.cached + info.returned > info.system)
    fail ("the parts are more than the whole", life);
  life->peak = info.peak;
  life->allowed = info.system > life->limit ? info.system : life->limit;
}

/* Only the ends of large blocks are looked at.  */
static void
for_each_byte (struct block *b, size_t size, bool is_check)
{
  size_t edge = b->size < 8192 ? b->size : 4096;
  for (size_t i = 0; i < size; ++i)
    {
      if (i == edge && b->size > 2 * edge)
	i = b->size - edge;
      if (i >= size)
	break;
      if (!is_check)
	b->mem[i] = b->pattern;
      else if (b->mem[i] != b->pattern)
	fail ("a block has changed", b->life);
    }
}

static void
check_block (struct block *b)
{
  if (malloc_arena_of (b->mem) != (b->life != NULL ? b->life->arena : NULL))
    fail ("misplaced block", b->life);
  for_each_byte (b, b->size, true);
}

/* B was obtained, or is given up if its MEM is NULL.  */
static void
account (struct block *b)
{
  struct life *life = b->life;
  size_t old = b->charge;
  size_t old_mapped = b->is_mapped ? old : 0;

  b->charge = b->mem != NULL ? charge (b->mem) : 0;
  b->is_mapped = b->mem != NULL && is_mapped (b->mem);
  if (life == NULL)
    return;
  life->in_use += b->charge - old;
  life->mapped += (b->is_mapped ? b->charge : 0) - old_mapped;
  life->blocks += (b->charge != 0) - (old != 0);
  if (life->is_open)
    check_info (life);
}

static void
fill (struct block *b)
{
  if (malloc_usable_size (b->mem) < b->size)
    fail ("a block is too small", b->life);
  b->pattern = steps * 7 + 1;
  for_each_byte (b, b->size, false);
}

static void
block_free (struct block *b)
{
  if (b->mem == NULL)
    return;
  check_block (b);
  free (b->mem);
  b->mem = NULL;
  account (b);
}

/* The bytes that LIFE, or the default arenas, may still get.  */
static size_t
room (const struct life *life)
{
  struct malloc_arena_info info;
  if (life == NULL || !life->is_open)
    return SIZE_MAX;
  if (malloc_arena_info (life->arena, &info, sizeof info) != 0)
    fail ("no information about an open arena", life);
  return life->limit > info.system ? life->limit - info.system : 0;
}

static void
check_refusal (const struct life *life, size_t room, size_t size)
{
  if (errno != ENOMEM)
    fail ("failed without ENOMEM", life);
  if (room >= size + SLACK)
    fail ("failed with memory to spare", life);
}

static void
block_allocate (struct block *b, unsigned int how, size_t size)
{
  struct life *life = self ()->selected;
  size_t alignment = (size_t) 1 << (4 + how / 8 % 10);
  size_t left = room (life);
  void *mem = NULL;

  block_free (b);
  *b = (struct block) { .life = life, .size = size };
  errno = 0;
  switch (how % 8)
    {
    case 0:
      mem = calloc (size, 1);
      b->mem = mem;
      if (mem != NULL)
	for_each_byte (b, size, true);
      break;
    case 1:
      mem = memalign (alignment, size);
      break;
    case 2:
      errno = posix_memalign (&mem, alignment, size);
      break;
    case 3:
      mem = pvalloc (size);
      break;
    case 4:
      mem = realloc (NULL, size);
      break;
    default:
      mem = malloc (size);
    }
  b->mem = mem;
  if (mem == NULL)
    check_refusal (life, left, size + 2 * alignment);
  else
    {
      check_block (&(struct block) { .mem = mem, .life = life });
      if ((how % 8 == 1 || how % 8 == 2) && (uintptr_t) mem % alignment != 0)
	fail ("a block is not aligned", life);
      fill (b);
      account (b);
    }
}

static void
block_resize (struct block *b, size_t size)
{
  if (b->mem == NULL)
    return;
  check_block (b);
  size_t left = room (b->life);
  uintptr_t old = (uintptr_t) b->mem;
  errno = 0;
  unsigned char *mem = realloc (b->mem, size);
  if (mem == NULL && size == 0)
    {
      b->mem = NULL;
      account (b);
    }
  else if (mem == NULL)
    {
      check_refusal (b->life, left, size);
      check_block (b);
    }
  else
    {
      b->mem = mem;
      for_each_byte (b, b->size < size ? b->size : size, true);
      b->size = size;
      /* A retired arena gets no memory to move a block to.  */
      if (b->life != NULL && !b->life->is_open && (uintptr_t) mem != old
	  && malloc_arena_of (mem) == NULL)
	{
	  b->life->blocks--;
	  b->life = NULL;
	}
      check_block (&(struct block) { .mem = mem, .life = b->life });
      fill (b);
      account (b);
    }
}

static void
select_arena (struct life *life)
{
  struct worker *worker = self ();
  arena_hd *old = worker->selected != NULL ? worker->selected->arena : NULL;
  arena_hd *new = life != NULL ? life->arena : NULL;
  void **location = malloc_thread_arena_location ();
  void *value = location != NULL ? *location : NULL;
  if (malloc_swap_thread_arena (new) != old)
    fail ("a selection was lost", worker->selected);
  if (location != NULL)
    {
      __atomic_store_n (location, value, __ATOMIC_RELEASE);
      if (malloc_swap_thread_arena (new) != old)
	fail ("a selection that was stored was lost", worker->selected);
    }
  if (worker->selected != NULL)
    --worker->selected->selected;
  if (life != NULL)
    ++life->selected;
  worker->selected = life;
}

static void
arena_make (struct life **place)
{
  if (*place != NULL || n_lives == LIVES)
    return;
  struct life *life = &lives[n_lives++];
  *life = (struct life)
    {
      .arena = malloc_arena_new (), .is_open = true, .limit = SIZE_MAX,
      .allowed = SIZE_MAX, .allowed_ever = SIZE_MAX
    };
  if (life->arena == NULL)
    fail ("no arena could be made", NULL);
  check_info (life);
  *place = life;
}

static void
arena_limit (struct life *life, size_t limit)
{
  struct malloc_arena_info info;
  if (malloc_arena_limit (life->arena, limit) != 0
      || malloc_arena_info (life->arena, &info, sizeof info) != 0)
    fail ("a limit could not be set", life);
  /* Nothing was obtained without a limit if the peak is still 0.  */
  if (life->allowed_ever == SIZE_MAX && info.peak == 0)
    life->allowed_ever = 0;
  life->limit = limit;
  life->allowed = info.system > limit ? info.system : limit;
  if (life->allowed_ever < life->allowed)
    life->allowed_ever = life->allowed;
  check_info (life);
}

/* No arena has this handle any longer.  */
static void
check_is_over (const struct life *life)
{
  for (size_t i = 0; i < n_lives; ++i)
    if (lives[i].is_open && lives[i].arena == life->arena)
      return;
  if (!is_over (life->arena))
    fail ("an arena can be used that is no more", life);
}

static void
arena_end (struct life **place, bool destroy)
{
  struct life *life = *place;
  arena_hd *arena = life->arena;
  int result = (destroy ? malloc_arena_destroy (arena)
		: malloc_arena_retire (arena));
  if (life->selected > 0)
    {
      if (result != -1 || errno != EBUSY)
	fail ("a selected arena could be ended", life);
      return;
    }
  if (result != 0)
    fail ("an arena could not be ended", life);
  life->is_open = false;
  *place = NULL;
  if (destroy)
    for (size_t i = 0; i < BLOCKS; ++i)
      if (blocks[i].life == life)
	blocks[i] = (struct block) { .mem = NULL };
  check_is_over (life);
}

/* The arenas that malloc_info shows.  */
static size_t
arenas_shown (void)
{
  char *text = NULL;
  size_t size, count = 0;
  struct life *selected = self ()->selected;
  select_arena (NULL);
  FILE *stream = open_memstream (&text, &size);
  if (stream == NULL || malloc_info (0, stream) != 0 || fclose (stream) != 0)
    fail ("malloc_info failed", NULL);
  for (const char *s = text; (s = strstr (s, "type=\"dedicated\"")); ++s)
    ++count;
  free (text);
  select_arena (selected);
  return count;
}

/* libFuzzer has signals of its own.  */
static void
await (sem_t *semaphore)
{
  while (sem_wait (semaphore) != 0)
    if (errno != EINTR)
      fail ("sem_wait failed", NULL);
}

static void *
worker_main (void *closure)
{
  struct worker *worker = closure;
  for (;;)
    {
      await (&worker->go);
      if (worker->is_done)
	return NULL;
      worker->task ();
      sem_post (&worker->done);
    }
}

static void
run_on (size_t i, void (*task) (void))
{
  current = i;
  if (i == 0)
    task ();
  else
    {
      workers[i].task = task;
      sem_post (&workers[i].go);
      await (&workers[i].done);
    }
}

static void
check_selection (void)
{
  select_arena (self ()->selected);
}

static void
worker_start (void)
{
  struct life *selected = self ()->selected;
  for (size_t i = 1; i < THREADS; ++i)
    if (!workers[i].is_running)
      {
	struct worker *worker = &workers[i];
	worker->is_done = false;
	sem_init (&worker->go, 0, 0);
	sem_init (&worker->done, 0, 0);
	worker->selected = (selected != NULL && selected->inherit
			    ? selected : NULL);
	if (worker->selected != NULL)
	  ++worker->selected->selected;
	if (pthread_create (&worker->thread, NULL, worker_main, worker) != 0)
	  fail ("no thread could be created", selected);
	worker->is_running = true;
	if (selected != NULL)
	  check_info (selected);
	size_t creator = current;
	run_on (i, check_selection);
	current = creator;
	return;
      }
}

static void
worker_end (size_t i)
{
  struct worker *worker = &workers[i];
  worker->is_done = true;
  sem_post (&worker->go);
  pthread_join (worker->thread, NULL);
  worker->is_running = false;
  if (worker->selected != NULL)
    {
      --worker->selected->selected;
      check_info (worker->selected);
    }
  worker->selected = NULL;
}

/* Free all blocks and end all arenas.  */
static void
end_all (void)
{
  select_arena (NULL);
  for (size_t i = 0; i < BLOCKS; ++i)
    block_free (&blocks[i]);
  for (size_t i = 0; i < ARENAS; ++i)
    if (arenas[i] != NULL)
      arena_end (&arenas[i], i % 2);
}

static void
fork_once (void)
{
  if (n_forks++ == FORKS)
    return;
  pid_t pid = fork ();
  if (pid == 0)
    {
      for (size_t i = 0; i < THREADS; ++i)
	if (i != current && workers[i].selected != NULL)
	  --workers[i].selected->selected;
      /* The chunks in other threads' caches are lost.  */
      for (size_t i = 0; i < n_lives; ++i)
	if (lives[i].is_open)
	  {
	    struct malloc_arena_info info;
	    if (malloc_arena_info (lives[i].arena, &info, sizeof info) != 0
		|| info.in_use < lives[i].in_use)
	      fail ("blocks were lost in fork", &lives[i]);
	    lives[i].in_use = info.in_use;
	    check_info (&lives[i]);
	  }
      check_selection ();
      end_all ();
      _exit (0);
    }
  int status;
  while (pid > 0 && waitpid (pid, &status, 0) != pid)
    if (errno != EINTR)
      fail ("waitpid failed", NULL);
  if (pid > 0 && status != 0)
    fail ("a child failed", NULL);
}

/* Set by step if the thread that took it is to end.  */
static bool is_leaving;

static void
step (void)
{
  unsigned int op = next_byte ();
  unsigned int argument = next_byte ();
  struct block *b = &blocks[argument];
  struct life **place = &arenas[argument % ARENAS];
  struct life *life = *place;

  ++steps;
  is_leaving = false;
  switch (op % 24)
    {
    case 0: case 1: case 2:
      block_allocate (b, op / 24 * 8 + next_byte () % 8, next_size ());
      break;
    case 3: case 4:
      block_free (b);
      break;
    case 5: case 6:
      block_resize (b, next_size ());
      break;
    case 7:
      {
	size_t size = next_size () % 65536;
	for (unsigned int n = next_byte () % 64; n > 0; --n)
	  block_allocate (&blocks[(argument + n) % BLOCKS], 7, size);
	break;
      }
    case 8:
      {
	unsigned int stride = 1 + next_byte () % 8;
	for (unsigned int i = argument % stride; i < BLOCKS; i += stride)
	  block_free (&blocks[i]);
	break;
      }
    case 9: case 10: case 11:
      if (op / 24 % 4 == 0)
	select_arena (NULL);
      else if (life != NULL)
	select_arena (life);
      break;
    case 12: case 13:
      arena_make (place);
      break;
    case 14:
      if (life != NULL)
	arena_end (place, false);
      break;
    case 15:
      if (life != NULL)
	arena_end (place, true);
      break;
    case 16:
      if (life != NULL)
	arena_limit (life, op / 24 % 2 ? next_size () : SIZE_MAX);
      break;
    case 17:
      if (life != NULL)
	{
	  life->inherit = op / 24 % 2;
	  if (malloc_arena_inherit (life->arena, life->inherit) != 0)
	    fail ("inheritance could not be set", life);
	}
      break;
    case 18:
      if (life != NULL)
	{
	  if (malloc_arena_trim (life->arena) < 0)
	    fail ("an arena could not be trimmed", life);
	  check_info (life);
	}
      break;
    case 19:
      if (argument % 4 == 0)
	arenas_shown ();
      else
	malloc_trim (0);
      break;
    case 20:
      worker_start ();
      break;
    case 21:
      is_leaving = current != 0;
      break;
    case 22:
      if (argument % 16 == 0)
	fork_once ();
      else if (n_lives > 0 && !lives[argument % n_lives].is_open)
	check_is_over (&lives[argument % n_lives]);
      break;
    case 23:
      if (argument % 16 == 0)
	(void) mallopt (M_ARENA_RETURN, (int) (argument / 16 % 3) - 1);
      break;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const int thresholds[] = { 128 << 10, 4096, 64 << 10, 1 << 20 };

  input = data;
  input_end = data + size;
  steps = n_lives = n_forks = 0;
  mallopt (M_MMAP_THRESHOLD, thresholds[next_byte () % 4]);

  size_t thread = 0;
  while (input < input_end)
    {
      run_on (thread, step);
      if (is_leaving)
	{
	  worker_end (thread);
	  thread = 0;
	}
      /* Such a byte names the thread that takes the next step.  */
      if (input < input_end && *input >= 240)
	{
	  size_t next = next_byte () % THREADS;
	  if (next == 0 || workers[next].is_running)
	    thread = next;
	}
    }

  current = 0;
  for (size_t i = 1; i < THREADS; ++i)
    if (workers[i].is_running)
      worker_end (i);
  end_all ();
  if (arenas_shown () != 0)
    fail ("an arena outlives its last block", NULL);
  return 0;
}
