/* What the stress test and the fuzzer know of malloc alike.  */

#ifndef MODEL_H
#define MODEL_H

#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the block has a mapping of its own: bit 1 of its chunk's size.  */
static inline bool
is_mapped (const void *mem)
{
  return (((const size_t *) mem)[-1] & 2) != 0;
}

/* What malloc_arena_info counts a live block as: the bytes of the mapping, which starts the chunk's prev_size bytes before
   the chunk, or those of the chunk that the block may use.  */
static inline size_t
charge (void *mem)
{
  const size_t *end_of_header = mem;
  if (is_mapped (mem))
    return end_of_header[-2] + (end_of_header[-1] & ~(size_t) 7);
  return malloc_usable_size (mem) + sizeof (size_t);
}

/* Whether every function refuses ARENA, which was retired or destroyed and
   has not been made anew.  */
static inline bool
is_over (arena_hd *arena)
{
  struct malloc_arena_info info;
  int results[] =
    {
      malloc_arena_info (arena, &info, sizeof info),
      malloc_arena_trim (arena),
      malloc_arena_limit (arena, SIZE_MAX),
      malloc_arena_inherit (arena, 1),
      malloc_arena_retire (arena),
      malloc_arena_destroy (arena)
    };
  for (size_t i = 0; i < sizeof results / sizeof results[0]; ++i)
    if (results[i] != -1 || errno != EINVAL)
      return false;
  return true;
}

#endif
