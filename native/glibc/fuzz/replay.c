/* Runs malloc-arena-fuzz on files, without libFuzzer.  */

#include <stdint.h>
#include <stdio.h>

extern int LLVMFuzzerTestOneInput (const uint8_t *, size_t);

int
main (int argc, char **argv)
{
  static uint8_t buffer[65536];
  if (argc < 2)
    {
      fprintf (stderr, "Usage: replay FILE...\n");
      return 2;
    }
  for (int i = 1; i < argc; ++i)
    {
      FILE *file = fopen (argv[i], "r");
      if (file == NULL)
	{
	  perror (argv[i]);
	  return 1;
	}
      size_t size = fread (buffer, 1, sizeof buffer, file);
      fclose (file);
      fprintf (stderr, "%s\n", argv[i]);
      LLVMFuzzerTestOneInput (buffer, size);
    }
  printf ("inputs %d\n", argc - 1);
  return 0;
}
