#!/bin/bash
# Runs the tests of the patches on the tree as build-malloc.sh left it.  Prints a line for each that does not pass, and
# how many do.
set -euo pipefail

cd "${GLIBC_ROOT:?}/build"
export TIMEOUTFACTOR=${TIMEOUTFACTOR:-10}

passed=0
failed=0
for source in ../src/malloc/tst-malloc-arena-*.c; do
  test=malloc/$(basename "$source" .c)
  case $test in
    *mod) continue ;;
  esac
  make test t="$test" MAKEINFO=: > /tmp/test.log 2>&1 || true
  if grep --quiet --line-regexp "PASS: $test" /tmp/test.log; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $test"
    tail --lines=10 /tmp/test.log >&2
  fi
done
echo "tests of the patches, MALLOC_DEBUG on: $passed passed, $failed failed"
[ "$failed" = 0 ]
