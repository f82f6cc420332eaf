/* The C library under ArenaScope's Java API: glibc's dedicated malloc arenas,
   found at run time.
   SPDX-License-Identifier: Apache-2.0

   A patched glibc exports malloc_arena_new and its companions under the symbol
   version GLIBC_ARENA_1.0.  This library does not link against them: it looks
   them up once, when it is loaded, so that it loads on every glibc and can say
   what is missing.  All functions may be called from any thread at any time,
   and none crashes for want of the API; each says what it does without it.

   The functions that act on an arena return a negative errno value on failure
   and leave errno alone: -EINVAL if ARENA is not an arena that is in use,
   -ENOSYS without the API.  A handle that was retired may be given out anew,
   and the functions then act on its new owner's arena; so whoever retires an
   arena has to see to it that nobody uses its handle any longer.  */

#ifndef ARENASCOPE_H
#define ARENASCOPE_H 1

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ARENASCOPE_API __attribute__ ((visibility ("default")))

/* NULL if this process's malloc has dedicated arenas.  Otherwise a sentence in
   English that says why it has none and what to do about it; it is constant
   and never freed.  */
ARENASCOPE_API const char *arenascope_reason (void);

/* Make a dedicated arena and return its handle, which stays valid until
   arenascope_arena_retire.  NULL on failure, and errno is ENOMEM, or ENOSYS
   without the API.  errno is left as it was on success.  */
ARENASCOPE_API void *arenascope_new (void);

/* Select ARENA for the calling thread, NULL being the default arenas, and
   return what was selected before.  Takes no lock and cannot fail.  ARENA must
   come from arenascope_new or from this function.  Without the API it does
   nothing and returns NULL.  */
ARENASCOPE_API void *arenascope_swap (void *arena);

/* The function that arenascope_swap calls, malloc_swap_thread_arena of the
   patched glibc, for callers that have a faster way to it; NULL without the
   API.  */
ARENASCOPE_API void *arenascope_swap_function (void);

/* The address of the word that says what the calling thread has selected, as
   malloc_thread_arena_location of the patched <malloc.h> has it; NULL if there
   is no memory for what that needs, and without the API.  errno is left as it
   was.  */
ARENASCOPE_API void *arenascope_location (void);

/* Bind the native methods of the Java class CLASS_OBJECT, a jclass: "static long
   swap(long)", which is arenascope_swap, and "static Object
   callPinned(Callable)", which calls its argument and is in the way of a virtual
   thread that would leave its carrier meanwhile.  ENVIRONMENT is the thread's
   JNIEnv *.  Return 0, or a negative value, perhaps with a Java exception
   pending.  */
ARENASCOPE_API int arenascope_register_natives (void *environment,
                                                void *class_object);

/* The dedicated arena in which the live block BLOCK lies, or NULL for the
   default arenas and without the API.  An address that is no live block has an
   arbitrary answer or crashes the process.  */
ARENASCOPE_API void *arenascope_of (void *block);

/* What an arena holds, as struct malloc_arena_info of the patched <malloc.h>
   has it; in bytes, but for THREADS.  */
struct arenascope_arena_info
{
  uint64_t system;              /* From the system: heaps and mappings.  */
  uint64_t mapped;              /* Of SYSTEM: mappings of single blocks.  */
  uint64_t in_use;              /* Live blocks, headers included.  */
  uint64_t cached;              /* Free blocks in the caches of threads.  */
  uint64_t returned;            /* Of SYSTEM: given back and not used since.  */
  uint64_t peak;                /* SYSTEM at its largest.  */
  uint64_t limit;               /* On SYSTEM; UINT64_MAX if there is none.  */
  uint64_t threads;             /* Threads that have the arena selected.  */
};

/* Store in *INFO what ARENA holds.  Return 0, or a negative errno value.  */
ARENASCOPE_API int arenascope_arena_info (void *arena,
                                          struct arenascope_arena_info *info);

/* Give the free pages of ARENA back to the system.  Return 1 if there were
   any, 0 if there were none, or a negative errno value.  */
ARENASCOPE_API int arenascope_arena_trim (void *arena);

/* Let ARENA have no more than BYTES from the system; UINT64_MAX for no limit.
   Return 0, or a negative errno value.  */
ARENASCOPE_API int arenascope_arena_limit (void *arena, uint64_t bytes);

/* Have threads that are created while ARENA is selected start with ARENA
   selected if ON is nonzero, and not if it is zero.  Return 0, or a negative
   errno value.  */
ARENASCOPE_API int arenascope_arena_inherit (void *arena, int on);

/* End allocation from ARENA.  Its live blocks stay valid; with the last of them
   the arena is gone.  Return 1, and the handle must not be used any longer; or
   0, if a thread has ARENA selected, and nothing has changed; or a negative
   errno value.  */
ARENASCOPE_API int arenascope_arena_retire (void *arena);

/* Have every thread of the process pass a full memory barrier before this
   returns.  Nonzero on success, zero if the kernel does not.  */
ARENASCOPE_API int arenascope_barrier (void);

/* Set the JVM of this process apart from the libraries that it calls: threads
   that it starts inherit no arena, and where the selected arena has nothing for
   it, it is served from the default arenas, since it would end the process.
   Return nonzero if that holds from now on; zero if there is no libjvm.so that
   calls glibc's malloc, and without the API.  */
ARENASCOPE_API int arenascope_set_jvm_apart (void);

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
