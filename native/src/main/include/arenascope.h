/* The C library under ArenaScope's Java API: glibc's dedicated malloc arenas,
   found at run time.
   SPDX-License-Identifier: Apache-2.0

   A patched glibc exports malloc_arena_new and its companions under the symbol
   version GLIBC_ARENA_1.0.  This library does not link against them: it looks
   them up once, when it is loaded, so that it loads on every glibc and can say
   what is missing.  All functions may be called from any thread at any time,
   and none fails for want of the API; each says what it does without it.  */

#ifndef ARENASCOPE_H
#define ARENASCOPE_H 1

#ifdef __cplusplus
extern "C" {
#endif

#define ARENASCOPE_API __attribute__ ((visibility ("default")))

/* NULL if this process's malloc has dedicated arenas.  Otherwise a sentence in
   English that says why it has none and what to do about it; it is constant
   and never freed.  */
ARENASCOPE_API const char *arenascope_reason (void);

/* Make a dedicated arena and return its handle, which stays valid as long as
   the process.  NULL on failure, and errno is ENOMEM, or ENOSYS without the
   API.  errno is left as it was on success.  */
ARENASCOPE_API void *arenascope_new (void);

/* Select ARENA for the calling thread, NULL being the default arenas, and
   return what was selected before.  Takes no lock and cannot fail.  ARENA must
   come from arenascope_new or from this function.  Without the API it does
   nothing and returns NULL.  */
ARENASCOPE_API void *arenascope_swap (void *arena);

/* The dedicated arena in which the live block BLOCK lies, or NULL for the
   default arenas and without the API.  An address that is no live block has an
   arbitrary answer or crashes the process.  */
ARENASCOPE_API void *arenascope_of (void *block);

/* malloc_trim (0): nonzero if any memory was given back to the system.  */
ARENASCOPE_API int arenascope_trim (void);

/* What malloc_info writes, as a string to be given to arenascope_free.  NULL on
   failure, with errno set; errno is left as it was on success.  */
ARENASCOPE_API char *arenascope_info (void);

/* Free what arenascope_info returned; NULL is allowed.  */
ARENASCOPE_API void arenascope_free (void *string);

/* Let the default arenas give freed memory back by themselves, as dedicated
   ones always do, if ON is nonzero, and as in stock glibc if it is zero.
   Nonzero on success, zero without the API.  */
ARENASCOPE_API int arenascope_return (int on);

#ifdef __cplusplus
}
#endif

#endif /* arenascope.h */
