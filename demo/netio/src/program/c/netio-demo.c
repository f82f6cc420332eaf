/* The seed workload without a JVM: an application and a library, netio, that
   share one process's malloc.

   SPDX-License-Identifier: Apache-2.0

   Needs a glibc with malloc_arena_new; on any other the loader refuses the
   program and names the symbol version that is missing.  */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <netio.h>

#define VERSION "0.1.0"

enum
{
  EXIT_HELD = 1,                /* Isolation or return did not happen.  */
  EXIT_USAGE = 2,
  EXIT_RUN = 4                  /* The run could not be finished.  */
};

enum mode { MODE_DEFAULT, MODE_ARENA, MODE_ARENA_APP };
static const char *const mode_names[] = { "default", "arena", "arena-app" };

enum thread { THREAD_MAIN, THREAD_SECOND };
static const char *const thread_names[] = { "main", "second" };

enum format { FORMAT_TEXT, FORMAT_JSON };
static const char *const format_names[] = { "text", "json" };

/* What a process may hold beside 1.25 times the library's live bytes.  */
static const double held_factor = 1.25;
static const double held_allowance = 1.5e6;

static struct
{
  int mode;
  int thread;
  int format;
  bool arena_return;
  size_t size;
  size_t block_size;
  unsigned int library_share;
} options =
{
  .size = 200000000,
  .block_size = 512,
  .library_share = 5
};

static struct
{
  size_t baseline, allocated, freed, trimmed;
  size_t live_bytes;
  size_t app_blocks, library_blocks;
  size_t misplaced;
  size_t damaged;
  double seconds;
} result;

static _Noreturn void
fail (const char *what)
{
  fprintf (stderr, "netio-demo: %s: %s\n", what, strerror (errno));
  exit (EXIT_RUN);
}

static _Noreturn void
usage_error (const char *what, const char *value)
{
  fprintf (stderr, "netio-demo: %s: %s\n"
           "Try 'netio-demo --help'.\n", what, value);
  exit (EXIT_USAGE);
}

static void
print_help (void)
{
  printf ("\
Usage: netio-demo [OPTION]...\n\
Fill memory with blocks, most of them the application's and some, in between,\n\
the netio library's; free the application's; show what the process still holds.\n\
\n\
  --mode MODE           default    one malloc for both, as everywhere\n\
                        arena      the library in a dedicated arena\n\
                        arena-app  the application in one of its own as well\n\
  --thread THREAD       main (default) or second: which thread does the work\n\
  --arena-return        let the default arenas give memory back too\n\
                        (mallopt M_ARENA_RETURN; the same as\n\
                        GLIBC_TUNABLES=glibc.malloc.arena_return=1)\n\
  --size SIZE           bytes in all blocks together; k, m and g are powers of\n\
                        1000 (default 200m)\n\
  --block-size SIZE     bytes of one block, 64 or more (default 512)\n\
  --library-share N     the library's part in per cent, 1 to 99 (default 5)\n\
  --format FORMAT       text (default) or json; json gives bytes, rss absolute\n\
  --help                print this and exit\n\
  --version             print the version and exit\n\
\n\
Exit status:\n\
  0  the memory came back; or the mode is default, which promises nothing\n\
  1  a block lies in the wrong arena, the library's data was damaged, or the\n\
     process holds more over its baseline than 1.25 times the library's live\n\
     bytes plus 1.5 MB.  Counted when the application has freed; in mode arena\n\
     on a second thread without --arena-return, after malloc_trim\n\
  2  the command line is wrong\n\
  4  the run could not be finished\n");
}

static int
parse_name (const char *option, const char *value, const char *const *names,
            int count)
{
  for (int i = 0; i < count; i++)
    if (strcmp (value, names[i]) == 0)
      return i;
  fprintf (stderr, "netio-demo: %s must be one of", option);
  for (int i = 0; i < count; i++)
    fprintf (stderr, "%s %s", i == 0 ? "" : ",", names[i]);
  fprintf (stderr, ": %s\nTry 'netio-demo --help'.\n", value);
  exit (EXIT_USAGE);
}

