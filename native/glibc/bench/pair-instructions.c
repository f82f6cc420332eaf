/* malloc and free, for callgrind to count the instructions: ROUNDS times,
   DEPTH blocks of SIZE bytes are allocated and then freed, in the main
   thread or in a second one.  No system call depends on ROUNDS, so the
   difference of two runs is that of the pairs.  */

#include "bench.h"
#include <pthread.h>
#include <string.h>

enum { MAX_DEPTH = 1000 };

static int rounds, depth;
static size_t size;

static void *
pairs (void *closure)
{
  void *blocks[MAX_DEPTH];
  for (int i = 0; i < rounds; ++i)
    {
      for (int j = 0; j < depth; ++j)
	use (blocks[j] = malloc (size));
      for (int j = 0; j < depth; ++j)
	free (blocks[j]);
    }
  return closure;
}

int
main (int argc, char **argv)
{
  REQUIRE (argc == 5);
  rounds = atoi (argv[1]);
  depth = atoi (argv[2]);
  size = atol (argv[3]);
  REQUIRE (depth <= MAX_DEPTH);

  if (strcmp (argv[4], "main") == 0)
    pairs (NULL);
  else
    {
      pthread_t thread;
      REQUIRE (pthread_create (&thread, NULL, pairs, NULL) == 0);
      pthread_join (thread, NULL);
    }
  return 0;
}
