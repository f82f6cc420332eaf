/* What the bench programs share.  Each prints its results as lines of a
   name and a number.  */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double
seconds (clockid_t clock)
{
  struct timespec ts;
  clock_gettime (clock, &ts);
  return ts.tv_sec + ts.tv_nsec / 1e9;
}

static inline uint64_t
next_random (uint64_t *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* Keep the compiler from knowing what happens to P.  */
static inline void
use (void *p)
{
  asm volatile ("" : : "r" (p) : "memory");
}

#define REQUIRE(condition) \
  ((condition) ? (void) 0 : require_failed (__FILE__, __LINE__, #condition))

static _Noreturn void __attribute__ ((unused))
require_failed (const char *file, int line, const char *condition)
{
  fprintf (stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  exit (1);
}
