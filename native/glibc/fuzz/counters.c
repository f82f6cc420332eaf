/* What malloc counts in (see coverage.h), where libFuzzer looks.  */

#include <stdint.h>

uint8_t malloc_coverage[65536]
  __attribute__ ((section ("__libfuzzer_extra_counters")));
