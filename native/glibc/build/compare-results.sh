#!/bin/bash
# Compares two files that check-malloc.sh wrote, the unpatched tree's and the patched tree's, test by test.  Fails when
# a test of the unpatched tree has another result or none, when a new test did not pass, or when there is no new test.
set -euo pipefail

stock=${1:?usage: compare-results.sh STOCK PATCHED}
patched=${2:?usage: compare-results.sh STOCK PATCHED}

awk '
  { result = substr ($1, 1, length ($1) - 1) }
  FILENAME == ARGV[1] { stock[$2] = result; next }
  { patched[$2] = result }
  END {
    for (test in stock)
      {
        total++
        now = test in patched ? patched[test] : "missing"
        if (now != stock[test])
          {
            different++
            printf "%-60s %s -> %s\n", test, stock[test], now
          }
      }
    for (test in patched)
      if (!(test in stock))
        {
          added++
          if (patched[test] != "PASS")
            {
              failed++
              printf "%-60s new -> %s\n", test, patched[test]
            }
        }
    printf "glibc malloc tests: %d as in the unpatched tree, %d different; %d new passed, %d new did not\n",
           total - different, different, added - failed, failed
    if (total == 0 || added == 0)
      print "glibc malloc tests: there is nothing to compare"
    exit different || failed || total == 0 || added == 0
  }' "$stock" "$patched"
