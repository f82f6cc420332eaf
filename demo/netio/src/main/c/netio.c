/* The cache of netio: a list of blocks, oldest first.

   SPDX-License-Identifier: Apache-2.0  */

#include "netio.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__ ((visibility ("default")))

struct entry
{
  struct entry *next;
  size_t size;
  uint64_t checksum;
  unsigned char element[];
};

_Static_assert (sizeof (struct entry) == NETIO_OVERHEAD,
                "the header says how much an entry adds to its element");

struct netio_cache
{
  struct entry *first;
  struct entry **end;           /* Where the next entry is to be linked.  */
  size_t elements;
  size_t live_bytes;
};

/* FNV-1a over the SIZE bytes at DATA.  */
static uint64_t
checksum (const unsigned char *data, size_t size)
{
  uint64_t sum = UINT64_C (0xcbf29ce484222325);
  for (size_t i = 0; i < size; i++)
    sum = (sum ^ data[i]) * UINT64_C (0x100000001b3);
  return sum;
}

EXPORT netio_cache *
netio_open (void)
{
  netio_cache *cache = calloc (1, sizeof *cache);
  if (cache != NULL)
    cache->end = &cache->first;
  return cache;
}

EXPORT int
netio_process (netio_cache *cache, const void *element, size_t size)
{
  if (cache == NULL || element == NULL)
    {
      errno = EINVAL;
      return -1;
    }
  if (size > PTRDIFF_MAX - sizeof (struct entry))
    {
      errno = ENOMEM;
      return -1;
    }
  struct entry *entry = malloc (sizeof *entry + size);
  if (entry == NULL)
    return -1;
  entry->next = NULL;
  entry->size = size;
  memcpy (entry->element, element, size);
  entry->checksum = checksum (entry->element, size);
  *cache->end = entry;
  cache->end = &entry->next;
  cache->elements++;
  cache->live_bytes += sizeof *entry + size;
  return 0;
}

EXPORT size_t
netio_elements (const netio_cache *cache)
{
  return cache == NULL ? 0 : cache->elements;
}

EXPORT size_t
netio_live_bytes (const netio_cache *cache)
{
  return cache == NULL ? 0 : cache->live_bytes;
}

EXPORT size_t
netio_verify (const netio_cache *cache)
{
  size_t damaged = 0;
  if (cache != NULL)
    for (const struct entry *e = cache->first; e != NULL; e = e->next)
      damaged += checksum (e->element, e->size) != e->checksum;
  return damaged;
}

EXPORT size_t
netio_blocks (const netio_cache *cache, void **blocks, size_t count)
{
  size_t stored = 0;
  if (cache != NULL && blocks != NULL)
    for (struct entry *e = cache->first; e != NULL && stored < count;
         e = e->next)
      blocks[stored++] = e;
  return stored;
}

EXPORT void
netio_close (netio_cache *cache)
{
  if (cache == NULL)
    return;
  for (struct entry *e = cache->first, *next; e != NULL; e = next)
    {
      next = e->next;
      free (e);
    }
  free (cache);
}