static size_t
parse_size (const char *option, const char *value)
{
  char *end;
  errno = 0;
  unsigned long long int number = strtoull (value, &end, 10);
  if (value[0] < '0' || value[0] > '9' || errno != 0)
    usage_error (option, value);
  unsigned long long int unit = 1;
  switch (*end)
    {
    case 'g': case 'G':
      unit *= 1000;
      /* Fall through.  */
    case 'm': case 'M':
      unit *= 1000;
      /* Fall through.  */
    case 'k': case 'K':
      unit *= 1000;
      end++;
    }
  size_t size;
  if (*end != '\0' || __builtin_mul_overflow (number, unit, &size)
      || size > PTRDIFF_MAX)
    usage_error (option, value);
  return size;
}

static void
parse_options (int argc, char **argv)
{
  enum { MODE = 1, THREAD, FORMAT, RETURN, SIZE, BLOCK_SIZE, SHARE, HELP,
         SHOW_VERSION };
  static const struct option long_options[] =
    {
      { "mode", required_argument, NULL, MODE },
      { "thread", required_argument, NULL, THREAD },
      { "format", required_argument, NULL, FORMAT },
      { "arena-return", no_argument, NULL, RETURN },
      { "size", required_argument, NULL, SIZE },
      { "block-size", required_argument, NULL, BLOCK_SIZE },
      { "library-share", required_argument, NULL, SHARE },
      { "help", no_argument, NULL, HELP },
      { "version", no_argument, NULL, SHOW_VERSION },
      { NULL, 0, NULL, 0 }
    };
  int option;
  while ((option = getopt_long (argc, argv, "", long_options, NULL)) != -1)
    switch (option)
      {
      case MODE:
        options.mode = parse_name ("--mode", optarg, mode_names, 3);
        break;
      case THREAD:
        options.thread = parse_name ("--thread", optarg, thread_names, 2);
        break;
      case FORMAT:
        options.format = parse_name ("--format", optarg, format_names, 2);
        break;
      case RETURN:
        options.arena_return = true;
        break;
      case SIZE:
        options.size = parse_size ("--size needs a number of bytes", optarg);
        break;
      case BLOCK_SIZE:
        options.block_size
          = parse_size ("--block-size needs a number of bytes", optarg);
        if (options.block_size < 64)
          usage_error ("--block-size must be 64 or more", optarg);
        break;
      case SHARE:
        {
          size_t share
            = parse_size ("--library-share needs a number from 1 to 99",
                          optarg);
          if (share < 1 || share > 99)
            usage_error ("--library-share must be from 1 to 99", optarg);
          options.library_share = (unsigned int) share;
        }
        break;
      case HELP:
        print_help ();
        exit (EXIT_SUCCESS);
      case SHOW_VERSION:
        puts ("netio-demo " VERSION);
        exit (EXIT_SUCCESS);
      default:
        fputs ("Try 'netio-demo --help'.\n", stderr);
        exit (EXIT_USAGE);
      }
  if (optind < argc)
    usage_error ("there is no such argument", argv[optind]);
  if (options.size / options.block_size < 100)
    {
      fprintf (stderr, "netio-demo: --size must hold at least 100 blocks, "
               "here %zu bytes\n", options.block_size * 100);
      exit (EXIT_USAGE);
    }
}

