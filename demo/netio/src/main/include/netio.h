/* netio: a small library that keeps a private cache.

   SPDX-License-Identifier: Apache-2.0

   It stands for any native library that an application calls for each piece
   of work and that keeps something of each for itself: a page cache, a parsed
   index, a pool.  It knows nothing of arenas.  All its memory comes from
   malloc, one block for an element, requested in the call that processes the
   element; so the thread's selected arena decides where the block lies.

     netio_cache *cache = netio_open ();
     netio_process (cache, element, size);
     ...
     netio_close (cache);

   A cache may be used by one thread at a time.  Caches are independent of one
   another.  No function prints, exits or changes global state.  */

#ifndef NETIO_H
#define NETIO_H 1

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A cache.  Opaque.  */
typedef struct netio_cache netio_cache;

/* Bytes that the library adds to an element in the block that it keeps of it:
   a caller that wants blocks of N bytes passes elements of
   N - NETIO_OVERHEAD bytes.  */
#define NETIO_OVERHEAD 24

/* Return a new empty cache, or NULL with errno ENOMEM.  */
netio_cache *netio_open (void);

/* Keep a copy of the SIZE bytes at ELEMENT in CACHE, in one block of
   SIZE + NETIO_OVERHEAD bytes, with a checksum.  Return 0, or -1 with errno
   ENOMEM, or EINVAL if CACHE or ELEMENT is NULL; CACHE is then as it was.  */
int netio_process (netio_cache *cache, const void *element, size_t size);

/* Return how many elements CACHE holds; 0 for NULL.  */
size_t netio_elements (const netio_cache *cache);

/* Return the bytes that CACHE has requested from malloc for its elements and
   not freed, without malloc's own headers and rounding; 0 for NULL.  */
size_t netio_live_bytes (const netio_cache *cache);

/* Return how many elements of CACHE no longer agree with the checksum that
   was taken when they were processed: 0 as long as all is well, and for
   NULL.  */
size_t netio_verify (const netio_cache *cache);

/* Store the addresses of at most COUNT of the blocks that CACHE holds for its
   elements, oldest first, in BLOCKS.  Return how many were stored.  For tools
   that ask where a library's memory lies; the blocks stay the cache's.  */
size_t netio_blocks (const netio_cache *cache, void **blocks, size_t count);

/* Free all that CACHE holds, and CACHE.  NULL is allowed.  */
void netio_close (netio_cache *cache);

#ifdef __cplusplus
}
#endif

#endif
