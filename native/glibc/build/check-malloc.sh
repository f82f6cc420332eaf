#!/bin/bash
# Runs glibc's own tests in malloc/ and writes their results, one "RESULT: malloc/NAME" a line, sorted, to the file
# given.  make's own verdict is not used: what counts is the comparison with the unpatched tree.
set -euo pipefail

results=${1:?usage: check-malloc.sh RESULTS}
cd "${GLIBC_ROOT:?}/build"

# Tests that run out of time on a busy machine would differ between the two trees for no reason.
export TIMEOUTFACTOR=${TIMEOUTFACTOR:-10}
make -j"$(nproc)" MAKEINFO=: subdirs=malloc check || true

head --quiet --lines=1 malloc/*.test-result | LC_ALL=C sort > "$results"
{ grep --invert-match '^PASS:' "$results" || true; } | while read -r result test; do
  echo "$result $test"
  cat "$test.out"
done
echo "$(wc --lines < "$results") results, $(grep --count --invert-match '^PASS:' "$results" || true) other than PASS"
[ -s "$results" ]
