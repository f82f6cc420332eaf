#!/bin/bash
# Runs the stress test PROGRAM for SECONDS under each tunable that changes malloc's ways, and with too little address
# space.  Fails at the first run that fails; the program says how to run it again.
set -euo pipefail

program=${1:?usage: check-stress.sh PROGRAM SECONDS}
seconds=${2:?usage: check-stress.sh PROGRAM SECONDS}

run () { # TUNABLE ARGUMENT...
  local tunable=$1
  shift
  printf '%-24s %s' "${tunable:-no tunable}${*:+, $*}" ""
  GLIBC_TUNABLES=${tunable:+glibc.malloc.$tunable} "$program" --seconds "$seconds" "$@"
}

run ''
for tunable in tcache_count=0 tcache_count=1 tcache_max=100 arena_max=1 arena_return=1 hugetlb=1 hugetlb=2 \
  mmap_threshold=4096 perturb=165; do
  run "$tunable"
done
run '' --address-space 700000000
