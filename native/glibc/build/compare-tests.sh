#!/bin/bash
# Compares two files that check-tests.sh wrote, the unpatched tree's and the patched tree's, test by test, and prints a
# table and whatever is to be known by name.  Fails when a test has a worse result on the patched tree, or none, when a
# new test did not pass, or when there is no new test.
set -euo pipefail

stock=${1:?usage: compare-tests.sh STOCK PATCHED}
patched=${2:?usage: compare-tests.sh STOCK PATCHED}

awk '
  function rank (result)
  {
    return result == "PASS" ? 3 : result ~ /^X/ ? 2 : result == "UNSUPPORTED" ? 1 : result == "missing" ? -1 : 0
  }

  function add (subdir, value)
  {
    count[subdir, value]++
    count["all", value]++
  }

  function list (heading, text)
  {
    lists[heading] = lists[heading] "  " text "\n"
  }

  function print_row (name, values, results,    i)
  {
    printf "%-8s %5s %5s %9s %4s %5s", name, values["tests"], values["same"], values["different"], values["new"],
           values["again"]
    for (i = 1; i <= column_count; i++)
      printf " %11s", results[columns[i]]
    print ""
  }

  {
    result = substr ($1, 1, length ($1) - 1)
    subdir = $2
    sub (/\/.*/, "", subdir)
    if (!(subdir in subdirs))
      {
        subdirs[subdir]
        order[++subdir_count] = subdir
      }
    tree = FILENAME == ARGV[1] ? "unpatched" : "patched"
    results[tree, $2] = result
    tally[subdir, tree, result]++
    tally["all", tree, result]++
    seen[result]
    if (!($2 in subdir_of))
      names[++name_count] = $2
    subdir_of[$2] = subdir
    if (NF > 2)
      {
        add(subdir, "again")
        tries = $3
        for (i = 4; i <= NF; i++)
          tries = tries ", " $i
        list("run more than once:", sprintf ("%s (%s tree): %s, then %s", $2, tree, tries, result))
      }
  }

  END {
    for (n = 1; n <= name_count; n++)
      {
        test = names[n]
        subdir = subdir_of[test]
        now = ("patched", test) in results ? results["patched", test] : "missing"
        if (!(("unpatched", test) in results))
          {
            add(subdir, "new")
            if (now != "PASS")
              {
                failed++
                list("new and not passed:", test ": " now)
              }
            continue
          }
        before = results["unpatched", test]
        add(subdir, "tests")
        if (now == before)
          {
            add(subdir, "same")
            if (now == "FAIL")
              list("fail on both trees:", test)
            continue
          }
        add(subdir, "different")
        if (rank(now) < rank(before))
          worse++
        list(rank(now) < rank(before) ? "worse on the patched tree:" : "different, and not worse:",
             sprintf ("%s: %s unpatched, %s patched", test, before, now))
      }

    column_count = split ("PASS FAIL XFAIL UNSUPPORTED", columns)
    for (i = 1; i <= column_count; i++)
      delete seen[columns[i]]
    for (result in seen)
      columns[++column_count] = result

    value_count = split ("tests same different new again", values)
    for (i = 1; i <= value_count; i++)
      heading[values[i]] = values[i]
    for (i = 1; i <= column_count; i++)
      result_heading[columns[i]] = columns[i]
    print_row("", heading, result_heading)
    order[++subdir_count] = "all"
    for (s = 1; s <= subdir_count; s++)
      {
        subdir = order[s]
        for (i = 1; i <= value_count; i++)
          {
            value = values[i]
            cell[value] = count[subdir, value] + 0
          }
        for (i = 1; i <= column_count; i++)
          {
            result = columns[i]
            result_cell[result] = (tally[subdir, "unpatched", result] + 0) "/" (tally[subdir, "patched", result] + 0)
          }
        if (subdir != "all" || subdir_count > 2)
          print_row(subdir, cell, result_cell)
      }
    print "tests, same, different: those of the unpatched tree; new: the patches\47 own; again: run more than once"
    print "results: unpatched/patched tree"

    heading_count = split ("worse on the patched tree:|new and not passed:|different, and not worse:|" \
                           "fail on both trees:|run more than once:", headings, "|")
    for (i = 1; i <= heading_count; i++)
      if (headings[i] in lists)
        printf "\n%s\n%s", headings[i], lists[headings[i]]

    printf "\nglibc tests: %d as on the unpatched tree, %d different, %d of them worse; %d new passed, %d new did not\n",
           count["all", "same"], count["all", "different"], worse, count["all", "new"] - failed, failed
    if (count["all", "tests"] == 0 || count["all", "new"] == 0)
      print "glibc tests: there is nothing to compare"
    exit worse || failed || count["all", "tests"] == 0 || count["all", "new"] == 0
  }' "$stock" "$patched"