/* The process's resident size in bytes.  Allocates nothing.  */
static size_t
resident_size (void)
{
  static char text[4096];
  int fd = open ("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    fail ("cannot open /proc/self/smaps_rollup");
  ssize_t length = read (fd, text, sizeof text - 1);
  if (length < 0)
    fail ("cannot read /proc/self/smaps_rollup");
  close (fd);
  text[length] = '\0';
  const char *rss = strstr (text, "\nRss:");
  size_t kilobytes;
  if (rss == NULL || sscanf (rss, "\nRss: %zu kB", &kilobytes) != 1)
    {
      fputs ("netio-demo: /proc/self/smaps_rollup has no line for Rss\n",
             stderr);
      exit (EXIT_RUN);
    }
  return kilobytes * 1024;
}

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

/* Whether block I of the whole load is the library's: its blocks are spread
   evenly among the application's.  */
static bool
is_library_block (size_t i)
{
  return (i + 1) * options.library_share / 100
         > i * options.library_share / 100;
}

static void *
run (void *unused)
{
  (void) unused;
  size_t count = options.size / options.block_size;
  size_t share_of_library = count * options.library_share / 100;
  size_t share_of_app = count - share_of_library;

  /* Later on the table takes the library's blocks, to ask where they lie.  */
  size_t table_size = (share_of_app > share_of_library
                       ? share_of_app : share_of_library) * sizeof (void *);
  void **table = malloc (table_size);
  size_t element_size = options.block_size - NETIO_OVERHEAD;
  unsigned char *element = malloc (element_size);
  if (table == NULL || element == NULL)
    fail ("no memory for the table of blocks");
  memset (table, 0xff, table_size);
  memset (element, 0x6e, element_size);

  arena_hd *app_arena = NULL;
  arena_hd *library_arena = NULL;
  if (options.mode != MODE_DEFAULT
      && (library_arena = malloc_arena_new ()) == NULL)
    fail ("cannot make an arena for the library");
  if (options.mode == MODE_ARENA_APP
      && (app_arena = malloc_arena_new ()) == NULL)
    fail ("cannot make an arena for the application");

  arena_hd *previous = malloc_swap_thread_arena (library_arena);
  netio_cache *cache = netio_open ();
  malloc_swap_thread_arena (previous);
  if (cache == NULL)
    fail ("cannot open netio");

  result.baseline = resident_size ();
  double start = now ();
  arena_hd *outside = malloc_swap_thread_arena (app_arena);
  for (size_t i = 0; i < count; i++)
    {
      if (is_library_block (i))
        {
          previous = malloc_swap_thread_arena (library_arena);
          int status = netio_process (cache, element, element_size);
          malloc_swap_thread_arena (previous);
          if (status != 0)
            fail ("netio could not keep an element");
        }
      else
        {
          void *block = malloc (options.block_size);
          if (block == NULL)
            fail ("no memory for a block");
          memset (block, 0x61, options.block_size);
          table[result.app_blocks++] = block;
        }
    }
  malloc_swap_thread_arena (outside);
  result.seconds = now () - start;
  result.allocated = resident_size ();

  for (size_t i = 0; i < result.app_blocks; i++)
    result.misplaced += malloc_arena_of (table[i]) != app_arena;

  start = now ();
  for (size_t i = 0; i < result.app_blocks; i++)
    free (table[i]);
  result.seconds += now () - start;
  result.freed = resident_size ();
  malloc_trim (0);
  result.trimmed = resident_size ();

  result.library_blocks = netio_blocks (cache, table,
                                        table_size / sizeof (void *));
  for (size_t i = 0; i < result.library_blocks; i++)
    result.misplaced += malloc_arena_of (table[i]) != library_arena;
  result.live_bytes = netio_live_bytes (cache);
  result.damaged = netio_verify (cache);

  netio_close (cache);
  free (element);
  free (table);
  return NULL;
}

static void
print_json (void)
{
  const char *mode = mode_names[options.mode];
  printf ("{\"workload\":\"seed\",\"library_live_bytes\":%zu,"
          "\"modes\":{\"%s\":{\"rss\":{\"baseline\":%zu,\"allocated\":%zu,"
          "\"freed\":%zu,\"trimmed\":%zu},\"seconds\":%.3f}},"
          "\"misplaced_blocks\":{\"%s\":%zu},\"thread\":\"%s\"}\n",
          result.live_bytes, mode, result.baseline, result.allocated,
          result.freed, result.trimmed, result.seconds, mode,
          result.misplaced, thread_names[options.thread]);
}

static void
print_row (const char *what, size_t rss)
{
  printf ("  %-22s %8.1f %14.1f\n", what, (double) rss / 1e6,
          ((double) rss - (double) result.baseline) / 1e6);
}

static void
print_table (void)
{
  printf ("Mode %s, %s thread: %zu blocks of the application and %zu of the "
          "library, %zu bytes each.\n\n"
          "  %-22s %8s %14s\n", mode_names[options.mode],
          thread_names[options.thread], result.app_blocks,
          result.library_blocks, options.block_size,
          "Resident size, MB", "total", "over baseline");
  print_row ("baseline", result.baseline);
  print_row ("all allocated", result.allocated);
  print_row ("application freed", result.freed);
  print_row ("after malloc_trim", result.trimmed);
  printf ("\n"
          "  %-22s %8.1f MB\n"
          "  %-22s %8zu\n"
          "  %-22s %8.2f\n\n",
          "library's live bytes", (double) result.live_bytes / 1e6,
          "misplaced blocks", result.misplaced,
          "seconds", result.seconds);
}

/* Print what the result means, for text output on standard output and
   otherwise only when something is wrong, on standard error.  Return the exit
   status.  */
static int
judge (void)
{
  bool trimmed = options.mode == MODE_ARENA && options.thread == THREAD_SECOND
                 && !options.arena_return;
  size_t rss = trimmed ? result.trimmed : result.freed;
  double held = (double) rss - (double) result.baseline;
  double allowed = held_factor * (double) result.live_bytes + held_allowance;
  const char *when = (trimmed ? "after malloc_trim"
                      : "when the application had freed");
  bool json = options.format == FORMAT_JSON;
  FILE *out = json ? stderr : stdout;
  int status = EXIT_SUCCESS;

  if (result.damaged != 0)
    {
      fprintf (out, "FAILED: %zu elements in the library's cache no longer "
               "agree with their checksums.\n", result.damaged);
      status = EXIT_HELD;
    }
  if (result.misplaced != 0)
    {
      fprintf (out, "FAILED: %zu blocks do not lie in the arena that they "
               "were requested in.\n", result.misplaced);
      status = EXIT_HELD;
    }
  if (options.mode != MODE_DEFAULT && held > allowed)
    {
      fprintf (out, "FAILED: %s the process held %.1f MB over its baseline; "
               "%.1f MB are allowed.\n", when, held / 1e6, allowed / 1e6);
      status = EXIT_HELD;
    }
  if (status != EXIT_SUCCESS || json)
    return status;
  if (options.mode == MODE_DEFAULT)
    printf ("Without arenas the process still held %.1f MB over its baseline "
            "when the application had freed, for %.1f MB that live in the "
            "library.\n", held / 1e6, (double) result.live_bytes / 1e6);
  else
    printf ("The memory came back: %s the process held %.1f MB over its "
            "baseline, %.1f MB of it live in the library.\n", when,
            held / 1e6, (double) result.live_bytes / 1e6);
  return status;
}

int
main (int argc, char **argv)
{
  parse_options (argc, argv);
  if (options.arena_return && mallopt (M_ARENA_RETURN, 1) == 0)
    {
      fputs ("netio-demo: this malloc has no M_ARENA_RETURN\n", stderr);
      return EXIT_RUN;
    }
  if (options.thread == THREAD_MAIN)
    run (NULL);
  else
    {
      pthread_t worker;
      int error = pthread_create (&worker, NULL, run, NULL);
      if (error == 0)
        error = pthread_join (worker, NULL);
      if (error != 0)
        {
          errno = error;
          fail ("cannot run a second thread");
        }
    }
  if (options.format == FORMAT_JSON)
    print_json ();
  else
    print_table ();
  int status = judge ();
  if (fflush (stdout) != 0 || ferror (stdout))
    fail ("cannot write the result");
  return status;
}
