# shellcheck shell=bash disable=SC2034,SC2154
# What the scripts share: messages, logs, exit codes (beside those of the demo, which scripts/demo passes on).  Sourced
# with `root` set to the folder of the clone.

exit_usage=2
exit_missing=10
exit_build=11

log_folder=$root/target/logs

# To be called before anything is written.
require_writable_clone () {
  mkdir -p "$log_folder" && [ -w "$log_folder" ] && [ -w "$root/target" ] ||
    stop "$exit_missing" "the build writes to $root/target, and cannot: see its permissions, or clone to another folder"
}

say () { printf '%s\n' "arenascope: $*" >&2; }

# Says what is wrong and what to do, and stops with the exit code given.
stop () { # CODE MESSAGE...
  local code=$1
  shift
  printf '%s\n' "$@" | sed 's/^/arenascope: /' >&2
  exit "$code"
}

# Runs a command with its output in target/logs/NAME.log.  What it does shows as one line that is written over, on a
# terminal, and as a sign of life each minute elsewhere.  When it fails, so does the script, with the end of the log.
logged () { # NAME COMMAND...
  local log=$log_folder/$1.log pid start=$SECONDS minutes=0 code=0
  shift
  mkdir -p "$log_folder"
  "$@" > "$log" 2>&1 < /dev/null &
  pid=$!
  # A shell has its background jobs ignore Ctrl-C.
  trap 'kill "$pid"; exit 130' INT TERM
  while kill -0 "$pid" 2> /dev/null; do
    sleep 0.2
    if [ -t 2 ]; then
      printf '\r\033[K%.78s' \
        "$((SECONDS - start)) s  $(tail --lines=1 "$log" | tr --delete --complement '[:print:]')" >&2
    elif [ $((SECONDS - start)) -ge $((60 * (minutes + 1))) ]; then
      minutes=$((minutes + 1))
      say "... $minutes min"
    fi
  done
  wait "$pid" || code=$?
  trap - INT TERM
  [ ! -t 2 ] || printf '\r\033[K' >&2
  if [ "$code" != 0 ]; then
    tail --lines=40 "$log" | sed 's/\x1b\[[0-9;]*m//g' >&2
    stop "$exit_build" "failed (exit code $code): $*" "the whole log is $log"
  fi
}
