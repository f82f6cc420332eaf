/* Blocks: each is filled with a pattern of its own and known with the arena
   that it has to lie in.  */

#include "stress.h"
#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAILBOXES = 1024, DENSE = 8192, STEP = 509 };

static struct
{
  atomic_bool is_busy;
  struct block block;
} mailboxes[MAILBOXES];

/* Mostly small, up to 4 MiB, and now and then 64 MiB.  */
static size_t
random_size (uint64_t *random)
{
  uint64_t r = next_random (random);
  if (r % 200000 == 0)
    return (64UL << 20) + (r >> 44);
  int magnitude = r % 100 < 90 ? r % 10 : r % 1000 < 995 ? r % 17 : r % 23;
  return 1 + (r >> 32) % (1UL << magnitude);
}

/* Large blocks have their pattern at intervals, so that the program spends
   its time in malloc.  */
static size_t
step_for (size_t size)
{
  return size <= DENSE ? 1 : size <= 512 * DENSE ? STEP : 64 * STEP;
}

static void
check_place (const struct block *b)
{
  if (malloc_arena_of (b->mem) != b->arena)
    {
      statistics.misplaced++;
      fail ("misplaced block", b, NULL);
    }
}

static void
check_pattern (const struct block *b, size_t size, size_t step)
{
  for (size_t i = 0; i < size; i += step)
    if (b->mem[i] != b->pattern)
      fail ("block has changed", b, NULL);
}

static void
check (const struct block *b)
{
  check_place (b);
  check_pattern (b, b->size, step_for (b->size));
  if (b->mem[b->size - 1] != b->pattern)
    fail ("block has changed at its end", b, NULL);
}

static void
fill (struct block *b, uint64_t *random)
{
  check_place (b);
  if (malloc_usable_size (b->mem) < b->size)
    fail ("block is too small", b, NULL);
  b->pattern = next_random (random);
  size_t step = step_for (b->size);
  if (step == 1)
    memset (b->mem, b->pattern, b->size);
  else
    for (size_t i = 0; i < b->size; i += step)
      b->mem[i] = b->pattern;
  b->mem[b->size - 1] = b->pattern;
}

/* The seat is held.  */
static void
account (struct block *b)
{
  struct seat *seat = &seats[b->seat];
  if (b->seat == 0 || !options.isolation || b->generation != seat->generation)
    return;
  size_t old = b->charge;
  b->charge = b->mem != NULL ? charge (b->mem) : 0;
  seat->in_use += b->charge - old;
  if (old == 0)
    seat->blocks++;
  else if (b->charge == 0)
    seat->blocks--;
}

static void
release_seat (const struct block *b)
{
  if (b->seat != 0)
    pthread_rwlock_unlock (&seats[b->seat].lock);
}

/* Hold the seat that B's arena has or had.  If the arena was destroyed,
   and B with it, do not, and return false.  */
static bool
hold_seat (struct block *b)
{
  struct seat *seat = &seats[b->seat];
  if (b->seat == 0)
    return true;
  pthread_rwlock_rdlock (&seat->lock);
  if (b->generation == seat->generation || !is_doomed (b->generation)
      || !options.isolation)
    return true;
  b->mem = NULL;
  pthread_rwlock_unlock (&seat->lock);
  return false;
}

static void
check_zero (const struct block *b)
{
  size_t step = step_for (b->size);
  for (size_t i = 0; i < b->size; i += step)
    if (b->mem[i] != 0)
      fail ("calloc is not zero", b, NULL);
}

