/* malloc_arena_info against the program's own sums, after each of many
   operations on blocks of 1 byte to 256 MB.

   A block on a heap counts as malloc_usable_size and one size field.  One
   that has a mapping of its own counts as that, and the two words in front
   of a block say what it is: they are what munmap goes by.  For blocks so
   large that they must be mapped, the kernel's count of the process's
   address space is compared as well.  */

#include "bench.h"
#include <fcntl.h>
#include <malloc.h>
#include <string.h>
#include <unistd.h>

#define MAX_SIZE ((size_t) 256 << 20)
#define MAX_LIVE ((size_t) 4 << 30)
/* No block of more is on a heap, whatever the mmap threshold.  */
#define MAX_HEAP ((size_t) 64 << 20)
#define IS_MMAPPED ((size_t) 2)
#define FLAGS ((size_t) 7)

enum { SLOTS = 300 };

static struct block
{
  char *mem;
  size_t size;
} blocks[SLOTS];

static arena_hd *arena;
static size_t in_use, mapped, live, max_system;
static size_t checks, wrong, largest;
static int statm;

/* Add what B counts as to the sums, or take it away.  */
static void
count (const struct block *b, bool add)
{
  if (b->mem == NULL)
    return;
  size_t *header = (size_t *) b->mem - 2;
  bool is_mapped = (header[1] & IS_MMAPPED) != 0;
  size_t bytes = (is_mapped ? header[0] + (header[1] & ~FLAGS)
		  : malloc_usable_size (b->mem) + sizeof (size_t));
  in_use += add ? bytes : -bytes;
  if (is_mapped)
    mapped += add ? bytes : -bytes;
  live += add ? b->size : -b->size;
  largest = add && b->size > largest ? b->size : largest;
}

static void
check (const char *operation, size_t size)
{
  struct malloc_arena_info info;
  REQUIRE (malloc_arena_info (arena, &info, sizeof (info)) == 0);
  if (info.system > max_system)
    max_system = info.system;
  ++checks;
  if (info.in_use == in_use && info.mapped == mapped
      && info.system >= in_use && info.peak >= max_system)
    return;
  if (wrong++ < 5)
    fprintf (stderr, "after %s of %zu bytes: in use %zu, not %zu; mapped %zu,"
	     " not %zu; system %zu, peak %zu\n", operation, size, info.in_use,
	     in_use, info.mapped, mapped, info.system, info.peak);
}

static size_t
address_space (void)
{
  char text[100] = "";
  REQUIRE (pread (statm, text, sizeof (text) - 1, 0) > 0);
  return strtoul (text, NULL, 10) * sysconf (_SC_PAGESIZE);
}

static void
set (struct block *b, char *mem, size_t size)
{
  REQUIRE (mem != NULL && malloc_arena_of (mem) == arena);
  b->mem = mem;
  b->size = size;
  mem[0] = mem[size - 1] = 1;
  count (b, true);
}

static void
allocate (struct block *b, size_t size, unsigned how)
{
  switch (how % 4)
    {
    case 0:
      set (b, calloc (1, size), size);
      check ("calloc", size);
      break;
    case 1:
      set (b, memalign ((size_t) 32 << how / 4 % 10, size), size);
      check ("memalign", size);
      break;
    default:
      set (b, malloc (size), size);
      check ("malloc", size);
    }
}

static void
resize (struct block *b, size_t size)
{
  count (b, false);
  char *mem = realloc (b->mem, size);
  set (b, mem, size);
  check ("realloc", size);
}

static void
release (struct block *b)
{
  count (b, false);
  free (b->mem);
  check ("free", b->size);
  *b = (struct block) { 0 };
}

/* One block after the other, alone but for a small one in front of each.  */
static void
each_size (void)
{
  for (size_t size = 1; size <= MAX_SIZE;
       size += size < 3000 ? 1 : size / 50 + 1)
    {
      struct block *b = &blocks[0], *kept = &blocks[1 + size % (SLOTS - 1)];
      if (kept->mem != NULL)
	release (kept);
      allocate (kept, 1 + size % 500, 3);

      size_t before = address_space ();
      size_t mapped_before = mapped;
      allocate (b, size, 3);
      if (size > MAX_HEAP)
	{
	  REQUIRE (mapped > mapped_before);
	  ++checks;
	  if (address_space () - before != mapped - mapped_before && wrong++ < 5)
	    fprintf (stderr, "the mapping for %zu bytes is %zu bytes, not"
		     " %zu\n", size, address_space () - before,
		     mapped - mapped_before);
	}
      resize (b, size + size / 3 < MAX_SIZE ? size + size / 3 : MAX_SIZE);
      resize (b, size / 3 + 1);
      release (b);
    }
  allocate (&blocks[0], MAX_SIZE, 3);
  release (&blocks[0]);
}

static void
random_operations (int n, uint64_t *state)
{
  while (n-- > 0)
    {
      uint64_t r = next_random (state);
      struct block *b = &blocks[r % SLOTS];
      size_t size = 1 + (r >> 36) % ((size_t) 1 << (r >> 16) % 29);
      if (size > MAX_SIZE || live + size > MAX_LIVE)
	size = 1;
      if (b->mem == NULL)
	allocate (b, size, r >> 24);
      else if ((r >> 24) % 2 == 0)
	resize (b, size);
      else
	release (b);
    }
}

int
main (int argc, char **argv)
{
  REQUIRE (argc == 2);
  uint64_t state = 88172645463325252;

  REQUIRE ((statm = open ("/proc/self/statm", O_RDONLY)) >= 0);
  REQUIRE ((arena = malloc_arena_new ()) != NULL);
  malloc_swap_thread_arena (arena);
  each_size ();
  random_operations (atoi (argv[1]), &state);
  for (int i = 0; i < SLOTS; ++i)
    if (blocks[i].mem != NULL)
      release (&blocks[i]);
  REQUIRE (in_use == 0 && mapped == 0);
  malloc_swap_thread_arena (NULL);

  printf ("checks %zu\nwrong %zu\nlargest %zu\n", checks, wrong, largest);
  return 0;
}
