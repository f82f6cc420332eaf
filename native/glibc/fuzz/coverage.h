/* Included ahead of malloc.c, with -fsanitize-coverage=trace-pc: counts how
   often each of its basic blocks is entered, if the program has anything to
   count in.  The program exports malloc_coverage; other programs run as
   usual.  A count that overflows or is lost to another thread does no
   harm.  */

extern unsigned char malloc_coverage[65536] __attribute__ ((weak));

void __sanitizer_cov_trace_pc (void)
  __attribute__ ((visibility ("hidden"), no_sanitize_coverage));

void
__sanitizer_cov_trace_pc (void)
{
  if (malloc_coverage == (void *) 0)
    return;
  unsigned long place = ((unsigned long) __builtin_return_address (0)
			 - (unsigned long) &__sanitizer_cov_trace_pc);
  ++malloc_coverage[place / 4 % sizeof malloc_coverage];
}
