#!/bin/bash
# Runs PROGRAM on each file of CORPUS, with the tunables that change malloc's ways; or, with --minutes, has libFuzzer's
# PROGRAM look for new inputs from there, and leave in FOUND/corpus few and short ones that execute all that any did.  The
# first that fails ends the run, and is in FOUND.
# FOLDER holds the libc.so.6 that counts what it executes.
set -euo pipefail

usage='usage: check-fuzz.sh PROGRAM CORPUS | check-fuzz.sh --minutes N [--seed N] PROGRAM CORPUS FOLDER FOUND'
minutes=
seed=0
while :; do
  case ${1:-} in
    --minutes) minutes=${2:?$usage}; shift 2 ;;
    --seed) seed=${2:?$usage}; shift 2 ;;
    *) break ;;
  esac
done
program=${1:?$usage}
corpus=${2:?$usage}

replay () { # TUNABLE
  local log
  log=$(mktemp)
  if ! GLIBC_TUNABLES=${1:+glibc.malloc.$1} "$program" "$corpus"/* > "$log" 2>&1; then
    tail --lines=8 "$log" >&2
    echo "run again: GLIBC_TUNABLES=${1:+glibc.malloc.$1} $program INPUT, with the last file named above" >&2
    return 1
  fi
  printf 'corpus, %-20s %s\n' "${1:-no tunable}" "$(tail --lines=1 "$log")"
}

if [ -z "$minutes" ]; then
  for tunable in '' tcache_count=0 tcache_count=1 arena_max=1 arena_return=1 mmap_threshold=4096 perturb=165; do
    replay "$tunable"
  done
  exit
fi

folder=${3:?$usage}
found=${4:?$usage}
export LD_LIBRARY_PATH=$folder
options=(-max_len=512 -timeout=60 -rss_limit_mb=4096 -artifact_prefix="$found/")
work=$(mktemp --directory)
mkdir -p "$found/corpus"
code=0
"$program" "${options[@]}" -seed="$seed" -max_total_time="$((60 * minutes))" -print_final_stats=1 -len_control=20 \
  "$work" "$corpus" |& grep --line-buffered --invert-match '\b\(NEW\|REDUCE\)\b\|# Uses: ' || code=${PIPESTATUS[0]}
"$program" "${options[@]}" -set_cover_merge=1 -use_counters=0 "$found/corpus" "$corpus" "$work" |& tail --lines=1
rm -r "$work"
exit "$code"
