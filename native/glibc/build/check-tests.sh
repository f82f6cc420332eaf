#!/bin/bash
# Runs glibc's own tests in each SUBDIR and adds their results to the file RESULTS, one "RESULT: SUBDIR/NAME" a line.
# make's own verdict is not used: what counts is the comparison of the unpatched tree's results with the patched one's.
#
# Some tests depend on what else the machine does.  Up to twice, a test is run again if it failed or, where EXPECTED has
# the unpatched tree's results, if it did not do as there; what it gave before stands behind its name in RESULTS.  A
# test that EXPECTED does not have is one of the patches' own, and has one try.
set -euo pipefail

usage='usage: check-tests.sh [--expected EXPECTED] RESULTS SUBDIR...'
expected=/dev/null
if [ "${1:-}" = --expected ]; then
  expected=${2:?$usage}
  shift 2
fi
results=${1:?$usage}
: "${2:?$usage}"
shift
subdirs=("$@")
cd "${GLIBC_ROOT:?}/build"

# Tests that run out of time on a busy machine would differ between the two trees for no reason.
export TIMEOUTFACTOR=${TIMEOUTFACTOR:-10}

list_results () {
  find "${subdirs[@]}" -name '*.test-result' -exec head --quiet --lines=1 {} + | LC_ALL=C sort --key=2
}

count_expected () {
  local subdir
  for subdir in "${subdirs[@]}"; do
    grep "^[A-Z]*: $subdir/" "$expected" || true
  done | wc --lines
}

# A directory whose Makefile allows no parallel jobs, nptl's, has a make of its own beside that of the others.
run_tests () { # JOBS
  local total counter subdir group pid parallel=() groups=() pids=()
  total=$(count_expected)
  [ "$total" = 0 ] || total=" of some $total"
  while sleep 15; do
    echo "${subdirs[*]}: $(list_results | wc --lines)${total#0} results"
  done &
  counter=$!
  for subdir in "${subdirs[@]}"; do
    if grep --quiet '^\.NOTPARALLEL' "../src/$subdir/Makefile"; then groups+=("$subdir"); else parallel+=("$subdir"); fi
  done
  [ ${#parallel[@]} = 0 ] || groups+=("${parallel[*]}")
  for group in "${groups[@]}"; do
    make --silent --keep-going -j"$1" MAKEINFO=: subdirs="$group" check &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do
    wait "$pid" || true
  done
  kill "$counter"
}

# The tests to run again, "RESULT: NAME" a line.
select_again () {
  if [ "$expected" = /dev/null ]; then
    list_results | grep '^FAIL:' || true
  else
    list_results | awk 'FILENAME == ARGV[1] { expected[$2] = $1; next } $2 in expected && $1 != expected[$2]' \
      "$expected" -
  fi
}

run_tests "$(nproc)"

work=$(mktemp --directory)
touch "$work/earlier"
for try in 2 3; do
  select_again > "$work/again"
  [ -s "$work/again" ] || break
  while read -r result test; do
    echo "$test: ${result%:}; try $try follows"
    tail --lines=50 "$test.out" || true
    echo "$test ${result%:}" >> "$work/earlier"
    rm --force "$test.out" "$test.test-result"
  done < "$work/again"
  run_tests 1
done

list_results > "$work/last"
{ grep --invert-match '^PASS:' "$work/last" || true; } | while read -r result test; do
  echo "$result $test"
  tail --lines=50 "$test.out" || true
done
awk 'FILENAME == ARGV[1] { earlier[$1] = earlier[$1] " " $2; next } { print $0 earlier[$2] }' \
  "$work/earlier" "$work/last" >> "$results"
echo "$(wc --lines < "$work/last") results, $(grep --count --invert-match '^PASS:' "$work/last" || true) other than PASS"
[ -s "$work/last" ]
rm -r "$work"
