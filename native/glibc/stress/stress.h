/* What the parts of malloc-arena-stress share.

   A seat is a place for one arena after the other, and has a lock.  It is
   held for reading by who requests, frees or resizes a block of an arena
   that has or had this seat, and by who selects the arena or another one
   in its place; and for writing by who ends the arena, makes the next one,
   changes what it may do, or compares what malloc says of it with the sums
   here.  So an arena whose seat is held for writing is quiet, but for
   threads that are just ending; nothing ends an arena that a thread uses;
   and its number in `selected' is the number of threads that have it
   selected.  Locks of several seats are taken in the seats' order.

   The first seat stands for the default arenas.  It has no arena, no lock,
   and is never held.  */

#ifndef STRESS_H
#define STRESS_H

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

enum { MAX_ARENAS = 64, MAX_THREADS = 64, SLOTS = 512 };

struct seat
{
  pthread_rwlock_t lock;
  arena_hd *arena;		/* NULL if there was no memory for one.  */
  unsigned long generation;	/* Counts the seat's arenas.  */
  size_t limit;
  size_t allowed;		/* SYSTEM may not pass this, nor ...  */
  size_t allowed_ever;		/* ... PEAK this.  */
  size_t peak;			/* As last seen.  */
  bool inherit;
  atomic_size_t in_use;		/* Charges of the arena's live blocks.  */
  atomic_size_t blocks;
  atomic_size_t selected;		/* Threads that have the arena selected.  */
  atomic_size_t leaving;		/* Those of them that are ending.  */
};

struct block
{
  unsigned char *mem;
  size_t size;
  size_t charge;
  arena_hd *arena;		/* What malloc_arena_of has to say.  */
  unsigned long generation;
  int seat;
  unsigned char pattern;
};

/* What selects an arena for a thread when it is stored where
   malloc_thread_arena_location says; NULL if that is not known.  */
struct selection
{
  void *value;
  unsigned long generation;
};

struct worker
{
  uint64_t random;
  int selected;			/* The seat.  */
  struct selection selections[MAX_ARENAS + 1];	/* By seat.  */
  struct block slots[SLOTS];
};

struct options
{
  int arenas;
  int threads;
  int seconds;
  unsigned long seed;
  size_t address_space;		/* 0 for no limit.  */
  size_t ceiling;		/* On each arena, 0 for none.  */
  bool isolation;
  bool signals;
};

extern struct options options;

struct statistics
{
  atomic_ullong operations, threads, forks, retired, destroyed, failed,
    misplaced, checks;
};

extern struct statistics statistics;

extern struct seat seats[MAX_ARENAS + 1];

/* Say what is wrong with B, or with SEAT if B is NULL, which may be NULL
   as well, and how to run the program again, and abort.  */
extern _Noreturn void fail (const char *what, const struct block *b,
			    const struct seat *seat);

static inline uint64_t
next_random (uint64_t *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* Seats (seats.c).  */
extern void seats_init (void);
extern void seats_hold_all (bool for_writing);
extern void seats_release_all (void);
/* In a child process: only THREAD is left, and every lock was held by it,
   for reading if other threads may have been at work.  */
extern void seats_after_fork (const struct worker *thread, bool was_quiet);
/* Select the arena of SEAT if there is one.  */
extern void seat_select (struct worker *, int seat);
/* Something that needs SEAT to be held for writing.  */
extern void seat_inspect (int seat, uint64_t random);
/* Compare what malloc says with the seat's own sums.  */
extern void seat_check (int seat);
extern void seat_trim (int seat);
/* Compare malloc_info's arenas with the seats.  Nothing is selected.  */
extern void seats_check_malloc_info (void);
/* Check that malloc_info shows no arena any longer.  */
extern void seats_check_gone (void);
/* Retire or destroy all arenas.  No thread has one selected.  */
extern void seats_end_all (void);

/* Whether the arena of that generation is destroyed in the end, not
   retired.  */
static inline bool
is_doomed (unsigned long generation)
{
  return generation % 2 != 0;
}

/* Blocks (blocks.c).  */
extern void block_allocate (struct block *, struct worker *);
extern void block_discard (struct block *);
extern void block_resize (struct block *, struct worker *);
/* Leave the block for another thread, and take what was left.  */
extern void block_exchange (struct block *, uint64_t random);
extern void blocks_discard_left (void);

#endif
