#!/bin/bash
# Breaks the patched tree by each patch in FOLDER in turn, rebuilds it, and runs the test that the patch names, which has
# to fail: a test that passes on a tree without the promise proves nothing.  Prints a line for each.
set -euo pipefail

mutants=${1:?usage: check-mutants.sh FOLDER}
cd "${GLIBC_ROOT:?}/build"
export TIMEOUTFACTOR=${TIMEOUTFACTOR:-10} MAKEINFO=:

run_test () { # TEST: prints its result
  make test t="malloc/$1" > /tmp/test.log 2>&1 || true
  sed --quiet "s/^\([A-Z]*\): malloc\/$1\$/\1/p" /tmp/test.log
}

survivors=0
for mutant in "$mutants"/*.patch; do
  name=$(basename "$mutant" .patch)
  promise=$(head --lines=1 "$mutant")
  test=$(sed --quiet 's/^Test: //p' "$mutant")
  patch --strip=1 --fuzz=0 --batch --no-backup-if-mismatch --directory=../src --input="$mutant" > /dev/null
  make -j"$(nproc)" > /tmp/make.log 2>&1 || { tail --lines=20 /tmp/make.log >&2; exit 1; }
  result=$(run_test "$test")
  patch --strip=1 --reverse --batch --no-backup-if-mismatch --directory=../src --input="$mutant" > /dev/null
  [ "$result" = FAIL ] || survivors=$((survivors + 1))
  printf '%-22s %-32s %-5s %s\n' "$name" "$test" "${result:-none}" "$promise"
done

make -j"$(nproc)" > /tmp/make.log 2>&1
for test in $(sed --quiet 's/^Test: //p' "$mutants"/*.patch | sort --unique); do
  result=$(run_test "$test")
  [ "$result" = PASS ] || { echo "$test: $result on the tree as it is"; survivors=$((survivors + 1)); }
done
echo "mutants: $(find "$mutants" -name '*.patch' | wc --lines) broken trees, $survivors not noticed"
[ "$survivors" = 0 ]
