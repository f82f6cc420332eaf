/* What malloc_arena_info counts a live block as.  */

#ifndef CHARGE_H
#define CHARGE_H

#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether the block has a mapping of its own: bit 1 of its chunk's size.  */
static inline bool
is_mapped (const void *mem)
{
  return (((const size_t *) mem)[-1] & 2) != 0;
}

/* The bytes of the mapping, which starts the chunk's prev_size bytes before
   the chunk, or those of the chunk that the block may use.  */
static inline size_t
charge (void *mem)
{
  const size_t *end_of_header = mem;
  if (is_mapped (mem))
    return end_of_header[-2] + (end_of_header[-1] & ~(size_t) 7);
  return malloc_usable_size (mem) + sizeof (size_t);
}

#endif
