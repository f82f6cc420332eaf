#!/bin/bash
# Runs the stress test PROGRAM for SECONDS in each setting: the tunables that change malloc's ways, and failing
# allocations.  By default that is each of them alone, and the first failure ends it; --whole takes each tunable with
# each way to fail, and goes on to the end.  It is all done with the libc.so.6 of each FOLDER, where '' stands for the system's.
# Prints a line for each run and the total.  The program says on standard error what failed and how to run it again.
# --count prints the number of runs with --whole, for one FOLDER.
set -euo pipefail

usage='usage: check-stress.sh [--whole] [--seed N] PROGRAM SECONDS [FOLDER...] | check-stress.sh --count'
tunables=(tcache_count=0 tcache_count=1 tcache_max=100 arena_max=1 arena_return=1 hugetlb=1 hugetlb=2
  mmap_threshold=4096 perturb=165)
failures=('--address-space 1500000000' '--ceiling 4000000')
whole=false
seed=1
while :; do
  case ${1:-} in
    --whole) whole=true; shift ;;
    --count) echo $(((1 + ${#tunables[@]}) * (1 + ${#failures[@]}) + 2)); exit ;;
    --seed) seed=${2:?$usage}; shift 2 ;;
    *) break ;;
  esac
done
program=${1:?$usage}
seconds=${2:?$usage}
shift 2

columns=(operations threads forks retired destroyed failed misplaced)
format='%-8s %-47s %12s %8s %7s %8s %9s %9s %9s  %s\n'
declare -A total
failed_runs=0

run () { # TUNABLE ARGUMENT...
  local tunable=$1 setting line words i column cells=() code=0 result=passed
  shift
  setting=${tunable:-no tunable}${*:+, $*}
  line=$(LD_LIBRARY_PATH=$folder LD_PRELOAD=$preload GLIBC_TUNABLES=${tunable:+glibc.malloc.$tunable} \
    "$program" --seconds "$seconds" --seed "$seed" "$@") || code=$?
  seed=$((seed + 1))
  # Each name is followed by its number.
  read -ra words <<< "$line"
  declare -A count=()
  for ((i = 0; i + 1 < ${#words[@]}; i += 2)); do
    count[${words[i]}]=${words[i + 1]}
  done
  [ "$code" = 0 ] || result="FAILED ($code)"
  for column in "${columns[@]}"; do
    cells+=("${count[$column]:--}")
    total[$column]=$((${total[$column]:-0} + ${count[$column]:-0}))
  done
  # shellcheck disable=SC2059
  printf "$format" "$build" "$setting" "${cells[@]}" "$result"
  if [ "$code" != 0 ]; then
    failed_runs=$((failed_runs + 1))
    [ "$whole" = true ] || exit 1
  fi
}

matrix () {
  local tunable failure
  preload=
  run ''
  for tunable in "${tunables[@]}"; do
    run "$tunable"
  done
  for failure in "${failures[@]}"; do
    # shellcheck disable=SC2086
    run '' $failure
    if [ "$whole" = true ]; then
      for tunable in "${tunables[@]}"; do
        # shellcheck disable=SC2086
        run "$tunable" $failure
      done
    fi
  done
  run '' --signals
  preload=libc_malloc_debug.so.0
  run check=3 --no-isolation
}

# shellcheck disable=SC2059
printf "$format" build setting "${columns[@]}" result
[ $# != 0 ] || set -- ''
for folder; do
  build=$(basename "${folder:-patched}")
  matrix
done
cells=()
for column in "${columns[@]}"; do
  cells+=("${total[$column]}")
done
# shellcheck disable=SC2059
printf "$format" total '' "${cells[@]}" "$failed_runs failed"
[ "$failed_runs" = 0 ]
