#!/bin/bash
# Applies the patches that the file `series` in FOLDER names, in its order, to GLIBC_ROOT/src, and copies the files that
# they changed to GLIBC_ROOT/interface and GLIBC_ROOT/implementation.  The interface is what nearly all of glibc is built
# from, and seldom changes; with it built apart, a change of the implementation costs a build of malloc only.
# A patch that does not apply exactly is an error: with fuzz, patch may put a hunk into the wrong function.
set -euo pipefail

patches=${1:?usage: apply-patches.sh FOLDER}
[ -f "$patches/series" ] || { echo "$0: there is no $patches/series" >&2; exit 1; }

mkdir -p "${GLIBC_ROOT:?}/interface" "$GLIBC_ROOT/implementation"
cd "$GLIBC_ROOT/src"
while read -r name _; do
  case $name in '' | '#'*) continue ;; esac
  echo "applying $name"
  patch --strip=1 --fuzz=0 --forward --batch --no-backup-if-mismatch --input="$patches/$name" ||
    { echo "$0: $name does not apply to $(basename /usr/src/glibc/glibc-*.tar.xz .tar.xz)" >&2; exit 1; }
  sed --quiet 's/^+++ [^/]*\/\([^\t]*\).*/\1/p' "$patches/$name" | while read -r file; do
    case $file in
      */Versions | */malloc.h | */libc.abilist | elf/dl-tunables.list | include/*) part=interface ;;
      *) part=implementation ;;
    esac
    cp --parents "$file" "$GLIBC_ROOT/$part"
  done
done < "$patches/series"