static void *
request (struct block *b, uint64_t *random)
{
  size_t alignment = 1UL << (4 + next_random (random) % 10);
  void *mem = NULL;

  errno = 0;
  switch (next_random (random) % 12)
    {
    case 0:
      b->mem = calloc (1, b->size);
      if (b->mem != NULL)
	check_zero (b);
      return b->mem;
    case 1:
      return realloc (NULL, b->size);
    case 2:
      mem = memalign (alignment, b->size);
      break;
    case 3:
      mem = aligned_alloc (alignment, b->size);
      break;
    case 4:
      errno = posix_memalign (&mem, alignment, b->size);
      break;
    case 5:
      return b->size < 100000 ? valloc (b->size) : malloc (b->size);
    case 6:
      return b->size < 100000 ? pvalloc (b->size) : malloc (b->size);
    case 7:
      {
	char text[200];
	memset (text, 'x', sizeof text);
	text[b->size = 1 + b->size % (sizeof text - 1)] = '\0';
	return strdup (text);
      }
    default:
      return malloc (b->size);
    }
  if ((uintptr_t) mem % alignment != 0)
    {
      b->mem = mem;
      fail ("block is not aligned", b, NULL);
    }
  return mem;
}

void
block_allocate (struct block *b, struct worker *worker)
{
  struct seat *seat = &seats[worker->selected];
  *b = (struct block)
    {
      .size = random_size (&worker->random), .seat = worker->selected,
      .arena = options.isolation ? seat->arena : NULL,
      .generation = seat->generation
    };
  if (!hold_seat (b))
    fail ("arena was destroyed while selected", b, seat);
  b->mem = request (b, &worker->random);
  if (b->mem != NULL)
    {
      fill (b, &worker->random);
      account (b);
    }
  else
    {
      if (errno != ENOMEM)
	fail ("failed without ENOMEM", b, seat);
      if (options.address_space == 0 && seat->limit == SIZE_MAX)
	fail ("failed with memory to spare", b, seat);
      statistics.failed++;
    }
  release_seat (b);
}

void
block_discard (struct block *b)
{
  if (b->mem == NULL || !hold_seat (b))
    return;
  check (b);
  int error = errno = ENOTTY;
  free (b->mem);
  if (errno != error)
    fail ("free has changed errno", b, NULL);
  b->mem = NULL;
  account (b);
  release_seat (b);
}

void
block_resize (struct block *b, struct worker *worker)
{
  if (b->mem == NULL || !hold_seat (b))
    return;
  check (b);
  struct seat *seat = &seats[b->seat];
  bool is_retired = b->generation != seat->generation;
  size_t size = random_size (&worker->random);
  uintptr_t old = (uintptr_t) b->mem;
  unsigned char *mem = realloc (b->mem, size);
  if (mem != NULL)
    {
      size_t kept = b->size < size ? b->size : size;
      size_t step = step_for (b->size);
      b->mem = mem;
      /* A retired arena gets no memory to move a block to.  */
      if (is_retired && (uintptr_t) mem != old && malloc_arena_of (mem) == NULL)
	*b = (struct block) { .mem = mem, .pattern = b->pattern };
      check_place (b);
      check_pattern (b, kept, step);
      b->size = size;
      fill (b, &worker->random);
      account (b);
    }
  else
    {
      if (errno != ENOMEM)
	fail ("realloc failed without ENOMEM", b, seat);
      if (options.address_space == 0 && (is_retired || seat->limit == SIZE_MAX))
	fail ("realloc failed with memory to spare", b, seat);
      check (b);
      statistics.failed++;
    }
  if (seat != seats)
    pthread_rwlock_unlock (&seat->lock);
}

/* In a child process a box that another thread was busy with stays so.  */
void
block_exchange (struct block *b, uint64_t random)
{
  __typeof__ (&mailboxes[0]) box = &mailboxes[random % MAILBOXES];
  if (atomic_exchange (&box->is_busy, true))
    return;
  struct block left = box->block;
  box->block = *b;
  *b = left;
  box->is_busy = false;
  if (b->mem != NULL && hold_seat (b))
    {
      check (b);
      release_seat (b);
    }
}

void
blocks_discard_left (void)
{
  for (int i = 0; i < MAILBOXES; ++i)
    block_discard (&mailboxes[i].block);
}
